"""The solver sees every condition as the engine does: true, false or unknown, for each customer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import z3
from hypothesis import given

from relationship_core.errors import RuleError
from relationship_core.rules import (
    Expression,
    Fact,
    FactValue,
    Kind,
    Literal,
    at_least,
    evaluate,
    truth,
)
from relationship_core.rules.analysis.encoding import as_term
from relationship_core.rules.analysis.inquiry import Inquiry
from relationship_core.rules.analysis.world import World, observed_beneath
from relationship_core.rules.depth import DEEPEST
from relationship_core.rules.expression import Condition
from tests.rules.strategies import (
    FACTS,
    aum,
    branch,
    conditions,
    debt,
    expires,
    growth,
    known_facts,
    opened,
    overdue,
    products,
    salaried,
    score,
    some_facts,
    tier,
    visits,
)

Customer = Mapping[str, FactValue | None]


def fixed(world: World, customer: Customer) -> list[Any]:
    """That the solver's customer is this one."""
    terms = []
    for name, value in world.encoding.variables.items():
        known = customer[name]
        terms.append(world.known[name] == (known is not None))
        if known is not None:
            terms.append(value.term == as_term(known, world.facts[name].kind, world.texts))
    return terms


def named_texts(customer: Customer) -> list[Expression]:
    """Conditions that name each text a customer has, so that the solver knows of it."""
    return [
        FACTS[name] == value
        for name, value in customer.items()
        if isinstance(value, str) and name in FACTS and FACTS[name].categories is None
    ]


def seen(condition: Expression, customer: Customer) -> bool | None:
    """The truth of a condition, as the solver sees it for a customer."""
    asked: Iterable[Expression] = [condition, *named_texts(customer)]
    world = World(asked, sorted(observed_beneath(asked)))
    inquiry = Inquiry(world)
    is_this_one = fixed(world, customer)
    found = world.encoding.truth(condition)
    assert inquiry.is_there(*is_this_one), "the solver thinks there can be no such customer"
    true, false = (inquiry.is_there(*is_this_one, each) for each in found)
    # Everything is fixed, so that only one answer is possible.
    for each, is_so in zip(found, (true, false), strict=True):
        assert isinstance(each, bool) or is_so is not inquiry.is_there(*is_this_one, z3.Not(each))
    assert not (true and false)
    return True if true else False if false else None


@given(conditions(), known_facts)
def test_of_whom_all_is_known_the_solver_sees_what_the_engine_sees(
    condition: Expression, customer: Customer
) -> None:
    assert seen(condition, customer) is truth(condition, customer)


@given(conditions(), some_facts)
def test_of_whom_something_is_missing_the_solver_sees_what_the_engine_sees(
    condition: Expression, customer: Customer
) -> None:
    assert seen(condition, customer) is truth(condition, customer)


HUGE = Decimal(10) ** 33 * 9
UNITS = Literal(1, Kind.COUNT)
EDGES: list[tuple[str, Expression, Customer]] = [
    ("half rounds down to even", aum / 8 == 0.12, {"aum": Decimal("1.00")}),
    ("half rounds up to even", aum / 8 == 0.38, {"aum": Decimal("3.00")}),
    ("a debt rounds as far", debt / 8 == -0.12, {"debt": Decimal("-1.00")}),
    ("by a negative number", debt / visits == -0.12, {"debt": Decimal("1.00"), "visits": -8}),
    ("a product rounds", growth * growth == 0, {"growth": Decimal("0.000500")}),
    ("a product rounds up", growth * growth == 0.000002, {"growth": Decimal("0.001225")}),
    ("by nothing", debt / visits > 0, {"debt": Decimal("1.00"), "visits": 0}),
    ("by nothing, asked", (debt / visits).is_missing(), {"debt": Decimal("1.00"), "visits": 0}),
    ("by a nought", (debt / 0).is_missing() & (debt > 3), {"debt": Decimal("4.00")}),
    ("a constant by a constant", Literal(7, Kind.COUNT) / 2 == 3.5, {}),
    ("a constant by a nought", (Literal(7, Kind.COUNT) / 0).is_missing(), {}),
    ("more than 36 digits", debt + debt > 0, {"debt": HUGE}),
    ("less than 36 digits", debt + debt > 0, {"debt": HUGE / 10}),
    ("too small as well", (debt + debt).is_missing(), {"debt": -HUGE}),
    (
        "a product of 36 digits",
        (visits * products).is_missing(),
        {"visits": 10**18, "products": 10**18},
    ),
    ("a product of 35", (visits * products).is_missing(), {"visits": 10**18, "products": 10**17}),
    ("the day after the last", opened + 1 > opened, {"opened": date.max}),
    ("the last day", opened + 0 == opened, {"opened": date.max}),
    ("the day before the first", (opened - 1).is_missing(), {"opened": date.min}),
    (
        "days between",
        expires - opened == 29,
        {"expires": date(2024, 3, 1), "opened": date(2024, 2, 1)},
    ),
    ("all the calendar", (expires - opened) > 3_652_000, {"expires": date.max, "opened": date.min}),
    (
        "days are added",
        opened + overdue == expires,
        {"opened": date(2026, 1, 31), "overdue": 29, "expires": date(2026, 3, 1)},
    ),
    ("one text beside another", tier == branch, {"tier": "gold", "northern.branch": "gold"}),
    ("other texts", tier == branch, {"tier": "gold", "northern.branch": "silver"}),
    ("a constant in a list", Literal(3, Kind.COUNT).is_in([1, 3]), {}),
    ("flags beside each other", salaried == (aum > 3), {"salaried": True, "aum": Decimal(4)}),
    ("an unknown flag", salaried == (aum > 3), {"salaried": True, "aum": None}),
    ("a flag's default", salaried.or_else(True), {"salaried": None}),
    ("counts beside numbers", visits > score, {"visits": 2, "score": Decimal("1.999999")}),
    (
        "two of three, one open",
        at_least(2, aum > 1, debt > 1, salaried),
        {"aum": Decimal(2), "debt": None, "salaried": True},
    ),
    (
        "two of three, too few",
        at_least(3, aum > 1, debt > 1, salaried),
        {"aum": Decimal(0), "debt": None, "salaried": True},
    ),
    (
        "one that always holds",
        at_least(2, Literal(True, Kind.FLAG), salaried, aum > 1),
        {"salaried": False, "aum": Decimal(2)},
    ),
    (
        "more than can be",
        at_least(3, Literal(False, Kind.FLAG), salaried, aum > 1),
        {"salaried": True, "aum": Decimal(2)},
    ),
]


@pytest.mark.parametrize(
    ("condition", "customer"), [each[1:] for each in EDGES], ids=[each[0] for each in EDGES]
)
def test_at_the_edges_too(condition: Expression, customer: Customer) -> None:
    assert seen(condition, customer) is truth(condition, customer)


def test_a_condition_of_no_known_kind_is_refused() -> None:
    class Odd(Condition):
        """A condition that nobody knows."""

    with pytest.raises(RuleError, match="Odd has no meaning as a condition"):
        World([aum > 1], []).encoding.truth(Odd())


class TestDerived:
    """A derived fact is what it is computed by, for the solver too."""

    net = Fact("net", Kind.MONEY, derived=aum - debt)
    part = Fact("part", Kind.RATIO, derived=net / aum)

    @pytest.mark.parametrize(
        "customer",
        [
            {"aum": Decimal(4), "debt": Decimal(1)},
            {"aum": Decimal(4), "debt": Decimal(3)},
            {"aum": Decimal(0), "debt": Decimal(3)},
            {"aum": Decimal(4), "debt": None},
        ],
    )
    def test_also_where_it_builds_on_another(self, customer: dict[str, FactValue | None]) -> None:
        known = dict(customer)
        for fact in (self.net, self.part):
            assert fact.derived is not None
            known[fact.name] = evaluate(fact.derived, known)
        condition = self.part >= 0.75
        assert seen(condition, known) is truth(condition, known)

    def test_what_is_declared_of_it_holds(self) -> None:
        part = Fact("part", Kind.RATIO, minimum=0, maximum=1, derived=debt / aum)
        world = World([part > 0.5], [])
        inquiry = Inquiry(world)
        assert inquiry.is_there(world.encoding.truth(part > 0.5).true)
        assert not inquiry.is_there(world.encoding.truth(part > 1).true)

    def test_a_category_of_its_own_too(self) -> None:
        kept = Fact("kept", Kind.CATEGORY, categories=("gold",), derived=tier.or_else("silver"))
        world = World([kept == "gold", tier == "basic"], ["tier"])
        inquiry = Inquiry(world)
        assert inquiry.is_there()
        assert not inquiry.is_there(world.encoding.truth(tier == "basic").true)
        assert not inquiry.is_there(world.encoding.truth(tier.is_missing()).true)

    def test_a_fact_that_stands_in_counts_with_all_it_rests_on(self) -> None:
        read = Fact("rest", Kind.MONEY)
        world = World([read > 0], [], {"rest": Fact("rest", Kind.MONEY, derived=aum - debt)})
        assert sorted(world.facts) == ["aum", "debt", "rest"]
        customer = Inquiry(world).customer(world.encoding.truth(read > 7).true)
        assert customer is not None
        assert customer["rest"] == customer["aum"] - customer["debt"] > 7  # type: ignore[operator]


class TestCustomers:
    """Who there can be: ranges, categories and relations hold, and nothing else."""

    def test_a_range_holds_at_both_ends(self) -> None:
        age = Fact("age", Kind.COUNT, minimum=18, maximum=20)
        world = World([age > 0], [])
        inquiry = Inquiry(world)
        ages = [n for n in range(15, 25) if inquiry.is_there(world.encoding.truth(age == n).true)]
        assert ages == [18, 19, 20]

    def test_a_relation_holds_as_far_as_its_facts_are_known(self) -> None:
        low = Fact("low", Kind.MONEY)
        high = Fact("high", Kind.MONEY, relations=(low <= Fact("high", Kind.MONEY),))
        world = World([high > 0], ["low"])
        inquiry, truth_of = Inquiry(world), world.encoding.truth
        assert not inquiry.is_there(truth_of(low > high).true)
        assert inquiry.is_there(truth_of(low == high).true)
        assert inquiry.is_there(truth_of(low.is_missing()).true)

    def test_each_open_category_may_have_a_value_that_nobody_named(self) -> None:
        others = [Fact(f"other{n}", Kind.CATEGORY) for n in range(3)]
        differ = (others[0] != others[1]) & (others[1] != others[2]) & (others[0] != others[2])
        condition = differ & (others[0] != "another")
        world = World([condition], [])
        customer = Inquiry(world).customer(world.encoding.truth(condition).true)
        assert customer is not None
        assert len({*customer.values(), "another"}) == 4

    def test_amounts_are_ordinary_where_that_is_enough(self) -> None:
        world = World([debt > 5], [])
        customer = Inquiry(world).customer(world.encoding.truth(debt > 5).true)
        assert customer is not None
        assert 5 < customer["debt"] <= Decimal(10) ** 13  # type: ignore[operator]

    def test_amounts_beyond_the_ordinary_are_found_where_it_takes_them(self) -> None:
        condition = score > 2_000_000_000
        world = World([condition], [])
        customer = Inquiry(world).customer(world.encoding.truth(condition).true)
        assert customer is not None
        assert truth(condition, customer)

    def test_the_deepest_condition_is_encoded(self) -> None:
        condition: Expression = aum > 0
        for _ in range(DEEPEST // 2 - 1):
            condition = ~(condition & salaried)
        assert seen(condition, {"aum": Decimal(1), "salaried": True}) is truth(
            condition, {"aum": Decimal(1), "salaried": True}
        )

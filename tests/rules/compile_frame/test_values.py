"""A column says of each row what the expression says of that customer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import reduce
from operator import add, mul, truediv

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relationship_core.rules import Expression, Fact, Kind, Literal, at_least, evaluate
from relationship_core.rules.compile_frame import as_value, value_columns
from relationship_core.rules.kind import NUMERIC
from tests.rules.compile_frame.engines import ENGINES, Frame, arrow_of, columns, huge_facts
from tests.rules.strategies import (
    ALL,
    NOTHING_KNOWN,
    Facts,
    any_facts,
    aum,
    conditions,
    consents,
    debt,
    expires,
    growth,
    opened,
    overdue,
    products,
    salaried,
    score,
    share,
    tenure,
    tier,
    value_expressions,
    visits,
)

LARGEST = 2**63 - 1


def require_agreement(
    frame: Frame, named: Mapping[str, Expression], customers: Sequence[Facts]
) -> None:
    """Each column holds what each expression is for each customer, in value and in type."""
    cells = columns(value_columns(frame, named), list(named)) if named else {}
    for name, expression in named.items():
        said = [as_value(cell, expression.kind) for cell in cells[name]]
        meant = [evaluate(expression, facts) for facts in customers]
        assert said == meant, expression
        assert [type(value) for value in said] == [type(value) for value in meant]


def numbered(expressions: Sequence[Expression]) -> dict[str, Expression]:
    return {f"c{place}": each for place, each in enumerate(expressions)}


@pytest.mark.parametrize("engine", ENGINES)
@settings(max_examples=20)
@given(st.data())
def test_columns_are_the_interpreted_values(engine: str, data: st.DataObject) -> None:
    customers = data.draw(st.lists(any_facts | huge_facts, min_size=1, max_size=8))
    kinds = data.draw(st.lists(st.sampled_from(Kind), max_size=8))
    drawn = [data.draw(value_expressions(kind, 3)) for kind in kinds]
    drawn += data.draw(st.lists(conditions(), max_size=8))
    require_agreement(ENGINES[engine](arrow_of(customers)), numbered(drawn), customers)


def at_the_edge(units: int) -> Facts:
    """A customer each of whose numbers has so many units, in turns above and below zero."""
    numbers = [fact for fact in ALL if fact.kind in NUMERIC]
    signed = {fact.name: units * (-1) ** place for place, fact in enumerate(numbers)}
    return NOTHING_KNOWN | {fact.name: as_value(signed[fact.name], fact.kind) for fact in numbers}


EDGES = [
    *(at_the_edge(units) for units in (0, 1, 2, 3, 499_999, 500_000, 500_001, 1_500_000)),
    *(at_the_edge(units) for units in (10**6, 10**12, 10**18, LARGEST - 1, LARGEST)),
    NOTHING_KNOWN,
]
LONG = [
    reduce(mul, [aum, share, growth]),
    reduce(mul, [share, growth, score]),
    reduce(mul, [visits, products, visits]),
    reduce(mul, [visits, products, visits, products]),
    reduce(mul, [aum, share, growth, score]) / share,
    reduce(truediv, [aum, share, growth]),
    reduce(truediv, [aum, share, growth, score]),
    visits / share,
    (visits * products) / share,
    (visits * products) / (share * growth),
    (aum * share) / (visits * products),
    (aum * visits * products) / (debt * visits),
    (aum * visits * products) / visits,
    (aum * visits * products) / (products * visits * visits),
    (share * visits) / (visits * products),
    (visits * products * 7) + share,
    (visits * products * 7) * products >= share,
    (visits * products * 7) * products == share,
    -1 * visits * products * 7 * products <= growth,
    (visits + products) - (share + Decimal("0.5")),
    Literal(10**35, Kind.COUNT) + share,
    Literal(10**35, Kind.COUNT) > share * growth,
    Literal(10**31, Kind.COUNT) - visits * products * products,
    (aum * share).is_in([0, Decimal("0.01"), 10**20]),
    aum.is_in([0, 10**20, Decimal("0.01")]),
    aum.is_in([10**20]),
    aum.between(-(10**20), 10**20),
    (aum * 10**15).or_else(debt),
]


@pytest.mark.parametrize("engine", ENGINES)
def test_numbers_too_long_for_one_multiplication_agree_to_the_last_digit(engine: str) -> None:
    require_agreement(ENGINES[engine](arrow_of(EDGES)), numbered(LONG), EDGES)


@pytest.mark.parametrize("engine", ENGINES)
def test_days_end_where_the_calendar_does(engine: str) -> None:
    customers = [
        NOTHING_KNOWN | {"opened": day, "expires": other, "overdue": days}
        for day in (date.min, date.max, date(2024, 2, 29), date(1582, 10, 10), None)
        for other in (date.min, date.max, None)
        for days in (-1, 0, 1, 3_652_058, -3_652_058, 10**9, -(10**9), LARGEST, None)
    ]
    moved, back = opened + overdue, opened - overdue
    expressions = [
        moved,
        back,
        opened - expires,
        (opened - expires) + overdue,
        (opened - expires) * products,
        moved >= expires,
        expires < back,
        moved == moved,
        moved.is_in([date.max, date(2024, 3, 1)]),
        opened.is_in([date.max, date(2024, 3, 1)]),
        opened.is_missing(),
        moved.is_missing(),
        moved.or_else(expires),
        expires.or_else(back),
        expires.or_else(opened),
        opened.or_else(date(2024, 2, 29)) + 1,
        opened + overdue * 10**20,
        opened.between(date(2024, 2, 29), expires),
        (moved + 1) - back,
    ]
    require_agreement(ENGINES[engine](arrow_of(customers)), numbered(expressions), customers)


def test_what_is_derived_is_computed_where_it_is_read() -> None:
    net = Fact("net", Kind.MONEY, derived=aum - debt)
    rich = Fact("rich", Kind.FLAG, derived=net > 100)
    derived = {fact.name: fact.derived for fact in (net, rich) if fact.derived is not None}
    facts = {**NOTHING_KNOWN, "aum": Decimal(300), "debt": Decimal(150)}
    frame = ENGINES["polars"](arrow_of([facts], [aum, debt, salaried]))
    added = value_columns(frame, {"r": rich, "n": net * 2, "b": rich & salaried & rich}, derived)
    assert columns(added, ["r", "n", "b"]) == {"r": [True], "n": [30_000], "b": [None]}


def test_no_expressions_leave_a_frame_as_it_is() -> None:
    frame = ENGINES["polars"](arrow_of([NOTHING_KNOWN]))
    assert value_columns(frame, {}) is frame


@pytest.mark.parametrize("engine", ENGINES)
def test_constants_alone_stand_in_every_row(engine: str) -> None:
    constants = {"yes": Literal(True, Kind.FLAG), "sum": Literal(2, Kind.COUNT) + 3}
    frame = ENGINES[engine](arrow_of([NOTHING_KNOWN] * 3, [aum]))
    assert columns(value_columns(frame, constants), ["yes", "sum"]) == {
        "yes": [True] * 3,
        "sum": [5] * 3,
    }


@pytest.mark.parametrize("engine", ENGINES)
def test_a_frame_without_rows_gets_its_columns(engine: str) -> None:
    frame = ENGINES[engine](arrow_of([]))
    named = numbered([aum * share, opened + 1, salaried & consents, tier])
    assert columns(value_columns(frame, named), list(named)) == {name: [] for name in named}


DEEP: list[Expression] = [
    reduce(lambda chain, place: chain & (aum >= -place), range(499), aum >= 0),
    reduce(add, [aum] * 201) >= 201,
    reduce(
        lambda nested, place: at_least(1, ~(nested & (aum >= place)) | consents),
        range(60),
        salaried,
    ),
    reduce(lambda parity, _: (parity != consents) == salaried, range(60), salaried),
    reduce(lambda nested, _: at_least(2, nested, nested, consents, aum > 5), range(7), salaried),
    at_least(60, *[aum >= place for place in range(100)]),
]


@pytest.mark.parametrize("engine", ["polars lazy", "duckdb"])
def test_long_and_deep_conditions_are_computed(engine: str) -> None:
    customers: list[Facts] = [
        {**NOTHING_KNOWN, "aum": amount, "salaried": salary, "consents": True}
        for amount in (Decimal(-1), Decimal("0.99"), Decimal(1), Decimal(59), Decimal(58), None)
        for salary in (True, False, None)
    ]
    require_agreement(ENGINES[engine](arrow_of(customers)), numbered(DEEP), customers)


def test_parts_in_common_are_computed_once() -> None:
    """Else the tenth level would hold the first a thousand times."""
    nested = reduce(lambda x, _: (x * share) + (x / growth) - x, range(7), aum)
    customers = [at_the_edge(10**6), at_the_edge(3)]
    require_agreement(ENGINES["polars"](arrow_of(customers)), {"x": nested}, customers)


def test_kinds_that_hold_the_same_constant_stay_apart() -> None:
    defaults = [salaried.or_else(True), products.or_else(1), aum.or_else(1), tenure.or_else(1)]
    facts = [NOTHING_KNOWN]
    require_agreement(ENGINES["polars"](arrow_of(facts)), numbered(defaults), facts)
    assert overdue.kind is not tenure.kind

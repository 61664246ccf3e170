"""Facts say what they are, and refuse what they can't be."""

from __future__ import annotations

import pickle
from datetime import date
from decimal import Decimal

import pytest

from relationship_core.errors import KindError, RelationshipError, RuleError
from relationship_core.rules import Fact, FactValue, Freshness, Kind, Text, facts_in
from relationship_core.rules.fact import unknown_fact
from tests.rules.strategies import aum, debt, salaried, share, tier


@pytest.mark.parametrize("name", ["aum", "aum_12m", "northern.digital_share", "a.b.c1"])
def test_names_that_facts_may_have(name: str) -> None:
    assert repr(Fact(name, Kind.MONEY)) == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Aum",
        "1st",
        "aum-12",
        "aum.",
        ".aum",
        "a..b",
        "总资产",
        "aum\n",
        "a b",
        "x'] or (",
        None,
    ],
)
def test_names_that_facts_may_not_have(name: str) -> None:
    with pytest.raises(RuleError, match="is no name for a fact"):
        Fact(name, Kind.MONEY)


def test_a_label_is_made_of_the_name_where_none_is_given() -> None:
    assert Fact("days_past_due", Kind.DAYS).label == Text("days past due")
    assert Fact("aum", Kind.MONEY, "assets").label == Text("assets")
    assert Fact("aum", Kind.MONEY, Text("assets", "资产")).label.zh == "资产"


def test_a_kind_and_a_freshness_may_be_spelt() -> None:
    fact = Fact("aum", "money", freshness="month_end")  # type: ignore[arg-type]
    assert fact.kind is Kind.MONEY
    assert fact.freshness is Freshness.MONTH_END


def test_bounds_take_the_type_and_scale_of_the_kind() -> None:
    fact = Fact("share", Kind.RATIO, minimum=0, maximum=0.5)
    assert repr(fact.minimum) == "Decimal('0.000000')"
    assert repr(fact.maximum) == "Decimal('0.500000')"
    assert Fact("stars", Kind.COUNT, minimum=Decimal(1)).minimum == 1
    assert Fact("opened", Kind.DATE, maximum=date(2026, 1, 1)).maximum == date(2026, 1, 1)


@pytest.mark.parametrize(
    ("build", "error", "words"),
    [
        (
            lambda: Fact("x", Kind.MONEY, minimum=2, maximum=1),
            RuleError,
            "fact x: its range is empty",
        ),
        (lambda: Fact("x", Kind.FLAG, minimum=True), KindError, "fact x: a flag has no minimum"),
        (lambda: Fact("x", Kind.CATEGORY, maximum="z"), KindError, "a category has no maximum"),
        (lambda: Fact("x", Kind.COUNT, minimum=0.5), KindError, "more decimals than a count"),
        (lambda: Fact("x", Kind.DATE, minimum=5), KindError, "a date can't hold a int"),
        (lambda: Fact("x", Kind.MONEY, categories=("a",)), KindError, "a money has no categories"),
        (lambda: Fact("x", Kind.CATEGORY, categories="gold"), RuleError, "is one text"),
        (
            lambda: Fact("x", Kind.RATIO, derived=aum + debt),
            KindError,
            "fact x: it is a ratio, but its expression gives a money",
        ),
        (lambda: Fact("x", Kind.MONEY, relations=(aum,)), KindError, "a money is no condition"),
        (lambda: Fact("x", "monye"), ValueError, "monye"),  # type: ignore[arg-type]
    ],
)
def test_what_a_fact_can_not_be(build: object, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        build()  # type: ignore[operator]


@pytest.mark.parametrize(
    ("fact", "value", "admitted"),
    [
        (aum, Decimal(0), True),
        (aum, Decimal("-0.01"), False),
        (aum, Decimal(10**20), True),
        (share, Decimal(1), True),
        (share, Decimal("1.000001"), False),
        (share, Decimal("-0.000001"), False),
        (debt, Decimal(-5), True),
        (tier, "gold", True),
        (tier, "gould", False),
        (salaried, False, True),
        (Fact("x", Kind.COUNT, maximum=3), 3, True),
        (Fact("x", Kind.COUNT, maximum=3), 4, False),
    ],
)
def test_a_fact_admits_what_lies_in_its_range(fact: Fact, value: FactValue, admitted: bool) -> None:
    assert fact.admits(value) is admitted


def test_the_facts_an_expression_reads_are_told_once_in_order() -> None:
    derived = Fact("net", Kind.MONEY, derived=aum - debt)
    expression = (share > 0) & (derived > aum) & (aum.or_else(derived) > 1) & salaried
    assert [fact.name for fact in facts_in(expression)] == ["share", "net", "aum", "salaried"]
    assert derived.children() == ()


@pytest.mark.parametrize(
    ("name", "known", "mend"),
    [
        ("amu", ["aum", "debt"], " (did you mean 'aum'?)"),
        ("balance", ["aum", "debt"], " (known: aum, debt)"),
        ("balance", [f"fact_{n}" for n in range(13)], ""),
        ("balance", [], " (known: )"),
    ],
)
def test_an_unknown_fact_is_told_with_the_nearest(name: str, known: list[str], mend: str) -> None:
    assert str(unknown_fact(name, known)) == f"there is no fact {name!r}{mend}"


def test_an_unknown_fact_is_a_lookup_error_of_ours() -> None:
    assert isinstance(unknown_fact("x", []), LookupError)
    assert isinstance(unknown_fact("x", []), RelationshipError)


def test_facts_survive_pickling() -> None:
    fact = Fact(
        "net",
        Kind.MONEY,
        Text("net", "净"),
        minimum=0,
        relations=[aum >= debt],
        derived=aum - debt,
        protected=True,
    )
    assert pickle.loads(pickle.dumps(fact)).definition() == fact.definition()

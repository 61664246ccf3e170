"""Expressions are built by operators, and what can't be meant is refused as it is written."""

from __future__ import annotations

import copy
import pickle
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relationship_core.errors import KindError, RuleError
from relationship_core.rules import Expression, Fact, FactValue, Kind, Literal, at_least
from relationship_core.rules.expression import And, Between, Or
from tests.rules.strategies import (
    aum,
    branch,
    conditions,
    consents,
    debt,
    expires,
    fact_values,
    growth,
    opened,
    overdue,
    products,
    salaried,
    score,
    sex,
    share,
    tenure,
    tier,
    value_expressions,
)


@pytest.mark.parametrize(
    ("expression", "spelling", "kind"),
    [
        (aum + debt, "(aum + debt)", Kind.MONEY),
        (aum + 1, "(aum + 1.00)", Kind.MONEY),
        (1 + aum, "(1.00 + aum)", Kind.MONEY),
        (aum - 0.5, "(aum - 0.50)", Kind.MONEY),
        (1 - share, "(1.000000 - share)", Kind.RATIO),
        (aum * 2, "(aum * 2)", Kind.MONEY),
        (0.5 * aum, "(0.500000 * aum)", Kind.MONEY),
        (aum / debt, "(aum / debt)", Kind.RATIO),
        (1 / products, "(1 / products)", Kind.RATIO),
        (Decimal(3) / score, "(3.000000 / score)", Kind.RATIO),
        (expires - opened, "(expires - opened)", Kind.DAYS),
        (expires - 30, "(expires - 30)", Kind.DATE),
        (expires - date(2026, 1, 1), "(expires - datetime.date(2026, 1, 1))", Kind.DAYS),
        (aum.or_else(0), "aum.or_else(0.00)", Kind.MONEY),
        (aum < 5, "(aum < 5.00)", Kind.FLAG),
        (aum <= debt, "(aum <= debt)", Kind.FLAG),
        (5 < aum, "(aum > 5.00)", Kind.FLAG),
        (5 >= aum, "(aum <= 5.00)", Kind.FLAG),
        (tier == "gold", "(tier == 'gold')", Kind.FLAG),
        (tier != "gold", "(tier != 'gold')", Kind.FLAG),
        ("gold" == tier, "(tier == 'gold')", Kind.FLAG),
        (share.between(0, 0.5), "share.between(0.000000, 0.500000)", Kind.FLAG),
        (tier.is_in(["silver", "gold"]), "tier.is_in(['gold', 'silver'])", Kind.FLAG),
        (aum.is_missing(), "aum.is_missing()", Kind.FLAG),
        (salaried & consents, "(salaried & consents)", Kind.FLAG),
        (salaried | consents, "(salaried | consents)", Kind.FLAG),
        (~salaried, "~salaried", Kind.FLAG),
        (at_least(1, salaried, consents), "at_least(1, salaried, consents)", Kind.FLAG),
        (salaried == True, "(salaried == True)", Kind.FLAG),  # noqa: E712
        (Literal(5, Kind.MONEY) > 3, "(5.00 > 3.00)", Kind.FLAG),
    ],
    ids=str,
)
def test_operators_build_expressions(expression: Expression, spelling: str, kind: Kind) -> None:
    assert repr(expression) == spelling
    assert expression.kind is kind


def test_the_same_word_joins_into_one_group() -> None:
    four = (salaried & consents) & (salaried & consents)
    assert isinstance(four, And)
    assert len(four.operands) == 4
    either = salaried | consents | (salaried | consents)
    assert isinstance(either, Or)
    assert len(either.operands) == 4
    mixed = (salaried | consents) & salaried
    assert [len(each.children()) for each in mixed.children()] == [2, 0]


FIX = r"write & \| ~ for and, or, not; x\.between\(a, b\) for a <= x <= b; a\.same_as\(b\)"


def test_and_is_refused_with_the_fix() -> None:
    with pytest.raises(RuleError, match=FIX):
        _ = aum > 5 and salaried  # type: ignore[truthy-bool]


def test_or_is_refused_with_the_fix() -> None:
    with pytest.raises(RuleError, match=FIX):
        _ = aum > 5 or salaried  # type: ignore[truthy-bool]


def test_not_is_refused_with_the_fix() -> None:
    with pytest.raises(RuleError, match=FIX):
        _ = not salaried


def test_a_chained_comparison_is_refused_with_the_fix() -> None:
    with pytest.raises(RuleError, match=FIX):
        _ = 0 <= aum <= 5  # type: ignore[operator]


def test_looking_for_an_expression_in_a_list_is_refused_with_the_fix() -> None:
    with pytest.raises(RuleError, match=FIX):
        _ = aum in [debt, share]


@pytest.mark.parametrize("other", [1, True, "gold", None])
def test_joining_with_no_condition_is_refused_with_the_fix(other: object) -> None:
    for join in (
        lambda: salaried & other,
        lambda: other & salaried,
        lambda: salaried | other,
        lambda: other | salaried,
        lambda: at_least(1, salaried, other),  # type: ignore[arg-type]
    ):
        with pytest.raises(KindError, match=r"is no condition.*\(a > 1\) & \(b > 2\)"):
            join()


def test_a_forgotten_parenthesis_is_refused_with_the_fix() -> None:
    with pytest.raises(KindError, match=r"1 is no condition.*\(a > 1\) & \(b > 2\)"):
        _ = aum > 1 & salaried  # type: ignore[operator]


def test_a_value_is_no_condition() -> None:
    for build in (lambda: ~aum, lambda: aum & salaried, lambda: at_least(1, aum)):
        with pytest.raises(KindError, match=r"a money is no condition.*compare it"):
            build()


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda: aum > share, "a money can't be compared with a ratio"),
        (lambda: tenure >= overdue, "a months can't be compared with a days"),
        (lambda: aum + share, r"money \+ ratio has no meaning"),
        (lambda: aum * debt, r"money \* money has no meaning"),
        (lambda: 5 / aum, "count / money has no meaning"),
        (lambda: salaried + 1, "a flag can't hold a int"),
        (lambda: salaried * 2, r"flag \* count has no meaning"),
        (lambda: tier > "gold", "a category has no order"),
        (lambda: salaried.between(False, True), "a flag has no order"),
        (lambda: aum.between(0, share), "a money can't be compared with a ratio"),
        (lambda: aum.between(share, 0), "a ratio can't be compared with a money"),
        (lambda: aum.or_else(share), "a ratio can't stand in for a money"),
        (lambda: share.or_else(products), "a count can't stand in for a ratio"),
        (lambda: aum == "5", "a money can't hold a str"),
        (lambda: products == True, "a count can't hold a bool"),  # noqa: E712
        (lambda: salaried == 1, "a flag can't hold a int"),
        (lambda: tier == 1, "a category can't hold a int"),
        (lambda: opened < "2026-01-01", "a date can't hold a str"),
        (lambda: opened < datetime(2026, 1, 1), "a date can't hold a datetime"),  # noqa: DTZ001
        (lambda: aum.is_in(["5"]), "a money can't hold a str"),
        (lambda: aum.is_in([debt]), "a Fact can't stand in a rule"),
        (lambda: products >= 2.5, r"2\.5 has more decimals than a count keeps \(0\)"),
        (lambda: aum >= 0.001, r"0\.001 has more decimals than a money keeps \(2\)"),
    ],
)
def test_kinds_that_do_not_belong_together_are_refused(build: object, words: str) -> None:
    with pytest.raises(KindError, match=words):
        build()  # type: ignore[operator]


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda: aum == None, r"use \.is_missing\(\)"),  # noqa: E711
        (lambda: aum.or_else(float("nan")), "a money can't be NaN"),
        (lambda: aum.is_in([]), r"is_in\(\) needs at least one value"),
        (lambda: branch.is_in("north"), r"'north' is one text where several may stand"),
        (lambda: aum.between(2, 1), r"nothing lies between 2\.00 and 1\.00 \(swap the two\)"),
        (lambda: at_least(0, salaried), r"at_least\(0, \.\.\.\) can't be met by 1 conditions"),
        (lambda: at_least(2, salaried), r"at_least\(2, \.\.\.\) can't be met by 1 conditions"),
        (lambda: at_least(True, salaried), r"at_least\(True, \.\.\.\) can't be met"),
        (lambda: at_least(1.5, salaried, consents), "can't be met"),  # type: ignore[arg-type]
        (lambda: at_least(1), "there is no condition to join"),
        (lambda: And(()), "there is no condition to join"),
    ],
)
def test_what_can_not_be_meant_is_refused(build: object, words: str) -> None:
    with pytest.raises(RuleError, match=words):
        build()  # type: ignore[operator]


@pytest.mark.parametrize(
    "fact", [tier, tier.or_else("basic"), tier.or_else("basic").or_else("basic")]
)
@pytest.mark.parametrize(
    "build",
    [
        lambda fact: fact == "gould",
        lambda fact: fact != "gould",
        lambda fact: Literal("gould", Kind.CATEGORY) == fact,
        lambda fact: fact.is_in(["silver", "gould"]),
        lambda fact: fact.or_else("gould"),
    ],
)
def test_a_category_that_can_not_be_is_refused_with_the_nearest(
    fact: Expression, build: object
) -> None:
    with pytest.raises(RuleError, match=r"fact tier: 'gould' is none of.*did you mean 'gold'"):
        build(fact)  # type: ignore[operator]


def test_a_category_from_elsewhere_may_stand_in_by_a_fact() -> None:
    assert (tier.or_else(branch) == "north").kind is Kind.FLAG
    assert tier.or_else(branch).is_in(["north"]).kind is Kind.FLAG


def test_membership_of_a_protected_category_is_checked_like_any_other() -> None:
    assert repr(sex.is_in(["male", "female", "male"])) == "sex.is_in(['female', 'male'])"
    with pytest.raises(RuleError, match="fact sex: 'femail' is none of its categories"):
        sex.is_in(["femail"])


@given(st.lists(st.decimals(-9, 9, places=2), min_size=1), st.randoms())
def test_membership_has_one_form_however_it_was_written(
    values: list[Decimal], random: object
) -> None:
    shuffled = [*values, *values]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert aum.is_in(shuffled).canonical() == aum.is_in(values).canonical()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (aum >= 1000, aum >= Decimal("1E+3")),
        (aum >= 1000, aum >= 1000.0),
        (aum >= 0, aum >= Decimal("-0.00")),
        (products >= 2, products >= Decimal("2.0")),
        (share >= 0.3, share >= Decimal("0.3")),
        (5 < aum, aum > 5),
        (aum.between(0, 1), Between(aum, Literal(0, Kind.MONEY), Literal(1, Kind.MONEY))),
        (salaried & (consents & salaried), (salaried & consents) & salaried),
    ],
)
def test_equal_expressions_have_one_form(one: Expression, other: Expression) -> None:
    assert one.same_as(other)
    assert one.canonical() == other.canonical()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (aum >= 1000, aum >= 1001),
        (aum >= 1000, aum > 1000),
        (aum >= 1000, debt >= 1000),
        (salaried & consents, salaried | consents),
        (salaried & consents, consents & salaried),
        (salaried, ~salaried),
        (at_least(1, salaried, consents), at_least(2, salaried, consents)),
        (tier.is_in(["gold"]), tier.is_in(["gold", "silver"])),
        (aum.or_else(0), aum.or_else(1)),
        (Literal(1, Kind.COUNT), Literal(1, Kind.MONTHS)),
        (growth / 2 * 3, growth / (2 * score)),
        (aum - (debt - aum), aum - debt - aum),
    ],
)
def test_unequal_expressions_differ(one: Expression, other: Expression) -> None:
    assert not one.same_as(other)


def test_an_expression_is_not_the_same_as_its_spelling() -> None:
    assert not aum.same_as("aum")


@given(st.data(), st.sampled_from(Kind))
def test_expressions_survive_pickling(data: st.DataObject, kind: Kind) -> None:
    expression = data.draw(value_expressions(kind, 3))
    again: Expression = pickle.loads(pickle.dumps(expression))
    assert again.same_as(expression)
    assert again.kind is kind
    assert repr(again) == repr(expression)
    assert copy.deepcopy(expression).same_as(expression)


def test_a_chain_of_200_sums_survives_pickling() -> None:
    chain: Expression = aum
    for _ in range(200):
        chain = chain + aum
    assert pickle.loads(pickle.dumps(chain)).same_as(chain)


@given(conditions())
def test_an_expression_walks_through_all_its_parts_parents_first(condition: Expression) -> None:
    parts = list(condition.walk())
    assert parts[0] is condition
    places = {id(part): place for place, part in reversed(list(enumerate(parts)))}
    for part in parts:
        for child in part.children():
            assert id(child) in places
    assert len(parts) == 1 + sum(len(part.children()) for part in parts)


@given(st.data())
def test_literals_of_a_fact_keep_their_value(data: st.DataObject) -> None:
    fact: Fact = data.draw(st.sampled_from([aum, share, products, tier, opened, salaried]))
    value: FactValue = data.draw(fact_values(fact))
    literal = (fact == value).children()[1]
    assert isinstance(literal, Literal)
    assert repr(literal.value) == repr(value)


def test_an_expression_can_be_a_key_of_its_own() -> None:
    assert {aum: 1, debt: 2}[aum] == 1
    assert len({aum >= 5, aum >= 5}) == 2

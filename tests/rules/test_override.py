"""Overriding a rule at a deeper node: which threshold may be moved, how far, and nothing else."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from relationship_core.errors import RuleError
from relationship_core.rules import Expression, Fact, Kind, Literal, Rule, RuleSet, between
from relationship_core.rules.json_form import read_rule, write_rule
from relationship_core.rules.override import Limits

worth = Fact("worth", Kind.MONEY)
tenure = Fact("tenure", Kind.MONTHS)
opened = Fact("opened", Kind.DATE)
industry = Fact("industry", Kind.CATEGORY)
FACTS = {fact.name: fact for fact in (worth, tenure, opened, industry)}

EARNED = (worth >= 50_000) & (tenure >= 12)
GOLD = Rule("gold", EARNED, overridable=between(40_000, 80_000))


def below(when: Expression, **fields: Any) -> Rule:
    return Rule("gold", when, scope=("north",), **fields)


@given(st.integers(40_000, 80_000))
def test_a_threshold_moves_within_its_limits(threshold: int) -> None:
    own = below((worth >= threshold) & (tenure >= 12), reason="the north is dear")
    assert RuleSet("tiers", [GOLD, own]).effective(("north",)).rules[0].when.same_as(own.when)


@given(st.integers(-1_000_000, 39_999) | st.integers(80_001, 1_000_000))
def test_a_threshold_moves_no_further(threshold: int) -> None:
    with pytest.raises(RuleError, match=r"outside 40000\.00 to 80000\.00") as caught:
        RuleSet("tiers", [GOLD, below((worth >= threshold) & (tenure >= 12), origin="north-bank")])
    assert "'gold'" in str(caught.value)
    assert "the head office" in str(caught.value)
    assert "north-bank" in str(caught.value)


@pytest.mark.parametrize(
    "own",
    [
        below((worth > 60_000) & (tenure >= 12)),
        below((worth >= 60_000) | (tenure >= 12)),
        below(worth >= 60_000),
        below((worth >= 60_000) & (tenure >= 12) & (worth >= 0)),
        below((60_000 <= worth) & (tenure <= 12)),
        below(EARNED, then="x"),
        below(EARNED, if_missing="skip"),
        below(EARNED, exemption="the law of the north"),
    ],
)
def test_nothing_else_may_change(own: Rule) -> None:
    with pytest.raises(RuleError, match="it changes more than thresholds"):
        RuleSet("tiers", [GOLD, own])


def test_a_threshold_without_limits_stays() -> None:
    with pytest.raises(RuleError, match="the threshold of tenure isn't among those it may set"):
        RuleSet("tiers", [GOLD, below((worth >= 50_000) & (tenure >= 6))])


def test_several_thresholds_have_limits_by_the_names_of_their_facts() -> None:
    both = evolve(GOLD, overridable={worth: between(40_000, 80_000), "tenure": between(6, 24)})
    assert [each.fact for each in both.overridable] == ["tenure", "worth"]  # type: ignore[union-attr]
    RuleSet("tiers", [both, below((worth >= 80_000) & (tenure >= 6))])
    with pytest.raises(RuleError, match="it sets tenure to 25, outside 6 to 24"):
        RuleSet("tiers", [both, below((worth >= 80_000) & (tenure >= 25))])


def test_both_ends_of_a_range_and_a_threshold_on_the_left_are_thresholds() -> None:
    wide = Rule("gold", worth.between(10, 20), overridable={"worth": between(5, 25)})
    RuleSet("tiers", [wide, below(worth.between(5, 25))])
    with pytest.raises(RuleError, match=r"outside 5\.00 to 25\.00"):
        RuleSet("tiers", [wide, below(worth.between(5, 26))])
    open_end = Rule("gold", tenure.between(3, tenure + 1), overridable=between(1, 5))
    RuleSet("tiers", [open_end, below(tenure.between(4, tenure + 1))])


def test_a_facts_other_threshold_outside_the_limits_stays() -> None:
    when = (worth >= 50_000) | ((tenure >= 12) & (worth > 0))
    rich = Rule("gold", when, overridable=between(40_000, 80_000))
    assert evolve(rich, priority=1).overridable == rich.overridable
    RuleSet("tiers", [rich, below((worth >= 60_000) | ((tenure >= 12) & (worth > 0)))])
    with pytest.raises(RuleError, match="the threshold of worth isn't among those it may set"):
        RuleSet("tiers", [rich, below((worth >= 50_000) | ((tenure >= 12) & (worth > 45_000)))])


def test_a_threshold_may_stand_first() -> None:
    low = Literal(3, Kind.MONTHS)
    turned = Rule("gold", low <= tenure, overridable=between(1, 5))
    RuleSet("tiers", [turned, below(Literal(5, Kind.MONTHS) <= tenure)])
    with pytest.raises(RuleError, match="it sets tenure to 6, outside 1 to 5"):
        RuleSet("tiers", [turned, below(Literal(6, Kind.MONTHS) <= tenure)])


def test_a_day_is_a_threshold_too() -> None:
    since = Rule(
        "gold", opened <= date(2020, 1, 1), overridable=between(date(2019, 1, 1), date(2021, 1, 1))
    )
    RuleSet("tiers", [since, below(opened <= date(2021, 1, 1))])
    with pytest.raises(RuleError, match="outside 2019-01-01 to 2021-01-01"):
        RuleSet("tiers", [since, below(opened <= date(2021, 1, 2))])


def test_every_node_above_sets_limits() -> None:
    north = below((worth >= 60_000) & (tenure >= 12), overridable=between(55_000, 90_000))
    city = Rule("gold", (worth >= 85_000) & (tenure >= 12), scope=("north", "c1"))
    with pytest.raises(RuleError, match="'gold' of the head office further than that allows"):
        RuleSet("tiers", [GOLD, north, city])
    with pytest.raises(RuleError, match="'gold' of north further than that allows"):
        RuleSet("tiers", [GOLD, north, evolve(city, when=(worth >= 50_000) & (tenure >= 12))])


@pytest.mark.parametrize(
    ("when", "overridable", "words"),
    [
        (EARNED, between(1, 2), "none of its thresholds lies from 1 to 2"),
        (EARNED, between(10, 60_000), "2 of its thresholds lies from 10 to 60000"),
        (EARNED, {"worth": between(60_000, 80_000)}, "for 'worth' hold no threshold of it"),
        (EARNED, {"aum": between(1, 2)}, "for 'aum' hold no threshold of it"),
        (EARNED, between("a", "b"), "none of its thresholds"),
        (industry == "steel", {"industry": between("a", "z")}, "hold no threshold"),
        (worth >= worth + 1, between(0, 5), "none of its thresholds"),
    ],
)
def test_limits_belong_to_one_threshold(when: Expression, overridable: Any, words: str) -> None:
    with pytest.raises(RuleError, match=words) as caught:
        Rule("gold", when, overridable=overridable)
    assert caught.value.where == "rule gold"


def test_a_threshold_of_two_facts_is_named_by_one_of_them() -> None:
    cost = Fact("cost", Kind.MONEY)
    with pytest.raises(RuleError, match="say whose limits they are"):
        Rule("gold", worth - cost >= 5, overridable=between(0, 9))
    both = {"cost": between(0, 9), "worth": between(1, 7)}
    with pytest.raises(RuleError, match=r"to 99\.00, outside 0\.00 to 9\.00"):
        RuleSet(
            "tiers", [Rule("gold", worth - cost >= 5, overridable=both), below(worth - cost >= 99)]
        )
    net = Rule("gold", worth - cost >= 5, overridable={"cost": between(0, 9)})
    RuleSet("tiers", [net, below(worth - cost >= 9)])


def test_a_fact_has_limits_once() -> None:
    wide = worth.between(10, 100)
    for twice in (
        {worth: between(5, 20), "worth": between(5, 120)},
        [between(5, 20), between(80, 120)],
    ):
        with pytest.raises(RuleError, match="rule gold: 'worth' has limits 2 times"):
            Rule("gold", wide, overridable=twice)  # type: ignore[arg-type]


@pytest.mark.parametrize("what", ["no", 5, [], [between(1, 2), 3], None, {"worth": 5}])
def test_what_limits_can_not_be(what: Any) -> None:
    with pytest.raises(RuleError, match="rule gold: overridable is True, False or limits"):
        Rule("gold", EARNED, overridable=what)


def test_limits_are_kept_in_the_kind_of_their_threshold() -> None:
    assert GOLD.overridable == (
        Limits(Decimal("40000.00"), Decimal("80000.00"), "worth", Kind.MONEY),
    )
    since = Rule(
        "old", opened <= date(2020, 1, 1), overridable=between(date(2019, 1, 1), date(2021, 1, 1))
    )
    for rule in (GOLD, since):
        assert read_rule(write_rule(rule, str), FACTS, str) == rule

"""The columns of a rule set answer for each row as `RuleSet.evaluate` does for that customer."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from relationship_core.errors import RuleError
from relationship_core.rules import Expression, HitPolicy, Kind, Literal, Outcome, Rule, RuleSet
from relationship_core.rules.compile_frame import AnswerColumns, rule_set_columns
from tests.rules.compile_frame.engines import ENGINES, Frame, arrow_of, columns
from tests.rules.strategies import (
    NOTHING_KNOWN,
    Facts,
    any_facts,
    aum,
    conditions,
    consents,
    debt,
    rule_sets,
    salaried,
    tier,
)

Answer = tuple[Outcome, bool] | None


def meant(rule_set: RuleSet, facts: Facts) -> Answer:
    """The outcome and whether it is undetermined; None where the set refuses to answer."""
    try:
        outcome = rule_set.evaluate(facts)
    except RuleError:
        return None
    return outcome, outcome.is_undetermined


def said(rule_set: RuleSet, names: AnswerColumns, row: dict[str, Any]) -> Answer:
    """The same, as the columns tell it."""
    answers = [row[name] for name in names.answers]
    if names.several and row[names.several]:
        assert row[names.place] is None
        assert row[names.undetermined] is None
        return None
    unknown = [place for place, answer in enumerate(answers) if answer is None]
    fired = [place for place, answer in enumerate(answers) if answer]
    if rule_set.hit_policy is not HitPolicy.COLLECT:
        hit = row[names.place]
        fired = [] if hit is None else [hit]
    if rule_set.hit_policy is HitPolicy.FIRST and fired:
        unknown = [place for place in unknown if place < fired[0]]
    if rule_set.hit_policy is HitPolicy.ANY and fired:
        then = rule_set.rules[fired[0]].then
        unknown = [place for place in unknown if rule_set.rules[place].then != then]
    return Outcome(tuple(fired), tuple(unknown)), row[names.undetermined]


def require_agreement(frame: Frame, rule_set: RuleSet, customers: Sequence[Facts]) -> None:
    added, names = rule_set_columns(frame, rule_set)
    cells = columns(added, names.all)
    for place, facts in enumerate(customers):
        row = {name: values[place] for name, values in cells.items()}
        assert said(rule_set, names, row) == meant(rule_set, facts)


@st.composite
def sets_with_outcomes(draw: st.DrawFn) -> RuleSet:
    """Outcomes that may be equal, and that no set or mapping could hold."""
    rule_set = draw(rule_sets())
    outcomes = st.sampled_from(["gold", ["gold"], ["silver"]])
    extra = [Rule(f"x{place}", draw(conditions(1))) for place in range(draw(st.integers(0, 3)))]
    rules = [evolve(rule, then=draw(outcomes)) for rule in (*rule_set.rules, *extra)]
    return evolve(rule_set, rules=rules)


@pytest.mark.parametrize("engine", ENGINES)
@settings(max_examples=20)
@given(st.data())
def test_columns_answer_as_the_rule_set_does(engine: str, data: st.DataObject) -> None:
    customers = data.draw(st.lists(any_facts, min_size=1, max_size=8))
    frame = ENGINES[engine](arrow_of(customers))
    for rule_set in data.draw(st.lists(sets_with_outcomes(), min_size=1, max_size=3)):
        require_agreement(frame, rule_set, customers)


FLAGS = [
    {**NOTHING_KNOWN, "salaried": one, "consents": other, "aum": amount}
    for one, other in product((True, False, None), repeat=2)
    for amount in (Decimal(0), Decimal(10), None)
]


@pytest.mark.parametrize("skipped", [set(), {"a"}, {"a", "c"}])
@pytest.mark.parametrize("thens", ["xxx", "xyx", "xyz"])
@pytest.mark.parametrize("policy", HitPolicy)
def test_all_that_three_rules_can_say(policy: HitPolicy, thens: str, skipped: set[str]) -> None:
    rules = [
        Rule(rule_id, when, then, if_missing="skip" if rule_id in skipped else "undetermined")
        for (rule_id, when), then in zip(
            {"a": salaried, "b": consents, "c": aum >= 5}.items(), thens, strict=True
        )
    ]
    rule_set = RuleSet("three", rules, policy)
    require_agreement(ENGINES["polars"](arrow_of(FLAGS)), rule_set, FLAGS)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("policy", HitPolicy)
def test_sets_of_one_rule_and_of_none(policy: HitPolicy, engine: str) -> None:
    frame = ENGINES[engine](arrow_of(FLAGS))
    constant: Expression = Literal(True, Kind.FLAG)
    for rules in ([], [Rule("a", salaried)], [Rule("a", constant)]):
        require_agreement(frame, RuleSet("few", rules, policy), FLAGS)


def test_many_rules() -> None:
    rules = [
        Rule(f"r{place}", (aum >= 500 - place) & salaried | (debt > place), priority=place)
        for place in range(500)
    ]
    customers = [
        {**NOTHING_KNOWN, "aum": amount, "salaried": True, "debt": owed}
        for amount in (Decimal(1), Decimal(499), None)
        for owed in (Decimal(0), Decimal(200), None)
    ]
    require_agreement(ENGINES["polars"](arrow_of(customers)), RuleSet("many", rules), customers)


def test_the_columns_are_named_after_the_set_and_the_places_of_its_rules() -> None:
    rules = [Rule("Gold", aum >= 5), Rule("gold", tier == "gold")]
    frame = ENGINES["duckdb"](arrow_of([NOTHING_KNOWN]))
    for policy, all_of_them in {
        "first": ("tiers_place", "tiers_undetermined", "tiers_0", "tiers_1"),
        "unique": ("tiers_place", "tiers_undetermined", "tiers_several", "tiers_0", "tiers_1"),
        "collect": ("tiers_undetermined", "tiers_0", "tiers_1"),
    }.items():
        added, names = rule_set_columns(frame, RuleSet("tiers", rules, policy))
        assert names.all == all_of_them
        assert tuple(added.columns[-len(all_of_them) :]) == all_of_them


def test_a_set_of_several_nodes_is_refused() -> None:
    rules = [Rule("gold", aum >= 5, overridable=True), Rule("gold", aum >= 6, scope=("north",))]
    frame = ENGINES["polars"](arrow_of([NOTHING_KNOWN]))
    with pytest.raises(RuleError, match="several nodes"):
        rule_set_columns(frame, RuleSet("tiers", rules))
    added, _ = rule_set_columns(frame, RuleSet("tiers", rules).effective(("north",)))
    assert added["tiers_place"].to_list() == [None]

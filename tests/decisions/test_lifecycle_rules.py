from __future__ import annotations

from typing import Any

import pytest

from relationship_core.decisions.lifecycle import Lifecycle, Stage, Transition
from relationship_core.errors import RuleBookError, RuleError
from relationship_core.facts import aum, exit_approved, product_count
from relationship_core.rules import Rule
from tests.decisions.small_lifecycle import STAGES, small_lifecycle

POOR = aum < 100


def lifecycle(entry: Any = (), transitions: Any = ()) -> Lifecycle:
    return Lifecycle([Stage(name) for name in STAGES], entry, transitions)


def move(source: Any, target: str | None, when: Any = POOR) -> Rule:
    return Rule("move", when, Transition(source, target), origin="bank 2.1")


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (move("stable", "lots"), "transition move (from bank 2.1): 'lots' is no stage"),
        (move("stabel", "lost"), "'stabel' is no stage"),
        (move((), "lost"), "it starts from no stage"),
        (move("exited", "exploration"), "it leads out of 'exited', which is final"),
        (move("stable", "stable"), "it leads from 'stable' to itself"),
        (move("stable", None), "it leads from 'stable' to no stage in particular"),
        (move(("exploration", "stable"), "formation"), "it is of several kinds: decline, forward"),
        (move("stable", "exited"), "without asking whether that was approved"),
        (move("stable", "exited", ~exit_approved), "without asking whether that was approved"),
        (move("stable", "exited", exit_approved | POOR), "without asking whether that was"),
    ],
)
def test_a_move_that_cannot_be_is_refused(rule: Rule, message: str) -> None:
    with pytest.raises(RuleBookError) as caught:
        lifecycle(transitions=[rule])
    assert message in str(caught.value)
    assert caught.value.where == "transition move (from bank 2.1)"


@pytest.mark.parametrize(
    "when",
    [
        exit_approved,
        exit_approved & POOR,
        (exit_approved & POOR) | (exit_approved & (product_count < 1)),
    ],
)
def test_an_exit_that_asks_for_approval_is_taken(when: Any) -> None:
    assert lifecycle(transitions=[move("stable", "exited", when)]).transitions.rules


def test_a_transition_leads_to_a_transition() -> None:
    with pytest.raises(RuleError, match=r"then=Transition\(...\)"):
        lifecycle(transitions=[Rule("move", POOR, "lost")])


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (Rule("lots", POOR), "entry rule lots: 'lots' is no stage"),
        (Rule("poor", POOR, 7), "7 is no stage"),
        (Rule("exited", POOR), "without asking whether that was approved"),
    ],
)
def test_an_entry_rule_that_cannot_be_is_refused(rule: Rule, message: str) -> None:
    with pytest.raises(RuleBookError) as caught:
        lifecycle(entry=[rule])
    assert message in str(caught.value)


@pytest.mark.parametrize("stages", [[], [Stage("lost"), Stage("lost")]])
def test_a_lifecycle_needs_stages_each_of_its_own_name(stages: list[Stage]) -> None:
    with pytest.raises(RuleBookError, match="needs stages"):
        Lifecycle(stages, (), ())


def test_priorities_follow_from_the_order_of_stages_and_not_from_the_rules_own() -> None:
    whole = small_lifecycle()
    assert [rule.id for rule in whole.transitions.rules] == [
        "exit",
        "leave",
        "fall-silent",
        "recover",
        "settle",
        "grow",
        "return",
        "start",
    ]
    assert [rule.then for rule in whole.entry.rules] == list(reversed(STAGES[1:]))
    assert Lifecycle(whole.stages, whole.entry, whole.transitions) == whole
    loud = [Rule(rule.id, rule.when, rule.then, priority=1) for rule in whole.entry.rules]
    quiet = [Rule(rule.id, rule.when, rule.then, priority=9) for rule in whole.entry.rules]
    assert lifecycle(loud) == lifecycle(quiet)


def test_of_several_stages_of_one_role_the_later_given_is_the_later() -> None:
    stages = [Stage("stable"), Stage("early", role="formation"), Stage("late", role="formation")]
    whole = Lifecycle(stages, [Rule("early", POOR), Rule("late", POOR)], [move("early", "late")])
    assert [stage.id for stage in whole.stages] == ["early", "late", "stable"]
    assert [rule.id for rule in whole.entry.rules] == ["late", "early"]

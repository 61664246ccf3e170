from __future__ import annotations

from datetime import date

import pytest

from relationship_core.decisions.stage import (
    Stage,
    StageDecision,
    StageEvent,
    StageRole,
    Transition,
    TransitionKind,
    kind_of_move,
)
from relationship_core.domain import Pending, Standing
from relationship_core.errors import InvalidValueError, RuleBookError
from relationship_core.rules import Text

MAY, JUNE = date(2026, 5, 31), date(2026, 6, 30)


def test_a_stage_named_after_a_role_has_it_and_its_words() -> None:
    stage = Stage("formation")
    assert stage.role is StageRole.FORMATION
    assert stage.label == Text("formation")
    assert Stage("fast_growth", role=StageRole.FORMATION).label == Text("fast growth")
    assert Stage("stable", Text("Stable", "稳定期")).label.zh == "稳定期"


def test_another_stage_must_say_its_role() -> None:
    with pytest.raises(RuleBookError, match="'honeymoon' has no role"):
        Stage("honeymoon")


def test_a_stage_has_a_name_one_can_see() -> None:
    with pytest.raises(InvalidValueError):
        Stage("", role=StageRole.LOST)


@pytest.mark.parametrize(
    ("role", "active", "ended", "final"),
    [
        (StageRole.PROSPECT, False, False, False),
        (StageRole.EXPLORATION, True, False, False),
        (StageRole.FORMATION, True, False, False),
        (StageRole.STABLE, True, False, False),
        (StageRole.DECLINE, False, False, False),
        (StageRole.LOST, False, True, False),
        (StageRole.EXITED, False, True, True),
    ],
)
def test_a_role_says_what_a_stage_is(
    role: StageRole, active: bool, ended: bool, final: bool
) -> None:
    stage = Stage("any", role=role)
    assert (stage.is_active, stage.is_ended, stage.is_final) == (active, ended, final)


@pytest.mark.parametrize(
    ("source", "target", "kind"),
    [
        ("prospect", "exploration", TransitionKind.FORWARD),
        ("formation", "stable", TransitionKind.FORWARD),
        ("stable", "formation", TransitionKind.DECLINE),
        ("formation", "decline", TransitionKind.DECLINE),
        ("decline", "stable", TransitionKind.RECOVERY),
        ("decline", None, TransitionKind.RECOVERY),
        ("lost", "exploration", TransitionKind.WIN_BACK),
        ("lost", None, TransitionKind.WIN_BACK),
        ("decline", "lost", TransitionKind.LOST),
        ("lost", "exited", TransitionKind.EXIT),
    ],
)
def test_what_a_move_means_follows_from_its_ends(
    source: str, target: str | None, kind: TransitionKind
) -> None:
    assert kind_of_move(Stage(source), None if target is None else Stage(target)) is kind


def test_a_transition_may_name_one_source_or_several() -> None:
    assert Transition("lost", "exploration").source == ("lost",)
    assert Transition(["formation", "stable"], "decline").source == ("formation", "stable")
    assert Transition({"stable", "formation"}, "decline").source == ("formation", "stable")


def moved(previous: str | None) -> StageDecision:
    event = StageEvent(previous, "decline", JUNE, TransitionKind.DECLINE)
    return StageDecision("decline", previous, JUNE, JUNE, event)


def test_a_decision_is_written_into_a_standing_and_leaves_the_tier_alone() -> None:
    before = Standing("stable", MAY, "gold", MAY, MAY, stages_passed=("prospect", "stable"))
    after = moved("stable").applied_to(before)
    assert after == Standing(
        "decline", JUNE, "gold", MAY, JUNE, stages_passed=("prospect", "stable", "decline")
    )


def test_a_history_that_nobody_kept_begins_with_the_stage_that_is_known() -> None:
    after = moved("stable").applied_to(Standing("stable", MAY))
    assert after.stages_passed == ("stable", "decline")


def test_without_an_event_only_the_review_and_what_waits_are_new() -> None:
    pending = Pending("decline", (JUNE,))
    held = StageDecision("stable", "stable", MAY, JUNE, pending=pending)
    before = Standing("stable", MAY, stages_passed=("stable",))
    assert held.applied_to(before) == Standing(
        "stable", MAY, reviewed=JUNE, stage_pending=pending, stages_passed=("stable",)
    )


def test_a_first_decision_makes_a_standing() -> None:
    decision = moved(None)
    assert decision.standing == Standing("decline", JUNE, reviewed=JUNE, stages_passed=("decline",))
    assert str(decision) == "decline"

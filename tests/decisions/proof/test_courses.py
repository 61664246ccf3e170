from __future__ import annotations

from itertools import combinations

import pytest

from relationship_core import Lifecycle, Rule, Stage, StageRole, Transition
from relationship_core.decisions.proof import prove_rule_book
from relationship_core.decisions.proof.courses import Courses
from relationship_core.facts import (
    aum,
    months_in_previous_stage,
    months_inactive,
    previous_stage,
    product_count,
)
from relationship_core.rules.analysis import Finding
from tests.decisions.proof.sound_book import lifecycle, sound_book


def found(part: Lifecycle, code: str) -> list[Finding]:
    proof = prove_rule_book(sound_book(lifecycle=part))
    return [each for each in proof.findings if each.code.id == code]


def swinging(recover: Rule) -> Lifecycle:
    return lifecycle(recover)


BACK = Transition("decline", None)


def test_a_circle_is_told_with_where_the_customer_stands_in_it() -> None:
    asks = (product_count >= 1) & (previous_stage == "decline") & (months_in_previous_stage >= 6)
    [finding] = found(swinging(Rule("recover", asks, BACK)), "RC123")
    assert finding.witness is not None
    assert finding.other is not None
    here, there = dict(finding.witness.facts), dict(finding.other.facts)
    assert (here.pop("previous_stage"), there.pop("previous_stage")) == ("stable", "decline")
    assert there.pop("months_in_previous_stage") >= 6  # type: ignore[operator]
    here.pop("months_in_previous_stage")
    assert here == there
    assert (finding.witness.decides, finding.other.decides) == (("fall",), ("recover",))
    assert finding.message == (
        "'fall' moves a customer from 'stable' to 'decline', and 'recover' moves the same customer"
        " back, although nothing else has changed"
    )


def test_who_must_stand_elsewhere_to_swing_does_not() -> None:
    asks = (product_count >= 1) & (previous_stage == "stable")
    assert not found(swinging(Rule("recover", asks, BACK)), "RC123")


def test_who_is_left_open_by_a_graver_move_does_not_swing() -> None:
    unknown = aum.is_missing()
    moves = [
        Rule("fall", (months_inactive >= 3) & unknown, Transition("stable", "decline")),
        Rule("recover", (product_count >= 1) & unknown, BACK),
    ]
    asks = Rule(
        "leave", (aum < 5) & (months_inactive >= 1), Transition(("stable", "decline"), "lost")
    )
    assert found(lifecycle(*moves), "RC123")
    part = lifecycle(*moves, asks)
    assert not found(part, "RC123")
    assert not found(part, "RC199")


def test_a_way_back_that_nobody_can_meet_is_told_as_that_alone() -> None:
    recover = Rule("recover", (product_count > 4) & (product_count < 2), BACK)
    assert [each.rules for each in found(swinging(recover), "RC104")] == [("recover",)]
    assert not found(swinging(recover), "RC106")


def test_of_many_circles_some_are_told() -> None:
    names = [f"s{number}" for number in range(7)]
    moves = [
        rule
        for code, (one, other) in enumerate(combinations(names, 2))
        for rule in (
            Rule(f"{one}-{other}", product_count == code, Transition(one, other)),
            Rule(f"{other}-{one}", product_count == code, Transition(other, one)),
        )
    ]
    stages = [Stage(name, role=StageRole.STABLE) for name in names]
    circles = found(Lifecycle(stages, [Rule("s0", months_inactive >= 0)], moves), "RC123")
    assert len(circles) == 20
    assert len({each.rules for each in circles}) == 20


def test_a_circle_that_the_rules_do_not_confirm_is_undecided(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Courses, "next_stage", lambda *_: None)
    recover = Rule("recover", product_count >= 1, BACK)
    assert not found(swinging(recover), "RC123")
    [finding] = found(swinging(recover), "RC199")
    assert "RC123 oscillation is undecided: the rules don't confirm" in finding.message

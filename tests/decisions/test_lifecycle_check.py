from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from relationship_core.decisions.lifecycle import Confirmation, Lifecycle, Stage, Transition
from relationship_core.decisions.lifecycle_check import FindingCode, check_lifecycle
from relationship_core.facts import aum, months_inactive, product_count
from relationship_core.rules import Rule, truth
from tests.decisions.small_lifecycle import (
    ACTIVE,
    STAGES,
    entry_rules,
    small_lifecycle,
    transition_rules,
)


def with_moves(*moves: Rule, without: tuple[str, ...] = ()) -> Lifecycle:
    kept = [rule for rule in transition_rules() if rule.id not in without]
    return Lifecycle([Stage(name) for name in STAGES], entry_rules(), [*kept, *moves])


def test_a_sound_lifecycle_has_no_findings() -> None:
    assert check_lifecycle(small_lifecycle()) == ()


def test_a_stage_that_no_chain_of_moves_reaches_is_found() -> None:
    (finding,) = check_lifecycle(with_moves(without=("settle", "recover")))[:1]
    assert (finding.code, finding.stages) == (FindingCode.UNREACHABLE, ("stable",))
    assert "from 'prospect' to 'stable'" in str(finding)


def test_a_stage_without_a_way_out_is_found() -> None:
    (finding,) = check_lifecycle(with_moves(without=("return", "exit")))[1:]
    assert (finding.code, finding.stages) == (FindingCode.TRAP, ("lost",))
    assert str(finding) == "nothing leads out of 'lost'"


def test_stages_that_lead_only_to_each_other_are_found() -> None:
    moves = [
        Rule("up", product_count >= 3, Transition("formation", "stable")),
        Rule("down", product_count < 3, Transition("stable", "formation")),
        Rule("end", aum < 1, Transition("exploration", "lost")),
        Rule("back", aum > 1, Transition("lost", "exploration")),
        Rule("grow", product_count >= 2, Transition("exploration", "formation")),
    ]
    stages = [Stage(name) for name in (*ACTIVE, "lost")]
    found = check_lifecycle(Lifecycle(stages, (), moves))
    assert [(each.code, each.stages) for each in found] == [
        (FindingCode.TRAP, ("formation",)),
        (FindingCode.TRAP, ("stable",)),
    ]
    assert "can never end" in found[0].message
    # Where no stage is an end, only a stage without any way out is a trap.
    assert check_lifecycle(Lifecycle(stages[1:3], (), moves[:2])) == ()


def conflict(one: Any, other: Any, **second: Any) -> Any:
    return check_lifecycle(
        with_moves(
            Rule("a", one, Transition("exploration", "formation")),
            Rule("b", other, **{"then": Transition("exploration", "stable"), **second}),
            without=("grow", "settle"),
        )
    )


def test_moves_that_fire_together_are_found_with_a_customer_who_shows_it() -> None:
    one, other = (product_count >= 2) & (aum > 10), months_inactive <= 1
    (finding,) = conflict(one, other)
    assert finding.code is FindingCode.CONFLICT
    assert finding.stages == ("exploration",)
    # The later stage comes first.
    assert finding.rules == ("b", "a")
    assert truth(one & other, dict(finding.witness)) is True
    assert "aum=10.01" in str(finding)
    assert conflict(one, other) == (finding,)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (product_count >= 3, product_count < 3),
        (aum >= 100, aum < 100),
        ((aum >= 100) & (product_count > 1), ~(product_count > 1)),
    ],
)
def test_moves_that_exclude_each_other_are_not(one: Any, other: Any) -> None:
    assert conflict(one, other) == ()


def test_moves_that_lead_alike_may_fire_together() -> None:
    same = Transition("exploration", "formation")
    assert conflict(aum > 1, aum > 2, then=same) == ()
    slower = Transition("exploration", "formation", Confirmation())
    assert len(conflict(aum > 1, aum > 2, then=slower)) == 1


def test_a_graver_move_is_no_conflict() -> None:
    assert conflict(aum > 1, aum > 2, then=Transition("exploration", "lost")) == ()


def test_the_lifecycle_is_checked_as_it_holds_at_a_node_on_a_day() -> None:
    later = Rule("return", aum > 1, Transition("lost", "exploration"), valid_from=date(2027, 1, 1))
    lifecycle = with_moves(later, without=("return", "exit"))
    codes = [each.code for each in check_lifecycle(lifecycle, as_of=date(2026, 1, 1))]
    assert codes == [FindingCode.UNREACHABLE, FindingCode.TRAP]
    assert len(check_lifecycle(lifecycle, as_of=date(2027, 1, 1))) == 1
    north = Rule("exit", aum > 1, Transition("stable", "lost"), scope=("north",))
    assert check_lifecycle(with_moves(north, without=("exit",)), scope=("south",)) != ()

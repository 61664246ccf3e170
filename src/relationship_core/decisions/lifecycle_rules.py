"""Bringing a lifecycle's rules into force: their order, and the refusal of moves that can't be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import evolve

from relationship_core.decisions.stage import (
    Stage,
    StageRole,
    Transition,
    TransitionKind,
    kind_of_move,
)
from relationship_core.errors import RuleBookError
from relationship_core.facts import exit_approved
from relationship_core.rules import Expression, Fact, Rule
from relationship_core.rules.expression import And, Or

# The gravest first.
_PRECEDENCE = {
    TransitionKind.EXIT: 0,
    TransitionKind.LOST: 1,
    TransitionKind.DECLINE: 2,
    TransitionKind.FORWARD: 3,
    TransitionKind.RECOVERY: 3,
    TransitionKind.WIN_BACK: 3,
}
PER_PRECEDENCE = 1000
"""Room among the priorities of one precedence for every stage that a move can lead to."""
_CAN_RETURN = frozenset({StageRole.DECLINE, StageRole.LOST})


def settled_entry(rules: Iterable[Rule], stages: Mapping[str, Stage]) -> tuple[Rule, ...]:
    """Entry rules that say their stage by `then`, the latest stage first.

    Args:
        rules: The rules, named after their stage or saying it by `then`.
        stages: By name, in the order of a relationship's course.

    Raises:
        RuleBookError: A rule names no stage, or leads to exit without approval.
    """
    places = _places(stages)
    return tuple(_settled_entry(rule, stages, places) for rule in rules)


def settled_moves(rules: Iterable[Rule], stages: Mapping[str, Stage]) -> tuple[Rule, ...]:
    """Transitions by precedence, then the latest target first.

    Args:
        rules: Rules whose `then` is a `Transition`.
        stages: By name, in the order of a relationship's course.

    Raises:
        RuleBookError: A rule can't be a move of this lifecycle.
    """
    places = _places(stages)
    return tuple(_settled_move(rule, stages, places) for rule in rules)


def _places(stages: Mapping[str, Stage]) -> dict[str, int]:
    """For each stage how many places it is from the end of the course."""
    return {stage: len(stages) - place for place, stage in enumerate(stages)}


def _settled_entry(rule: Rule, stages: Mapping[str, Stage], places: Mapping[str, int]) -> Rule:
    where = f"entry rule {rule.id}{rule.source}"
    stage = _named(rule.id if rule.then is None else rule.then, stages, where)
    _require_approval(rule, stage, where)
    return evolve(rule, then=stage.id, priority=places[stage.id])


def _settled_move(rule: Rule, stages: Mapping[str, Stage], places: Mapping[str, int]) -> Rule:
    where = f"transition {rule.id}{rule.source}"
    move: Transition = rule.then
    sources = [_named(source, stages, where) for source in move.source]
    target = None if move.target is None else _named(move.target, stages, where)
    if not sources:
        raise RuleBookError("it starts from no stage", where=where, mend="name its source")
    for source in sources:
        _require_move(source, target, where)
    if target is not None:
        _require_approval(rule, target, where)
    kinds = {kind_of_move(source, target) for source in sources}
    precedences = {_PRECEDENCE[kind] for kind in kinds}
    if len(precedences) > 1:
        raise RuleBookError(
            f"it is of several kinds: {', '.join(sorted(kinds))}",
            where=where,
            mend="make it one rule for each kind",
        )
    place = 0 if target is None else places[target.id]
    return evolve(rule, priority=precedences.pop() * PER_PRECEDENCE + place)


def _require_move(source: Stage, target: Stage | None, where: str) -> None:
    if source.is_final:
        raise RuleBookError(
            f"it leads out of {source.id!r}, which is final",
            where=where,
            mend="a customer who was made to leave comes back only by a person's act",
        )
    if target is None and source.role not in _CAN_RETURN:
        raise RuleBookError(
            f"it leads from {source.id!r} to no stage in particular",
            where=where,
            mend="name its target; only the way back from decline or loss may leave it open",
        )
    if source is target:
        raise RuleBookError(f"it leads from {source.id!r} to itself", where=where)


def _require_approval(rule: Rule, target: Stage, where: str) -> None:
    if target.is_final and not _asks_approval(rule.when):
        raise RuleBookError(
            "it ends a relationship without asking whether that was approved",
            where=where,
            mend="join exit_approved to its condition: exit_approved & (...)",
        )


def _asks_approval(condition: Expression) -> bool:
    match condition:
        case Fact(name=name):
            return name == exit_approved.name
        case And(operands=operands):
            return any(map(_asks_approval, operands))
        case Or(operands=operands):
            return all(map(_asks_approval, operands))
    return False


def _named(stage_id: object, stages: Mapping[str, Stage], where: str) -> Stage:
    stage = stages.get(stage_id) if isinstance(stage_id, str) else None
    if stage is None:
        raise RuleBookError(
            f"{stage_id!r} is no stage", where=where, mend=f"the stages are {', '.join(stages)}"
        )
    return stage

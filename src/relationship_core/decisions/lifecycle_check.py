"""Faults of a lifecycle that can be seen before any customer is: dead ends and forks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from enum import StrEnum
from itertools import combinations

from attrs import frozen

from relationship_core.decisions.lifecycle import Lifecycle
from relationship_core.decisions.stage import Transition
from relationship_core.decisions.witness import Witness, find_witness
from relationship_core.rules import Rule


class FindingCode(StrEnum):
    """What sort of fault was found."""

    UNREACHABLE = "unreachable"
    TRAP = "trap"
    CONFLICT = "conflict"


@frozen
class Finding:
    """A fault of a lifecycle.

    Args:
        code: What sort of fault.
        message: What is wrong, in one sentence.
        stages: The stages it concerns.
        rules: The transitions it concerns.
        witness: Facts of a customer who shows it.
    """

    code: FindingCode
    message: str
    stages: tuple[str, ...]
    rules: tuple[str, ...] = ()
    witness: Witness = ()

    def __str__(self) -> str:
        """The sentence, with the customer who shows it."""
        seen = ", ".join(f"{name}={value}" for name, value in self.witness)
        return f"{self.message} ({seen})" if seen else self.message


def check_lifecycle(
    lifecycle: Lifecycle, *, scope: Iterable[str] = (), as_of: date | None = None
) -> tuple[Finding, ...]:
    """The faults of a lifecycle as it holds at a node of the organisation on a day.

    Found are stages that no chain of transitions from the first one reaches (a first day may still
    put customers there); stages that nothing leads out of, or from which no end of the relationship
    can be reached, unless final; and transitions of one stage and one precedence that fire together
    and lead differently. Two of these count as clashing only if a customer was found for whom both
    fire: finding none is no proof.

    Args:
        lifecycle: The lifecycle.
        scope: The node.
        as_of: The day; None leaves validity aside.
    """
    there = lifecycle.effective(scope, as_of)
    return (*dead_ends(there), *_conflicts(there))


def dead_ends(lifecycle: Lifecycle) -> tuple[Finding, ...]:
    """The stages that can't be reached or left, whatever the conditions of the moves say."""
    ways = _ways(lifecycle)
    return (*_unreachable(lifecycle, ways), *_traps(lifecycle, ways))


_Ways = Mapping[str, frozenset[str]]


def _ways(lifecycle: Lifecycle) -> _Ways:
    """For each stage those that one transition leads to."""
    ways: dict[str, set[str]] = {stage.id: set() for stage in lifecycle.stages}
    for rule in lifecycle.transitions.rules:
        for source in rule.then.source:
            ways[source] |= {each for each in lifecycle.targets(rule.then) if each != source}
    return {stage: frozenset(targets) for stage, targets in ways.items()}


def _reached_from(stage: str, ways: _Ways) -> frozenset[str]:
    reached, ahead = {stage}, [stage]
    while ahead:
        new = ways[ahead.pop()] - reached
        reached |= new
        ahead.extend(new)
    return frozenset(reached)


def _unreachable(lifecycle: Lifecycle, ways: _Ways) -> Iterator[Finding]:
    first = lifecycle.stages[0].id
    reached = _reached_from(first, ways)
    for stage in lifecycle.stages:
        if stage.id not in reached:
            yield Finding(
                FindingCode.UNREACHABLE,
                f"no chain of transitions leads from {first!r} to {stage.id!r}",
                (stage.id,),
            )


def _traps(lifecycle: Lifecycle, ways: _Ways) -> Iterator[Finding]:
    ends = {stage.id for stage in lifecycle.stages if stage.is_ended}
    for stage in lifecycle.stages:
        if stage.is_final:
            continue
        if not ways[stage.id]:
            yield Finding(FindingCode.TRAP, f"nothing leads out of {stage.id!r}", (stage.id,))
        elif ends and not ends & _reached_from(stage.id, ways):
            yield Finding(
                FindingCode.TRAP,
                f"from {stage.id!r} the relationship can never end",
                (stage.id,),
            )


def _conflicts(lifecycle: Lifecycle) -> Iterator[Finding]:
    for stage in lifecycle.stages:
        moves = [rule for rule in lifecycle.transitions.rules if stage.id in rule.then.source]
        for one, other in combinations(moves, 2):
            if not is_tied(lifecycle, one, other):
                continue
            witness = find_witness(one.when & other.when)
            if witness is not None:
                yield Finding(
                    FindingCode.CONFLICT,
                    f"{one.id!r} and {other.id!r} both fire in {stage.id!r}; the first is made",
                    (stage.id,),
                    (one.id, other.id),
                    witness,
                )


def is_tied(lifecycle: Lifecycle, one: Rule, other: Rule) -> bool:
    """Whether two moves lead differently, and neither is the graver."""
    first: Transition = one.then
    second: Transition = other.then
    if lifecycle.precedence(one) != lifecycle.precedence(other):
        return False
    return (first.target, first.confirm) != (second.target, second.confirm)

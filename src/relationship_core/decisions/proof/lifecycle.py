"""Faults of a lifecycle: moves that clash, stages that trap, and customers who go in circles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import combinations

from attrs import field, frozen

from relationship_core.decisions.lifecycle import Lifecycle
from relationship_core.decisions.lifecycle_check import FindingCode, dead_ends, is_tied
from relationship_core.decisions.proof.codes import CLASH, TRAP, UNREACHED_STAGE
from relationship_core.decisions.proof.courses import Courses
from relationship_core.rules import Fact, Rule, RuleSet
from relationship_core.rules.analysis import Finding
from relationship_core.rules.analysis.finding import UNREACHABLE, Witness
from relationship_core.rules.analysis.inquiry import UndecidedError

_DEAD_ENDS = {FindingCode.UNREACHABLE: UNREACHED_STAGE, FindingCode.TRAP: TRAP}


@frozen
class Moving:
    """Whether the moves of a lifecycle go together, and lead somewhere.

    Args:
        lifecycle: The lifecycle.
        facts: The facts by name.
    """

    lifecycle: Lifecycle
    facts: Mapping[str, Fact] = field(eq=False)

    @property
    def rules(self) -> RuleSet:
        """All moves."""
        return self.lifecycle.transitions

    def answer(self, scope: tuple[str, ...], on: date | None, steps: int) -> Iterator[Finding]:
        """Dead ends, moves that clash, ways back that lead nowhere, and circles."""
        for fault in dead_ends(self.lifecycle):
            [stage] = fault.stages
            yield Finding(
                _DEAD_ENDS[FindingCode(fault.code)],
                fault.message,
                "add a transition, or take the stage out",
                self.rules.name,
                scope=scope,
                on=on,
                witness=Witness((("previous_stage", stage),)),
            )
        courses = Courses(self.lifecycle, self.facts, scope=scope, on=on, steps=steps)
        yield from self._clashes(courses)
        yield from self._lost_ways(courses)
        yield from courses.circles()

    def _clashes(self, courses: Courses) -> Iterator[Finding]:
        """Two moves that fire together, lead differently, and of which neither is graver."""
        for stage, moves in courses.moves.items():
            for one, other in combinations(moves.rules, 2):
                if is_tied(self.lifecycle, one, other):
                    yield from _clash(courses, stage, one, other)

    def _lost_ways(self, courses: Courses) -> Iterator[Finding]:
        """Ways back that lead nobody anywhere: no entry rule then gives an active stage."""
        for stage, moves in courses.moves.items():
            for move in moves.rules:
                if move.then.target is None:
                    yield from self._lost_way(courses, stage, move)

    def _lost_way(self, courses: Courses, stage: str, move: Rule) -> Iterator[Finding]:
        targets = self.lifecycle.targets(move.then)
        try:
            if any(courses.leads_somebody(stage, move, target) for target in targets):
                return
            customer = courses.somebody(stage, move)
        except UndecidedError:
            yield courses.told_in(stage).undecided(UNREACHABLE, [move])
            return
        if customer is not None:
            yield courses.told_in(stage).finding(
                UNREACHABLE,
                f"{move.id!r} leads nobody out of {stage!r}: for no customer who meets it do the"
                " entry rules give an active stage",
                "name the move's target, or widen the entry rules",
                [move],
                customer,
                shows=lambda witness: (
                    move.id in witness.decides
                    and courses.next_stage(stage, dict(witness.facts)) is None
                ),
            )


def _clash(courses: Courses, stage: str, one: Rule, other: Rule) -> Iterator[Finding]:
    try:
        customer = courses.somebody(stage, one, other)
    except UndecidedError:
        yield courses.told_in(stage).undecided(CLASH, [other, one])
        return
    if customer is not None:
        yield courses.told_in(stage).finding(
            CLASH,
            f"in {stage!r} the moves {one.id!r} and {other.id!r} both fire; the first is made"
            " only because of its place",
            "let one of them exclude the other, or lead both to one stage",
            [other, one],
            customer,
            shows=lambda witness: {one.id, other.id} <= set(witness.meets),
        )

"""Faults of a lifecycle: moves that clash, stages that trap, and customers who swing to and fro."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import chain, combinations, islice

from relationship_core.decisions.lifecycle import Lifecycle
from relationship_core.decisions.lifecycle_check import FindingCode, dead_ends, is_tied
from relationship_core.decisions.proof.codes import CLASH, OSCILLATION, TRAP, UNREACHED_STAGE
from relationship_core.rules import Fact, IfMissing, Rule, RuleSet
from relationship_core.rules.analysis import Finding
from relationship_core.rules.analysis.encoding import Encoding
from relationship_core.rules.analysis.examination import Examination
from relationship_core.rules.analysis.finding import Witness
from relationship_core.rules.analysis.inquiry import Inquiry, UndecidedError
from relationship_core.rules.analysis.solver import Term, all_hold, negated, one_holds
from relationship_core.rules.analysis.world import (
    World,
    asked_whether_missing,
    observed_beneath,
)

_STANDING = ("previous_stage", "months_in_previous_stage")
"""The facts that a move itself changes."""
_DEAD_ENDS = {FindingCode.UNREACHABLE: UNREACHED_STAGE, FindingCode.TRAP: TRAP}


def lifecycle_faults(
    lifecycle: Lifecycle,
    facts: Mapping[str, Fact],
    *,
    scope: tuple[str, ...],
    on: date | None,
    steps: int,
) -> Iterator[Finding]:
    """What is wrong with a lifecycle beyond what is wrong with each of its sets of rules.

    Args:
        lifecycle: The lifecycle as it holds at a node on a day.
        facts: All facts by name, as the rule book defines them.
        scope: The node.
        on: The day.
        steps: The solver's steps for one question.
    """
    for fault in dead_ends(lifecycle):
        stage = fault.stages[0]
        yield Finding(
            _DEAD_ENDS[FindingCode(fault.code)],
            fault.message,
            "add a transition, or take the stage out",
            lifecycle.transitions.name,
            scope=scope,
            on=on,
            witness=Witness((("previous_stage", stage),)),
        )
    courses = _Courses(lifecycle, facts, scope, on, steps)
    yield from courses.clashes()
    yield from courses.oscillations()


class _Courses:
    """The moves that customers make, each asked of the solver stage by stage."""

    def __init__(
        self,
        lifecycle: Lifecycle,
        facts: Mapping[str, Fact],
        scope: tuple[str, ...],
        on: date | None,
        steps: int,
    ) -> None:
        self._lifecycle = lifecycle
        self._moves = {stage.id: lifecycle.moves_of(stage.id) for stage in lifecycle.stages}
        self._scope, self._on = scope, on
        rules = [*lifecycle.transitions.rules, *lifecycle.entry.rules]
        conditions = [rule.when for rule in rules]
        skipped = [rule.when for rule in rules if rule.if_missing is IfMissing.SKIP]
        self._world = World(
            conditions, asked_whether_missing(conditions) | observed_beneath(skipped), facts
        )
        self._here = self._world.encoding
        self._after = self._world.another(*_STANDING)
        self._inquiry = Inquiry(self._world, steps)
        self._facts = facts

    # -- moves that clash ---------------------------------------------------------------------
    def clashes(self) -> Iterator[Finding]:
        """Two moves that fire together, lead differently, and of which neither is graver."""
        for stage, moves in self._moves.items():
            for one, other in combinations(moves.rules, 2):
                if is_tied(self._lifecycle, one, other):
                    yield from self._clash(stage, one, other)

    def _clash(self, stage: str, one: Rule, other: Rule) -> Iterator[Finding]:
        moves = self._moves[stage]
        try:
            customer = self._inquiry.customer(
                self._is_in(stage, self._here),
                self._made(moves, one, self._here),
                self._here.truth(other.when).true,
            )
        except UndecidedError:
            yield self._seen(moves).undecided(CLASH, [other, one])
            return
        if customer is not None:
            yield self._seen(moves).finding(
                CLASH,
                f"in {stage!r} the moves {one.id!r} and {other.id!r} both fire; the first is made"
                " only because of its place",
                "let one of them exclude the other, or lead both to one stage",
                [other, one],
                customer,
                shows=lambda witness: {one.id, other.id} <= set(witness.meets),
            )

    # -- customers who swing ------------------------------------------------------------------
    def oscillations(self) -> Iterator[Finding]:
        """A move and a move back, both indicated for a customer of whom nothing else changes."""
        places = {stage.id: place for place, stage in enumerate(self._lifecycle.stages)}
        for stage, moves in self._moves.items():
            for there in self._lifecycle.stages:
                if places[there.id] <= places[stage]:
                    continue
                swings = (
                    self._swing(stage, there.id, out, back)
                    for out in moves.rules
                    for back in self._moves[there.id].rules
                    if self._leads(out, there.id) and self._leads(back, stage)
                )
                # One customer for each two stages is enough to see what is to be mended.
                yield from islice(chain.from_iterable(swings), 1)

    def _leads(self, rule: Rule, target: str) -> bool:
        return target in self._lifecycle.targets(rule.then)

    def _swing(self, stage: str, there: str, out: Rule, back: Rule) -> Iterator[Finding]:
        try:
            found = self._inquiry.pair(
                self._after,
                self._is_in(stage, self._here),
                self._is_in(there, self._after),
                self._lands(self._moves[stage], out, there, self._here),
                self._lands(self._moves[there], back, stage, self._after),
            )
        except UndecidedError:
            yield self._seen(self._moves[there]).undecided(OSCILLATION, [back, out])
            return
        if found is None:
            return
        yield self._seen(self._moves[stage]).finding(
            OSCILLATION,
            f"{out.id!r} moves a customer from {stage!r} to {there!r}, and {back.id!r} moves the"
            " same customer back, although nothing else has changed",
            "let what indicates the one exclude what indicates the other",
            [out, back],
            found[0],
            shows=lambda witness: out.id in witness.decides,
        )

    def _lands(self, moves: RuleSet, rule: Rule, target: str, encoding: Encoding) -> Term:
        """Where a move is made and leads to a stage."""
        made = self._made(moves, rule, encoding)
        if rule.then.target is not None:
            return made
        entry = self._lifecycle.entry
        landing = [self._made(entry, each, encoding) for each in entry.rules if each.then == target]
        return self._all(made, one_holds(self._world.z3, landing))

    # -- terms --------------------------------------------------------------------------------
    def _is_in(self, stage: str, encoding: Encoding) -> Term:
        """Where the customer stands in a stage, if a rule asks for that."""
        standing = encoding.variables.get(_STANDING[0])
        if standing is None:
            return True
        return self._all(standing.known, standing.term == self._world.texts.place(stage))

    def _made(self, rules: RuleSet, rule: Rule, encoding: Encoding) -> Term:
        """Where a rule is the first to fire, and none before it is left open."""
        parts: list[Term] = []
        for before in rules.rules:
            truth = encoding.truth(before.when)
            if before.id == rule.id:
                return self._all(*parts, truth.true)
            if before.if_missing is IfMissing.SKIP:
                parts.append(negated(self._world.z3, truth.true))
            else:
                parts.append(truth.false)
        return False  # pragma: no cover - the rule is one of the set

    def _all(self, *parts: Term) -> Term:
        return all_hold(self._world.z3, parts)

    def _seen(self, moves: RuleSet) -> Examination:
        """The moves of one stage, to tell customers by."""
        return Examination(moves, defined=self._facts, scope=self._scope, on=self._on)

"""The courses that customers take through a lifecycle while nothing about them changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from attrs import evolve

from relationship_core.decisions.lifecycle import Lifecycle
from relationship_core.decisions.proof.codes import OSCILLATION
from relationship_core.rules import Fact, Facts, IfMissing, Rule, RuleSet
from relationship_core.rules.analysis import Finding
from relationship_core.rules.analysis.encoding import Encoding
from relationship_core.rules.analysis.examination import Examination
from relationship_core.rules.analysis.inquiry import Inquiry, UndecidedError
from relationship_core.rules.analysis.solver import Term, all_hold, negated, one_holds
from relationship_core.rules.analysis.world import (
    Customer,
    World,
    asked_whether_missing,
    observed_beneath,
)

_STANDING = ("previous_stage", "months_in_previous_stage")
"""The facts that a move itself changes."""
_MOST_CIRCLES = 20
"""Circles told of one lifecycle: who mends these sees the others next."""

_Way = tuple[Rule, str]


class Courses:
    """One customer's facts, and for each stage where the moves lead who stands in it with them.

    Args:
        lifecycle: The lifecycle as it holds at a node on a day.
        facts: The facts by name.
        scope: The node.
        on: The day.
        steps: The solver's steps for one query.

    Attributes:
        moves: For each stage the moves out of it.
    """

    def __init__(
        self,
        lifecycle: Lifecycle,
        facts: Mapping[str, Fact],
        *,
        scope: tuple[str, ...],
        on: date | None,
        steps: int,
    ) -> None:
        self.moves = {stage.id: lifecycle.moves_of(stage.id) for stage in lifecycle.stages}
        self._lifecycle, self._facts = lifecycle, facts
        self._scope, self._on = scope, on
        rules = [*lifecycle.transitions.rules, *lifecycle.entry.rules]
        conditions = [rule.when for rule in rules]
        skipped = [rule.when for rule in rules if rule.if_missing is IfMissing.SKIP]
        missing = asked_whether_missing(conditions, facts) | observed_beneath(skipped, facts)
        self._world = World(conditions, sorted(missing), facts)
        self._in = {
            stage: self._world.another(*_STANDING, mark=f" in {stage}") for stage in self.moves
        }
        self._inquiry = Inquiry(self._world, steps)
        for stage, encoding in self._in.items():
            self._inquiry.assume(self._stands_in(stage, encoding))

    def _stands_in(self, stage: str, encoding: Encoding) -> Term:
        standing = encoding.variables.get(_STANDING[0])
        if standing is None:
            return True
        here = standing.term == self._world.texts.place(stage)
        return all_hold(self._world.z3, [standing.known, here])

    # -- single moves -------------------------------------------------------------------------
    def somebody(self, stage: str, move: Rule, *others: Rule) -> Customer | None:
        """A customer in a stage for whom a move is made although others are indicated too.

        Raises:
            UndecidedError: The solver gave up.
        """
        encoding = self._in[stage]
        indicated = [encoding.truth(each.when).true for each in others]
        found = self._inquiry.several(
            [encoding], self._made(self.moves[stage], move, encoding), *indicated
        )
        return None if found is None else found[0]

    def leads_somebody(self, stage: str, move: Rule, target: str) -> bool:
        """Whether a move leads somebody from a stage to another.

        Raises:
            UndecidedError: The solver gave up.
        """
        return self._inquiry.is_there(self._lands(stage, move, target))

    def next_stage(self, stage: str, facts: Facts) -> _Way | None:
        """The move that is made for who stands in a stage, and where it leads, by the rules."""
        moves = self.moves[stage]
        made = moves.compiled(facts)
        if made.unknown or not made.fired:
            return None
        rule = moves.rules[made.fired[0]]
        if rule.then.target is not None:
            return rule, rule.then.target
        entry = self._lifecycle.entry
        entered = entry.compiled(facts)
        if entered.unknown or not entered.fired:
            return None
        target = str(entry.rules[entered.fired[0]].then)
        return (rule, target) if target in self._lifecycle.targets(rule.then) else None

    def told_in(self, stage: str) -> Examination:
        """The moves of a stage, to tell customers by."""
        return Examination(self.moves[stage], defined=self._facts, scope=self._scope, on=self._on)

    # -- circles ------------------------------------------------------------------------------
    def circles(self) -> Iterator[Finding]:
        """Moves that lead a customer of whom nothing else changes back to where it stood."""
        goes = self._edges()
        passes = {stage: self._world.z3.FreshBool(stage, ctx=self._world.context) for stage in goes}
        z3 = self._world.z3
        with self._inquiry.aside():
            self._inquiry.assume(one_holds(z3, passes.values()))
            for stage, ways in goes.items():
                onward = [all_hold(z3, [way, passes[there]]) for there, way in ways.items()]
                self._inquiry.assume(
                    one_holds(z3, [negated(z3, passes[stage]), one_holds(z3, onward)])
                )
            for _ in range(_MOST_CIRCLES):
                try:
                    found = self._inquiry.several(self._in.values())
                except UndecidedError:
                    yield self._undecided()
                    return
                if found is None:
                    return
                customers = dict(zip(self._in, found, strict=True))
                circle = self._circle(customers)
                if not circle:
                    yield self._undecided("the rules don't confirm what the solver found")
                    return
                yield self._told(circle, customers)
                taken = [goes[stage][there] for stage, (_, there) in circle.items()]
                self._inquiry.assume(negated(z3, all_hold(z3, taken)))

    def _edges(self) -> dict[str, dict[str, Term]]:
        """For each stage, and each that a move can lead to from it, where one does."""
        found: dict[str, dict[str, Term]] = {}
        for stage, moves in self.moves.items():
            ways: dict[str, list[Term]] = {}
            for move in moves.rules:
                for target in self._lifecycle.targets(move.then):
                    ways.setdefault(target, []).append(self._lands(stage, move, target))
            found[stage] = {
                target: self._world.named(one_holds(self._world.z3, lands))
                for target, lands in ways.items()
            }
        return found

    def _circle(self, customers: Mapping[str, Customer]) -> dict[str, _Way]:
        """The circle that the rules lead a customer in, from its earliest stage on."""
        ways = {stage: self.next_stage(stage, facts) for stage, facts in customers.items()}
        for start in self.moves:
            circle: dict[str, _Way] = {}
            stage = start
            while (way := ways[stage]) is not None and stage not in circle:
                circle[stage] = way
                stage = way[1]
            if stage == start and circle:
                return circle
        return {}

    def _told(self, circle: Mapping[str, _Way], customers: Mapping[str, Customer]) -> Finding:
        stages, rules = list(circle), [rule for rule, _ in circle.values()]
        onward = [f"{rule.id!r} on to {there!r}" for rule, there in list(circle.values())[1:-1]]
        first = f"{rules[0].id!r} moves a customer from {stages[0]!r} to {stages[1]!r}"
        found = self.told_in(stages[0]).finding(
            OSCILLATION,
            f"{', '.join([first, *onward])}, and {rules[-1].id!r} moves the same customer back,"
            " although nothing else has changed",
            "let what indicates the one exclude what indicates the other",
            # Who is moved back is mostly moved by a rule that forgets what moved them here.
            list(dict.fromkeys([rules[-1], *rules])),
            customers[stages[0]],
            shows=lambda witness: rules[0].id in witness.decides,
        )
        other = self.told_in(stages[-1]).witness(customers[stages[-1]])
        return evolve(found, rule_set=self._lifecycle.transitions.name, other=other)

    def _undecided(self, why: str = "") -> Finding:
        return Examination(
            self._lifecycle.transitions, defined=self._facts, scope=self._scope, on=self._on
        ).undecided(OSCILLATION, (), why)

    # -- terms --------------------------------------------------------------------------------
    def _lands(self, stage: str, move: Rule, target: str) -> Term:
        """Where a move out of a stage is made and leads to another."""
        encoding, entry = self._in[stage], self._lifecycle.entry
        made = self._made(self.moves[stage], move, encoding)
        if move.then.target is not None:
            return made
        entered = [self._made(entry, each, encoding) for each in entry.rules if each.then == target]
        return all_hold(self._world.z3, [made, one_holds(self._world.z3, entered)])

    def _made(self, rules: RuleSet, rule: Rule, encoding: Encoding) -> Term:
        """Where a rule is the first to fire, and none before it is left open."""
        before = rules.rules[: rules.rules.index(rule)]
        parts = [encoding.truth(rule.when).true]
        for each in before:
            truth = encoding.truth(each.when)
            is_skipped = each.if_missing is IfMissing.SKIP
            parts.append(negated(self._world.z3, truth.true) if is_skipped else truth.false)
        return all_hold(self._world.z3, parts)

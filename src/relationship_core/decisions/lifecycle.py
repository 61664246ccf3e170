"""The lifecycle: which stage a relationship is in, and by what rule it moves to the next."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from attrs import evolve, field, frozen

from relationship_core.decisions.first_hit import FirstHit
from relationship_core.decisions.hysteresis import Confirmation, require_in_time, waiting
from relationship_core.decisions.lifecycle_rules import PER_PRECEDENCE, settled_entry, settled_moves
from relationship_core.decisions.stage import (
    ROLE_ORDER,
    Stage,
    StageDecision,
    StageEvent,
    StageRole,
    Transition,
    TransitionKind,
    kind_of_move,
)
from relationship_core.domain.standing import Pending, Standing
from relationship_core.errors import ReviewError, RuleBookError
from relationship_core.rules import (
    Facts,
    FactValue,
    HitPolicy,
    Rule,
    RuleExplanation,
    RuleSet,
    explain,
)
from relationship_core.rules.rule_set import as_rule_set, require_outcomes
from relationship_core.rules.text import several

__all__ = [
    "Confirmation",
    "Lifecycle",
    "Stage",
    "StageDecision",
    "StageEvent",
    "StageRole",
    "Transition",
    "TransitionKind",
]

_ENTRY = ""


def _in_order(stages: Iterable[Stage]) -> tuple[Stage, ...]:
    return tuple(sorted(stages, key=lambda stage: ROLE_ORDER[stage.role]))


def _entry_rules(rules: Iterable[Rule] | RuleSet) -> RuleSet:
    return as_rule_set(rules, "lifecycle.entry", HitPolicy.FIRST)


def _transition_rules(rules: Iterable[Rule] | RuleSet) -> RuleSet:
    return as_rule_set(rules, "lifecycle.transitions", HitPolicy.FIRST)


@frozen
class Lifecycle:
    """A bank's stages, what puts a customer into each on a first day, and the moves between them.

    Of several moves that are indicated at once the gravest is made: exit, then lost, then decline,
    then forward (within these the one to the latest stage, then by id). A review makes one move,
    on one day never a second. Priorities of rules are set from that order; their own don't count.

    Args:
        stages: The stages, kept in the order of a relationship's course.
        entry: For each stage the rules that put a customer into it on a first day, and back into
            it on recovery; a rule is named after its stage, or says it by `then`. The latest stage
            of which one fires is taken, the first one where none does.
        transitions: The moves: rules whose `then` is a `Transition`.

    Raises:
        RuleBookError: A rule names no stage, leads out of a final stage or into its own, has
            sources of different precedence, or leads to exit without `exit_approved`.
        RuleError: A transition's outcome isn't one.
    """

    stages: tuple[Stage, ...] = field(converter=_in_order)
    entry: RuleSet = field(converter=_entry_rules)
    transitions: RuleSet = field(converter=_transition_rules)
    _by_id: dict[str, Stage] = field(init=False, eq=False, repr=False)
    _asked: dict[str, FirstHit] = field(factory=dict, init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        by_id = {stage.id: stage for stage in self.stages}
        if not by_id or len(by_id) != len(self.stages):
            raise RuleBookError(
                "a lifecycle needs stages, each of its own name", where="Lifecycle.stages"
            )
        require_outcomes(self.transitions, Transition)
        entry = settled_entry(self.entry.rules, by_id)
        moves = settled_moves(self.transitions.rules, by_id)
        object.__setattr__(self, "_by_id", by_id)
        object.__setattr__(self, "entry", evolve(self.entry, rules=entry))
        object.__setattr__(self, "transitions", evolve(self.transitions, rules=moves))

    def __reduce__(self) -> tuple[object, ...]:
        return (Lifecycle, (self.stages, self.entry, self.transitions))

    def stage(self, stage_id: str) -> Stage:
        """The stage of that name.

        Raises:
            ReviewError: There is none; the names are told.
        """
        try:
            return self._by_id[stage_id]
        except KeyError:
            raise ReviewError(
                f"{stage_id!r} is no stage of this lifecycle",
                where="Standing.stage",
                mend=f"the stages are {', '.join(self._by_id)}",
            ) from None

    def targets(self, move: Transition) -> tuple[str, ...]:
        """The stages a move can lead to, in the order of the stages."""
        if move.target is not None:
            return (move.target,)
        entered = {rule.then for rule in self.entry.rules}
        return tuple(stage.id for stage in self.stages if stage.is_active and stage.id in entered)

    def kind_of(self, source: str, move: Transition) -> TransitionKind:
        """What a move means for a customer in one of its sources."""
        target = None if move.target is None else self.stage(move.target)
        return kind_of_move(self.stage(source), target)

    def moves_of(self, stage_id: str) -> RuleSet:
        """The moves out of a stage, the gravest first."""
        moves = [rule for rule in self.transitions.rules if stage_id in rule.then.source]
        return evolve(self.transitions, name=f"{self.transitions.name}.{stage_id}", rules=moves)

    def precedence(self, rule: Rule) -> int:
        """The rank of a transition among those of one stage: 0 is the gravest."""
        return rule.priority // PER_PRECEDENCE

    def effective(self, scope: Iterable[str] = (), as_of: date | None = None) -> Lifecycle:
        """The lifecycle as it holds at a node of the organisation on a day."""
        path = several(scope)
        entry = self.entry.effective(path, as_of)
        transitions = self.transitions.effective(path, as_of)
        if entry is self.entry and transitions is self.transitions:
            return self
        return evolve(self, entry=entry, transitions=transitions)

    def explain(self, stage_id: str | None, facts: Facts) -> tuple[RuleExplanation, ...]:
        """How a customer in a stage stands to each move out of it, the gravest first.

        Args:
            stage_id: The stage; None for a first day, where the entry rules are asked.
            facts: What is known of the customer.
        """
        asked = self._entry_hit() if stage_id is None else self._moves(stage_id)
        return tuple(explain(rule, facts) for rule in asked.rules)

    def classify(self, facts: Facts, as_of: date) -> StageDecision:
        """The stage of a customer who has none yet, by the entry rules.

        Where missing facts leave an entry rule before the hit open, the decision is provisional.
        """
        asked = self._entry_hit()
        outcome = asked.decide(facts)
        rule = asked.rules[outcome.fired[0]] if outcome.fired else None
        stage = self.stages[0].id if rule is None else str(rule.then)
        told = name, origin, _, scope = asked.told(outcome.fired)
        reads = asked.reads[outcome.fired[0]] if outcome.fired else asked.all_reads
        return StageDecision(
            stage,
            None,
            as_of,
            as_of,
            StageEvent(
                None, stage, as_of, TransitionKind.OPENED, name, origin, _seen(reads, facts), scope
            ),
            *told,
            is_undetermined=outcome.is_undetermined,
            is_provisional=outcome.is_undetermined,
            missing=asked.missing(outcome.unknown, facts),
        )

    def advance(self, standing: Standing | None, facts: Facts, as_of: date) -> StageDecision:
        """The stage after a review: at most one move from where the customer stands.

        A second review on the day a stage began moves nothing.

        Args:
            standing: Where the customer stands; None, or without a stage, on a first day.
            facts: What is known of the customer.
            as_of: The day of the review.

        Raises:
            ReviewError: The standing is of a later day, or of a stage that this lifecycle lacks.
        """
        if standing is None:
            return self.classify(facts, as_of)
        since, stage = standing.stage_since, standing.stage
        require_in_time(standing, since, as_of)
        if stage is None:
            return evolve(self.classify(facts, as_of), before=standing)
        asked = self._moves(stage)
        if since == as_of:
            pending = standing.stage_pending
            return StageDecision(stage, stage, since, as_of, pending=pending, before=standing)
        outcome = asked.decide(facts)
        if outcome.unknown:
            asking = [asked.rules[place].then for place in outcome.unknown + outcome.fired]
            is_open = any(self._continues(standing.stage_pending, move) for move in asking)
            missing = asked.missing(outcome.unknown, facts)
            return _left_open(standing, stage, as_of, missing, keeps_pending=is_open)
        if outcome.fired:
            return self._indicated(standing, stage, asked, outcome.fired[0], facts, as_of)
        since = since or standing.reviewed or as_of
        return StageDecision(stage, stage, since, as_of, before=standing)

    def _indicated(
        self,
        standing: Standing,
        stage: str,
        asked: FirstHit,
        place: int,
        facts: Facts,
        as_of: date,
    ) -> StageDecision:
        rule = asked.rules[place]
        move: Transition = rule.then
        since = standing.stage_since or standing.reviewed or as_of
        before = standing.stage_pending
        pending = before if self._continues(before, move) else None
        target = move.target
        if target is None:
            entry = self._entry_hit()
            supported = entry.decide(facts)
            if supported.unknown:
                missing = entry.missing(supported.unknown, facts)
                return _left_open(standing, stage, as_of, missing, keeps_pending=bool(pending))
            target = str(entry.rules[supported.fired[0]].then) if supported.fired else stage
            if not self._by_id[target].is_active:
                return StageDecision(stage, stage, since, as_of, before=standing)
        told = asked.told((place,))
        if move.confirm is not None:
            days = move.confirm.days_seen(pending, as_of)
            if len(days) < move.confirm.reviews:
                waits = waiting(target, days, pending)
                return StageDecision(
                    stage, stage, since, as_of, None, *told, pending=waits, before=standing
                )
        kind = self.kind_of(stage, move)
        seen = _seen(asked.reads[place], facts)
        event = StageEvent(stage, target, as_of, kind, rule.id, rule.origin, seen, rule.scope)
        return StageDecision(target, stage, as_of, as_of, event, *told, before=standing)

    def _continues(self, pending: Pending | None, move: Transition) -> bool:
        return pending is not None and pending.target in self.targets(move)

    def _entry_hit(self) -> FirstHit:
        asked = self._asked.get(_ENTRY)
        if asked is None:
            asked = self._asked[_ENTRY] = FirstHit(self.entry)
        return asked

    def _moves(self, stage_id: str) -> FirstHit:
        asked = self._asked.get(stage_id)
        if asked is None:
            self.stage(stage_id)
            asked = self._asked[stage_id] = FirstHit(self.moves_of(stage_id))
        return asked


def _left_open(
    standing: Standing, stage: str, as_of: date, missing: tuple[str, ...], *, keeps_pending: bool
) -> StageDecision:
    return StageDecision(
        stage,
        stage,
        standing.stage_since or standing.reviewed or as_of,
        as_of,
        is_undetermined=True,
        missing=missing,
        pending=standing.stage_pending if keeps_pending else None,
        before=standing,
    )


def _seen(names: tuple[str, ...], facts: Facts) -> tuple[tuple[str, FactValue | None], ...]:
    return tuple([(name, facts[name]) for name in names])

"""The reasons behind a review's decisions: the rules that decided, and those that could have."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import astuple, evolve, frozen

from relationship_core.decisions.deciding import Decisions
from relationship_core.decisions.hysteresis import Confirmation
from relationship_core.decisions.lifecycle import Lifecycle
from relationship_core.decisions.rule_book import RuleBook
from relationship_core.decisions.stage import Transition, TransitionKind
from relationship_core.decisions.tier import Downgrade, TierChange, TierDecision
from relationship_core.decisions.tiering import Tiering
from relationship_core.rules import Facts, RuleExplanation, RuleSet, Text, explain

_UPWARD = {TransitionKind.FORWARD, TransitionKind.RECOVERY, TransitionKind.WIN_BACK}


@frozen
class Goal:
    """A stage or tier that a customer could reach, and how they stand to the rule that leads there.

    Args:
        target: The stage or tier; None where the way back leads to the stage that the facts give.
        label: Words for it.
        rule: What it asks; its conditions that fail, or are unknown, are what is missing.
    """

    target: str | None
    label: Text
    rule: RuleExplanation


@frozen
class Labels:
    """Words for the names in a review.

    Args:
        stages: Words for each stage of the lifecycle.
        tiers: Words for each tier of the ladder.
        facts: Words for each fact that is missing somewhere in the explanation.
    """

    stages: tuple[tuple[str, Text], ...]
    tiers: tuple[tuple[str, Text], ...]
    facts: tuple[tuple[str, Text], ...] = ()


@frozen(repr=False)
class Explanation:
    """How a customer stands to every rule that mattered.

    Its `repr` tells none of it: `Review.explain` does.

    Args:
        moves: The moves out of the stage before, the gravest first; on a first day the entry rules.
        entry: The entry rule that said to which stage a customer came back; None for other moves.
        confirmation: What a move of stage that waits still needs; None where none waits.
        onward: The moves onward or back up from the stage that was decided.
        earned: The rule of the tier that the rules alone give; None for the last tier.
        keeps: What keeps the customer in the tier; None for a tier that asks nothing.
        lost: What would have kept a customer in the tier that was lost; None where none was.
        downgrade: What a downgrade that waits still needs; None where none waits.
        better_tiers: The better tiers, the nearest first.
        match: The rule of the match matrix that decided.
        treatment: The rule that decided how a customer who isn't gold is treated.
        entitlements: The rules that grant something, or that missing facts leave open.
        care: The rules that notice an occasion, or that missing facts leave open.
        signals: The rules that raise a signal, or that missing facts leave open.
        risks: The rules of risk, the gravest first.
        actions: The rules of actions that fit, or that missing facts leave open.
        labels: Words for the names.
    """

    moves: tuple[RuleExplanation, ...]
    entry: RuleExplanation | None
    confirmation: Confirmation | None
    onward: tuple[Goal, ...]
    earned: RuleExplanation | None
    keeps: RuleExplanation | None
    lost: RuleExplanation | None
    downgrade: Downgrade | None
    better_tiers: tuple[Goal, ...]
    match: RuleExplanation | None
    treatment: RuleExplanation | None
    entitlements: tuple[RuleExplanation, ...]
    care: tuple[RuleExplanation, ...]
    signals: tuple[RuleExplanation, ...]
    risks: tuple[RuleExplanation, ...]
    actions: tuple[RuleExplanation, ...]
    labels: Labels

    def __repr__(self) -> str:
        return f"<Explanation of {sum(1 for _ in _rules_in(self))} rules>"


def explain_decisions(book: RuleBook, decided: Decisions) -> Explanation:
    """Work out the reasons.

    Args:
        book: The rule book in force at the customer's node on the day.
        decided: What was decided, and the facts that were seen.
    """
    lifecycle, tiering, facts = book.lifecycle, book.tiering, decided.facts
    stage, tier, treatment = decided.stage, decided.tier, decided.treatment
    explained = Explanation(
        moves=lifecycle.explain(stage.previous, facts),
        entry=_entry(lifecycle, decided),
        confirmation=_confirmation(lifecycle, decided),
        onward=tuple(_onward(lifecycle, stage.stage, facts)),
        earned=_by_id(tiering.rules, tier.rule, facts),
        keeps=tiering.keeps(tier.tier, facts),
        lost=_lost(tiering, tier, facts),
        downgrade=None if tier.pending is None else tiering.downgrade,
        better_tiers=tuple(
            Goal(rule.rule_id, tiering.label(rule.rule_id), rule)
            for rule in tiering.missing_to_next(tier.tier, facts)
        ),
        match=_by_id(tiering.matrix, decided.match.rule, facts),
        treatment=_by_id(tiering.treatments, treatment.rule if treatment else None, facts),
        entitlements=_those_that_count(book.service.entitlements, facts),
        care=_those_that_count(book.service.care, facts),
        signals=_those_that_count(book.retention.signals, facts),
        risks=tuple(explain(rule, facts) for rule in book.retention.risks.rules),
        actions=_those_that_count(book.retention.actions, facts),
        labels=Labels(
            stages=tuple((each.id, each.label) for each in lifecycle.stages),
            tiers=tuple((each, tiering.label(each)) for each in tiering.ladder),
        ),
    )
    names = sorted({*_missing(decided), *_missing_in(explained)})
    facts_in_words = tuple((name, book.catalogue[name].label) for name in names)
    return evolve(explained, labels=evolve(explained.labels, facts=facts_in_words))


def _those_that_count(rule_set: RuleSet, facts: Facts) -> tuple[RuleExplanation, ...]:
    explained = (explain(rule, facts) for rule in rule_set.rules)
    return tuple(rule for rule in explained if rule.verdict is not False)


def _by_id(rule_set: RuleSet, rule_id: str | None, facts: Facts) -> RuleExplanation | None:
    return next((explain(rule, facts) for rule in rule_set.rules if rule.id == rule_id), None)


def _lost(tiering: Tiering, tier: TierDecision, facts: Facts) -> RuleExplanation | None:
    if tier.change is not TierChange.DOWNGRADE or tier.previous is None:
        return None
    return tiering.keeps(tier.previous, facts)


def _entry(lifecycle: Lifecycle, decided: Decisions) -> RuleExplanation | None:
    """What led to the stage, where the move itself left it open."""
    stage = decided.stage
    move = _move(lifecycle, stage.rule)
    if move is None or move.target is not None or (stage.event is None and stage.pending is None):
        return None
    entry = lifecycle.explain(None, decided.facts)
    return next((rule for rule in entry if rule.verdict), None)


def _confirmation(lifecycle: Lifecycle, decided: Decisions) -> Confirmation | None:
    move = None if decided.stage.pending is None else _move(lifecycle, decided.stage.rule)
    return None if move is None else move.confirm


def _move(lifecycle: Lifecycle, rule_id: str | None) -> Transition | None:
    return next((rule.then for rule in lifecycle.transitions.rules if rule.id == rule_id), None)


def _onward(lifecycle: Lifecycle, stage: str, facts: Facts) -> Iterator[Goal]:
    moves = {rule.id: rule.then for rule in lifecycle.transitions.rules}
    for rule in lifecycle.explain(stage, facts):
        target = moves[rule.rule_id].target
        kind = lifecycle.kind_of(stage, moves[rule.rule_id])
        if kind in _UPWARD:
            label = Text(kind.value) if target is None else lifecycle.stage(target).label
            yield Goal(target, label, rule)


def _missing(decided: Decisions) -> Iterator[str]:
    for decision in (decided.stage, decided.tier, decided.match, decided.treatment):
        if decision is not None:
            yield from decision.missing


def _missing_in(explained: Explanation) -> Iterator[str]:
    """The names of facts that are missing in any rule of an explanation."""
    for rule in _rules_in(explained):
        yield from (name for condition in rule.conditions for name in condition.missing)


def _rules_in(explained: Explanation) -> Iterator[RuleExplanation]:
    for held in astuple(explained, recurse=False):
        for each in held if isinstance(held, tuple) else (held,):
            rule = each.rule if isinstance(each, Goal) else each
            if isinstance(rule, RuleExplanation):
                yield rule

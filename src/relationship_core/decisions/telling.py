"""A review in words, for the customer, the manager and the regulator."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from relationship_core.rules import RuleExplanation
from relationship_core.rules.explanation import shown

if TYPE_CHECKING:
    from relationship_core.decisions.reasons import Explanation
    from relationship_core.decisions.review import Review


def tell(review: Review, explanation: Explanation) -> str:
    """The review as plain text, a heading for each decision and its reasons below."""
    lines = [
        f"Customer {review.customer_id}, reviewed on {review.as_of}",
        *_stage(review, explanation),
        *_contribution(review),
        *_tier(review, explanation),
        *_service(review),
        *_retention(review, explanation),
        *_rule_book(review),
    ]
    return "\n".join(lines)


def _stage(review: Review, explanation: Explanation) -> Iterator[str]:
    stage = review.stage
    since = "" if stage.since is None else f" since {stage.since}"
    before = f", before that {stage.previous}" if stage.event is not None and stage.previous else ""
    yield f"Stage: {stage.stage}{since}{before}"
    yield from _by_rule(stage.rule, stage.origin, explanation.moves)
    if stage.pending is not None:
        seen = ", ".join(map(str, stage.pending.seen))
        yield f"  the move to {stage.pending.target} waits to be confirmed; indicated on {seen}"
    yield from _left_open(stage.is_undetermined, stage.missing)


def _contribution(review: Review) -> Iterator[str]:
    contribution = review.contribution
    total = contribution.total_12m
    yield f"Contribution of twelve months: {shown(total)} {contribution.currency}"
    for step in contribution.waterfall():
        if step.amount is None or step.amount:
            yield f"  {step.component.replace('_', ' ')}: {shown(step.amount)}"
    for reason in dict.fromkeys(missing.reason for missing in contribution.missing):
        yield f"  not known: {reason}"
    raroc = contribution.raroc_12m
    if raroc is not None:
        yield f"  risk-adjusted return on capital: {raroc:.2%} a year"


def _tier(review: Review, explanation: Explanation) -> Iterator[str]:
    tier = review.tier
    yield f"Tier: {tier.tier} since {tier.since}"
    if tier.override is not None:
        yield f"  set by hand until {tier.override.ends}; the rules give {tier.earned}"
    if tier.rule is not None:
        yield f"  earned by rule {tier.rule}{_from(tier.origin)}"
    if explanation.keeps is not None:
        yield "  what keeps it:" if explanation.keeps.verdict else "  what would keep it:"
        yield from _conditions(explanation.keeps)
    if tier.pending is not None:
        yield f"  a move to {tier.pending.target} is pending since {tier.pending.seen[0]}"
    yield from _left_open(tier.is_undetermined, tier.missing)
    for better in explanation.better_tiers:
        yield f"  missing to {better.rule_id}:"
        yield from _conditions(better)


def _service(review: Review) -> Iterator[str]:
    yield "Service:"
    for granted in review.services.entitlements:
        yield f"  {granted.entitlement.label} (rule {granted.rule}{_from(granted.origin)})"
    for event in review.services.care:
        yield f"  care, due {event.due}: {event.label} (rule {event.rule}{_from(event.origin)})"


def _retention(review: Review, explanation: Explanation) -> Iterator[str]:
    retention = review.retention
    yield f"Risk of leaving: {retention.risk}"
    yield from _by_rule(retention.rule, retention.origin, explanation.risks)
    for raised in retention.signals:
        yield f"  signal: {raised.signal.label}"
    if retention.action is not None:
        cost = f", at a cost of {shown(retention.action.cost)}" if retention.action.cost else ""
        yield f"  proposed: {retention.action.label}{cost} (rule {retention.action_rule})"
    if retention.is_undetermined:
        yield "  facts are missing that could raise the risk"


def _rule_book(review: Review) -> Iterator[str]:
    plugins = ", ".join(review.plugins) or "none"
    yield f"Rule book {review.rule_book[:16]}; plugins: {plugins}"
    for report in review.skipped:
        yield f"  without {report}"


def _by_rule(
    rule_id: str | None, origin: str, explanations: Iterable[RuleExplanation]
) -> Iterator[str]:
    if rule_id is None:
        return
    yield f"  by rule {rule_id}{_from(origin)}"
    for explanation in explanations:
        if explanation.rule_id == rule_id:
            yield from _conditions(explanation)


def _conditions(explanation: RuleExplanation) -> Iterator[str]:
    for condition in explanation.conditions:
        yield f"    {condition}"


def _left_open(is_undetermined: bool, missing: tuple[str, ...]) -> Iterator[str]:
    if is_undetermined:
        yield f"  left open, as {', '.join(missing)} is missing"


def _from(origin: str) -> str:
    return f" of {origin}" if origin else ""

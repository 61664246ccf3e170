"""A review in words, for the customer, the manager and the regulator."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING

from relationship_core.decisions.hysteresis import Confirmation
from relationship_core.decisions.telling_rules import RuleWords, listed, missing_in, node_in_words
from relationship_core.decisions.tier import Downgrade, TierChange
from relationship_core.decisions.window import last_day, latest_month
from relationship_core.rules import RuleExplanation, exact
from relationship_core.rules.words import shown

if TYPE_CHECKING:
    from relationship_core.decisions.accrual import Missing
    from relationship_core.decisions.choice import Choice
    from relationship_core.decisions.reasons import Explanation, Goal
    from relationship_core.decisions.review import Inputs, Review

_KIND = "kind"
_WORTH = "contribution_12m"


def tell(review: Review, explanation: Explanation, inputs: Inputs) -> str:
    """The review as plain text: a line for each decision, its reasons below."""
    with exact():
        return "\n".join(_Telling(review, explanation).lines(inputs))


class _Telling:
    def __init__(self, review: Review, explanation: Explanation) -> None:
        self._review = review
        self._why = explanation
        labels = explanation.labels
        self._stages = {name: str(label) for name, label in labels.stages}
        self._tiers = {name: str(label) for name, label in labels.tiers}
        self._rules = RuleWords(
            {name: str(label) for name, label in labels.facts}, tells_nodes=bool(review.scope)
        )

    def lines(self, inputs: Inputs) -> Iterator[str]:
        review = self._review
        by = f"by the rules of {node_in_words(review.scope)}"
        yield f"Customer {review.customer_id}, reviewed on {review.as_of}, {by}"
        yield from self._stage()
        yield from self._contribution()
        yield from self._tier()
        yield from self._chosen("Match", review.match, self._why.match)
        if review.treatment is not None:
            yield from self._chosen("Treatment", review.treatment, self._why.treatment)
        yield from self._service()
        yield from self._retention()
        yield from self._left_open()
        yield from self._evidence(inputs)

    def _stage(self) -> Iterator[str]:
        stage, why = self._review.stage, self._why
        before = ""
        if stage.event is not None:
            came_from = stage.event.from_stage
            before = f", after {self._stages[came_from]}" if came_from else ", on the first review"
        yield f"Stage: {self._stages[stage.stage]} since {stage.since}{before}"
        if stage.is_undetermined:
            yield self._undetermined(stage.missing, is_provisional=stage.is_provisional)
        if stage.pending is not None:
            target = self._stages.get(stage.pending.target, stage.pending.target)
            yield _waits(f"A move to {target}", stage.pending.seen, why.confirmation)
        asked = next((rule for rule in why.moves if rule.rule_id == stage.rule), None)
        if asked is not None:
            yield from self._rules.decided(asked)
        elif not stage.is_undetermined:
            yield f"  {self._why_it_stays()}"
        if why.entry is not None:
            entry = self._rules.by(why.entry)
            yield f"  The way back leads to what the facts support, by entry {entry}:"
            yield from self._rules.conditions(why.entry)
        for goal in _reachable(why.onward):
            if goal.rule.rule_id != stage.rule:
                yield from self._toward(goal)

    def _why_it_stays(self) -> str:
        stage = self._review.stage
        if stage.event is not None:
            return "No entry rule holds, which leaves the first stage."
        if stage.since == self._review.as_of:
            return "It began on this day, and a day makes one move."
        return "No rule moves the customer to another stage."

    def _contribution(self) -> Iterator[str]:
        contribution = self._review.contribution
        end = last_day(latest_month(contribution.as_of))
        worth = self._review.facts.get(_WORTH)
        amount = "not known" if worth is None else f"{shown(worth)} {contribution.currency}"
        supplied = ", as supplied" if worth not in {None, contribution.total_12m} else ""
        yield f"Contribution in the twelve months to {end}: {amount}{supplied}"
        if supplied:
            yield f"  from the records alone: {shown(contribution.total_12m)}"
        for step in contribution.waterfall():
            if step.amount:
                yield f"  {step.component.replace('_', ' ')}: {shown(step.amount)}"
        yield from _gaps(contribution.missing)
        if contribution.raroc_12m is not None:
            yield f"  return on risk-adjusted capital: {contribution.raroc_12m:.2%} a year"
        if contribution.total_previous_12m is not None:
            yield f"  twelve months before: {shown(contribution.total_previous_12m)}"

    def _tier(self) -> Iterator[str]:
        tier, why = self._review.tier, self._why
        yield f"Tier: {self._tier_label(tier.tier)} since {tier.since}{self._tier_before()}"
        if tier.is_undetermined:
            yield self._undetermined(tier.missing, is_provisional=tier.is_provisional)
        if tier.override is not None:
            by_hand = tier.override
            yield (
                f"  Set by a person until {by_hand.ends}: {by_hand.reason}"
                f" (asked for by {by_hand.requested_by}, approved by {by_hand.approved_by})"
            )
        if tier.earned is not None:
            yield from self._earned(tier.earned)
        if why.lost is not None:
            yield f"  What would have kept {self._tier_label(str(tier.previous))}:"
            yield from self._rules.conditions(why.lost)
        if tier.override is None and why.keeps is not None:
            yield from self._keeps(why.keeps)
        if tier.pending is not None:
            target = self._tier_label(tier.pending.target)
            yield _waits(f"A move down to {target}", tier.pending.seen, why.downgrade)
        for goal in [*_reachable(why.better_tiers)][:1]:
            yield from self._toward(goal)

    def _tier_before(self) -> str:
        tier = self._review.tier
        match tier.change:
            case TierChange.FIRST:
                return ", on the first review"
            case TierChange.UPGRADE:
                return f", up from {self._tier_label(str(tier.previous))}"
            case TierChange.DOWNGRADE:
                return f", down from {self._tier_label(str(tier.previous))}"
        return ""

    def _earned(self, earned: str) -> Iterator[str]:
        rule = self._why.earned
        if earned != self._review.tier.tier:
            asks = ", which asks for nothing" if rule is None else ""
            yield f"  By the rules alone it would be {self._tier_label(earned)}{asks}."
        elif rule is None:
            yield "  It asks for nothing, and no rule of a better tier holds."
        if rule is not None:
            yield from self._rules.decided(rule, with_margins=True)

    def _keeps(self, keeps: RuleExplanation) -> Iterator[str]:
        told: set[str] = set()
        if self._why.earned is not None:
            told = {condition.text for condition in self._why.earned.conditions}
        conditions = [*self._rules.conditions(keeps, but=told)]
        if conditions:
            yield "  What keeps it:" if keeps.verdict else "  What would keep it:"
            yield from conditions

    def _toward(self, goal: Goal) -> Iterator[str]:
        if goal.rule.verdict:
            yield f"  All that {goal.label} asks for is there ({self._rules.by(goal.rule)})."
        else:
            yield f"  What is missing to {goal.label} ({self._rules.by(goal.rule)}):"
            yield from self._rules.conditions(goal.rule)

    def _chosen(self, what: str, choice: Choice, rule: RuleExplanation | None) -> Iterator[str]:
        outcome = "none" if choice.outcome is None else choice.outcome.replace("_", " ")
        if choice.missing:
            open_ = "left open" if choice.outcome is None else f"{outcome}, for now"
            yield f"{what}: {open_}, as {self._rules.missing(choice.missing)}"
        else:
            yield f"{what}: {outcome}"
            if rule is not None:
                yield from self._rules.decided(rule)
            else:
                yield f"  No rule {'holds' if choice.outcome is None else 'asks for another'}."

    def _service(self) -> Iterator[str]:
        services, why = self._review.services, self._why
        yield f"Service:{'' if services.entitlements or services.care else ' none'}"
        granting = {rule.rule_id: rule for rule in why.entitlements}
        for granted in services.entitlements:
            reason = self._rules.in_short(granting[granted.rule])
            yield f"  {granted.entitlement.label} {reason}"
        noticing = {rule.rule_id: rule for rule in why.care}
        for event in services.care:
            reason = self._rules.in_short(noticing[event.rule])
            yield f"  due on {event.due}: {event.label} {reason}"

    def _retention(self) -> Iterator[str]:
        retention, why = self._review.retention, self._why
        yield f"Risk of leaving: {retention.risk}"
        found = next((rule for rule in why.risks if rule.rule_id == retention.rule), None)
        if found is not None:
            yield from self._rules.decided(found)
        elif not retention.is_undetermined:
            yield "  No rule of risk holds."
        if retention.is_undetermined:
            open_ = (rule for rule in why.risks if rule.rule_id in retention.undetermined)
            names = dict.fromkeys(missing_in(open_))
            yield f"  It could be higher, as {self._rules.missing(names)}"
        told = {each.text for each in found.conditions} if found is not None else set()
        raising = {rule.rule_id: rule for rule in why.signals}
        for raised in retention.signals:
            reason = self._rules.in_short(raising[raised.rule], but=told)
            yield f"  signal: {raised.signal.label} {reason}"
        if retention.action is not None:
            fitting = next(rule for rule in why.actions if rule.rule_id == retention.action_rule)
            cost = retention.action.cost
            price = f", for {shown(cost)} {self._review.contribution.currency}" if cost else ""
            yield f"  proposed: {retention.action.label}{price} {self._rules.in_short(fitting)}"

    def _left_open(self) -> Iterator[str]:
        """What more could be said of service and retention if more were known."""
        review, why = self._review, self._why
        asked = (
            (review.services.undetermined, [*why.entitlements, *why.care]),
            (review.retention.undetermined, [*why.signals, *why.actions]),
        )
        names = dict.fromkeys(
            name
            for ids, rules in asked
            for name in missing_in(rule for rule in rules if rule.rule_id in ids)
        )
        if names:
            yield f"Services, signals and actions left open, as {self._rules.missing(names)}"

    def _evidence(self, inputs: Inputs) -> Iterator[str]:
        review = self._review
        yield f"Rule book {review.rule_book}"
        yield f"  plugins: {', '.join(review.plugins) or 'none'}"
        for report in review.skipped:
            yield f"  without {report}"
        yield f"  dossier {inputs.dossier}"
        if inputs.benchmarks is None:
            yield "  benchmarks: none"
        else:
            yield f"  benchmarks of {inputs.benchmarks_as_of} {inputs.benchmarks}"

    def _tier_label(self, tier: str) -> str:
        return self._tiers.get(tier, tier)

    def _undetermined(self, missing: Iterable[str], *, is_provisional: bool) -> str:
        head = "Provisional" if is_provisional else "Kept as it was"
        return f"  {head}, as {self._rules.missing(missing)}"


def _reachable(goals: Iterable[Goal]) -> Iterator[Goal]:
    """The goals whose rule is for this kind of customer."""
    for goal in goals:
        if not any(each.fact == _KIND and each.verdict is False for each in goal.rule.conditions):
            yield goal


def _waits(what: str, seen: Iterable[date], needed: Confirmation | None) -> str:
    said = f"  {what} waits: indicated on {listed(map(str, seen))}"
    if needed is None:
        return said
    days = f"{needed.reviews} days, at least {needed.days_apart} days apart"
    held = ""
    if isinstance(needed, Downgrade):
        held = f", and the tier was held for {needed.minimum_hold_months} months"
    return f"{said}; it is made once that is so on {days}{held}"


def _gaps(missing: Iterable[Missing]) -> Iterator[str]:
    """What isn't known of the contribution, with the accounts it isn't known of."""
    accounts: dict[str, dict[str, None]] = {}
    for gap in missing:
        known_of = accounts.setdefault(gap.reason, {})
        if gap.account_id is not None:
            known_of[gap.account_id] = None
    for reason, names in accounts.items():
        yield f"  not known: {reason}{f' ({listed(names)})' if names else ''}"

"""Retention: who is about to leave, the signs that say so, and the one thing to do about it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from attrs import evolve, field, frozen

from relationship_core.domain.validation import require_amount, require_probability
from relationship_core.errors import RuleBookError, RuleError
from relationship_core.rules.evaluation import Facts
from relationship_core.rules.kind import EXACT
from relationship_core.rules.outcome import HitPolicy
from relationship_core.rules.rule import Rule
from relationship_core.rules.rule_set import RuleSet, as_rule_set, require_outcomes
from relationship_core.rules.text import Text, as_text, several

RISK_FACT = "retention_risk"
"""The fact that holds the risk once it is decided, so that actions can ask for it."""
WORTH_FACT = "contribution_12m"
"""The fact that says what a customer is worth, and so what an action may cost."""


@frozen
class Signal:
    """A sign that a customer may leave."""

    code: str
    label: Text = field(converter=as_text)


@frozen
class RetentionAction:
    """Something the bank can do to keep a customer.

    Args:
        code: Its stable name.
        label: What to do, in words for people.
        cost: What it costs the bank, in the reporting currency.

    Raises:
        InvalidValueError: The cost is no amount of zero or more.
    """

    code: str
    label: Text = field(converter=as_text)
    cost: Decimal = Decimal(0)

    def __attrs_post_init__(self) -> None:
        require_amount(self.cost, "RetentionAction.cost", signed=False)


@frozen
class RaisedSignal:
    """A signal with the rule that raised it, the reason it gives and the node whose rule it is."""

    signal: Signal
    rule: str
    origin: str
    reason: Text | None = None
    scope: tuple[str, ...] = ()


@frozen
class RetentionDecision:
    """The risk of losing one customer, and what to do.

    Args:
        risk: The level of the ladder that the risk rules found.
        rule: The rule that found it; None where none fired and the last level stands.
        origin: The plugin that rule came from.
        signals: The signs seen, in the rules' order.
        action: The one action proposed; None where none fits or none is worth its cost.
        action_rule: The rule that proposed it.
        is_undetermined: Whether missing facts could raise the risk.
        undetermined: The ids of the rules that missing facts leave open.
        scope: The node of the organisation whose rule found the risk; empty for the head office.
        action_scope: The node whose rule proposed the action.
    """

    risk: str
    rule: str | None = None
    origin: str = ""
    signals: tuple[RaisedSignal, ...] = ()
    action: RetentionAction | None = None
    action_rule: str | None = None
    is_undetermined: bool = False
    undetermined: tuple[str, ...] = ()
    scope: tuple[str, ...] = ()
    action_scope: tuple[str, ...] = ()

    def __str__(self) -> str:
        """The risk."""
        return self.risk


def _signal_rules(rules: Iterable[Rule] | RuleSet) -> RuleSet:
    return as_rule_set(rules, "retention.signals", HitPolicy.COLLECT)


def _risk_rules(rules: Iterable[Rule] | RuleSet) -> RuleSet:
    return as_rule_set(rules, "retention.risks", HitPolicy.FIRST)


def _action_rules(rules: Iterable[Rule] | RuleSet) -> RuleSet:
    return as_rule_set(rules, "retention.actions", HitPolicy.COLLECT)


@frozen
class Retention:
    """Signals, the risk they amount to, and the actions open to the bank.

    Args:
        levels: The levels of risk, gravest first; the last one needs no rule.
        signals: Rules whose outcome is a `Signal`; every one that fires is told.
        risks: Rules whose id is a level; tried from the gravest down, the first that fires decides.
        actions: Rules whose outcome is a `RetentionAction`; they may read the fact
            `retention_risk`. The first that fires and is worth its cost is proposed.
        maximum_cost_share: The largest part of the last twelve months' contribution that an action
            may cost (a share, 0.25 being a quarter). An action that costs something is never
            proposed where the contribution is unknown.

    Raises:
        RuleBookError: There is no level, or one is named twice.
        RuleError: A risk rule's id is no level, or an outcome is of another type.
        InvalidValueError: The largest part is no fraction from 0 to 1.
    """

    levels: tuple[str, ...] = field(default=("high", "medium", "low"), converter=several)
    signals: RuleSet = field(default=_signal_rules(()), converter=_signal_rules)
    risks: RuleSet = field(default=_risk_rules(()), converter=_risk_rules)
    actions: RuleSet = field(default=_action_rules(()), converter=_action_rules)
    maximum_cost_share: Decimal = Decimal("0.25")
    _raised: tuple[RaisedSignal, ...] = field(init=False, eq=False, repr=False)

    @_raised.default
    def _raisable(self) -> tuple[RaisedSignal, ...]:
        return tuple(
            RaisedSignal(rule.then, rule.id, rule.origin, rule.reason, rule.scope)
            for rule in self.signals.rules
        )

    def __attrs_post_init__(self) -> None:
        require_outcomes(self.signals, Signal)
        require_outcomes(self.actions, RetentionAction)
        require_probability(self.maximum_cost_share, "Retention.maximum_cost_share")
        ranks = {level: rank for rank, level in enumerate(self.levels)}
        if not ranks or len(ranks) != len(self.levels):
            raise RuleBookError("levels of risk are needed, each once", where="Retention.levels")
        for rule in self.risks.rules:
            if rule.id not in ranks:
                raise RuleError(
                    f"the rule {rule.id!r} is no level of risk",
                    where=self.risks.name,
                    mend=f"name it after a level: {', '.join(self.levels)}",
                )
        ranked = (evolve(rule, priority=ranks[rule.id]) for rule in self.risks.rules)
        object.__setattr__(self, "risks", evolve(self.risks, rules=tuple(ranked)))

    def effective(self, scope: Iterable[str] = (), as_of: date | None = None) -> Retention:
        """The retention rules as they hold at a node of the organisation on a day."""
        path = several(scope)
        return evolve(
            self,
            signals=self.signals.effective(path, as_of),
            risks=self.risks.effective(path, as_of),
            actions=self.actions.effective(path, as_of),
        )

    def decide(self, facts: Facts) -> RetentionDecision:
        """The risk of losing one customer, and what to do."""
        seen = self.signals.compiled(facts)
        found = self.risks.compiled(facts)
        rule = self.risks.rules[found.fired[0]] if found.fired else None
        risk = rule.id if rule else self.levels[-1]
        known = dict(facts)
        known[RISK_FACT] = risk
        open_to_us = self.actions.compiled(known)
        action_rule = self._worthwhile(open_to_us.fired, known) if open_to_us.fired else None
        return RetentionDecision(
            risk=risk,
            rule=rule.id if rule else None,
            origin=rule.origin if rule else "",
            signals=tuple([self._raised[place] for place in seen.fired]),
            action=action_rule.then if action_rule else None,
            action_rule=action_rule.id if action_rule else None,
            is_undetermined=bool(found.unknown),
            undetermined=self.signals.ids(seen.unknown)
            + self.risks.ids(found.unknown)
            + self.actions.ids(open_to_us.unknown),
            scope=rule.scope if rule else (),
            action_scope=action_rule.scope if action_rule else (),
        )

    def _worthwhile(self, places: Iterable[int], facts: Facts) -> Rule | None:
        contribution = facts[WORTH_FACT]
        worth = contribution if isinstance(contribution, Decimal) else Decimal(0)
        for place in places:
            rule = self.actions.rules[place]
            cost: Decimal = rule.then.cost
            if not cost or cost <= EXACT.multiply(worth, self.maximum_cost_share):
                return rule
        return None

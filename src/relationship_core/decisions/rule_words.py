"""What a rule says, in one line: what it asks, what it leads to, what a branch may do with it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from relationship_core.decisions.stage import Transition
from relationship_core.rules import Rule, in_words
from relationship_core.rules.expression import Junction
from relationship_core.rules.words import shown


def condition_in_words(rule: Rule) -> str:
    """What a rule asks."""
    asks = in_words(rule.when)
    return asks[1:-1] if isinstance(rule.when, Junction) else asks


def outcome_in_words(outcome: Any) -> str:
    """What a rule leads to; empty where its id says it all."""
    match outcome:
        case None:
            return ""
        case Transition(source=source, target=target):
            return f"from {', '.join(source)} to {target or 'the stage that the facts give'}"
        case bool() | int() | Decimal():
            return shown(outcome)
    return str(getattr(outcome, "code", outcome))


def rule_in_words(rule: Rule) -> str:
    """What a rule asks and leads to."""
    leads_to = outcome_in_words(rule.then)
    asks = condition_in_words(rule)
    return f"{asks} -> {leads_to}" if leads_to and leads_to != rule.id else asks


def overridable_in_words(rule: Rule) -> str:
    """Whether a deeper node may replace a rule, or how far it may move which threshold."""
    if isinstance(rule.overridable, bool):
        return "yes" if rule.overridable else "no"
    return ", ".join(
        f"{limits.fact} from {shown(limits.low)} to {shown(limits.high)}"
        for limits in rule.overridable
    )

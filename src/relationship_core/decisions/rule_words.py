"""What a rule says, in words: what it asks, what it leads to, what a branch may do with it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from relationship_core.decisions.stage import Transition
from relationship_core.rules import IfMissing, Rule, Text, in_words
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
    """What a rule asks and leads to; then, where it isn't as usual, when and on what terms."""
    leads_to = outcome_in_words(rule.then)
    asks = condition_in_words(rule)
    terms = (
        ("reason", both_languages(rule.reason)),
        ("valid", validity_in_words(rule.valid_from, rule.valid_until)),
        ("overridable", overridable_in_words(rule) if rule.overridable else ""),
        ("if missing", "" if rule.if_missing is IfMissing.UNDETERMINED else rule.if_missing.value),
        ("lawful ground", both_languages(rule.exemption)),
    )
    told = f"{asks} -> {leads_to}" if leads_to and leads_to != rule.id else asks
    return "; ".join([told, *(f"{name} {words}" for name, words in terms if words)])


def validity_in_words(valid_from: date | None, valid_until: date | None) -> str:
    """The days on which a rule holds, both ends counted; empty for always."""
    begins = "" if valid_from is None else f"from {valid_from}"
    ends = "" if valid_until is None else f"until {valid_until}"
    return " ".join(filter(None, (begins, ends)))


def both_languages(words: Text | None) -> str:
    """A text in each language that it is there in; empty where there is none."""
    if words is None:
        return ""
    return f"{words.en} ({words.zh})" if words.zh else words.en


def overridable_in_words(rule: Rule) -> str:
    """Whether a deeper node may replace a rule, or how far it may move which threshold."""
    if isinstance(rule.overridable, bool):
        return "yes" if rule.overridable else "no"
    return ", ".join(
        f"{limits.fact} from {shown(limits.low)} to {shown(limits.high)}"
        for limits in rule.overridable
    )

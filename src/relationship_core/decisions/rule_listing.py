"""Every rule of a book in words: whose it is, when it holds, what it asks and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from attrs import frozen

from relationship_core.decisions.rule_book import RuleBook
from relationship_core.decisions.rule_book_check import rule_sets
from relationship_core.decisions.rule_words import (
    both_languages,
    condition_in_words,
    outcome_in_words,
    overridable_in_words,
    validity_in_words,
)
from relationship_core.decisions.telling_rules import node_in_words
from relationship_core.rules import Rule, Text
from relationship_core.rules.override import thresholds
from relationship_core.rules.words import shown


@frozen
class ListedRule:
    """A rule in words.

    Args:
        rule_set: The set it decides in.
        id: Its id.
        node: The node of the organisation whose rule it is; empty for the head office.
        origin: The plugin it came from.
        place: The file and line it was written in; empty where nobody knows.
        valid_from: The first day it holds; None for always.
        valid_until: The last one; None for ever.
        asks: Its condition.
        thresholds: What it compares with a constant number, amount or day, and that constant.
        leads_to: Its outcome; empty where its id says it.
        reason: What a customer is told.
        exemption: The lawful ground on which it may ask for a protected fact.
        overridable: Whether a deeper node may replace it, or how far it may move which threshold.
        priority: Its place among the others, low first.
        if_missing: What it does where missing facts leave it open.
    """

    rule_set: str
    id: str
    node: tuple[str, ...]
    origin: str
    place: str
    valid_from: date | None
    valid_until: date | None
    asks: str
    thresholds: tuple[tuple[str, str], ...]
    leads_to: str
    reason: Text | None
    exemption: Text | None
    overridable: str
    priority: int
    if_missing: str

    def lines(self) -> Iterator[str]:
        """The rule as text: its name and where it is from, then what it says."""
        source = f", from {self.origin}" if self.origin else ""
        yield f"{self.id} of {node_in_words(self.node)}{source}"
        yield f"  asks: {self.asks}"
        for name, told in (
            ("leads to", self.leads_to),
            ("thresholds", ", ".join(f"{of} {limit}" for of, limit in self.thresholds)),
            ("reason", both_languages(self.reason)),
            ("lawful ground", both_languages(self.exemption)),
            ("valid", validity_in_words(self.valid_from, self.valid_until)),
            ("overridable", "" if self.overridable == "no" else self.overridable),
            ("written in", self.place),
        ):
            if told:
                yield f"  {name}: {told}"

    def to_json(self) -> dict[str, Any]:
        """The rule in words as plain JSON data."""
        return {
            "rule_set": self.rule_set,
            "id": self.id,
            "node": list(self.node),
            "origin": self.origin,
            "place": self.place or None,
            "valid_from": self.valid_from and self.valid_from.isoformat(),
            "valid_until": self.valid_until and self.valid_until.isoformat(),
            "asks": self.asks,
            "thresholds": [{"of": of, "value": value} for of, value in self.thresholds],
            "leads_to": self.leads_to or None,
            "reason": self.reason and {"en": self.reason.en, "zh": self.reason.zh},
            "exemption": self.exemption and {"en": self.exemption.en, "zh": self.exemption.zh},
            "overridable": self.overridable,
            "priority": self.priority,
            "if_missing": self.if_missing,
        }


def listed_rules(
    book: RuleBook, *, scope: Iterable[str] | None = None, as_of: date | None = None
) -> tuple[ListedRule, ...]:
    """The rules of a book in the order in which they decide, phase by phase.

    Args:
        book: The book.
        scope: The path of names to a node of the organisation, for the rules that hold there; None
            for those of every node.
        as_of: The day they must hold on; None leaves validity aside.

    Raises:
        RuleError: A node but no day is given, and a rule has several versions.
    """
    there = book if scope is None else book.effective(scope, as_of)
    return tuple(
        _listed(rule_set.name, rule)
        for part in (there.lifecycle, there.tiering, there.service, there.retention)
        for rule_set in rule_sets(part)
        for rule in rule_set.rules
        if as_of is None or rule.is_in_force(as_of)
    )


def _listed(rule_set: str, rule: Rule) -> ListedRule:
    return ListedRule(
        rule_set=rule_set,
        id=rule.id,
        node=rule.scope,
        origin=rule.origin,
        place="" if rule.place is None else str(rule.place),
        valid_from=rule.valid_from,
        valid_until=rule.valid_until,
        asks=condition_in_words(rule),
        thresholds=tuple(
            (repr(each.subject), shown(each.limit.value))
            for each in thresholds(rule.when)
            if each.can_be_moved
        ),
        leads_to=outcome_in_words(rule.then),
        reason=rule.reason,
        exemption=rule.exemption,
        overridable=overridable_in_words(rule),
        priority=rule.priority,
        if_missing=rule.if_missing.value,
    )

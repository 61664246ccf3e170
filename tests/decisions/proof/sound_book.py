"""A rule book with nothing wrong in it, and the frame that a book with one fault hangs in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from attrs import field, frozen

from relationship_core import Lifecycle, Retention, Rule, RuleBook, Stage, Tiering, Transition
from relationship_core.facts import aum, contribution_12m, months_inactive, product_count
from relationship_core.rules import Facts, FactValue
from relationship_core.rules.analysis import Finding, Witness
from tests.decisions.small_book import small_book

DAY = date(2026, 6, 30)
LADDER = ("gold", "silver", "rest")
STAGES = ("prospect", "stable", "decline", "lost")
GOLD = Rule("gold", aum >= 100)
SILVER = Rule("silver", aum >= 50)
HOLDS_SOMETHING = Rule("stable", product_count >= 1)
MOVES: Mapping[str, Rule] = {
    rule.id: rule
    for rule in (
        Rule("start", product_count >= 1, Transition("prospect", "stable")),
        Rule("fall", months_inactive >= 3, Transition("stable", "decline")),
        Rule(
            "recover",
            (product_count >= 1) & (months_inactive == 0),
            Transition("decline"),
        ),
        Rule("leave", months_inactive >= 12, Transition(("stable", "decline"), "lost")),
        Rule(
            "return",
            (product_count >= 1) & (months_inactive == 0),
            Transition("lost", "stable"),
        ),
    )
}


def tiering(*rules: Rule, **changes: Any) -> Tiering:
    """Three tiers, without grace."""
    given: dict[str, Any] = {"downgrade": None}
    return Tiering(LADDER, rules or (GOLD, SILVER), **(given | changes))


def lifecycle(
    *rules: Rule, without: str = "", stages: Any = STAGES, entry: Any = None
) -> Lifecycle:
    """Four stages; rules take the place of those of their name."""
    moves = {**MOVES, **{rule.id: rule for rule in rules}}
    moves.pop(without, None)
    entered = [HOLDS_SOMETHING] if entry is None else entry
    return Lifecycle([Stage(name) for name in stages], entered, moves.values())


def retention(**changes: Any) -> Retention:
    """Two levels of risk."""
    given: dict[str, Any] = {
        "levels": ("high", "low"),
        "risks": [Rule("high", contribution_12m < 0)],
    }
    return Retention(**(given | changes))


def sound_book(**changes: Any) -> RuleBook:
    """A book in which each part does what it should."""
    given: dict[str, Any] = {
        "tiering": tiering(),
        "lifecycle": lifecycle(),
        "retention": retention(),
    }
    return small_book(**(given | changes))


@frozen
class Shown:
    """What a finding shows, for the engine's own parts to look at.

    Args:
        book: The book as it holds where and when the fault shows.
        facts: The customer's facts, those that no rule reads missing.
        other: The second customer's.
    """

    book: RuleBook
    facts: Facts
    other: Facts

    @classmethod
    def by(cls, finding: Finding, book: RuleBook) -> Shown:
        """What a finding in a book shows."""

        def facts_of(witness: Witness | None) -> dict[str, FactValue | None]:
            known = () if witness is None else witness.facts
            return {**dict.fromkeys(book.catalogue), **dict(known)}

        there = book.effective(finding.scope, finding.on)
        return cls(there, facts_of(finding.witness), facts_of(finding.other))

    def rank(self, facts: Facts) -> int:
        """Which step of the ladder a customer earns, counted from the top."""
        book = self.book.tiering
        return book.ladder.index(book.decide(None, facts, DAY).tier)


@frozen
class Exhibit:
    """A book with one fault, and one that differs as little as can be and has none.

    Args:
        name: What is wrong.
        faulty: The book.
        healthy: The other.
        code: The fault.
        rule_set: Where it is.
        rules: Whose it is.
        is_shown: Whether the engine's parts show it too.
        scope: The node at which it shows.
        on: The day on which it does.
        besides: Codes of what the same slip leads to elsewhere.
    """

    name: str
    faulty: RuleBook
    healthy: RuleBook
    code: str
    rule_set: str
    rules: tuple[str, ...]
    is_shown: Callable[[Shown], bool]
    scope: tuple[str, ...] = field(default=(), kw_only=True)
    on: date | None = field(default=None, kw_only=True)
    besides: frozenset[str] = field(default=frozenset(), kw_only=True)

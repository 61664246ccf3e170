"""The tier: `Tiering.decide`, for every row at once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from relationship_core.decisions.telling_rules import node_in_words
from relationship_core.decisions.tier import TierChange
from relationship_core.portfolio.decide.cell import (
    NO,
    Cell,
    col,
    day,
    either,
    first_known,
    first_that_holds,
    least,
    none,
    small,
    surely,
    text,
    told,
    where,
)
from relationship_core.portfolio.decide.first_hit import FirstHitColumns
from relationship_core.portfolio.decide.hysteresis import days_seen, latest_start
from relationship_core.portfolio.decide.missing import missing_facts
from relationship_core.portfolio.decide.nodes import Nodes
from relationship_core.portfolio.decide.words import Held
from relationship_core.rules import Rule

_HELD: Final = col("standing_tier")
_SINCE: Final = col("standing_tier_since")
_REVIEWED: Final = col("standing_reviewed")
_PENDING: Final = col("standing_tier_pending")
_SEEN: Final = col("standing_tier_pending_seen")
_CHANGES: Final = tuple(TierChange)


class TierColumns:
    """The tier after a review, and how it came about.

    Args:
        nodes: The books of the bank's nodes.
        as_of: The review date.
    """

    def __init__(self, nodes: Nodes, as_of: date) -> None:
        self._sheet = nodes.sheet
        self._as_of = as_of
        self._downgrade = nodes.book.tiering.downgrade
        self._ladder = nodes.book.tiering.ladder
        self._places = {tier: place for place, tier in enumerate(self._ladder)}
        self._above: dict[int, Cell] = {}
        self._rules = FirstHitColumns("tiers", nodes, lambda book: book.tiering.rules)
        self._keep = FirstHitColumns(
            "keep", nodes, lambda book: book.tiering.keep, self._is_held_above
        )
        self._compare()
        self._fall()
        self._settle()

    def _own(self, name: str, cell: Cell) -> Cell:
        return self._sheet.own(f"tier_{name}", cell)

    def _is_held_above(self, rule: Rule) -> Cell:
        """Whether the customer holds the rule's tier or a better one."""
        place = self._places[rule.id]
        if place not in self._above:
            held = either(_HELD.equals(text(tier)) for tier in self._ladder[: place + 1])
            self._above[place] = self._own(f"from_{place}", surely(held))
        return self._above[place]

    def _by_place(self, hit: FirstHitColumns) -> Cell:
        """The place on the ladder of the tier whose rule fires; the last where none does."""
        return hit.number([self._places[rule.id] for rule in hit.rules], len(self._ladder) - 1)

    def _compare(self) -> None:
        """Whether a lower tier is earned than is held, and to which one it would come."""
        held = [(_HELD.equals(text(tier)), small(at)) for tier, at in self._places.items()]
        waits = [(_PENDING.equals(text(tier)), small(at)) for tier, at in self._places.items()]
        self._held = self._own("held", first_that_holds(held, none(Held.SMALL)))
        self._earned = self._own("earned", self._by_place(self._rules))
        self._waited_for = self._own("waited_for", first_that_holds(waits, small(-1)))
        self._goes_on = self._own("goes_on", surely(self._waited_for > self._held))
        is_lower = ~self._rules.is_undetermined & surely(self._earned > self._held)
        is_lower = self._own("is_lower", is_lower)
        is_new = self._is_new = self._own("is_new", _HELD.is_null())
        self._is_free = self._own("is_free", is_new | ~(self._rules.is_undetermined | is_lower))
        # On the day a tier began it isn't lost again.
        is_over = surely(_SINCE.equals(day(self._as_of)))
        self._is_over = self._own("is_over", is_lower & is_over)
        self._may_fall = is_lower & ~is_over
        self._is_open = self._own("is_open", self._may_fall & self._keep.is_undetermined)

    def _fall(self) -> None:
        """Whether a lower tier is due now, or waits."""
        best = self._own("best", least(self._by_place(self._keep), self._earned))
        falls = self._may_fall & ~self._keep.is_undetermined & (best > self._held)
        if self._downgrade is None:
            self._is_due, self._waits = self._own("is_due", falls), NO
            self._target, self._days = best, none(Held.TEXT)
            return
        # Texts are looked into only where that counts: few customers wait for anything.
        earlier = where(falls & self._goes_on, _SEEN)
        seen = days_seen(self._downgrade, earlier, self._goes_on, self._as_of)
        is_enough = seen.are_enough & self._is_held_long(self._downgrade.minimum_hold_months)
        self._is_due = self._own("is_due", falls & is_enough)
        self._waits = self._own("waits", falls & ~is_enough)
        self._target = where(self._goes_on, least(best, self._waited_for), best)
        self._days = seen.days

    def _held_since(self) -> Cell:
        return first_known(_SINCE, _REVIEWED, day(self._as_of))

    def _is_held_long(self, months: int) -> Cell:
        latest = latest_start(months, self._as_of)
        return NO if latest is None else self._held_since() <= day(latest)

    def _settle(self) -> None:
        """The tier, the day it began, and what the review did to it."""
        is_better = self._is_free & surely(self._earned < self._held)
        changes = [
            (self._is_new, TierChange.FIRST),
            (is_better, TierChange.UPGRADE),
            (self._is_due, TierChange.DOWNGRADE),
            (self._waits, TierChange.WAITING),
        ]
        to = [(self._is_free, self._earned), (self._is_due, self._target)]
        self.place = self._own("place", first_that_holds(to, self._held))
        self.tier = self._sheet.named("tier", told(self.place, self._ladder))
        is_changed = self._is_new | is_better | self._is_due
        since = where(is_changed, day(self._as_of), self._held_since())
        self.since = self._own("since", since)
        self._change = first_that_holds(
            [(is_it, _place_of(change)) for is_it, change in changes], _place_of(TierChange.HELD)
        )

    def is_one_of(self, tiers: Iterable[str]) -> Cell:
        """Whether the tier is one of some."""
        return either(self.place.equals(small(self._places[tier])) for tier in tiers)

    def columns(self) -> dict[str, Cell]:
        """What is told of the tier, by the names of a table of reviews and of standings."""
        is_open, rules = self._rules.is_undetermined, self._rules.rules
        rule = self._own("rule", where(~is_open & self._rules.fires, self._rules.place))
        keeps = ~self._is_new & (is_open | self._is_open | self._is_over)
        waits_for = where(self._waits, told(self._target, self._ladder))
        pending = first_known(waits_for, where(keeps, _PENDING))
        return {
            "tier": self.tier,
            "tier_since": self.since,
            "tier_previous": _HELD,
            "tier_change": told(self._change, _CHANGES),
            "tier_rule": told(rule, [rule.id for rule in rules]),
            "tier_rule_node": told(rule, [node_in_words(rule.scope) for rule in rules]),
            "tier_pending": pending,
            "tier_undetermined": is_open | self._is_open,
            "tier_missing": missing_facts({self._rules: is_open, self._keep: self._is_open}),
            "standing_tier": self.tier,
            "standing_tier_since": self.since,
            "standing_tier_pending": pending,
            "standing_tier_pending_seen": where(self._waits, self._days, where(keeps, _SEEN)),
        }


def _place_of(change: TierChange) -> Cell:
    return small(_CHANGES.index(change))

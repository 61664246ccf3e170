"""The tier, the match and the treatment: what `Tiering` decides, for every row at once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import narwhals as nw

from relationship_core.decisions.telling_rules import node_in_words
from relationship_core.decisions.tier import TierChange
from relationship_core.portfolio.decide.columns import (
    PREFIX,
    SMALL,
    Column,
    Frame,
    Told,
    day,
    either,
    first_that_holds,
    flag,
    is_text,
    none,
    small,
    surely,
    with_columns,
)
from relationship_core.portfolio.decide.conditions import Conditions
from relationship_core.portfolio.decide.first_hit import FirstHitColumns
from relationship_core.portfolio.decide.hysteresis import days_seen, latest_start
from relationship_core.portfolio.decide.missing import MissingFacts
from relationship_core.portfolio.decide.nodes import Nodes
from relationship_core.portfolio.observe.calendar import months_between
from relationship_core.rules import Rule

_HELD, _SINCE = nw.col("standing_tier"), nw.col("standing_tier_since")
_PENDING, _SEEN = nw.col("standing_tier_pending"), nw.col("standing_tier_pending_seen")
_CHANGES = tuple(TierChange)


def _own(name: str) -> str:
    return f"{PREFIX}tier_{name}"


def _changed(change: TierChange) -> nw.Expr:
    return small(_CHANGES.index(change))


class TierColumns:
    """The tier after a review, and how it came about.

    Args:
        nodes: The books of the bank's nodes.
        conditions: Where conditions are computed.
        as_of: The review date.
    """

    def __init__(self, nodes: Nodes, conditions: Conditions, as_of: date) -> None:
        self._tiering = nodes.book.tiering
        self._as_of = as_of
        self._ladder = self._tiering.ladder
        self._rules = FirstHitColumns("tiers", nodes, lambda book: book.tiering.rules, conditions)
        self._keep = FirstHitColumns(
            "keep", nodes, lambda book: book.tiering.keep, conditions, self._is_held_above
        )
        self._missing = MissingFacts([self._rules, self._keep])

    def _place(self, tier: str) -> int:
        return self._ladder.index(tier)

    def _is_held_above(self, rule: Rule) -> nw.Expr:
        """Whether the customer holds the rule's tier or a better one."""
        return nw.col(_own(f"from_{self._place(rule.id)}"))

    def before(self) -> dict[str, nw.Expr]:
        """The columns that are needed before conditions are asked."""
        places = sorted({self._place(rule.id) for rule in self._keep.rules})
        return {
            _own(f"from_{place}"): surely(
                either(is_text(_HELD, tier) for tier in self._ladder[: place + 1])
            )
            for place in places
        }

    def decided(self, frame: Frame) -> Frame:
        """The frame with the tier, once all conditions that it rests on are computed."""
        frame = self._rules.with_places(self._keep.with_places(frame))
        frame = frame.with_columns(
            **self._rules.open_columns(), **self._keep.open_columns(), **self._start()
        )
        frame = frame.with_columns(**self._compared())
        frame = frame.with_columns(**self._falling())
        frame = frame.with_columns(**self._settled())
        told = {"tier": _own("place"), _own("waits_for"): _own("waits_for")}
        return with_columns(
            frame, {name: Told(nw.col(place), self._ladder) for name, place in told.items()}
        )

    def _start(self) -> dict[str, nw.Expr]:
        """The tier that is held, the one earned, the one kept, and the one that waits."""
        last = len(self._ladder) - 1
        held = [(is_text(_HELD, tier), small(place)) for place, tier in enumerate(self._ladder)]
        waits = [(is_text(_PENDING, tier), small(place)) for place, tier in enumerate(self._ladder)]
        return {
            _own("held"): first_that_holds(held, none(SMALL)),
            _own("held_since"): nw.coalesce(_SINCE, nw.col("standing_reviewed"), day(self._as_of)),
            _own("earned"): self._rules.number(self._places(self._rules), last),
            _own("kept"): self._keep.number(self._places(self._keep), last),
            _own("waited_for"): first_that_holds(waits, small(-1)),
        }

    def _places(self, hit: FirstHitColumns) -> list[int]:
        return [self._place(rule.id) for rule in hit.rules]

    def _compared(self) -> dict[str, nw.Expr]:
        """Whether a lower tier is earned than is held, and to which one it would come."""
        held, earned, kept = (nw.col(_own(name)) for name in ("held", "earned", "kept"))
        is_open = self._rules.is_undetermined
        is_lower = ~is_open & surely(earned > held)
        may_fall = is_lower & ~surely(day(self._as_of) == _SINCE)
        return {
            _own("is_free"): ~is_open & ~is_lower | _HELD.is_null(),
            _own("is_open"): may_fall & self._keep.is_undetermined,
            _own("is_early"): is_lower & ~may_fall,
            _own("may_fall"): may_fall & ~self._keep.is_undetermined,
            _own("best"): nw.min_horizontal(kept, earned),
            _own("goes_on"): surely(nw.col(_own("waited_for")) > held),
        }

    def _falling(self) -> dict[str, nw.Expr]:
        """Whether a lower tier is due now, or waits."""
        best, goes_on = nw.col(_own("best")), nw.col(_own("goes_on"))
        falls = nw.col(_own("may_fall")) & (best > nw.col(_own("held")))
        downgrade = self._tiering.downgrade
        if downgrade is None:
            return {
                _own("is_due"): falls,
                _own("waits"): flag(False),
                _own("target"): best,
                _own("days"): none(nw.String()),
            }
        seen = days_seen(downgrade, _SEEN, goes_on, self._as_of)
        is_due = seen.are_enough & self._is_held_long(downgrade.minimum_hold_months)
        waited_for = nw.min_horizontal(best, nw.col(_own("waited_for")))
        return {
            _own("is_due"): falls & is_due,
            _own("waits"): falls & ~is_due,
            _own("target"): nw.when(goes_on).then(waited_for).otherwise(best),
            _own("days"): seen.days,
        }

    def _is_held_long(self, months: int) -> nw.Expr:
        latest = latest_start(months, self._as_of)
        if latest is None:
            return flag(False)
        return nw.col(_own("held_since")) <= day(latest)

    def _settled(self) -> dict[str, nw.Expr]:
        """The place of the tier, the day it began, and what the review did to it."""
        held, earned, target = (nw.col(_own(name)) for name in ("held", "earned", "target"))
        is_free, is_due = nw.col(_own("is_free")), nw.col(_own("is_due"))
        waits, is_new = nw.col(_own("waits")), _HELD.is_null()
        is_better = is_free & surely(earned < held)
        changes = [
            (is_new, TierChange.FIRST),
            (is_better, TierChange.UPGRADE),
            (is_due, TierChange.DOWNGRADE),
            (waits, TierChange.WAITING),
        ]
        return {
            _own("place"): first_that_holds([(is_free, earned), (is_due, target)], held),
            _own("since"): nw.when(is_new | is_better | is_due)
            .then(day(self._as_of))
            .otherwise(nw.col(_own("held_since"))),
            _own("change"): first_that_holds(
                [(is_it, _changed(change)) for is_it, change in changes], _changed(TierChange.HELD)
            ),
            _own("rule"): nw.when(~self._rules.is_undetermined & self._rules.fires).then(
                self._rules.place
            ),
            _own("waits_for"): nw.when(waits).then(target),
        }

    @property
    def place(self) -> nw.Expr:
        """The place of the tier on the ladder."""
        return nw.col(_own("place"))

    def is_one_of(self, tiers: Iterable[str]) -> nw.Expr:
        """Whether the tier is one of some."""
        return either(self.place == small(self._place(tier)) for tier in tiers)

    def months(self) -> nw.Expr:
        """Completed months in the tier."""
        return months_between(nw.col(_own("since")), self._as_of)

    def columns(self) -> dict[str, Column]:
        """What is told of the tier, by the names of a table of reviews and of standings."""
        rule = nw.col(_own("rule"))
        is_open, keep_is_open = self._rules.is_undetermined, nw.col(_own("is_open"))
        keeps = ~_HELD.is_null() & (is_open | keep_is_open | nw.col(_own("is_early")))
        pending = nw.coalesce(nw.col(_own("waits_for")), nw.when(keeps).then(_PENDING))
        seen = (
            nw.when(nw.col(_own("waits")))
            .then(nw.col(_own("days")))
            .otherwise(nw.when(keeps).then(_SEEN))
        )
        rules = self._rules.rules
        return {
            "tier": nw.col("tier"),
            "tier_since": nw.col(_own("since")),
            "tier_previous": _HELD,
            "tier_change": Told(nw.col(_own("change")), tuple(each.value for each in _CHANGES)),
            "tier_rule": Told(rule, tuple(each.id for each in rules)),
            "tier_rule_node": Told(rule, tuple(node_in_words(each.scope) for each in rules)),
            "tier_pending": pending,
            "tier_undetermined": is_open | keep_is_open,
            "tier_missing": self._missing.listing([is_open, keep_is_open]),
            "standing_tier": nw.col("tier"),
            "standing_tier_since": nw.col(_own("since")),
            "standing_tier_pending": pending,
            "standing_tier_pending_seen": seen,
        }

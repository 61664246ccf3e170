"""Entitlements and occasions to care: `Service.decide`, for every row at once."""

from __future__ import annotations

from datetime import date
from math import log
from typing import Final

import narwhals as nw

from relationship_core.decisions.service import Care
from relationship_core.portfolio.decide.columns import (
    PREFIX,
    Column,
    Frame,
    Joined,
    Told,
    flag,
    joined,
    none,
    small,
)
from relationship_core.portfolio.decide.conditions import AskedRules, Conditions
from relationship_core.portfolio.decide.listing import SEPARATOR, listing
from relationship_core.portfolio.decide.nodes import Nodes
from relationship_core.rules.compile_frame.dialect import EPOCH, Dialect

_MOST_TEXTS: Final = 2_000
"""How many texts may be told by one number."""


class EntitlementColumns:
    """What customers are entitled to.

    Args:
        nodes: The books of the bank's nodes.
        conditions: Where conditions are computed.
    """

    def __init__(self, nodes: Nodes, conditions: Conditions) -> None:
        self._asked = AskedRules(nodes, lambda book: book.service.entitlements, conditions)

    def column(self) -> Column:
        """The codes in the rules' order, joined."""
        codes = [held.rule.then.code for held in self._asked.all]
        return listing(codes, self._asked.answers())


def _own(name: str) -> str:
    return f"{PREFIX}care_{name}"


class CareColumns:
    """Occasions to care, the soonest first.

    Args:
        nodes: The books of the bank's nodes.
        conditions: Where conditions and days are computed.
        as_of: The review date.
    """

    def __init__(self, nodes: Nodes, conditions: Conditions, as_of: date) -> None:
        self._asked = AskedRules(nodes, lambda book: book.service.care, conditions)
        self._as_of = as_of
        self._codes = tuple(held.rule.then.code for held in self._asked.all)
        self._due = [self._due_in(held.rule.then, conditions) for held in self._asked.all]

    def _due_in(self, care: Care, conditions: Conditions) -> nw.Expr | None:
        """The days until an occasion, null where nobody knows; None for at once."""
        if care.due_in is None:
            return None
        days = conditions.of(care.due_in)
        first, last = ((end - self._as_of).days for end in (date.min, date.max))
        return nw.when((days >= first) & (days <= last)).then(days).cast(nw.Int32())

    def decided(self, frame: Frame) -> Frame:
        """The frame with the order of the occasions, once all that they rest on is computed."""
        due = {
            _own(f"due_{place}"): nw.when(answer).then(
                nw.lit(0, dtype=nw.Int32()) if days is None else days
            )
            for place, (answer, days) in enumerate(
                zip(self._asked.answers(), self._due, strict=True)
            )
        }
        frame = frame.with_columns(**due)
        ranks = {_own(f"rank_{place}"): self._rank(place) for place in range(len(self._due))}
        return frame.with_columns(**ranks) if ranks else frame

    def _days(self, place: int) -> nw.Expr:
        return nw.col(_own(f"due_{place}"))

    def _rank(self, place: int) -> nw.Expr:
        """How many occasions come before one; null where it isn't there."""
        before = [
            nw.when(self._is_before(other, place)).then(small(1)).otherwise(small(0))
            for other in range(len(self._due))
            if other != place
        ]
        rank = joined(lambda x, y: x + y, before, small(0))
        return nw.when(~self._days(place).is_null()).then(rank)

    def _is_before(self, one: int, other: int) -> nw.Expr:
        """Whether an occasion is there and comes before another: by day, then by rule."""
        if self._due[one] is None and self._due[other] is None:
            return ~self._days(one).is_null() if one < other else flag(False)
        if one < other:
            return self._days(one) <= self._days(other)
        return self._days(one) < self._days(other)

    def columns(self, dialect: Dialect) -> dict[str, Column]:
        """The codes, joined, and the day of the first."""
        return {"care": self._joined(), "care_due": self._first_day(dialect)}

    def _first_day(self, dialect: Dialect) -> nw.Expr:
        if not self._codes:
            return none(nw.Date())
        first = joined(nw.min_horizontal, map(self._days, range(len(self._codes))), small(0))
        return dialect.day(first + (self._as_of - EPOCH).days)

    def _joined(self) -> Column:
        count = len(self._codes)
        if not count:
            return none(nw.String())
        at_once = max(1, int(log(_MOST_TEXTS, count + 1)))
        starts = range(0, count, at_once)
        return Joined(
            tuple(self._piece(range(start, min(start + at_once, count))) for start in starts)
        )

    def _piece(self, ranks: range) -> Told:
        """The occasions of some ranks, told by one number: a digit for each."""
        digits = len(self._codes) + 1
        parts = [
            nw.when(nw.col(_own(f"rank_{place}")) == small(rank))
            .then(small((place + 1) * digits ** (rank - ranks.start)))
            .otherwise(small(0))
            for place in range(len(self._codes))
            for rank in ranks
        ]
        texts = tuple(
            self._text(number, digits, is_first=ranks.start == 0)
            for number in range(digits ** len(ranks))
        )
        return Told(joined(lambda x, y: x + y, parts, small(0)), texts)

    def _text(self, number: int, digits: int, *, is_first: bool) -> str:
        codes = []
        while number:
            number, place = divmod(number, digits)
            codes.append(self._codes[place - 1])
        text = SEPARATOR.join(codes)
        return text if is_first or not text else SEPARATOR + text

"""Entitlements and occasions to care: `Service.decide`, for every row at once."""

from __future__ import annotations

from datetime import date
from math import log
from typing import Final

from relationship_core.decisions.service import Care
from relationship_core.portfolio.decide.asked import AskedRules
from relationship_core.portfolio.decide.cell import (
    NO,
    Cell,
    joined,
    least,
    none,
    one_after_the_other,
    small,
    told,
    total,
    where,
    whole,
)
from relationship_core.portfolio.decide.listing import SEPARATOR, listing
from relationship_core.portfolio.decide.nodes import Nodes
from relationship_core.portfolio.decide.words import Held
from relationship_core.rules.compile_frame.dialect import EPOCH

_MOST_TEXTS: Final = 2_000
"""How many texts may be told by one number."""


def entitlements(nodes: Nodes) -> Cell:
    """The codes of what customers are entitled to, in the rules' order."""
    asked = AskedRules(nodes, lambda book: book.service.entitlements)
    return listing([rule.then.code for rule in asked.rules], asked.answers)


class CareColumns:
    """Occasions to care, the soonest first.

    Args:
        nodes: The books of the bank's nodes.
        as_of: The review date.
    """

    def __init__(self, nodes: Nodes, as_of: date) -> None:
        asked = AskedRules(nodes, lambda book: book.service.care)
        self._as_of = as_of
        self._codes = tuple(rule.then.code for rule in asked.rules)
        self._is_dated = [rule.then.due_in is not None for rule in asked.rules]
        self._due = [
            nodes.sheet.own(
                f"due_{place}", where(answer, self._days_until(rule.then, nodes)).narrowed()
            )
            for place, (rule, answer) in enumerate(zip(asked.rules, asked.answers, strict=True))
        ]
        self._ranks = [
            nodes.sheet.own(f"rank_{place}", self._rank(place)) for place in range(len(self._due))
        ]

    def columns(self) -> dict[str, Cell]:
        """The codes, joined, and the day of the first."""
        if not self._codes:
            return {"care": none(Held.TEXT), "care_due": none(Held.DAY)}
        # Days count from the review, dates from 1970.
        first = joined(least, self._due, whole(0)) + whole((self._as_of - EPOCH).days)
        return {"care": self._listed(), "care_due": first.as_day()}

    def _days_until(self, care: Care, nodes: Nodes) -> Cell:
        """The days until an occasion; null where nobody knows."""
        if care.due_in is None:
            return whole(0)
        days = nodes.sheet.condition(care.due_in)
        first, last = ((end - self._as_of).days for end in (date.min, date.max))
        return where((days >= whole(first)) & (days <= whole(last)), days)

    def _rank(self, place: int) -> Cell:
        """How many occasions come before one; null where it isn't there."""
        before = [
            where(self._is_before(other, place), small(1), small(0))
            for other in range(len(self._due))
            if other != place
        ]
        return where(~self._due[place].is_null(), total(before))

    def _is_before(self, one: int, other: int) -> Cell:
        """Whether an occasion is there and comes before another: by day, then by rule."""
        if not (self._is_dated[one] or self._is_dated[other]):
            return ~self._due[one].is_null() if one < other else NO
        if one < other:
            return self._due[one] <= self._due[other]
        return self._due[one] < self._due[other]

    def _listed(self) -> Cell:
        count = len(self._codes)
        at_once = max(1, int(log(_MOST_TEXTS, count + 1)))
        ranks = [range(at, min(at + at_once, count)) for at in range(0, count, at_once)]
        return one_after_the_other(*map(self._piece, ranks))

    def _piece(self, ranks: range) -> Cell:
        """The occasions of some ranks, told by one number: a digit for each."""
        digits = len(self._codes) + 1
        number = total(
            where(
                rank.equals(small(at)), small((place + 1) * digits ** (at - ranks.start)), small(0)
            )
            for place, rank in enumerate(self._ranks)
            for at in ranks
        )
        texts = [
            self._text(each, digits, is_first=ranks.start == 0)
            for each in range(digits ** len(ranks))
        ]
        return told(number, texts)

    def _text(self, number: int, digits: int, *, is_first: bool) -> str | None:
        """The codes that a number tells; null for none, but a piece that follows may be empty."""
        codes = []
        while number:
            number, place = divmod(number, digits)
            codes.append(self._codes[place - 1])
        if is_first:
            return SEPARATOR.join(codes) or None
        return "".join(SEPARATOR + code for code in codes)

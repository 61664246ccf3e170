"""A rule book as it holds at each node of the organisation, made once for each that differs."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from datetime import date, timedelta

from relationship_core.decisions.rule_book import RuleBook
from relationship_core.rules import Rule

_ONE_DAY = timedelta(days=1)


class BooksInForce:
    """The versions of one rule book. Nodes without rules of their own share their ancestors'.

    Args:
        book: The whole book.
    """

    __slots__ = ("_book", "_deepest", "_made", "_nodes", "_turning_days")

    def __init__(self, book: RuleBook) -> None:
        rules = list(book.rules())
        self._book = book
        self._nodes = frozenset(rule.scope for rule in rules)
        self._deepest = max(map(len, self._nodes), default=0)
        self._turning_days = sorted({day for rule in rules for day in _turning_days(rule)})
        self._made: dict[tuple[tuple[str, ...], int | None], RuleBook] = {}

    def at(self, path: tuple[str, ...], as_of: date | None) -> RuleBook:
        """The book at a node on a day; the very same one wherever the same rules hold.

        Args:
            path: The names from the top to the node.
            as_of: The day; None leaves validity aside.
        """
        node = self._nearest(path) if path else ()
        age = None if as_of is None else bisect_right(self._turning_days, as_of)
        book = self._made.get((node, age))
        if book is None:
            # Of two threads that make it at once, both go on with one.
            book = self._made.setdefault((node, age), self._book.effective(node, as_of))
        return book

    def _nearest(self, path: tuple[str, ...]) -> tuple[str, ...]:
        """The deepest node on the path with rules of its own: no other rules hold there."""
        for depth in range(min(len(path), self._deepest), 0, -1):
            if path[:depth] in self._nodes:
                return path[:depth]
        return ()


def _turning_days(rule: Rule) -> Iterator[date]:
    """The first day on which a rule holds, and the first on which it no longer does."""
    if rule.valid_from is not None:
        yield rule.valid_from
    if rule.valid_until is not None and rule.valid_until < date.max:
        yield rule.valid_until + _ONE_DAY

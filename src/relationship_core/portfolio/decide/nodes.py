"""Whose rules hold for whom: the rules of all nodes side by side, each with the branches it is of.

Nodes differ in their rules alone, and a rule keeps the priority of the one it replaces. So the
rules of all nodes fit into one order, and a frame need not be taken apart by node: a rule that
doesn't hold everywhere is joined to a column that says where it does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Final

import narwhals as nw
from attrs import field, frozen

from relationship_core.decisions.books_in_force import BooksInForce
from relationship_core.decisions.rule_book import RuleBook
from relationship_core.domain.organisation import BranchTree
from relationship_core.portfolio.decide.columns import PREFIX
from relationship_core.rules import Rule, RuleSet

Scopes = Mapping[str, tuple[str, ...]] | BranchTree
"""For each branch its path of names from the top, the head office's being empty."""

BRANCH: Final = "branch"
"""The column by which a customer belongs to a node."""


@frozen
class NodeRule:
    """A rule, and the column that says at whose node it holds.

    Args:
        rule: The rule.
        where: The name of a flag's column; empty where it holds at every node.
    """

    rule: Rule
    where: str = ""


@frozen
class Nodes:
    """The rule books in force at a bank's nodes on a day.

    Args:
        books: Those that differ, the head office's first.
        branches: For each of them the branches where it holds; the first one's are all others.
    """

    books: tuple[RuleBook, ...]
    branches: tuple[tuple[str, ...], ...]
    _wheres: dict[frozenset[int], str] = field(factory=dict, init=False, eq=False, repr=False)

    @classmethod
    def of(cls, rule_book: RuleBook, scopes: Scopes | None, as_of: date) -> Nodes:
        """The books of all branches.

        Args:
            rule_book: The whole book.
            scopes: The branches' paths; None where only the head office's rules count.
            as_of: The day.
        """
        in_force = BooksInForce(rule_book)
        found: dict[int, tuple[RuleBook, list[str]]] = {}
        of_all = in_force.at((), as_of)
        found[id(of_all)] = of_all, []
        for branch, path in _paths(scopes):
            book = in_force.at(path, as_of)
            found.setdefault(id(book), (book, []))[1].append(branch)
        return cls(
            tuple(book for book, _ in found.values()),
            tuple(tuple(branches) for _, branches in found.values()),
        )

    @property
    def book(self) -> RuleBook:
        """The head office's, of which everything but the rules holds everywhere."""
        return self.books[0]

    def rules(self, of: Callable[[RuleBook], RuleSet]) -> tuple[NodeRule, ...]:
        """The rules of one set in the order in which they are tried, whosever they are."""
        found: dict[tuple[object, ...], tuple[Rule, set[int]]] = {}
        for place, book in enumerate(self.books):
            for rule in of(book).rules:
                order = rule.priority, rule.id, rule.scope, rule.valid_from or date.min
                found.setdefault(order, (rule, set()))[1].add(place)
        return tuple(
            NodeRule(rule, self._where(frozenset(places)))
            for _, (rule, places) in sorted(found.items(), key=_by_order)
        )

    def _where(self, places: frozenset[int]) -> str:
        if len(places) == len(self.books):
            return ""
        return self._wheres.setdefault(places, f"{PREFIX}where_{len(self._wheres)}")

    def columns(self) -> dict[str, nw.Expr]:
        """The columns that say where the rules asked for hold, by name."""
        return {name: self._holds(places) for places, name in self._wheres.items()}

    def _holds(self, places: frozenset[int]) -> nw.Expr:
        # Whoever has no branch, or an unknown one, is of the head office.
        if 0 in places:
            return ~self._is_at(set(range(len(self.books))) - places)
        return self._is_at(places)

    def _is_at(self, places: Iterable[int]) -> nw.Expr:
        names = [name for place in sorted(places) for name in self.branches[place]]
        return nw.coalesce(nw.col(BRANCH).is_in(names), nw.lit(False))


def _by_order(item: tuple[tuple[object, ...], object]) -> tuple[object, ...]:
    return item[0]


def _paths(scopes: Scopes | None) -> Iterable[tuple[str, tuple[str, ...]]]:
    if scopes is None:
        return ()
    if isinstance(scopes, BranchTree):
        return ((branch.id, scopes.path(branch.id)) for branch in scopes)
    return scopes.items()

"""Whose rules hold for whom: the rules of all nodes side by side, each with the branches it is of.

Nodes differ in their rules alone, and a rule keeps the priority of the one it replaces. So the
rules of all nodes fit into one order, and a frame need not be taken apart by node: a rule that
doesn't hold everywhere is joined to a column that says where it does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Final

from attrs import field, frozen

from relationship_core.decisions.books_in_force import BooksInForce
from relationship_core.decisions.rule_book import RuleBook
from relationship_core.domain.organisation import BranchTree
from relationship_core.portfolio.decide.cell import Cell, col, surely
from relationship_core.portfolio.decide.sheet import Sheet
from relationship_core.rules import Rule, RuleSet

Scopes = Mapping[str, tuple[str, ...]] | BranchTree
"""For each branch its path of names from the top, the head office's being empty."""

BRANCH: Final = "recorded_branch"
"""The column by which a customer belongs to a node, whichever branch is supplied as a fact."""


@frozen
class NodeRule:
    """A rule, and at whose node it holds.

    Args:
        rule: The rule.
        where: A flag that is never null; None where it holds at every node.
    """

    rule: Rule
    where: Cell | None = None


@frozen
class Nodes:
    """The rule books in force at a bank's nodes on a day.

    Args:
        books: Those that differ, the head office's first.
        branches: For each of them the branches where it holds; the first one's are all others.
        sheet: Where it is computed who belongs to which.
    """

    books: tuple[RuleBook, ...]
    branches: tuple[tuple[str, ...], ...]
    sheet: Sheet
    _wheres: dict[frozenset[int], Cell] = field(factory=dict, init=False, eq=False, repr=False)

    @classmethod
    def of(cls, sheet: Sheet, rule_book: RuleBook, scopes: Scopes | None, as_of: date) -> Nodes:
        """The books of all branches.

        Args:
            sheet: Where it is computed who belongs to which.
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
            sheet,
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

    def _where(self, places: frozenset[int]) -> Cell | None:
        if len(places) == len(self.books):
            return None
        if places not in self._wheres:
            name = f"where_{len(self._wheres)}"
            self._wheres[places] = self.sheet.own(name, self._holds(places))
        return self._wheres[places]

    def _holds(self, places: frozenset[int]) -> Cell:
        # Whoever has no branch, or an unknown one, is of the head office.
        if 0 in places:
            return ~self._is_at(set(range(len(self.books))) - places)
        return self._is_at(places)

    def _is_at(self, places: Iterable[int]) -> Cell:
        names = [name for place in sorted(places) for name in self.branches[place]]
        return surely(col(BRANCH).is_in(names))


def _by_order(item: tuple[tuple[object, ...], object]) -> tuple[object, ...]:
    return item[0]


def _paths(scopes: Scopes | None) -> Iterable[tuple[str, tuple[str, ...]]]:
    if scopes is None:
        return ()
    if isinstance(scopes, BranchTree):
        return ((branch.id, scopes.path(branch.id)) for branch in scopes)
    return scopes.items()

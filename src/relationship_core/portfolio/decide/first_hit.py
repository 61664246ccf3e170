"""The first rule of a set that fires, and which rules before it missing facts leave open."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from relationship_core.decisions.rule_book import RuleBook
from relationship_core.portfolio.decide.asked import AskedRules
from relationship_core.portfolio.decide.cell import (
    Cell,
    either,
    first_place,
    first_that_holds,
    none,
    small,
)
from relationship_core.portfolio.decide.nodes import Nodes
from relationship_core.portfolio.decide.open_facts import OpenFacts
from relationship_core.portfolio.decide.words import Held
from relationship_core.rules import Rule, RuleSet

T = TypeVar("T")


class FirstHitColumns:
    """A set of which the first rule that fires decides, asked of whole columns.

    Args:
        name: What the names of its columns begin with.
        nodes: The books of the bank's nodes.
        of: Which set of a book.
        asked_of: For each rule of whom it is asked at all; None for all.

    Attributes:
        rules: The rules.
        held: The same with where they hold.
        place: The place of the rule that decides; as many as there are rules where none does.
        fires: Whether one does.
        is_open: For the places of rules whether missing facts leave these open, and none before
            fires; the others never count.
        is_undetermined: Whether any is open.
    """

    def __init__(
        self,
        name: str,
        nodes: Nodes,
        of: Callable[[RuleBook], RuleSet],
        asked_of: Callable[[Rule], Cell] | None = None,
    ) -> None:
        asked = AskedRules(nodes, of, asked_of)
        sheet = self._sheet = nodes.sheet
        self.rules, self.held = asked.rules, asked.held
        self.place = sheet.own(f"{name}_place", first_place(asked.answers))
        self.fires = self.place < small(len(self.rules))
        self.is_open = {
            place: sheet.own(
                f"{name}_open_{place}",
                asked.answers[place].is_null() & (self.place > small(place)),
            )
            for place in asked.counting()
        }
        self.is_undetermined = sheet.own(f"{name}_undetermined", either(self.is_open.values()))

    def is_at(self, places: Iterable[int]) -> Cell:
        """Whether the rule that decides is at one of some places."""
        return either(self.place.equals(small(place)) for place in places)

    def by_rule(self, values: Sequence[T], cell: Callable[[T], Cell], otherwise: Cell) -> Cell:
        """What belongs to the rule that decides.

        Args:
            values: A value for each rule.
            cell: What a value means.
            otherwise: What there is where no rule decides.
        """
        # Rules that lead to the same stand beside each other.
        ends = [
            place + 1
            for place in range(len(values))
            if place + 1 == len(values) or values[place + 1] != values[place]
        ]
        pairs = [(self.place < small(end), cell(values[end - 1])) for end in ends]
        return first_that_holds(pairs, otherwise)

    def number(self, numbers: Sequence[int], otherwise: int | None) -> Cell:
        """The number that belongs to the rule that decides."""
        if [*numbers, otherwise] == list(range(len(numbers) + 1)):
            return self.place
        return self.by_rule(
            numbers, small, none(Held.SMALL) if otherwise is None else small(otherwise)
        )

    def open_facts(self) -> OpenFacts:
        """The facts that may leave rules open."""
        return OpenFacts({place: self.rules[place] for place in self.is_open}, self._sheet)

"""The first rule of a set that fires, and which rules before it missing facts leave open."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

import narwhals as nw

from relationship_core.decisions.rule_book import RuleBook
from relationship_core.portfolio.decide.columns import (
    PREFIX,
    SMALL,
    Frame,
    either,
    first_that_holds,
    least_place,
    none,
    small,
)
from relationship_core.portfolio.decide.conditions import AskedRules, Conditions
from relationship_core.portfolio.decide.nodes import Nodes
from relationship_core.portfolio.decide.open_facts import OpenFacts
from relationship_core.rules import Rule, RuleSet

T = TypeVar("T")


class FirstHitColumns:
    """A set of which the first rule that fires decides, asked of whole columns.

    Args:
        name: What the names of its columns begin with.
        nodes: The books of the bank's nodes.
        of: Which set of a book.
        conditions: Where its conditions are computed.
        asked_of: For each rule of whom it is asked at all; None for all.
    """

    def __init__(
        self,
        name: str,
        nodes: Nodes,
        of: Callable[[RuleBook], RuleSet],
        conditions: Conditions,
        asked_of: Callable[[Rule], nw.Expr] | None = None,
    ) -> None:
        self.asked = AskedRules(nodes, of, conditions, asked_of)
        self.rules = tuple(held.rule for held in self.asked.all)
        self._name = f"{PREFIX}{name}"
        self._conditions = conditions

    @property
    def place(self) -> nw.Expr:
        """The place of the rule that decides; as many as there are rules where none does."""
        return nw.col(f"{self._name}_place")

    @property
    def fires(self) -> nw.Expr:
        """Whether a rule decides."""
        return self.place < small(len(self.rules))

    def is_open(self, place: int) -> nw.Expr:
        """Whether missing facts leave the rule at a place open, and none before it fires."""
        return nw.col(f"{self._name}_open_{place}")

    @property
    def is_undetermined(self) -> nw.Expr:
        """Whether they leave any open."""
        return nw.col(f"{self._name}_undetermined")

    def is_at(self, places: Iterable[int]) -> nw.Expr:
        """Whether the rule that decides is at one of some places."""
        return either(self.place == small(place) for place in places)

    def by_rule(
        self, values: Sequence[T], expression: Callable[[T], nw.Expr], otherwise: nw.Expr
    ) -> nw.Expr:
        """What belongs to the rule that decides.

        Args:
            values: A value for each rule.
            expression: What a value means.
            otherwise: What there is where no rule decides.
        """
        # Rules that lead to the same stand beside each other.
        ends = [
            place + 1
            for place in range(len(values))
            if place + 1 == len(values) or values[place + 1] != values[place]
        ]
        pairs = [(self.place < small(end), expression(values[end - 1])) for end in ends]
        return first_that_holds(pairs, otherwise)

    def number(self, numbers: Sequence[int], otherwise: int | None) -> nw.Expr:
        """The number that belongs to the rule that decides."""
        if [*numbers, otherwise] == list(range(len(numbers) + 1)):
            return self.place
        nothing = none(SMALL) if otherwise is None else small(otherwise)
        return self.by_rule(numbers, small, nothing)

    def with_places(self, frame: Frame) -> Frame:
        """The frame with the place of the rule that decides."""
        count = len(self.rules)
        place = least_place(self.asked.answers(), range(count), count)
        return frame.with_columns(place.alias(f"{self._name}_place"))

    def open_columns(self) -> dict[str, nw.Expr]:
        """The columns that tell which rules are open, by name; the place is there by now."""
        answers = self.asked.answers()
        is_open = {
            place: answers[place].is_null() & (self.place > small(place))
            for place in self.asked.may_be_open()
        }
        named = {f"{self._name}_open_{place}": each for place, each in is_open.items()}
        return {**named, f"{self._name}_undetermined": either(is_open.values())}

    def open_facts(self) -> OpenFacts:
        """The facts that may leave rules open."""
        counting = {place: self.rules[place] for place in self.asked.may_be_open()}
        return OpenFacts(counting, self._conditions)

"""Columns that build on each other, computed in as few steps as what they read allows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from relationship_core.errors import UnknownFactError
from relationship_core.portfolio.decide.cell import Cell, col
from relationship_core.portfolio.decide.words import Frame, Writer
from relationship_core.rules import Expression, Fact
from relationship_core.rules.compile_frame import value_columns
from relationship_core.rules.compile_frame.frames import facts_of
from relationship_core.rules.expression import Missing
from relationship_core.rules.fact import unknown_fact

PREFIX: Final = "_decide_"
"""What the names of columns in between begin with."""


class Sheet:
    """What is to be computed, by the names of columns: conditions of rules, and cells.

    Args:
        facts: The facts that rules may read, derived ones among them.
    """

    def __init__(self, facts: Iterable[Fact]) -> None:
        self._derived = {fact.name: fact.derived for fact in facts if fact.derived is not None}
        self._names: dict[str, str] = {}
        self._expressions: dict[str, Expression] = {}
        self._cells: dict[str, Cell] = {}
        self._facts_read: dict[str, frozenset[str]] = {}

    def condition(self, expression: Expression) -> Cell:
        """The value of an expression over facts, computed once however often it is asked for."""
        if isinstance(expression, Fact) and expression.name not in self._derived:
            return col(expression.name)
        key = expression.canonical()
        name = self._names.setdefault(key, f"{PREFIX}{len(self._names)}")
        self._expressions.setdefault(name, expression)
        return col(name)

    def is_missing(self, fact: Fact) -> Cell:
        """Whether a fact is missing."""
        if fact.name in self._derived:
            return self.condition(Missing(fact))
        return col(fact.name).is_null()

    def named(self, name: str, cell: Cell) -> Cell:
        """A column that holds what a cell says."""
        self._cells[name] = cell
        return col(name)

    def own(self, name: str, cell: Cell) -> Cell:
        """A column in between that holds what a cell says."""
        return self.named(f"{PREFIX}{name}", cell)

    def computed(
        self, frame: Frame, writer: Writer, outcome: Mapping[str, Cell], kept: Sequence[str]
    ) -> Frame:
        """The frame with what was asked for.

        Args:
            frame: The frame, with none of the names that are computed here.
            writer: How its engine says it.
            outcome: The columns to add or to put in place of the frame's own.
            kept: The frame's own columns that stay.

        Raises:
            UnknownFactError: The frame has no column for a fact that is asked for.
        """
        waiting = self._needed(outcome.values())
        there = set(frame.collect_schema().names())
        while waiting:
            ready = [name for name in waiting if self._reads(name) <= there]
            cells = {name: writer.said(self._cells[name]) for name in ready if name in self._cells}
            if cells:
                frame = writer.added(frame, cells)
                done = cells.keys()
            else:
                asked = {name: self._expressions[name] for name in ready}
                if not asked:
                    raise self._lacking(waiting, there)
                frame = value_columns(frame, asked, self._derived)
                done = asked.keys()
            there |= done
            waiting = [name for name in waiting if name not in done]
        last = {name: writer.said(cell) for name, cell in outcome.items()}
        return writer.settled(frame, last, kept)

    def reads(self, cells: Iterable[Cell]) -> frozenset[str]:
        """The columns that a frame must have for some cells to be computed."""
        asked = list(cells)
        read = {name for cell in asked for name in cell.reads}
        for name in self._needed(asked):
            read |= self._reads(name)
        return frozenset(read - self._cells.keys() - self._expressions.keys())

    def _needed(self, cells: Iterable[Cell]) -> list[str]:
        """What must be computed for some cells, each once, in the order of its definition."""
        found = set[str]()
        reads = {name for cell in cells for name in cell.reads}
        while reads:
            name = reads.pop()
            if name not in found and (name in self._cells or name in self._expressions):
                found.add(name)
                reads |= self._reads(name)
        return [name for name in (*self._expressions, *self._cells) if name in found]

    def _reads(self, name: str) -> frozenset[str]:
        if name in self._cells:
            return self._cells[name].reads
        if name not in self._facts_read:
            read = facts_of([self._expressions[name]], self._derived)
            self._facts_read[name] = frozenset(read)
        return self._facts_read[name]

    def _lacking(self, waiting: Iterable[str], there: set[str]) -> UnknownFactError:
        known = self._cells.keys() | self._expressions.keys()
        lacking = {name for each in waiting for name in self._reads(each)} - known - there
        return unknown_fact(min(lacking), there)

"""How the two engines of a portfolio say what the decisions need beyond what rules do."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Protocol

import narwhals as nw

from relationship_core.errors import KindError
from relationship_core.portfolio.observe.calendar import months_between
from relationship_core.rules.compile_frame.dialect import Dialect, DuckDB, Frame, Polars, Words
from relationship_core.rules.compile_frame.sql_text import SqlText, literal

if TYPE_CHECKING:
    from relationship_core.portfolio.decide.cell import Cell

__all__ = ["Frame", "Held", "Words", "Writer", "writer_for"]


class Held(StrEnum):
    """What a column holds, of which there may be nothing."""

    SMALL = "smallint"
    WHOLE = "bigint"
    TEXT = "varchar"
    DAY = "date"


_NARWHALS: Final[Mapping[Held, nw.dtypes.DType]] = {
    Held.SMALL: nw.Int16(),
    Held.WHOLE: nw.Int64(),
    Held.TEXT: nw.String(),
    Held.DAY: nw.Date(),
}


class Writer(Dialect, Protocol):
    """How an engine says it."""

    def said(self, cell: Cell) -> Words:
        """A cell's expression, written once however often it is used."""

    def small(self, number: int) -> Words:
        """The same small number for everyone."""

    def nothing(self, held: Held) -> Words:
        """Nothing for everyone."""

    def narrowed(self, number: Words) -> Words:
        """A whole number in 32 bits."""

    def length(self, text: Words) -> Words:
        """How many characters a text has."""

    def tail(self, text: Words, count: int) -> Words:
        """The last characters of a text."""

    def one_after_the_other(self, *texts: Words) -> Words:
        """Texts as one; null where one of them is."""

    def filled(self, text: Words) -> Words:
        """A text that is null where it was empty."""

    def told(self, place: Words, texts: Sequence[str | None]) -> Words:
        """A text by its place in a list."""

    def months_until(self, day: Words, end: date) -> Words:
        """Completed months from days to a day, not below 0."""


class PolarsWriter(Polars):
    """Polars, by way of Narwhals."""

    def __init__(self) -> None:
        self._said: dict[int, tuple[Cell, Words]] = {}

    def said(self, cell: Cell) -> Words:
        """Kept beside the cell, so that no other takes its identity."""
        if id(cell) not in self._said:
            self._said[id(cell)] = cell, cell.written(self)
        return self._said[id(cell)][1]

    def small(self, number: int) -> Words:
        """In 16 bits."""
        return nw.lit(number, dtype=nw.Int16())

    def nothing(self, held: Held) -> Words:
        """A literal of its type."""
        return nw.lit(None, dtype=_NARWHALS[held])

    def narrowed(self, number: Words) -> Words:
        """A cast, which refuses what doesn't fit."""
        return number.cast(nw.Int32())

    def length(self, text: Words) -> Words:
        """Its characters."""
        return text.str.len_chars()

    def tail(self, text: Words, count: int) -> Words:
        """By place from the end."""
        return text.str.tail(count)

    def one_after_the_other(self, *texts: Words) -> Words:
        """Over columns."""
        return nw.concat_str(*texts)

    def filled(self, text: Words) -> Words:
        """When it isn't."""
        return nw.when(text != "").then(text)

    def told(self, place: Words, texts: Sequence[str | None]) -> Words:
        """Replaced, which takes a hash of the place."""
        known = {number: each for number, each in enumerate(texts) if each is not None}
        if not known:
            return self.nothing(Held.TEXT)
        return place.replace_strict(
            list(known), list(known.values()), default=None, return_dtype=nw.String()
        )

    def months_until(self, day: Words, end: date) -> Words:
        """Counted in Narwhals' words."""
        return months_between(day, end)


class DuckDBWriter(DuckDB):
    """DuckDB, by text."""

    def __init__(self) -> None:
        self._said: dict[int, tuple[Cell, Words]] = {}

    def said(self, cell: Cell) -> Words:
        """Kept beside the cell, so that no other takes its identity."""
        if id(cell) not in self._said:
            self._said[id(cell)] = cell, cell.written(self)
        return self._said[id(cell)][1]

    def small(self, number: int) -> Words:
        """In 16 bits."""
        return SqlText(f"({number})::smallint")

    def nothing(self, held: Held) -> Words:
        """A literal of its type."""
        return SqlText(f"null::{held.value}")

    def narrowed(self, number: Words) -> Words:
        """A cast, which refuses what doesn't fit."""
        return SqlText(f"({number.text})::integer")

    def length(self, text: Words) -> Words:
        """Its characters."""
        return SqlText(f"length({text.text})")

    def tail(self, text: Words, count: int) -> Words:
        """By place from the end."""
        return SqlText(f"right({text.text}, {count})")

    def one_after_the_other(self, *texts: Words) -> Words:
        """By the operator, as the function passes over nulls."""
        return SqlText(f"({' || '.join(each.text for each in texts)})")

    def filled(self, text: Words) -> Words:
        """Null where it is empty."""
        return SqlText(f"nullif({text.text}, '')")

    def told(self, place: Words, texts: Sequence[str | None]) -> Words:
        """By place in a list, which takes a tenth of the time of a map."""
        listed = ", ".join("null" if each is None else literal(each) for each in texts)
        return SqlText(f"([{listed}]::varchar[])[{place.text} + 1]")

    def months_until(self, day: Words, end: date) -> Words:
        """As `window.months_between` counts them."""
        index = f"(year({day.text}) * 12 + month({day.text}))"
        months = f"{end.year * 12 + end.month} - {index}"
        if end.day < monthrange(end.year, end.month)[1]:
            months += f" - (day({day.text}) > {end.day})::bigint"
        return SqlText(f"case when {day.text} is not null then greatest({months}, 0)::bigint end")


def writer_for(frame: Frame) -> Writer:
    """How a frame's engine says it.

    Raises:
        KindError: It is of another engine.
    """
    match frame.implementation:
        case nw.Implementation.POLARS:
            return PolarsWriter()
        case nw.Implementation.DUCKDB:
            return DuckDBWriter()
    raise KindError(
        f"nothing is decided on frames of {frame.implementation}",
        mend="give a lazy frame of Polars or DuckDB",
    )

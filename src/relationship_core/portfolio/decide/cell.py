"""Expressions over columns that are in no engine's words yet, and know which columns they read.

So a step of the plan is found from what it reads, whatever nobody asks for is never written, and
DuckDB gets text: through Narwhals it would take seconds to plan so many columns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Final

from relationship_core.portfolio.decide.words import Held, Words, Writer

_NOTHING_READ: Final[frozenset[str]] = frozenset()
_AT_ONCE: Final = 16
"""How deep conditions nest that are asked one after the other."""


class Cell:
    """What one column holds of each row.

    Args:
        write: Says it in an engine's words.
        reads: The names of the columns that it reads.
        shielded: The cell that is null where a condition isn't true; None for the plain way.
    """

    __slots__ = ("_write", "reads", "shielded")

    def __init__(
        self,
        write: Callable[[Writer], Words],
        reads: frozenset[str] = _NOTHING_READ,
        shielded: Callable[[Cell], Cell] | None = None,
    ) -> None:
        self._write = write
        self.reads = reads
        self.shielded = shielded

    def written(self, writer: Writer) -> Words:
        """The expression in an engine's words."""
        return self._write(writer)

    def __and__(self, other: Cell) -> Cell:
        return _made(lambda _, x, y: x & y, self, other)

    def __or__(self, other: Cell) -> Cell:
        return _made(lambda _, x, y: x | y, self, other)

    def __invert__(self) -> Cell:
        return _made(lambda _, x: ~x, self)

    def __add__(self, other: Cell) -> Cell:
        return _made(lambda _, x, y: x + y, self, other)

    def __lt__(self, other: Cell) -> Cell:
        return _made(lambda _, x, y: x < y, self, other)

    def __le__(self, other: Cell) -> Cell:
        return _made(lambda _, x, y: x <= y, self, other)

    def __gt__(self, other: Cell) -> Cell:
        return _made(lambda _, x, y: x > y, self, other)

    def __ge__(self, other: Cell) -> Cell:
        return _made(lambda _, x, y: x >= y, self, other)

    def equals(self, other: Cell) -> Cell:
        """Whether both are the same; null where a side is."""
        return _made(lambda _, x, y: x == y, self, other)

    def is_null(self) -> Cell:
        """Whether there is no value."""
        return _made(lambda _, x: x.is_null(), self)

    def is_in(self, texts: Sequence[str]) -> Cell:
        """Whether a text is among some, of which there is one at least."""
        return _made(lambda _, x: x.is_in(list(texts)), self)

    def length(self) -> Cell:
        """How many characters a text has."""
        return _made(lambda writer, x: writer.length(x), self)

    def tail(self, count: int) -> Cell:
        """The last characters of a text."""
        return _made(lambda writer, x: writer.tail(x, count), self)

    def as_day(self) -> Cell:
        """The day of a number of days from 1970-01-01."""
        return _made(lambda writer, x: writer.day(x), self)

    def months_until(self, end: date) -> Cell:
        """Completed months from days to a day, not below 0."""
        return _made(lambda writer, x: writer.months_until(x, end), self)

    def narrowed(self) -> Cell:
        """A whole number that 32 bits hold, in these."""
        return _made(lambda writer, x: writer.narrowed(x), self)


def _made(
    make: Callable[..., Words],
    *parts: Cell,
    shielded: Callable[[Cell], Cell] | None = None,
) -> Cell:
    reads = _NOTHING_READ.union(*[each.reads for each in parts])
    return Cell(
        lambda writer: make(writer, *[writer.said(each) for each in parts]), reads, shielded
    )


def col(name: str) -> Cell:
    """A column of the frame."""
    return Cell(lambda writer: writer.column(name), frozenset({name}))


def small(number: int) -> Cell:
    """The same small number for everyone: a place in a set of rules or on a ladder."""
    return Cell(lambda writer: writer.number(number, Held.SMALL))


def whole(number: int) -> Cell:
    """The same whole number for everyone."""
    return Cell(lambda writer: writer.number(number, Held.WHOLE))


def text(value: str) -> Cell:
    """The same text for everyone."""
    return Cell(lambda writer: writer.value(value))


def day(on: date) -> Cell:
    """The same day for everyone."""
    return Cell(lambda writer: writer.value(on))


def flag(*, value: bool) -> Cell:
    """The same flag for everyone."""
    return Cell(lambda writer: writer.value(value))


NO: Final = flag(value=False)
YES: Final = flag(value=True)


def none(held: Held) -> Cell:
    """Nothing for everyone."""
    return Cell(lambda writer: writer.nothing(held))


def where(condition: Cell, value: Cell, otherwise: Cell | None = None) -> Cell:
    """A value where a condition is true, else another, or null."""
    parts = [condition, value] if otherwise is None else [condition, value, otherwise]
    return _made(lambda writer, *said: writer.where(*said), *parts)


def first_known(*cells: Cell) -> Cell:
    """The first that isn't null."""
    return _made(lambda writer, *said: writer.first_known(*said), *cells)


def least(*cells: Cell) -> Cell:
    """The least of those that aren't null."""
    return _made(lambda writer, *said: writer.least(*said), *cells)


def surely(condition: Cell) -> Cell:
    """A condition that is false where it was unknown."""
    return first_known(condition, NO)


def one_after_the_other(*texts: Cell) -> Cell:
    """Texts as one; null where one of them is."""
    first, *others = texts
    return _made(
        lambda writer, *said: writer.one_after_the_other(*said),
        *texts,
        shielded=lambda condition: one_after_the_other(only(condition, first), *others),
    )


def told(place: Cell, texts: Sequence[str | None]) -> Cell:
    """A text by its place in a list; null where the place is, or the text."""
    return _made(
        lambda writer, x: writer.told(x, texts),
        place,
        shielded=lambda condition: told(where(condition, place), texts),
    )


def only(condition: Cell, cell: Cell) -> Cell:
    """A cell that is null where a condition isn't true: asked of numbers rather than of texts."""
    return where(condition, cell) if cell.shielded is None else cell.shielded(condition)


def joined(make: Callable[[Cell, Cell], Cell], cells: Iterable[Cell], nothing: Cell) -> Cell:
    """Many joined two by two, so that the whole doesn't nest deep."""
    row = list(cells)
    while len(row) > 1:
        pairs = [make(*pair) for pair in zip(row[::2], row[1::2], strict=False)]
        row = [*pairs, *row[len(pairs) * 2 :]]
    return row[0] if row else nothing


def either(flags: Iterable[Cell]) -> Cell:
    """Whether any of some flags is set."""
    return joined(lambda x, y: x | y, flags, NO)


def total(numbers: Iterable[Cell]) -> Cell:
    """The sum of small numbers."""
    return joined(lambda x, y: x + y, numbers, small(0))


def first_that_holds(conditions: Sequence[tuple[Cell, Cell]], otherwise: Cell) -> Cell:
    """The value beside the first condition that is true."""
    chosen = otherwise
    for condition, value in reversed(conditions):
        chosen = where(condition, value, chosen)
    return chosen


def first_place(conditions: Sequence[Cell]) -> Cell:
    """The place of the first condition that is true; as many as there are where none is."""
    pairs = [(condition, small(place)) for place, condition in enumerate(conditions)]
    parts = [
        first_that_holds(pairs[start : start + _AT_ONCE], small(len(pairs)))
        for start in range(0, len(pairs), _AT_ONCE)
    ]
    return joined(least, parts, small(0))


def set_of(flags: Sequence[Cell]) -> Cell:
    """Which of at most fourteen flags are set, as one small number; those that are null aren't."""
    return total(where(each, small(1 << bit), small(0)) for bit, each in enumerate(flags))

"""Whole columns as the decisions see them: small numbers, flags that are never null, and texts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

import narwhals as nw
from attrs import evolve, frozen

Frame = nw.LazyFrame[Any]

PREFIX: Final = "_decide_"
"""What the names of columns in between begin with."""

SMALL: Final = nw.Int16()
"""The type of places in rule sets and ladders: what is decided by is never as many as 32,767."""

_AT_ONCE: Final = 16


def small(number: int) -> nw.Expr:
    """The same small number for everyone."""
    return nw.lit(number, dtype=SMALL)


def flag(value: bool) -> nw.Expr:
    """The same flag for everyone."""
    return nw.lit(value)


def none(dtype: nw.dtypes.DType) -> nw.Expr:
    """Nothing for everyone, in a type."""
    return nw.lit(None, dtype=dtype)


def surely(condition: nw.Expr) -> nw.Expr:
    """A condition that is false where it was unknown."""
    return nw.coalesce(condition, flag(False))


def day(on: date) -> nw.Expr:
    """The same day for everyone."""
    return nw.lit(on)


def is_text(column: nw.Expr, text: str) -> nw.Expr:
    """Whether a column holds a text; null where it holds nothing."""
    return column == nw.lit(text)


def joined(
    make: Callable[[nw.Expr, nw.Expr], nw.Expr], expressions: Iterable[nw.Expr], nothing: nw.Expr
) -> nw.Expr:
    """Many expressions joined two by two, so that the whole doesn't nest deep."""
    row = list(expressions)
    while len(row) > 1:
        pairs = [make(*pair) for pair in zip(row[::2], row[1::2], strict=False)]
        row = [*pairs, *row[len(pairs) * 2 :]]
    return row[0] if row else nothing


def either(flags: Iterable[nw.Expr]) -> nw.Expr:
    """Whether any of some flags is set."""
    return joined(lambda x, y: x | y, flags, flag(False))


def first_that_holds(conditions: Sequence[tuple[nw.Expr, nw.Expr]], otherwise: nw.Expr) -> nw.Expr:
    """The value beside the first condition that is true."""
    chosen = otherwise
    for condition, value in reversed(conditions):
        chosen = nw.when(condition).then(value).otherwise(chosen)
    return chosen


def least_place(conditions: Sequence[nw.Expr], numbers: Sequence[int], otherwise: int) -> nw.Expr:
    """The number beside the first condition that is true; numbers never fall.

    Args:
        conditions: Flags, false or null where they don't hold.
        numbers: A number for each.
        otherwise: The number where none holds, the greatest.
    """
    pairs = [(each, small(n)) for each, n in zip(conditions, numbers, strict=True)]
    parts = [
        first_that_holds(pairs[start : start + _AT_ONCE], small(otherwise))
        for start in range(0, len(pairs), _AT_ONCE)
    ]
    return joined(nw.min_horizontal, parts, small(otherwise))


def set_of(flags: Sequence[nw.Expr]) -> nw.Expr:
    """Which of at most fourteen flags are set, as one small number; those that are null aren't."""
    bits = [
        nw.when(each).then(small(1 << place)).otherwise(small(0))
        for place, each in enumerate(flags)
    ]
    return joined(lambda x, y: x + y, bits, small(0))


@frozen
class Told:
    """A text told by its place in a list.

    Args:
        place: The place; null for none.
        texts: The list; None for no text.
    """

    place: nw.Expr
    texts: tuple[str | None, ...]


@frozen
class Joined:
    """Texts put one after the other; null where all are empty.

    Args:
        pieces: The texts, none of them null.
    """

    pieces: tuple[Told, ...]


Column = nw.Expr | Told | Joined
"""What a column of the answer holds."""


def where(condition: nw.Expr, column: Column) -> Column:
    """A column that is null where a condition doesn't hold."""
    if isinstance(column, Joined):
        return Joined(
            tuple(evolve(each, place=_where(condition, each.place)) for each in column.pieces)
        )
    if isinstance(column, Told):
        return evolve(column, place=_where(condition, column.place))
    return _where(condition, column)


def _where(condition: nw.Expr, value: nw.Expr) -> nw.Expr:
    return nw.when(condition).then(value)


def with_columns(frame: Frame, columns: Mapping[str, Column]) -> Frame:
    """The frame with columns more; of joined texts also the pieces, which begin with `PREFIX`."""
    plain: dict[str, nw.Expr] = {}
    told: dict[str, tuple[str | None, ...]] = {}
    pieces: dict[str, list[str]] = {}
    for name, column in columns.items():
        if isinstance(column, Joined):
            pieces[name] = [f"{PREFIX}{name}_{n}" for n in range(len(column.pieces))]
            for piece, each in zip(pieces[name], column.pieces, strict=True):
                plain[piece], told[piece] = each.place, each.texts
        elif isinstance(column, Told):
            plain[name], told[name] = column.place, column.texts
        else:
            plain[name] = column
    added = frame.with_columns(**plain)
    added = looked_up(added, told) if told else added
    whole = {name: _put_together(each) for name, each in pieces.items()}
    return added.with_columns(**whole) if whole else added


def _put_together(pieces: list[str]) -> nw.Expr:
    whole = nw.concat_str(*map(nw.col, pieces))
    return nw.when(whole != "").then(whole)


def looked_up(frame: Frame, told: Mapping[str, tuple[str | None, ...]]) -> Frame:
    """The frame with texts in place of their places in lists.

    Args:
        frame: The frame.
        told: For each column the list.
    """
    if frame.implementation.is_polars():
        return frame.with_columns(
            **{name: _replaced(nw.col(name), texts) for name, texts in told.items()}
        )
    import duckdb  # noqa: PLC0415 - only its frames need it

    # Narwhals looks into a map of DuckDB, which takes ten times as long as a list.
    def text(name: str) -> duckdb.Expression:
        texts, place = duckdb.ConstantExpression([*told[name]]), duckdb.ColumnExpression(name)
        return duckdb.FunctionExpression("list_extract", texts, place + 1).alias(name)

    native: Any = frame.to_native()
    every = [
        text(name) if name in told else duckdb.ColumnExpression(name) for name in native.columns
    ]
    found: Frame = nw.from_native(native.select(*every))
    return found


def _replaced(place: nw.Expr, texts: tuple[str | None, ...]) -> nw.Expr:
    known = {n: text for n, text in enumerate(texts) if text is not None}
    if not known:
        return none(nw.String())
    return place.replace_strict(
        list(known), list(known.values()), default=None, return_dtype=nw.String()
    )

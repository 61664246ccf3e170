"""Columns of a bank's own types as the columns that everything later counts on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import narwhals as nw

from relationship_core.errors import DataError
from relationship_core.portfolio.cells import CellKind
from relationship_core.portfolio.schema import Column
from relationship_core.portfolio.tables.measure import LARGEST_NARROW, MOST_DIGITS, Measure

_TEXTS: Final = frozenset({CellKind.ID, CellKind.TEXT, CellKind.CHOICE})
_LISTS: Final = frozenset({CellKind.DATES, CellKind.IDS})
_DAYS: Final = frozenset({CellKind.DATE, CellKind.MONTH})
NUMBERS: Final = frozenset(
    {CellKind.AMOUNT, CellKind.SIZE, CellKind.RATE, CellKind.PROBABILITY, CellKind.SHARE}
)
"""The kinds of cells that are numbers with decimals."""

_FRACTIONS: Final = frozenset({CellKind.RATE, CellKind.PROBABILITY})
"""What is at most 1, either way, whatever its type could hold."""

_WHOLE: Final[Mapping[type[nw.dtypes.DType], int]] = {
    nw.Int8: 2**7,
    nw.Int16: 2**15,
    nw.Int32: 2**31,
    nw.Int64: LARGEST_NARROW,
    nw.UInt8: 2**8,
    nw.UInt16: 2**16,
    nw.UInt32: 2**32,
}
"""What the magnitude of a whole number of each type stays at or below."""


def typed(
    frame: nw.LazyFrame[Any], name: str, column: Column, held: nw.dtypes.DType | None
) -> tuple[nw.Expr, Measure | None]:
    """A column in the type that is counted on, and the measure of one that holds numbers.

    Args:
        frame: The table, in which decimals are whole units already where the engine has a way.
        name: The table's name, for the error.
        column: What the column is to hold.
        held: The type it has; None where the table lacks it.

    Raises:
        DataError: The type can't hold that exactly.
    """
    own = nw.col(column.name)
    if held is None or held == nw.Unknown:
        return nw.lit(None, dtype=physical(column.kind)), _nothing(column)
    if column.kind in NUMBERS:
        return _number(frame, name, column, held)
    if column.kind is CellKind.COUNT and type(held) in _WHOLE:
        return own.cast(nw.Int64()), Measure(0, _WHOLE[type(held)])
    if column.kind is CellKind.FLAG and held == nw.Boolean:
        return own, None
    if column.kind in _DAYS and held == nw.Date:
        return own, None
    if column.kind in _TEXTS | _LISTS and held == nw.String:
        return own, None
    if column.kind in _TEXTS and held in {nw.Categorical, nw.Enum}:
        return own.cast(nw.String()), None
    raise _unfitting(name, column, held)


def physical(kind: CellKind) -> nw.dtypes.DType:
    """The type in which a column without any value stands."""
    if kind in NUMBERS or kind is CellKind.COUNT:
        return nw.Int64()
    if kind is CellKind.FLAG:
        return nw.Boolean()
    return nw.Date() if kind in _DAYS else nw.String()


def unscaled(frame: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """The frame with its decimals as whole units, where the engine can look at them as such.

    Polars holds a decimal as an integer of 128 bits; what it computes with decimals keeps too few
    digits at times, so it is never asked to.
    """
    schema = frame.collect_schema()
    decimals = [name for name, held in schema.items() if isinstance(held, nw.Decimal)]
    if not decimals or not frame.implementation.is_polars():
        return frame
    native: Any = frame.to_native()
    as_integers = [nw.get_native_namespace(frame).col(name).to_physical() for name in decimals]
    whole: nw.LazyFrame[Any] = nw.from_native(native.with_columns(as_integers))
    return whole


def _number(
    frame: nw.LazyFrame[Any], name: str, column: Column, held: nw.dtypes.DType
) -> tuple[nw.Expr, Measure | None]:
    own = nw.col(column.name)
    if type(held) in _WHOLE:
        return own.cast(nw.Int64()), Measure(0, _WHOLE[type(held)])
    if not isinstance(held, nw.Decimal):
        raise _unfitting(name, column, held)
    most = 10**held.precision - 1
    if column.kind in _FRACTIONS:
        most = min(most, 10**held.scale)
    measure = Measure(held.scale, most)
    wide = nw.Int64() if measure.is_narrow else nw.Int128()
    if frame.implementation.is_polars():
        return own.cast(wide), measure
    if held.scale == 0:
        return own.cast(wide), measure
    if held.precision + held.scale <= MOST_DIGITS:
        roomy = own.cast(nw.Decimal(MOST_DIGITS, held.scale))
        return (roomy * 10**held.scale).cast(wide), measure
    return own.cast(nw.String()).str.replace_all(".", "", literal=True).cast(wide), measure


def _nothing(column: Column) -> Measure | None:
    return Measure(0, 0) if column.kind in NUMBERS | {CellKind.COUNT} else None


def _unfitting(name: str, column: Column, held: nw.dtypes.DType) -> DataError:
    return DataError(
        f"a column of {held} can't hold what it should: {column.form}",
        file=name,
        field=column.name,
        mend=_MEND.get(column.kind, "give text"),
    )


_MEND: Final[Mapping[CellKind, str]] = {
    **dict.fromkeys(NUMBERS, "give decimals, decimal(18, 2) say, or whole numbers; never floats"),
    **dict.fromkeys(_DAYS, "give dates"),
    **dict.fromkeys(_LISTS, "give text, joined by ;"),
    CellKind.COUNT: "give whole numbers of at most 64 bits",
    CellKind.FLAG: "give booleans",
}

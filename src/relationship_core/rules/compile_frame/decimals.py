"""Columns of decimals as whole units, to the last digit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import narwhals as nw

from relationship_core.errors import KindError
from relationship_core.rules.compile_frame.sql_text import quoted

_NARROW_DIGITS = 18
"""What both decimals and integers of 64 bits hold."""

_WIDE_DIGITS = 38

_SPLIT_SCALE = 14
"""The most decimals for which DuckDB's estimate is worth its casts."""


_Types = Mapping[str, tuple[int, int]]
"""Digits in all and after the point, by column."""


def unscaled(frame: nw.LazyFrame[Any], columns: Mapping[str, int]) -> nw.LazyFrame[Any]:
    """A frame whose columns of decimals are whole units: 12.50 at two decimals are 1250.

    They are Int64 where 18 digits are enough, else Int128; null stays null. On Polars the units
    are what the column holds already. DuckDB has no word for that; there a first estimate is taken
    off, and what is left, which is exact, has few digits.

    Args:
        frame: A lazy frame of Polars or DuckDB.
        columns: The decimals that a unit is to stand for, by the column's name.

    Raises:
        KindError: A column isn't of decimals, or has more decimals than are kept, or would take
            more than 38 digits; or the frame is of another engine.
    """
    make = _MAKES.get(frame.implementation)
    if make is None:
        raise KindError(f"decimals on {frame.implementation} can't be taken for whole units")
    schema = frame.collect_schema()
    types = {name: _fitting(name, schema[name], scale) for name, scale in columns.items()}
    native = make(frame.to_native(), nw.get_native_namespace(frame), types)
    held: nw.LazyFrame[Any] = nw.from_native(native)
    return held


def _on_polars(native: Any, polars: Any, types: _Types) -> Any:
    units = {
        name: polars.col(name).cast(polars.Decimal(precision, scale)).to_physical()
        for name, (precision, scale) in types.items()
    }
    narrow = {
        name: each.cast(polars.Int64)
        for name, each in units.items()
        if types[name][0] <= _NARROW_DIGITS
    }
    return native.with_columns(**units | narrow)


def _on_duckdb(native: Any, duckdb: Any, types: _Types) -> Any:
    chosen = [
        duckdb.SQLExpression(_units_in_sql(quoted(name), *types[name])).alias(name)
        if name in types
        else duckdb.ColumnExpression(name)
        for name in native.columns
    ]
    return native.select(*chosen)


_MAKES = {nw.Implementation.POLARS: _on_polars, nw.Implementation.DUCKDB: _on_duckdb}


def _fitting(name: str, dtype: nw.dtypes.DType, scale: int) -> tuple[int, int]:
    """The digits that the column needs at a scale, and the scale."""
    if not isinstance(dtype, nw.Decimal):
        raise KindError(f"{dtype} is no decimal", where=f"column {name}", mend="give a decimal")
    precision = dtype.precision + scale - dtype.scale
    if dtype.scale > scale or precision > _WIDE_DIGITS:
        raise KindError(
            f"{dtype} can't be held in units of {scale} decimals",
            where=f"column {name}",
            mend=f"give at most {_WIDE_DIGITS - scale} digits before the point and {scale} after",
        )
    return precision, scale


def _units_in_sql(column: str, precision: int, scale: int) -> str:
    """What DuckDB computes: exact, since whatever an estimate misses is left and added."""
    whole = "bigint" if precision <= _NARROW_DIGITS else "hugeint"
    rest = f"{column}::decimal({precision},{scale})"
    if scale == 0:
        return f"{rest}::{whole}"
    if precision + scale <= _NARROW_DIGITS:
        return _few_digits_in_sql(rest, precision, scale, whole)
    if scale > _SPLIT_SCALE:
        return f"replace({rest}::varchar, '.', '')::{whole}"
    parts, digits = list[str](), precision
    for _ in range(1 if whole == "bigint" else 2):
        # A little less than the number, lest it be rounded up to one more digit than there are.
        most = f"trunc({rest}::double * 0.999999999999)::{whole}"
        parts.append(f"{most} * {10**scale}::{whole}")
        rest = f"({rest} - {most}::decimal({precision},{scale}))"
        digits = scale + max(digits - scale - 11, 1)
    return " + ".join([*parts, _few_digits_in_sql(rest, digits, scale, whole)])


def _few_digits_in_sql(decimal: str, digits: int, scale: int, whole: str) -> str:
    if digits + scale <= _NARROW_DIGITS:
        factor = f"{10**scale}::decimal({scale + 1},0)"
        return f"({decimal}::decimal({_NARROW_DIGITS},{scale}) * {factor})::bigint"
    return f"({decimal}::decimal({_WIDE_DIGITS},{scale}) * {10**scale}::hugeint)::{whole}"

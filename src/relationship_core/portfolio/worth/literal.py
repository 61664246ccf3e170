"""Small tables that are known beforehand, as frames beside the large ones they are joined with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import narwhals as nw

from relationship_core.portfolio.tables import Frame
from relationship_core.rules.compile_frame.cells import LARGEST

Values = Mapping[str, Sequence[int | None] | Sequence[str]]
"""Columns of whole numbers or of texts."""


def literal_frame(beside: Frame, columns: Values) -> Frame:
    """A small table of the engine of another frame.

    Whole numbers are Int64, or Int128 where one of the column needs it.

    Args:
        beside: The other frame.
        columns: The values by column, equally many of each.
    """
    if beside.implementation.is_polars():
        return _on_polars(nw.get_native_namespace(beside), columns)
    return _on_duckdb(beside.to_native(), nw.get_native_namespace(beside), columns)


def _on_polars(polars: Any, columns: Values) -> Frame:
    physical = {"text": polars.String, "narrow": polars.Int64, "wide": polars.Int128}
    series = [
        polars.Series(name, list(values), dtype=physical[_kind(values)])
        for name, values in columns.items()
    ]
    held: Frame = nw.from_native(polars.DataFrame(series).lazy())
    return held


def _on_duckdb(native: Any, duckdb: Any, columns: Values) -> Frame:
    physical = {"text": "VARCHAR", "narrow": "BIGINT", "wide": "HUGEINT"}
    # Drawn from the other relation, so that it belongs to the same connection and leaves no view;
    # a count has one row, whatever is counted.
    one = native.limit(0).aggregate("count(*) AS nothing")
    listed = [
        duckdb.SQLExpression(
            f"unnest([{', '.join(map(_in_sql, values))}]::{physical[_kind(values)]}[])"
        ).alias(name)
        for name, values in columns.items()
    ]
    held: Frame = nw.from_native(one.select(*listed))
    return held


def _kind(values: Sequence[int | None] | Sequence[str]) -> str:
    if any(isinstance(value, str) for value in values):
        return "text"
    is_wide = any(isinstance(value, int) and abs(value) > LARGEST for value in values)
    return "wide" if is_wide else "narrow"


def _in_sql(value: int | str | None) -> str:
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return "NULL" if value is None else str(value)

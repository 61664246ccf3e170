"""Small tables that are known beforehand, as frames beside the large ones they are joined with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import narwhals as nw

from relationship_core.portfolio.tables import Frame
from relationship_core.rules.compile_frame.cells import LARGEST
from relationship_core.rules.compile_frame.sql_text import literal, quoted

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
    return _on_duckdb(beside.to_native(), columns)


def _on_polars(polars: Any, columns: Values) -> Frame:
    physical = {"text": polars.String, "narrow": polars.Int64, "wide": polars.Int128}
    series = [
        polars.Series(name, list(values), dtype=physical[_kind(values)])
        for name, values in columns.items()
    ]
    held: Frame = nw.from_native(polars.DataFrame(series).lazy())
    return held


def _on_duckdb(native: Any, columns: Values) -> Frame:
    physical = {"text": "VARCHAR", "narrow": "BIGINT", "wide": "HUGEINT"}
    # Drawn from the other relation, so that it belongs to the same connection and leaves no view;
    # a count has one row, whatever is counted.
    one = native.limit(0).aggregate("count(*) AS nothing")
    # One text for each column: a list of thousands of numbers takes DuckDB seconds to read.
    texts = [
        f"unnest(string_split({literal(_joined(values))}, chr({_APART}))) AS {quoted(name)}"
        for name, values in columns.items()
    ]
    typed = [
        f"nullif({quoted(name)}, '')::{physical[_kind(values)]} AS {quoted(name)}"
        for name, values in columns.items()
    ]
    is_empty = not any(len(values) for values in columns.values())
    listed = one.select(", ".join(texts)).select(", ".join(typed))
    held: Frame = nw.from_native(listed.limit(0) if is_empty else listed)
    return held


_APART: Final = 31
"""A character that is in no id, as it can't be seen."""


def _joined(values: Sequence[int | None] | Sequence[str]) -> str:
    return chr(_APART).join("" if value is None else str(value) for value in values)


def with_step(
    frame: Frame, column: str, starts: Sequence[int], name: str, values: Sequence[int | None]
) -> Frame:
    """A frame with the value of the last step that each number has reached; in any order.

    Args:
        frame: The frame.
        column: Whole numbers, none of them null or below the first step.
        starts: Where each step begins, ascending.
        name: The new column.
        values: The value of each step.
    """
    steps = literal_frame(frame, {_START: starts, name: values})
    if frame.implementation.is_polars():
        # It can't tell whether texts are in order, but numbers it can.
        found = frame.sort(column).join_asof(
            steps, left_on=column, right_on=_START, strategy="backward"
        )
    else:
        left, right = frame.to_native().set_alias("l"), steps.to_native().set_alias("r")
        reached = f"l.{quoted(column)} >= r.{quoted(_START)}"
        found = nw.from_native(left.join(right, reached, how="asof"))
    return found.drop(_START, strict=False)


_START: Final = "step_from"


def _kind(values: Sequence[int | None] | Sequence[str]) -> str:
    if any(isinstance(value, str) for value in values):
        return "text"
    is_wide = any(isinstance(value, int) and abs(value) > LARGEST for value in values)
    return "wide" if is_wide else "narrow"

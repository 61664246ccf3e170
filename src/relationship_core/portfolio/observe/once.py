"""Frames of which several others are made."""

from __future__ import annotations

from typing import Any

import narwhals as nw

from relationship_core.portfolio.tables import Frame


def computed_once(frame: Frame) -> Frame:
    """The same frame, to be computed once though several others are made of it.

    Polars is told so, since it notices by itself only some of the parts that plans share, and none
    within another. DuckDB looks for them in the whole of a query.
    """
    if not frame.implementation.is_polars():
        return frame
    native: Any = frame.to_native()
    held: Frame = nw.from_native(native.cache())
    return held

"""The engines that tables are computed on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import duckdb
import narwhals as nw
import polars as pl
import pyarrow as pa

ENGINES: Mapping[str, Callable[[pa.Table], Any]] = {
    "polars": lambda table: pl.DataFrame(table).lazy(),
    "duckdb": duckdb.from_arrow,
}


def frame_of(engine: str, table: pa.Table) -> nw.LazyFrame[Any]:
    return nw.from_native(ENGINES[engine](table))


def rows_of(frame: nw.LazyFrame[Any]) -> list[dict[str, Any]]:
    return list(frame.collect("polars").rows(named=True))

"""Folders of CSV written anew as Parquet, each column typed as far as its cells let it be."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from relationship_core.portfolio.cells import CellKind
from relationship_core.portfolio.schema import TABLES, Column
from relationship_core.portfolio.tables.units import NUMBERS

_PLAIN = re.compile(r"-?[0-9]{1,24}(\.[0-9]{1,10})?")


def as_typed_parquet(folder: Path, *, parts: int = 1) -> Path:
    """Put Parquet files in the place of a folder's CSV.

    Args:
        folder: Whose tables are CSV files.
        parts: Into how many files each table goes; several go into a folder of its name.
    """
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as stream:
            header, *rows = list(csv.reader(stream))
        named = {column.name: column for column in TABLES[path.stem].columns}
        table = pa.table(
            {
                name: typed(named[name], [row[place] or None for row in rows])
                for place, name in enumerate(header)
            }
        )
        path.unlink()
        write_parts(table, path.with_suffix(""), parts)
    return folder


def write_parts(table: pa.Table, place: Path, parts: int) -> None:
    if parts == 1:
        pq.write_table(table, place.with_suffix(".parquet"))
        return
    place.mkdir()
    size = -(-table.num_rows // parts)
    for part in range(parts):
        pq.write_table(table.slice(part * size, size), place / f"part-{part}.parquet")


def typed(column: Column, cells: list[str | None]) -> pa.Array:
    read, kind = _reader(column.kind)
    try:
        return pa.array([None if cell is None else read(cell) for cell in cells], kind)
    except (ValueError, KeyError, OverflowError):
        return pa.array(cells, pa.string())


def _reader(kind: CellKind) -> tuple[Callable[[str], Any], pa.DataType]:
    if kind in NUMBERS:
        return _decimal, pa.decimal128(36, 10)
    if kind is CellKind.COUNT:
        return int, pa.int64()
    if kind is CellKind.FLAG:
        return {"true": True, "false": False}.__getitem__, pa.bool_()
    if kind in {CellKind.DATE, CellKind.MONTH}:
        return date.fromisoformat, pa.date32()
    return str, pa.string()


def _decimal(text: str) -> Decimal:
    if not _PLAIN.fullmatch(text):
        raise ValueError(text)
    return Decimal(text)

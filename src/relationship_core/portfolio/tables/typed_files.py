"""Parquet files whose columns have the very types that are counted on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any, Final

import duckdb
import pyarrow as pa
from attrs import frozen

from relationship_core.portfolio.cells import SURELY_GOOD, CellKind
from relationship_core.portfolio.database import sql_text
from relationship_core.portfolio.schema import Column, Table
from relationship_core.portfolio.source import LINE, PART_LINES, Part, Source
from relationship_core.portfolio.source.parquet_part import ParquetPart
from relationship_core.portfolio.tables.units import NUMBERS

_TEXTS: Final = frozenset(
    {CellKind.ID, CellKind.TEXT, CellKind.CHOICE, CellKind.DATES, CellKind.IDS}
)
_DAYS: Final = frozenset({CellKind.DATE, CellKind.MONTH})
_PATTERN: Final = re.compile(r"[*?\[]")
"""What makes the name of a file a pattern to DuckDB."""


@frozen
class TypedFiles:
    """The files of one table, all of one schema.

    Args:
        table: The table.
        parts: The files, in order.
        types: The SQL type of each column that they have.
    """

    table: Table
    parts: tuple[Part, ...]
    types: Mapping[str, str]

    @classmethod
    def of(cls, source: Source) -> TypedFiles | None:
        """The files of a source; None if anything about them takes a closer look.

        Raises:
            DataError: A file as a whole can't be read, or its columns aren't the table's.
        """
        parts = [part for part in source.parts if isinstance(part, ParquetPart)]
        if len(parts) < len(source.parts):
            return None
        given = source.header()
        schema = parts[0].schema()
        table = parts[0].place.table
        if any(not part.schema().equals(schema) for part in parts[1:]):
            return None
        if any(_PATTERN.search(str(part.place.path)) for part in parts):
            return None
        types = {}
        for column in table.columns:
            if column.name not in given:
                continue
            if column.name in schema.names:
                held = _sql_type(column, schema.field(column.name).type)
            else:
                held = _sql_type_of_partition(column, parts)
            if held is None:
                return None
            types[column.name] = held
        return cls(table, tuple(parts), types)

    @property
    def rows(self) -> str:
        """Every row with its line and all columns of the table, in SQL."""
        columns = ", ".join(
            f'CAST("{name}" AS {held}) AS "{name}"'
            if name in self.types
            else f'CAST(NULL AS {held}) AS "{name}"'
            for name, held in self.view_types.items()
        )
        return " UNION ALL ".join(
            f"SELECT ({first} + file_index)::BIGINT * {PART_LINES} + file_row_number::BIGINT + 1"
            f' AS "{LINE}", {columns} FROM {_scanned(parts)}'
            for first, parts in self._runs()
        )

    @property
    def view_types(self) -> Mapping[str, str]:
        """The SQL type of each column of the table."""
        return {
            column.name: self.types.get(column.name) or _type_of_nothing(column)
            for column in self.table.columns
        }

    def in_polars(self) -> Any:
        """A lazy frame of Polars with the columns that the files have."""
        import polars as pl  # noqa: PLC0415 - only this engine needs it

        frames = [
            pl.scan_parquet(
                [part.place.path for part in parts], glob=False, hive_partitioning=False
            ).with_columns(
                pl.lit(
                    date.fromisoformat(cell) if cell and self.types[name] == "DATE" else cell,
                    pl.Date if self.types[name] == "DATE" else pl.String,
                ).alias(name)
                for name, cell in parts[0].place.partition.items()
            )
            for _, parts in self._runs()
        ]
        whole = frames[0] if len(frames) == 1 else pl.concat(frames)
        return whole.select(list(self.types))

    def in_duckdb(self, connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyRelation:
        """A relation of DuckDB with the columns that the files have."""
        columns = ", ".join(
            f'CAST("{name}" AS DATE) AS "{name}"' if held == "DATE" else f'"{name}"'
            for name, held in self.types.items()
        )
        return connection.sql(
            " UNION ALL ".join(
                f"SELECT {columns} FROM {_scanned(parts)}" for _, parts in self._runs()
            )
        )

    def _runs(self) -> Iterator[tuple[int, Sequence[Part]]]:
        """Files in a row whose folders say the same, and the number of the first."""
        first = 0
        for _, run in groupby(self.parts, key=lambda part: part.place.partition):
            parts = list(run)
            yield first, parts
            first += len(parts)


def _scanned(parts: Sequence[Part]) -> str:
    files = ", ".join(sql_text(str(part.place.path)) for part in parts)
    scan = f"read_parquet([{files}], hive_partitioning = false)"
    partition = parts[0].place.partition
    if not partition:
        return scan
    same = ", ".join(
        f'{"NULL::VARCHAR" if cell is None else sql_text(cell)} AS "{name}"'
        for name, cell in partition.items()
    )
    return f"(SELECT *, file_index, file_row_number, {same} FROM {scan})"


def _sql_type(column: Column, held: pa.DataType) -> str | None:
    if pa.types.is_dictionary(held):
        held = held.value_type
    if column.kind in _TEXTS:
        is_text = pa.types.is_string(held) or pa.types.is_large_string(held)
        return "VARCHAR" if is_text else None
    if column.kind in _DAYS:
        return "DATE" if pa.types.is_date32(held) else None
    if column.kind is CellKind.FLAG:
        return "BOOLEAN" if pa.types.is_boolean(held) else None
    if pa.types.is_integer(held) and not pa.types.is_uint64(held):
        return "BIGINT"
    if column.kind in NUMBERS and pa.types.is_decimal128(held) and held.scale >= 0:
        return f"DECIMAL({held.precision}, {held.scale})"
    return None


def _type_of_nothing(column: Column) -> str:
    if column.kind in _DAYS:
        return "DATE"
    if column.kind is CellKind.FLAG:
        return "BOOLEAN"
    return "VARCHAR" if column.kind in _TEXTS else "BIGINT"


def _sql_type_of_partition(column: Column, parts: Sequence[Part]) -> str | None:
    if column.kind in _TEXTS:
        return "VARCHAR"
    cells = {part.place.partition.get(column.name) for part in parts}
    if column.kind in _DAYS and all(cell is None or _is_day(cell) for cell in cells):
        return "DATE"
    return None


def _is_day(cell: str) -> bool:
    return re.fullmatch(SURELY_GOOD[CellKind.DATE], cell) is not None and bool(
        date.fromisoformat(cell)
    )

"""A folder's good rows as queries in SQL, ready to be divided among parts."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import duckdb
from attrs import frozen

from relationship_core.portfolio.schema import COUNTS, POSITIONS, TABLES
from relationship_core.portfolio.tables import Measure, Tables

Measures = Mapping[tuple[str, str], Measure]

_WIDE: Final = "HUGEINT"
_WIDE_IN_FILES: Final = "DECIMAL(38, 0)"
"""Parquet has no integer of 128 bits: DuckDB would write a float in its place."""


@frozen
class Opened:
    """The tables of a folder that has been read and checked.

    Args:
        queries: A query of each table that the folder has.
        measures: How their columns of numbers are to be read.
    """

    queries: Mapping[str, str]
    measures: Measures

    @classmethod
    def of(cls, tables: Tables) -> Opened:
        """Take tables of DuckDB, whose files stay where they are meanwhile."""
        queries = {name: _query(tables, name) for name in TABLES if tables.has(name)}
        return cls(queries, tables.measures)

    def shape(self, connection: duckdb.DuckDBPyConnection) -> str:
        """A digest of which tables and columns there are, their types and units."""
        told = []
        for name, query in self.queries.items():
            table = connection.sql(f"SELECT * FROM ({query}) LIMIT 0")
            for column, kind in zip(table.columns, table.types, strict=True):
                measure = self.measures.get((name, column))
                told.append(f"{name}.{column} {kind} {measure.scale if measure else ''}")
        return hashlib.sha256("\n".join(told).encode()).hexdigest()


@frozen
class PartTables:
    """The tables of some customers as Parquet files.

    Args:
        files: A file, or a folder of files, of each table that the folder has.
        measures: How their columns of numbers are to be read.
    """

    files: Mapping[str, Path]
    measures: Measures

    def opened_by(self, scan: Any) -> Tables:
        """The tables as frames of an engine.

        Args:
            scan: What makes a lazy frame of the path of a file, which may hold a star.
        """
        frames = {
            name: scan(str(file / "*.parquet" if file.is_dir() else file))
            for name, file in self.files.items()
        }
        return Tables.of(frames).measured_as(self.measures)


def measures_json(measures: Measures) -> list[list[Any]]:
    """Measures as plain JSON data."""
    return [[*place, each.scale, each.bound] for place, each in measures.items()]


def measures_from(data: list[list[Any]]) -> Measures:
    """The measures that `measures_json` wrote."""
    return {(table, column): Measure(scale, bound) for table, column, scale, bound in data}


def _query(tables: Tables, name: str) -> str:
    relation: duckdb.DuckDBPyRelation = tables.frame(name).to_native()
    # Columns that nobody counted in must not come back as counts that are empty.
    left_out = COUNTS if name == POSITIONS.name and not tables.are_acts_counted else frozenset()
    columns = [
        f'CAST("{column}" AS {_WIDE_IN_FILES}) AS "{column}"' if kind == _WIDE else f'"{column}"'
        for column, kind in zip(relation.columns, relation.types, strict=True)
        if column not in left_out
    ]
    return f"SELECT {', '.join(columns)} FROM ({relation.sql_query()})"

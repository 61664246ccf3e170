"""What is asked of DuckDB over and over: files as tables, and queries written to files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from relationship_core.portfolio.database import sql_text


def rows_in(path: Path) -> str:
    """The rows of a Parquet file, or of those that a star stands for, as a table in SQL."""
    return f"read_parquet({sql_text(str(path))}, hive_partitioning = false)"


def rows_below(path: Path) -> str:
    """The rows of a Parquet file, or of all those in a folder, as a table in SQL."""
    return rows_in(path / "*.parquet" if path.is_dir() else path)


def copy(
    connection: duckdb.DuckDBPyConnection,
    rows: str,
    to: Path,
    *,
    compression: str = "zstd",
    by: str = "",
) -> None:
    """Write what a query gives to a Parquet file, or to a folder of one for each part.

    Args:
        connection: A database to work in.
        rows: The query.
        to: The file or folder.
        compression: Of the file.
        by: The column that tells the parts; empty for a single file.
    """
    parts = f", PARTITION_BY ({by})" if by else ""
    connection.execute(
        f"COPY ({rows}) TO {sql_text(str(to))} (FORMAT parquet, COMPRESSION {compression}{parts})"
    )


def only_row(
    connection: duckdb.DuckDBPyConnection, query: str, parameters: Sequence[object] = ()
) -> tuple[Any, ...]:
    """The row that a query gives just one of."""
    # Fetched to the end: a result left open would hold the connection.
    (row,) = connection.execute(query, list(parameters)).fetchall()
    return tuple(row)

"""Customers put into parts, each with all that concerns them, as typed files on the disk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

import duckdb

from relationship_core.portfolio.run.durable import lasting_folder
from relationship_core.portfolio.run.sql import copy
from relationship_core.portfolio.schema import RELATIONS, TABLES

PART_CUSTOMERS: Final = 250_000
"""How many customers a part has at most, about: what two processors do in some seconds."""

SHARED: Final = ("branches", "products")
"""Tables that every part sees whole."""

_EMPTY: Final = "empty.parquet"


def part_count(customers: int, part_customers: int = PART_CUSTOMERS) -> int:
    """Into how many parts so many customers are put, at least one."""
    return max(1, -(-customers // part_customers))


def part_file(folder: Path, part: int) -> Path:
    """The file of a part in a folder of one kind of file."""
    return folder / f"part-{part:05}.parquet"


def part_of(column: str, parts: int) -> str:
    """In SQL: the part of a customer, by a digest that no version of anything changes."""
    return f"CAST(md5_number_lower({column}) % {parts} AS INTEGER)"


def divide(
    connection: duckdb.DuckDBPyConnection, tables: Mapping[str, str], people: str, folder: Path
) -> None:
    """Write the rows of some customers' parts, a folder for each table.

    An account's rows go into the part of everybody who is named on it, a relation into the parts of
    both sides.

    Args:
        connection: Where the tables are.
        tables: A query of each table.
        people: A table of the customers wanted, by `customer_id`, and the `part` of each.
        folder: Where to write; it is there whole or not at all.
    """
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE holders AS SELECT DISTINCT account_id, part"
        f" FROM ({tables['owners']}) JOIN {people} USING (customer_id)"
        if "owners" in tables
        else "CREATE OR REPLACE TEMP TABLE holders (account_id VARCHAR, part INTEGER)"
    )
    with lasting_folder(folder) as half:
        for name, query in tables.items():
            if name in SHARED:
                _write(connection, query, half / f"{name}.parquet")
                continue
            _write(connection, _with_part(name, query, people), half / name, by="part")
            # A part without rows of a table has none of it, which isn't to have no such table.
            (half / name).mkdir(exist_ok=True)
            _write(connection, f"{query} LIMIT 0", half / name / _EMPTY)
    connection.execute("DROP TABLE holders")


def keep_together(
    connection: duckdb.DuckDBPyConnection, tables: Mapping[str, str], folder: Path
) -> None:
    """Write everybody's rows as those of one part.

    Args:
        connection: Where the tables are.
        tables: A query of each table.
        folder: Where to write; it is there whole or not at all.
    """
    with lasting_folder(folder) as half:
        for name, query in tables.items():
            only = (
                half / f"{name}.parquet"
                if name in SHARED
                else _of_part(half, name, 0) / "0.parquet"
            )
            only.parent.mkdir(parents=True, exist_ok=True)
            _write(connection, query, only)


def _write(connection: duckdb.DuckDBPyConnection, rows: str, to: Path, by: str = "") -> None:
    # Read once or twice and then gone: what is quick to write suffices.
    copy(connection, rows, to, compression="snappy", by=by)


def _of_part(folder: Path, name: str, part: int) -> Path:
    return folder / name / f"part={part}"


def tables_of(folder: Path, names: Iterable[str], part: int) -> dict[str, Path]:
    """The files of a part that `divide` wrote, by table: a file, or a folder of files."""
    found = {}
    for name in names:
        if name in SHARED:
            found[name] = folder / f"{name}.parquet"
        else:
            own = _of_part(folder, name, part)
            found[name] = own if own.is_dir() else folder / name / _EMPTY
    return found


def _with_part(name: str, query: str, people: str) -> str:
    if name == RELATIONS.name:
        return (
            f"SELECT r.*, p.part FROM ({query}) AS r JOIN {people} AS p USING (customer_id)"
            f" UNION ALL BY NAME SELECT r.*, p.part FROM ({query}) AS r"
            f" JOIN {people} AS p ON r.other_id = p.customer_id"
            f" LEFT JOIN {people} AS q ON r.customer_id = q.customer_id"
            " WHERE q.part IS DISTINCT FROM p.part"
        )
    if "account_id" in TABLES[name].column_names:
        return f"SELECT r.*, h.part FROM ({query}) AS r JOIN holders AS h USING (account_id)"
    return f"SELECT r.*, p.part FROM ({query}) AS r JOIN {people} AS p USING (customer_id)"

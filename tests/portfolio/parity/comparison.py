"""Two tables of reviews held against each other, column by column, without showing anybody."""

from __future__ import annotations

from pathlib import Path

import attrs
import duckdb


@attrs.frozen
class Difference:
    """A column in which reviews differ.

    Args:
        column: Its name.
        customers: How many customers differ in it.
        first: The first of them.
    """

    column: str
    customers: int
    first: str


def differences(expected: Path, given: Path) -> list[Difference]:
    """The columns in which two tables of reviews differ, as Parquet files or folders of them.

    Both are joined by DuckDB, which goes to the disk where memory doesn't suffice.
    """
    with duckdb.connect(config={"memory_limit": "2GB"}) as database:
        for name, path in (("e", expected), ("g", given)):
            files = f"{path}/**/*.parquet" if path.is_dir() else path
            database.execute(f"CREATE VIEW {name} AS FROM read_parquet('{files}')")
        kinds = [_kinds(database, name) for name in ("e", "g")]
        assert kinds[0] == kinds[1]
        columns = [name for name in kinds[0] if name != "customer_id"]
        differs = [f'(e."{name}" IS DISTINCT FROM g."{name}")' for name in columns]
        told = ", ".join(
            f"count(*) FILTER {each}, min(customer_id) FILTER {each}" for each in differs
        )
        (row,) = database.execute(
            f"SELECT {told} FROM e FULL JOIN g USING (customer_id)"
        ).fetchall()
    return [
        Difference(name, customers, first)
        for name, customers, first in zip(columns, row[::2], row[1::2], strict=True)
        if customers
    ]


def _kinds(database: duckdb.DuckDBPyConnection, name: str) -> dict[str, str]:
    described = database.execute(f"DESCRIBE {name}").fetchall()
    return {column: kind for column, kind, *_ in described}

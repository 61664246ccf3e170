"""Small banks as tables of DuckDB, and what of them concerns whom, said as plainly as can be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import duckdb
import pyarrow as pa

from tests.portfolio.bank import Rows

Row = dict[str, str | None]


def as_rows(tables: Rows) -> dict[str, list[Row]]:
    """The rows of each table by their columns' names, nothing for an empty cell."""
    return {
        name: [dict(zip(header, [cell or None for cell in row], strict=True)) for row in rows]
        for name, (header, *rows) in tables.items()
    }


def load(connection: duckdb.DuckDBPyConnection, tables: Rows) -> dict[str, str]:
    """Make a table of text of each, and give a query of it."""
    for name, (header, *rows) in tables.items():
        columns = list(zip(*rows, strict=True)) if rows else [()] * len(header)
        arrays = [pa.array([cell or None for cell in column], pa.string()) for column in columns]
        connection.register("incoming", pa.table(dict(zip(header, arrays, strict=True))))
        connection.execute(f'CREATE OR REPLACE TABLE "{name}" AS SELECT * FROM incoming')
        connection.unregister("incoming")
    return {name: f'SELECT * FROM "{name}"' for name in tables}


def concerning(tables: Rows, customer_id: str) -> Mapping[str, list[Row]]:
    """The rows of each table that concern a customer."""
    rows = as_rows(tables)
    named = {one["account_id"] for one in rows["owners"] if one["customer_id"] == customer_id}

    def concerns(row: Row) -> bool:
        if "account_id" in row:
            return row["account_id"] in named
        return customer_id in {row.get("customer_id"), row.get("other_id")}

    shared = {"branches", "products"}
    return {
        name: [row for row in found if name in shared or concerns(row)]
        for name, found in rows.items()
    }


def counted(rows: list[Row]) -> Counter[tuple[tuple[str, str | None], ...]]:
    """Rows in no order."""
    return Counter(tuple(sorted(row.items())) for row in rows)

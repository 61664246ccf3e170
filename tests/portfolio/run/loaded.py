"""Small banks as tables of DuckDB, and what of them concerns whom, said as plainly as can be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import duckdb
import pyarrow as pa
from hypothesis import strategies as st

from tests.portfolio.bank import SMALL, Rows, small

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


@st.composite
def changed_banks(draw: st.DrawFn, *, may_replace: bool = False) -> dict[str, list[list[str]]]:
    """The small bank with some rows changed, left out or in another order.

    Args:
        draw: Hypothesis's.
        may_replace: Whether a customer may be gone, and another be there.
    """
    tables = small()
    for name in draw(st.lists(st.sampled_from(list(SMALL)), min_size=1, max_size=2, unique=True)):
        header, *rows = tables[name]
        place = draw(st.integers(0, len(rows) - 1))
        what = draw(st.sampled_from(["change", "drop", "swap"]))
        if what == "swap":
            rows = draw(st.permutations(rows))
        elif name not in {"customers", "branches"} and what == "drop":
            rows = rows[:place] + rows[place + 1 :]
        else:
            column = draw(st.integers(2, len(header) - 1)) if len(header) > 2 else 1
            rows[place][column] = draw(st.sampled_from(["B1", "H", "", "7"]))
        tables[name] = [header, *rows]
    if may_replace and draw(st.booleans()):
        draw(st.sampled_from(tables["customers"][1:]))[0] = "C4"
    # A tree has no circle.
    parents = {branch_id: parent for branch_id, _, _, parent in SMALL["branches"]}
    for row in tables["branches"][1:]:
        row[2:] = ["branch", parents[row[0]]]
    return tables

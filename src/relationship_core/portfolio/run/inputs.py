"""A digest of all that a customer's review rests on but the rule book, the day and the cut-offs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

import duckdb

from relationship_core.portfolio.run.content import row_sums
from relationship_core.portfolio.run.durable import lasting
from relationship_core.portfolio.run.sql import copy, rows_in
from relationship_core.portfolio.schema import (
    ACCOUNTS,
    BRANCHES,
    CUSTOMERS,
    INTERACTIONS,
    OWNERS,
    POSITIONS,
    PRODUCTS,
    RELATIONS,
    STANDINGS,
    SUPPLIED,
    TRANSACTIONS,
    Table,
)

INPUTS: Final = "inputs"
_WORD: Final = 2**64


def digest_inputs(connection: duckdb.DuckDBPyConnection, tables: Mapping[str, str]) -> None:
    """Make the table `inputs`: a digest of each customer's, in two numbers.

    The digest is the sum of hashes of all rows that concern the customer, in any order: their own,
    both sides' relations, each account they are named on, with its product, all its rows and other
    owners, and the branches above theirs. A table that isn't there has no rows; that it isn't is
    part of the `basis`.

    Args:
        connection: Where the tables are.
        tables: A query of each table.
    """
    run = connection.execute
    sums = _Sums(connection, tables)
    run(f"CREATE OR REPLACE TEMP TABLE account_sums AS {_added('account_id', sums.of_accounts())}")
    run(
        f"CREATE OR REPLACE TEMP TABLE {INPUTS} AS SELECT customer_id,"
        f" (one % {_WORD})::UBIGINT AS one, (other % {_WORD})::UBIGINT AS other"
        f" FROM ({_added('customer_id', sums.of_customers())})"
        f" SEMI JOIN ({tables[CUSTOMERS.name]}) USING (customer_id)"
    )
    run("DROP TABLE account_sums")


def write_inputs(connection: duckdb.DuckDBPyConnection, file: Path, where: str = "true") -> None:
    """Write the table `inputs`, or those of it who meet a condition."""
    rows = f"SELECT customer_id, one, other FROM {INPUTS} WHERE {where} ORDER BY customer_id"
    with lasting(file) as half:
        copy(connection, rows, half)


def keep_changed(connection: duckdb.DuckDBPyConnection, earlier: Path) -> None:
    """Leave in the table `inputs` those that the inputs of an earlier run don't hold alike."""
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE inputs AS SELECT * FROM inputs ANTI JOIN"
        f" {rows_in(earlier / '*.parquet')} USING (customer_id, one, other)"
    )


class _Sums:
    """Queries of hashes of rows, added up by the account or the customer that they concern."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, tables: Mapping[str, str]) -> None:
        self._connection = connection
        self._tables = tables

    def of_accounts(self) -> Iterator[str]:
        if ACCOUNTS.name not in self._tables:
            yield "SELECT NULL::VARCHAR AS account_id, 0::HUGEINT AS one, 0::HUGEINT AS other"
            return
        yield self._of(
            ACCOUNTS,
            f"SELECT a.*, {self._terms()} FROM ({self._tables[ACCOUNTS.name]}) AS a"
            f" LEFT JOIN ({self._tables[PRODUCTS.name]}) AS p USING (product_id)",
        )
        for table in (OWNERS, POSITIONS, TRANSACTIONS):
            if table.name in self._tables:
                yield self._of(table, self._tables[table.name])

    def of_customers(self) -> Iterator[str]:
        yield self._of(CUSTOMERS, self._placed())
        for table in (INTERACTIONS, RELATIONS, STANDINGS, SUPPLIED):
            if table.name in self._tables:
                yield self._of(table, self._tables[table.name])
        if RELATIONS.name in self._tables:
            yield self._of(RELATIONS, self._tables[RELATIONS.name], "other_id")
        if OWNERS.name in self._tables:
            yield (
                "SELECT customer_id, one, other FROM account_sums"
                f" JOIN ({self._tables[OWNERS.name]}) USING (account_id)"
            )

    def _of(self, table: Table, query: str, by: str | None = None) -> str:
        key = "account_id" if "account_id" in table.column_names else "customer_id"
        columns = self._connection.sql(f"SELECT * FROM ({query}) LIMIT 0").columns
        one, other = row_sums(columns, table.name)
        return (
            f"SELECT {by or key} AS {key}, {one} AS one, {other} AS other"
            f" FROM ({query}) GROUP BY {by or key}"
        )

    def _terms(self) -> str:
        query = f"SELECT * FROM ({self._tables[PRODUCTS.name]}) LIMIT 0"
        names = self._connection.sql(query).columns
        return ", ".join(f'p."{name}" AS "product_{name}"' for name in names)

    def _placed(self) -> str:
        customers = self._tables[CUSTOMERS.name]
        if BRANCHES.name not in self._tables:
            return customers
        branches = self._tables[BRANCHES.name]
        return (
            f"WITH RECURSIVE b AS ({branches}), up AS (SELECT branch_id, branch_id AS path, parent"
            " FROM b UNION ALL SELECT up.branch_id, b.branch_id || chr(31) || up.path, b.parent"
            " FROM up JOIN b ON up.parent = b.branch_id)"
            f" SELECT c.*, up.path FROM ({customers}) AS c"
            " LEFT JOIN up ON c.branch = up.branch_id AND up.parent IS NULL"
        )


def _added(key: str, queries: Iterable[str]) -> str:
    together = " UNION ALL ".join(f"({query})" for query in queries)
    return f"SELECT {key}, sum(one) AS one, sum(other) AS other FROM ({together}) GROUP BY {key}"

"""Whether linking would find nothing at all, asked in one pass over each table.

Keys are told apart by hashes of 64 bits: equal hashes of different keys only make for a closer
look.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from relationship_core.portfolio.database import Database
from relationship_core.portfolio.schema import (
    ACCOUNTS,
    BRANCHES,
    CUSTOMERS,
    OWNERS,
    TABLES,
    Table,
)

_HOMES: Final = {
    "account_id": "accounts",
    "customer_id": "customers",
    "product_id": "products",
}
"""The tables in which ids must be there, by the column that holds them."""


def are_surely_linked(database: Database, given: Collection[str]) -> bool:
    """Whether no key is repeated, and whatever rows refer to is there.

    Args:
        database: With every row that may be good.
        given: The names of the tables that were given.
    """
    return all(
        _is_surely_linked(database, TABLES[name], given)
        for name in TABLES
        if name in given and name != BRANCHES.name
    )


def _is_surely_linked(database: Database, table: Table, given: Collection[str]) -> bool:
    homes = references(table, given)
    joins = "".join(
        f' LEFT JOIN (SELECT "{column}" AS "{home}" FROM "{home}") AS "of {home}"'
        f' ON t."{column}" = "{home}"'
        for column, home in homes.items()
    )
    conditions = [f'count(*) = count("{home}")' for home in homes.values()]
    if table.key:
        key = ", ".join(f't."{column}"' for column in table.key)
        conditions.append(f"count(*) = count(DISTINCT hash({key}))")
    if table is OWNERS:
        conditions.append(
            "count(DISTINCT hash(t.account_id)) FILTER (t.role IS NULL OR t.role = 'owner')"
            f' = (SELECT count(*) FROM "{ACCOUNTS.name}")'
        )
    if table in {ACCOUNTS, CUSTOMERS} and BRANCHES.name in given:
        joins += " LEFT JOIN (SELECT branch_id FROM branches) AS b ON t.branch = branch_id"
        conditions.append("count(t.branch) = count(branch_id)")
    finding = " AND ".join(conditions or ["true"])
    return bool(database.number(f'SELECT ({finding})::INTEGER FROM "{table.name}" AS t{joins}'))


def references(table: Table, given: Collection[str]) -> dict[str, str]:
    """The columns of a table whose ids must be those of another's rows, and that other table."""
    return {
        column: _HOMES[column]
        for column in table.column_names
        if column in _HOMES and _HOMES[column] != table.name and _HOMES[column] in given
    }

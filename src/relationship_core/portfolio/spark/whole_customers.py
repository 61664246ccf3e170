"""A portfolio's tables as one: a row for each customer, with every record that concerns them.

A worker that has such rows can review them without asking for more. Records of an account stand
with each customer named on it; accounts are put together first, so that positions and transactions
are moved once by their account and once more by the customer.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from typing import Any, Final

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
)

SMALL: Final = (PRODUCTS.name, BRANCHES.name)
"""The tables that every worker has whole."""

HELD: Final = "held"
"""The column of accounts, each with all that stands under it."""

OF_ACCOUNTS: Final = (ACCOUNTS.name, OWNERS.name, POSITIONS.name, TRANSACTIONS.name)
OF_CUSTOMERS: Final = (INTERACTIONS.name, RELATIONS.name, STANDINGS.name, SUPPLIED.name)

_CUSTOMER, _ACCOUNT, _ROW = "customer_id", "account_id", "row"


def whole_customers(tables: Mapping[str, Any]) -> Any:
    """One DataFrame of the tables: `customers`, `held` and a list for each other table given.

    Args:
        tables: DataFrames by the names of tables.
    """
    from pyspark.sql import functions as F  # noqa: N812, PLC0415 - as everybody calls it

    def rows(name: str, key: str) -> Any:
        table = tables[name]
        return table.select(F.col(key), F.struct(*table.columns).alias(_ROW))

    def listed(keyed: Any, key: str, name: str) -> Any:
        return keyed.groupBy(key).agg(F.collect_list(_ROW).alias(name))

    def joined(frames: list[Any], key: str) -> Any:
        return reduce(lambda left, right: left.join(right, key, "left"), frames)

    parts = [rows(CUSTOMERS.name, _CUSTOMER).withColumnRenamed(_ROW, CUSTOMERS.name)]
    if ACCOUNTS.name in tables:
        under = [name for name in OF_ACCOUNTS[1:] if name in tables]
        accounts = rows(ACCOUNTS.name, _ACCOUNT).withColumnRenamed(_ROW, ACCOUNTS.name)
        each = joined(
            [accounts, *(listed(rows(n, _ACCOUNT), _ACCOUNT, n) for n in under)], _ACCOUNT
        )
        named = tables[OWNERS.name].select(_ACCOUNT, _CUSTOMER).distinct()
        whole = F.struct(ACCOUNTS.name, *under).alias(_ROW)
        parts.append(listed(named.join(each, _ACCOUNT).select(_CUSTOMER, whole), _CUSTOMER, HELD))
    for name in OF_CUSTOMERS:
        if name in tables:
            own = rows(name, _CUSTOMER)
            if name == RELATIONS.name:
                own = own.unionByName(
                    rows(name, "other_id").withColumnRenamed("other_id", _CUSTOMER)
                )
            parts.append(listed(own, _CUSTOMER, name))
    return joined(parts, _CUSTOMER)

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings

from relationship_core.portfolio.run.inputs import digest_inputs
from tests.portfolio.bank import SMALL, Rows, small
from tests.portfolio.run.loaded import as_rows, changed_banks, concerning, counted, load


@pytest.fixture(scope="module")
def before(connection: duckdb.DuckDBPyConnection) -> dict[str, tuple[int, int]]:
    return digests(connection, SMALL)


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


def digests(connection: duckdb.DuckDBPyConnection, tables: Rows) -> dict[str, tuple[int, int]]:
    digest_inputs(connection, load(connection, tables))
    found = connection.execute("SELECT customer_id, one, other FROM inputs").fetchall()
    return {customer: (one, other) for customer, one, other in found}


def inputs_of(tables: Rows, customer_id: str) -> Any:
    """What the digest is of: a customer's rows, the terms of their products, the way to the top."""
    rows = {name: counted(found) for name, found in concerning(tables, customer_id).items()}
    parents = {one["branch_id"]: one["parent"] for one in as_rows(tables)["branches"]}
    of_accounts = {dict(row)["product_id"] for row in rows["accounts"]}
    del rows["branches"]
    rows["products"] = Counter(
        {row: n for row, n in rows["products"].items() if dict(row)["product_id"] in of_accounts}
    )
    (own,) = rows["customers"]
    path = [dict(own)["branch"]]
    while path[-1]:
        path.append(parents.get(path[-1]))
    # Somebody else's relation is in two people's parts, and counts for both.
    return rows, path


@settings(max_examples=settings().max_examples // 3)
@given(changed_banks())
def test_the_digest_of_those_alone_changes_of_whom_something_did(
    connection: duckdb.DuckDBPyConnection,
    before: dict[str, tuple[int, int]],
    tables: dict[str, list[list[str]]],
) -> None:
    now = digests(connection, tables)
    assert set(now) == {"C1", "C2", "C3"}
    for customer in now:
        same = inputs_of(SMALL, customer) == inputs_of(tables, customer)
        assert (before[customer] == now[customer]) == same


def test_a_branch_moved_below_another_concerns_who_is_kept_there(
    connection: duckdb.DuckDBPyConnection, before: dict[str, tuple[int, int]]
) -> None:
    moved = small()
    moved["branches"][4][3] = "H"
    now = digests(connection, moved)
    assert [customer for customer in now if now[customer] != before[customer]] == ["C3"]


def test_only_customers_have_one_and_one_table_is_enough(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    alone = {"customers": SMALL["customers"]}
    assert set(digests(connection, alone)) == {"C1", "C2", "C3"}
    named = small()
    named["owners"].append(["A3", "C9", "owner", "1"])
    assert set(digests(connection, named)) == {"C1", "C2", "C3"}

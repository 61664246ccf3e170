"""The good rows of a folder in the order of their customers, and the dossiers made from them.

Customers are numbered in the order of their ids. Rows of an account stand once for every customer
who owns it or may operate it, so that a range of numbers is all that a batch of dossiers needs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import repeat
from typing import Any, Final

import pyarrow as pa

from relationship_core.domain import (
    Account,
    BranchTree,
    Customer,
    Dossier,
    Owner,
    Product,
    Standing,
)
from relationship_core.portfolio.cells import settled_reader
from relationship_core.portfolio.database import Database
from relationship_core.portfolio.examine import Reading, read_supplied
from relationship_core.portfolio.noun import ALONE, build_account, build_owner, build_product
from relationship_core.portfolio.schema import (
    POSITIONS,
    PRODUCTS,
    RELATIONS,
    TABLES,
    UNCOUNTED_POSITIONS,
    OwnerRole,
    Table,
)

BATCH_CUSTOMERS: Final = 500
SEQ: Final = "seq"

# In a dossier, rows of one kind stand in this order.
_ORDERS: Final[Mapping[str, tuple[str, ...]]] = {
    "customers": ("customer_id",),
    "accounts": ("account_id",),
    "owners": ("account_id", "line"),
    "positions": ("account_id", "month"),
    "transactions": ("booked", "account_id", "transaction_id"),
    "interactions": ("occurred", "interaction_id"),
    "relations": ("line",),
    "standings": ("customer_id",),
    "supplied": ("fact",),
}


class Shelf:
    """The dossiers of a folder, ready to be taken in the order of their customers.

    Args:
        database: With good rows only; the shelf takes it over.
        given: The tables that the folder has.
        reading: What is known beside the folder.
        tree: The bank's tree.
        are_acts_counted: Whether the folder's positions have any column that counts acts.
    """

    def __init__(
        self,
        database: Database,
        given: frozenset[str],
        reading: Reading,
        tree: BranchTree | None,
        *,
        are_acts_counted: bool,
    ) -> None:
        self._database = database
        self._given = given
        self._reading = reading
        self._tree = tree
        self._tables = dict(TABLES)
        if not are_acts_counted:
            self._tables[POSITIONS.name] = UNCOUNTED_POSITIONS
        self._products = self._read_products()
        self._put_in_order()
        self.customer_count = database.number("SELECT count(*) FROM people")

    def _read_products(self) -> dict[str, Product]:
        rows = self._database.rows("SELECT * FROM products")
        return {product.id: product for product in map(build_product, *_values(PRODUCTS, rows))}

    def _put_in_order(self) -> None:
        run = self._database.run
        run(
            "CREATE TABLE people AS SELECT customer_id,"
            f" row_number() OVER (ORDER BY customer_id) - 1 AS {SEQ} FROM customers"
        )
        run(
            f"CREATE TABLE holders AS SELECT account_id, {SEQ} FROM owners"
            " JOIN people USING (customer_id)"
        )
        for name, order in _ORDERS.items():
            columns = ", ".join(f'r."{column}"' for column in TABLES[name].column_names)
            run(
                f'CREATE TABLE "{name}_in_order" AS SELECT h.{SEQ}, {columns}'
                f' FROM "{name}" AS r JOIN {_holders_of(TABLES[name])}'
                f" ORDER BY h.{SEQ}, {', '.join(f'r.{column}' for column in order)}"
            )
            run(f'DROP TABLE "{name}"')
        run("DROP TABLE holders")

    def number_of(self, customer_id: str) -> int | None:
        """The place of a customer in the order; None if they aren't there."""
        rows = self._database.rows(f"SELECT {SEQ} FROM people WHERE customer_id = ?", [customer_id])
        return int(rows.column(SEQ)[0].as_py()) if rows.num_rows else None

    def dossiers(self, first: int = 0, end: int | None = None) -> Iterator[Dossier]:
        """Stream the dossiers of the customers numbered from `first` up to, not with, `end`."""
        end = self.customer_count if end is None else end
        for start in range(first, end, BATCH_CUSTOMERS):
            yield from self._batch(start, min(start + BATCH_CUSTOMERS, end))

    def _batch(self, start: int, end: int) -> Iterator[Dossier]:
        def fetch(name: str, build: Callable[..., Any]) -> Mapping[int, list[Any]]:
            return self._fetch(name, build, start, end)

        customers = fetch("customers", ALONE["customers"])
        accounts = fetch("accounts", _unchanged)
        owners = fetch("owners", _named_on_account)
        positions = fetch("positions", ALONE["positions"])
        transactions = fetch("transactions", ALONE["transactions"])
        interactions = fetch("interactions", ALONE["interactions"])
        relations = fetch("relations", ALONE["relations"])
        standings = fetch("standings", ALONE["standings"])
        supplied = fetch("supplied", self._read_fact)
        for number in range(start, end):
            customer: Customer = customers[number][0]
            standing: Sequence[Standing] = standings[number]
            yield Dossier(
                customer,
                self._if_given("accounts", self._accounts(accounts[number], owners[number])),
                self._if_given("positions", positions[number]),
                self._if_given("transactions", transactions[number]),
                self._if_given("interactions", interactions[number]),
                self._if_given("relations", relations[number]),
                standing[0] if standing else None,
                dict(supplied[number]),
                self._scope(customer),
            )

    def _fetch(
        self, name: str, build: Callable[..., Any], start: int, end: int
    ) -> Mapping[int, list[Any]]:
        found: defaultdict[int, list[Any]] = defaultdict(list)
        if name in self._given:
            rows = self._database.rows(
                f'SELECT * FROM "{name}_in_order" WHERE {SEQ} >= ? AND {SEQ} < ? ORDER BY rowid',
                [start, end],
            )
            numbers = rows.column(SEQ).to_pylist()
            nouns = map(build, *_values(self._tables[name], rows))
            for number, noun in zip(numbers, nouns, strict=True):
                found[number].append(noun)
        return found

    def _if_given(self, name: str, nouns: Sequence[Any]) -> tuple[Any, ...] | None:
        return tuple(nouns) if name in self._given else None

    def _accounts(
        self, rows: Sequence[tuple[Any, ...]], people: Sequence[tuple[str, Owner, bool]]
    ) -> list[Account]:
        owners: defaultdict[str, list[Owner]] = defaultdict(list)
        authorised: defaultdict[str, list[str]] = defaultdict(list)
        for account_id, person, is_owner in people:
            if is_owner:
                owners[account_id].append(person)
            else:
                authorised[account_id].append(person.customer_id)
        return [
            build_account(
                account_id,
                *others,
                product=self._products[product_id],
                owners=tuple(owners[account_id]),
                authorised=tuple(authorised[account_id]),
            )
            for account_id, product_id, *others in rows
        ]

    def _read_fact(self, customer_id: str, name: str, value: str) -> tuple[str, Any]:
        del customer_id
        return name, read_supplied(self._reading.facts[name], value)

    def _scope(self, customer: Customer) -> tuple[str, ...]:
        if self._tree is None or customer.branch is None:
            return ()
        return self._tree.path(customer.branch)


def _holders_of(table: Table) -> str:
    if "account_id" in table.column_names:
        return "holders AS h ON r.account_id = h.account_id"
    if table is RELATIONS:
        return "people AS h ON h.customer_id IN (r.customer_id, r.other_id)"
    return "people AS h ON r.customer_id = h.customer_id"


def _unchanged(*values: Any) -> tuple[Any, ...]:
    return values


def _named_on_account(
    account_id: str, customer_id: str, role: OwnerRole | None, share: Decimal | None
) -> tuple[str, Owner, bool]:
    person = build_owner(account_id, customer_id, role, share)
    return account_id, person, role is not OwnerRole.AUTHORISED


def _values(table: Table, rows: pa.Table) -> list[Iterable[Any]]:
    return [_column_values(table, place, rows) for place in range(len(table.columns))]


def _column_values(table: Table, place: int, rows: pa.Table) -> Iterable[Any]:
    column = table.columns[place]
    cells = rows.column(column.name)
    if cells.null_count == len(cells):
        return repeat(None, len(cells))
    texts: list[Any] = cells.to_pylist()
    reader = settled_reader(column.kind, column.choices)
    if reader is None:
        return texts
    if cells.null_count == 0:
        return map(reader, texts)
    return [None if text is None else reader(text) for text in texts]

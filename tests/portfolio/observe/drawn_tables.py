"""Dossiers as the tables that a folder of them would hold, with numbers as fine as they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa

from relationship_core.domain import Account, Channel, Dossier, Position, Transaction
from relationship_core.portfolio.tables import Tables
from tests.portfolio.observe.given import ENGINES

_AMOUNT = pa.decimal128(24, 8)
_TYPES = {
    **dict.fromkeys(
        (
            "share",
            "amount",
            "credit_average",
            "debit_average",
            "closing_balance",
            "undrawn",
            "probability_of_default",
        ),
        _AMOUNT,
    ),
    **dict.fromkeys(("opened", "closed", "maturity", "month", "booked"), pa.date32()),
    "days_past_due": pa.int64(),
    **{f"transactions_{channel}": pa.int64() for channel in Channel},
}
_ACCOUNT = ("account_id", "product_id", "currency", "opened", "closed", "maturity")
_OWNER = ("account_id", "customer_id", "role", "share")
_POSITION = (
    *("account_id", "month", "credit_average", "debit_average", "closing_balance", "undrawn"),
    *("probability_of_default", "days_past_due"),
)
_COUNTS = tuple(f"transactions_{channel}" for channel in Channel)
_BOOKING = (
    *("transaction_id", "account_id", "booked", "amount", "channel", "purpose"),
    "counterparty_bank",
)


def tables_of(dossiers: Iterable[Dossier], engine: str) -> Tables:
    """The dossiers, which all have the same records, as measured tables of an engine."""
    every = list(dossiers)
    given = {"customers": _customers(every)}
    accounts = {one.id: one for each in every for one in each.accounts or ()}
    if every[0].accounts is not None:
        products = {one.product.id: one.product for one in accounts.values()}
        families = [(one.id, one.family.value) for one in products.values()]
        given["products"] = _table(("product_id", "family"), families)
        given["accounts"] = _table(_ACCOUNT, [_account(one) for one in accounts.values()])
        given["owners"] = _table(_OWNER, [row for one in accounts.values() for row in _people(one)])
    if every[0].positions is not None:
        rows = {(one.account_id, one.month): one for each in every for one in each.positions or ()}
        given["positions"] = _positions(list(rows.values()))
    if every[0].transactions is not None:
        bookings = {one.id: one for each in every for one in each.transactions or ()}
        given["transactions"] = _table(_BOOKING, [_booking(one) for one in bookings.values()])
    return ENGINES[engine](given).measured()


def _table(names: Iterable[str], rows: Iterable[tuple[Any, ...]]) -> pa.Table:
    names = list(names)
    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    types = [_TYPES.get(name, pa.string()) for name in names]
    arrays = [pa.array(column, held) for column, held in zip(columns, types, strict=True)]
    return pa.table(arrays, names)


def _customers(dossiers: Iterable[Dossier]) -> pa.Table:
    people = [each.customer for each in dossiers]
    return _table(("customer_id", "kind"), [(one.id, one.kind.value) for one in people])


def _account(one: Account) -> tuple[Any, ...]:
    return (one.id, one.product.id, one.currency, one.opened, one.closed, one.maturity)


def _people(one: Account) -> list[tuple[Any, ...]]:
    owners = [(one.id, each.customer_id, None, each.share) for each in one.owners]
    return [*owners, *((one.id, each, "authorised", None) for each in one.authorised)]


def _positions(positions: list[Position]) -> pa.Table:
    rows = [
        (
            *(one.account_id, one.month, one.credit_average, one.debit_average),
            *(one.closing_balance, one.undrawn, one.probability_of_default, one.days_past_due),
        )
        for one in positions
    ]
    if positions and positions[0].transactions is None:
        return _table(_POSITION, rows)
    counts: list[Mapping[Channel, int]] = [dict(one.transactions or ()) for one in positions]
    acts = [tuple(each.get(channel) for channel in Channel) for each in counts]
    return _table(
        (*_POSITION, *_COUNTS), [(*row, *of_row) for row, of_row in zip(rows, acts, strict=True)]
    )


def _booking(one: Transaction) -> tuple[Any, ...]:
    return (
        *(one.id, one.account_id, one.booked, one.amount, one.channel.value, one.purpose.value),
        one.counterparty_bank,
    )

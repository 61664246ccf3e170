"""A customer to observe: builders with few arguments, months counted back from M0."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from relationship_core.decisions.observe import observe
from relationship_core.decisions.window import first_day, latest_month
from relationship_core.domain import (
    Account,
    Channel,
    Customer,
    CustomerKind,
    Dossier,
    Owner,
    Position,
    Product,
    ProductFamily,
    Transaction,
    TransactionPurpose,
)
from relationship_core.rules import FactValue

D = Decimal

AS_OF = date(2026, 6, 30)
OPENED = date(2024, 1, 15)
LATEST = latest_month(AS_OF)
HISTORY = range(30)
"""The ages of all months from the opening of an account to M0."""

CURRENT = Product("current", ProductFamily.CURRENT)
SAVINGS = Product("savings", ProductFamily.SAVINGS)
TERM = Product("term", ProductFamily.TERM_DEPOSIT)
LOAN = Product("loan", ProductFamily.LOAN)
FUND = Product("fund", ProductFamily.FUND)
CARD = Product("card", ProductFamily.CARD)

JOINT = (Owner("c", D(1)), Owner("d", D(2)))


def month(age: int) -> date:
    """The first day of the month so many before M0."""
    return first_day(LATEST - age)


def account(id: str = "a", product: Product = CURRENT, **changes: Any) -> Account:  # noqa: A002
    """An account of customer c."""
    given: dict[str, Any] = {"currency": "CNY", "owners": (Owner("c"),), "opened": OPENED}
    return Account(id, product, **(given | changes))


def customer(**changes: Any) -> Customer:
    """A person of whom nothing is known."""
    return Customer("c", **({"kind": CustomerKind.PERSONAL} | changes))


def rows(ages: Iterable[int], account_id: str = "a", **fields: Any) -> tuple[Position, ...]:
    """The same position in each of the months."""
    return tuple(Position(account_id, month(age), **fields) for age in ages)


def acts(number: int, channel: Channel = Channel.COUNTER) -> tuple[tuple[Channel, int], ...]:
    """So many acts in one channel."""
    return ((channel, number),)


def booking(booked: date, amount: str = "-10", **changes: Any) -> Transaction:
    """A transfer from account a."""
    given: dict[str, Any] = {
        "account_id": "a",
        "channel": Channel.MOBILE,
        "purpose": TransactionPurpose.TRANSFER,
    }
    given |= changes
    name = f"{booked}, {amount}, {given['account_id']}, {given['purpose']}"
    return Transaction(name, booked=booked, amount=D(amount), **given)


def seen(
    as_of: date = AS_OF, *, of: Customer | None = None, exchange: Any = None, **records: Any
) -> dict[str, FactValue | None]:
    """What a dossier of these records tells."""
    return observe(Dossier(of or customer(), **records), as_of, exchange=exchange)

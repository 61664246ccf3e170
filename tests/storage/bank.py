"""A customer to store, and reviews of them to tell apart."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from relationship_core import (
    Account,
    Customer,
    CustomerKind,
    Dossier,
    Identifier,
    IdentifierScheme,
    Owner,
    Position,
    Product,
    ProductFamily,
    Sex,
    Standing,
)
from relationship_core.decisions.review import Review
from relationship_core.engine import Engine

JUNE = date(2026, 6, 30)
JULY = date(2026, 7, 31)
RESIDENT = "11010519491231002X"
SECRETS = ("Wang Fang", RESIDENT, "1949", "13800000000", "fang@example.com", "female")


def moment(day: int, hour: int = 0, month: int = 8) -> datetime:
    """A moment of 2026, in August if nothing else is said."""
    return datetime(2026, month, day, hour, tzinfo=UTC)


def person(id: str = "C1", **changes: Any) -> Customer:  # noqa: A002
    """A customer who has everything that must not show."""
    given: dict[str, Any] = {
        "kind": CustomerKind.PERSONAL,
        "name": "Wang Fang",
        "identifiers": (Identifier(IdentifierScheme.RESIDENT_ID, RESIDENT),),
        "born": date(1949, 12, 31),
        "sex": Sex.FEMALE,
        "phone": "13800000000",
        "email": "fang@example.com",
    }
    return Customer(id, **(given | changes))


@cache
def engine() -> Engine:
    """The built-in rules."""
    return Engine.from_plugins()


def reviewed(
    as_of: date = JUNE,
    balance: str = "100.00",
    customer: Customer | None = None,
    standing: Standing | None = None,
) -> Review:
    """A review of a customer who holds one current account."""
    of = customer or person()
    current = Account(
        "A1",
        Product("CUR", ProductFamily.CURRENT),
        "CNY",
        (Owner(of.id),),
        opened=date(2026, 1, 1),
    )
    amount = Decimal(balance)
    positions = tuple(
        Position("A1", date(2026, month, 1), credit_average=amount, closing_balance=amount)
        for month in range(1, as_of.month + 1)
    )
    dossier = Dossier(of, (current,), positions, (), (), (), standing=standing)
    return engine().review(dossier, as_of)


def address(folder: Path, *options: str) -> str:
    """The address of the database file in a folder."""
    query = f"?{'&'.join(options)}" if options else ""
    return f"sqlite:///{folder / 'bank.db'}{query}"


def tamper(folder: Path, *statements: str) -> None:
    """Change the file as somebody would who has the right to do anything with it."""
    with closing(sqlite3.connect(folder / "bank.db")) as connection, connection:
        connection.execute("DROP TRIGGER IF EXISTS rc_reviews_refuse_update")
        for statement in statements:
            connection.execute(statement)

"""A small bank to reckon with: one customer, round parameters, builders with few arguments."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from relationship_core.decisions.accrual import Missing, Part, accrue
from relationship_core.decisions.contribution import Contribution, contribute
from relationship_core.decisions.parameters import (
    ContributionParameters,
    ProductParameters,
    TransferPrice,
    UnitCost,
)
from relationship_core.decisions.tariff import tariff_of
from relationship_core.decisions.window import first_day, month_index
from relationship_core.domain.account import Account, DayCount, Owner, Product, ProductFamily
from relationship_core.domain.channel import Channel
from relationship_core.domain.customer import Customer, CustomerKind
from relationship_core.domain.dossier import Dossier
from relationship_core.domain.position import Position
from relationship_core.rules import exact

D = Decimal

LONG_AGO = date(1990, 1, 1)
OPENED = date(2025, 1, 1)
YEAR_END = date(2025, 12, 31)
JUNE = date(2025, 6, 1)

CHECKING = Product("checking", ProductFamily.CURRENT)
LOAN = Product("loan", ProductFamily.LOAN)
FUND = Product("fund", ProductFamily.FUND)
GUARANTEE = Product("guarantee", ProductFamily.GUARANTEE)
COUNTED_BY_YEAR = Product("year loan", ProductFamily.LOAN, day_count=DayCount.ACT_ACT)


def parameters(**changes: Any) -> ContributionParameters:
    """Funds cost 2 % in each currency, a transaction 0.50; 1 % default and lose 40 %."""
    given: dict[str, Any] = {
        "version": "test",
        "valid_from": LONG_AGO,
        "currency": "CNY",
        "transfer_prices": tuple(
            TransferPrice(currency, "*", 12, LONG_AGO, D("0.02"))
            for currency in ("CNY", "USD", "JPY")
        ),
        "products": (
            ProductParameters(
                credit_rate=D("0.005"),
                debit_rate=D("0.05"),
                probability_of_default=D("0.01"),
                loss_given_default=D("0.4"),
                conversion_factor=D("0.5"),
            ),
        ),
        "unit_costs": tuple(UnitCost(channel, D("0.50")) for channel in Channel),
    }
    return ContributionParameters(**(given | changes))


def account(id: str = "a", product: Product = CHECKING, **changes: Any) -> Account:  # noqa: A002
    """An account of customer c, opened with the year 2025."""
    given: dict[str, Any] = {"currency": "CNY", "owners": (Owner("c"),), "opened": OPENED}
    return Account(id, product, **(given | changes))


def customer(id: str = "c", **changes: Any) -> Customer:  # noqa: A002
    """A person."""
    return Customer(id, **({"kind": CustomerKind.PERSONAL} | changes))


def every_month(
    start: date = OPENED, end: date = YEAR_END, account_id: str = "a", **fields: Any
) -> tuple[Position, ...]:
    """The same position in every month from one day to another."""
    return tuple(
        Position(account_id, first_day(index), **fields)
        for index in range(month_index(start), month_index(end) + 1)
    )


def price(
    held: Account,
    set_in_force: ContributionParameters | None = None,
    month: date = JUNE,
    **fields: Any,
) -> tuple[Part, list[Missing]]:
    """One account-month priced whole, and what wasn't known of it."""
    missing: list[Missing] = []
    terms = tariff_of([set_in_force or parameters()]).sheet(held.product, held.currency)[month]
    with exact():
        part = accrue(held, Position(held.id, month, **fields), terms, missing)
    return part, missing


def reckon(
    accounts: Iterable[Account] | None,
    positions: Iterable[Position] | None,
    *sets: ContributionParameters,
    as_of: date = YEAR_END,
    of: Customer | None = None,
) -> Contribution:
    """The contribution of customer c, or of another."""
    dossier = Dossier(
        of or customer(),
        accounts=None if accounts is None else tuple(accounts),
        positions=None if positions is None else tuple(positions),
    )
    return contribute(dossier, as_of, sets or (parameters(),))

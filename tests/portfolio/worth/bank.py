"""Small banks drawn at random, with everything that a contribution can stumble over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import attrs

from relationship_core.decisions.parameters import (
    ContributionParameters,
    ExchangeRate,
    ProductParameters,
    RelationshipUpkeep,
    TransferPrice,
    UnitCost,
)
from relationship_core.decisions.window import first_day, latest_month
from relationship_core.domain import (
    Account,
    Channel,
    Customer,
    CustomerKind,
    DayCount,
    Dossier,
    Owner,
    Position,
    Product,
    ProductFamily,
)

AS_OF = date(2025, 3, 30)
"""M0 is February; the window has a leap year's days and another's."""

LATEST = latest_month(AS_OF)
MONTHS = [first_day(LATEST - age) for age in range(26)]
PRODUCTS = [
    Product(f"{family}-{day_count}", family, day_count=day_count)
    for family, day_count in zip(
        [*ProductFamily, ProductFamily.LOAN, ProductFamily.CURRENT, ProductFamily.LOAN],
        [*DayCount] * 4,
        strict=False,
    )
]
SHARES = [Decimal(text) for text in ("1", "1", "2", "0.5", "0.333333", "33.34")]
CURRENCIES = ("CNY", "JPY", "USD", "KWD")

# Amounts that make halves of a cent with plain rates and days, and others.
HALVES = [Decimal(7300 * (2 * n + 1)) / 100 for n in (0, 4, 9, 50)]
DAY = timedelta(days=1)


@attrs.frozen
class Bank:
    """Draws dossiers.

    Args:
        random: What draws.
        are_acts_counted: Whether anybody counted customers' own acts.
        is_complete: Whether no month is missing and all is known.
        currencies: Of accounts.
    """

    random: Random
    are_acts_counted: bool = True
    is_complete: bool = False
    currencies: Sequence[str] = CURRENCIES

    def dossiers(self, size: int) -> list[Dossier]:
        people = [self._customer(number) for number in range(size)]
        ids = [person.id for person in people]
        accounts = [self._account(number, ids) for number in range(size * 2)]
        months = {account.id: self._positions(account) for account in accounts}
        return [self._dossier(person, accounts, months) for person in people]

    def _maybe(self, value: Any, chance: float = 0.5) -> Any:
        return value if self.random.random() < chance else None

    def _day(self, start: date, end: date) -> date:
        return start + DAY * self.random.randint(0, max((end - start).days, 0))

    def _customer(self, number: int) -> Customer:
        since = self._maybe(self._day(date(2022, 1, 1), date(2025, 6, 1)))
        closed = self._maybe(self._day(since or date(2023, 1, 1), date(2025, 6, 1)), 0.3)
        return Customer(
            f"C{number}é", self.random.choice(list(CustomerKind)), since=since, closed=closed
        )

    def _account(self, number: int, ids: Sequence[str]) -> Account:
        opened = self._day(date(2022, 6, 1), date(2025, 5, 1))
        named = self.random.sample([*ids, "stranger"], self.random.choice([1, 1, 1, 2, 3, 5]))
        owning = self.random.randint(1, len(named))
        maturity = self._day(opened, opened + 3000 * DAY)
        return Account(
            f"A{number}",
            self.random.choice(PRODUCTS),
            self.random.choice(self.currencies),
            tuple(Owner(one, self.random.choice(SHARES)) for one in named[:owning]),
            opened,
            tuple(named[owning:]),
            self._maybe(self._day(opened, date(2025, 6, 1)), 0.3),
            self._maybe(self.random.choice([maturity, date(9999, 12, 31)])),
            self._maybe(self._day(opened, date(2025, 5, 1)), 0.4),
        )

    def _positions(self, account: Account) -> tuple[Position, ...]:
        is_whole = self.is_complete or self.random.random() < 0.6
        return tuple(
            self._position(account, month)
            for month in MONTHS
            if is_whole or self.random.random() < 0.9
        )

    def _position(self, account: Account, month: date) -> Position:
        return Position(
            account.id,
            month,
            credit_average=self._amount(),
            debit_average=self._amount(),
            credit_rate=self._known_rate(),
            debit_rate=self._known_rate(),
            undrawn=self._amount(),
            cash_margin=self._amount(),
            fees=self._amount() * self.random.choice([1, 1, -1]),
            impairment=self._maybe(self._amount() * self.random.choice([1, -1]), 0.1),
            defaulted=not self.is_complete and self.random.random() < 0.01,
            probability_of_default=self._known(Decimal(self.random.randrange(10**6)) / 10**6),
            transactions=self._acts(),
        )

    def _amount(self) -> Decimal:
        drawn = Decimal(self.random.randrange(10 ** self.random.choice([2, 4, 9]))) / 100
        return self.random.choice([Decimal(0), drawn, self.random.choice(HALVES)])

    def _known_rate(self) -> Decimal | None:
        return self._known(Decimal(self.random.randrange(-20, 200)) / 10**4)

    def _known(self, value: Decimal) -> Decimal | None:
        return value if self.is_complete or self.random.random() < 0.99 else None

    def _acts(self) -> tuple[tuple[Channel, int], ...] | None:
        if not self.are_acts_counted:
            return None
        channels = self.random.sample([Channel.ATM, Channel.COUNTER, Channel.MOBILE], 2)
        return tuple((channel, self.random.randrange(4)) for channel in channels)

    def _dossier(
        self,
        person: Customer,
        accounts: Sequence[Account],
        months: dict[str, tuple[Position, ...]],
    ) -> Dossier:
        own = [
            account
            for account in accounts
            if person.id in {*(owner.customer_id for owner in account.owners), *account.authorised}
        ]
        return Dossier(
            person,
            accounts=tuple(own),
            positions=tuple(month for account in own for month in months[account.id]),
        )


def parameters(currency: str, **changes: Any) -> tuple[ContributionParameters, ...]:
    """Two sets, the later in force from the middle of the window on."""
    first = ContributionParameters(
        "first",
        date(2000, 1, 1),
        currency,
        transfer_prices=tuple(_prices()),
        products=(
            ProductParameters(
                tenor_months=7, loss_given_default=Decimal("0.4"), account_upkeep=ONE
            ),
            ProductParameters(
                ProductFamily.LOAN,
                debit_rate=Decimal("0.05"),
                probability_of_default=Decimal("0.0125"),
                conversion_factor=Decimal("0.35"),
                risk_weight=Decimal("0.75"),
            ),
            ProductParameters(
                PRODUCTS[0].id, credit_rate=Decimal("-0.001"), account_upkeep=Decimal("0.1255")
            ),
        ),
        unit_costs=(
            UnitCost(Channel.ATM, Decimal("0.125")),
            UnitCost(Channel.COUNTER, Decimal("3.3")),
            UnitCost(Channel.MOBILE, Decimal(0)),
        ),
        exchange_rates=tuple(
            ExchangeRate(other, month, Decimal(7 + place) / 8 + Decimal(number) / 10**4)
            for place, other in enumerate(CURRENCIES)
            if other != currency
            for number, month in enumerate(MONTHS)
        ),
        relationship_upkeep=(
            RelationshipUpkeep(CustomerKind.PERSONAL, Decimal("1.005")),
            RelationshipUpkeep(CustomerKind.CORPORATE, Decimal("60.5")),
        ),
    )
    later = attrs.evolve(
        first,
        version="later",
        valid_from=date(2024, 2, 10),
        transfer_prices=(
            *first.transfer_prices,
            TransferPrice("CNY", "*", 12, date(2024, 1, 15), Decimal("0.0123")),
        ),
        unit_costs=(UnitCost(Channel.ATM, Decimal("0.13")), *first.unit_costs[1:]),
        return_on_capital=Decimal("0.0215"),
        hurdle_rate=Decimal("-0.01"),
    )
    return (attrs.evolve(first, **changes), attrs.evolve(later, **changes))


ONE = Decimal(1)


def _prices() -> list[TransferPrice]:
    days = [date(1990, 1, 1), date(2022, 9, 15), *(date(2023, n, 1) for n in range(1, 13))]
    prices = [
        TransferPrice(currency, "*", tenor, day, Decimal(n * 13 + tenor + len(currency)) / 10**4)
        for currency in CURRENCIES
        for n, day in enumerate(days)
        for tenor in (1, 6, 12, 60)
        if n % 2 == 0 or tenor != 6
    ]
    return [
        *prices,
        # Curves that begin late, so that what is older is priced by the next one.
        TransferPrice("CNY", ProductFamily.LOAN, 24, date(2023, 5, 5), Decimal("0.031")),
        TransferPrice("JPY", PRODUCTS[2].id, 3, date(2022, 12, 31), Decimal("-0.002")),
        TransferPrice("JPY", PRODUCTS[2].id, 30, date(2024, 12, 31), Decimal("-0.0015")),
    ]

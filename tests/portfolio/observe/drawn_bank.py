"""A bank drawn at random, full of what is rare: shares, rates, gaps, late and early days."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from attrs import field, frozen

from relationship_core.decisions.observe import Exchange
from relationship_core.decisions.window import first_day, latest_month, month_index
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

AS_OF = date(2026, 6, 12)
"""M0 is May, so that there are days after it that are over."""

_LATEST = latest_month(AS_OF)
_PRODUCTS = [
    *(Product(f"P-{family}", family) for family in ProductFamily),
    Product("P-more", ProductFamily.TERM_DEPOSIT),
]
_CURRENCIES = ["CNY"] * 8 + ["USD", "USD", "JPY", "XAU"]
_SHARES = [Decimal(1), Decimal(1), Decimal(2), Decimal("0.35"), Decimal("12.5")]


def exchange(currency: str = "CNY") -> Exchange:
    """Rates of most months for some currencies, of none for others."""
    random = Random(currency)
    per_yuan = {"USD": Decimal("7.1234"), "JPY": Decimal("0.0467"), "CNY": Decimal(1)}
    one = per_yuan[currency]
    rates = {
        (other, first_day(_LATEST - age)): (rate / one).quantize(Decimal("1e-7"))
        for other, rate in per_yuan.items()
        for age in range(-1, 16)
        if other != currency and random.random() < 0.9
    }
    return Exchange(currency, rates)


@frozen
class DrawnBank:
    """Draws customers, what they hold together, and its months and bookings.

    Args:
        seed: The same one gives the same bank.
        customers: How many.
        are_acts_counted: Whether positions tell how many own acts there were.
        given: Which records dossiers have.
    """

    seed: int
    customers: int = 240
    are_acts_counted: bool = True
    given: frozenset[str] = frozenset({"accounts", "positions", "transactions"})
    _random: Random = field(init=False)

    @_random.default
    def _seeded(self) -> Random:
        return Random(self.seed)

    def dossiers(self) -> Iterator[Dossier]:
        """Draw the dossiers."""
        ids = [f"C{number:04}" for number in range(self.customers)]
        held: dict[str, list[Account]] = {each: [] for each in ids}
        rows: dict[str, tuple[Position, ...]] = {}
        booked: dict[str, tuple[Transaction, ...]] = {}
        for number in range(self.customers * 2):
            account = self._account(f"A{number:04}", ids)
            rows[account.id] = tuple(self._positions(account))
            booked[account.id] = tuple(self._bookings(account))
            for person in {*(each.customer_id for each in account.owners), *account.authorised}:
                held.get(person, []).append(account)
        for each in ids:
            records = {
                "accounts": tuple(held[each]),
                "positions": tuple(row for one in held[each] for row in rows[one.id]),
                "transactions": tuple(row for one in held[each] for row in booked[one.id]),
            }
            yield Dossier(
                Customer(each, CustomerKind.PERSONAL),
                **{name: record for name, record in records.items() if name in self.given},
            )

    def _account(self, account_id: str, ids: Sequence[str]) -> Account:
        random = self._random
        people = random.sample([*ids, "elsewhere"], random.choice([1, 1, 1, 1, 2, 3]))
        owning = 1 if len(people) == 1 else random.randint(1, len(people))
        opened = AS_OF - timedelta(
            days=int(random.choice([5, 40, 200, 700, 4000]) * random.random())
        )
        if random.random() < 0.05:
            opened = AS_OF + timedelta(days=random.randint(1, 50))
        return Account(
            account_id,
            random.choice(_PRODUCTS),
            random.choice(_CURRENCIES),
            tuple(Owner(each, random.choice(_SHARES)) for each in people[:owning]),
            opened,
            authorised=tuple(people[owning:]),
            closed=self._later(opened, 0.2),
            maturity=self._later(opened, 0.7),
        )

    def _later(self, opened: date, chance: float) -> date | None:
        """A day near the review's, now and then, or long before."""
        random = self._random
        if random.random() >= chance:
            return None
        near = AS_OF + timedelta(days=random.randint(-70, 45))
        return max(random.choice([near, near, opened + (near - opened) / 3]), opened)

    def _positions(self, account: Account) -> Iterator[Position]:
        random = self._random
        oldest = min(_LATEST - month_index(account.opened), 70)
        first = random.choice([oldest, oldest, oldest, oldest // 2, oldest + 3, 20])
        last = random.choice([0, 0, 0, 0, -1, 1, 4])
        absent = random.choice([0, 0, 0, 0.05, 0.3])
        for age in range(first, last - 1, -1):
            if random.random() >= absent:
                yield self._position(account, first_day(_LATEST - age))

    def _position(self, account: Account, month: date) -> Position:
        random = self._random
        counts = {
            channel: random.randint(0, 4)
            for channel in random.sample([*Channel], random.choice([0, 0, 1, 3]))
        }
        return Position(
            account.id,
            month,
            credit_average=self._amount(),
            debit_average=self._amount(),
            closing_balance=self._amount() * random.choice([1, 1, -1]),
            undrawn=self._amount() if random.random() < 0.3 else Decimal(0),
            probability_of_default=random.choice([None, Decimal("0.0000005"), Decimal("0.03")]),
            days_past_due=random.choice([0, 0, 0, 14]),
            transactions=tuple(counts.items()) if self.are_acts_counted else None,
        )

    def _amount(self) -> Decimal:
        """An amount that is nothing, lies between two cents, or is as large as a bank's."""
        random = self._random
        cents = random.choice([0, 1, 12_345, random.randint(0, 10**6), random.randint(0, 10**12)])
        return Decimal(cents).scaleb(-2) + random.choice([Decimal(0), Decimal("0.005")])

    def _bookings(self, account: Account) -> Iterator[Transaction]:
        random = self._random
        reach = random.choice([0, 20, 60, 60, 400])
        for number in range(random.randint(0, 8) if reach else 0):
            yield self._booking(account, number, AS_OF - timedelta(days=random.randint(-3, reach)))
        if random.random() < 0.3:
            for age in range(random.choice([-1, 0, 3]), random.choice([4, 6])):
                yield self._booking(account, age + 100, first_day(_LATEST - age), is_income=True)

    def _booking(
        self, account: Account, number: int, booked: date, *, is_income: bool = False
    ) -> Transaction:
        random = self._random
        purposes = [TransactionPurpose.SALARY, TransactionPurpose.PENSION]
        return Transaction(
            f"{account.id}-{number}",
            account.id,
            booked,
            self._amount() * (1 if is_income else random.choice([1, -1])),
            random.choice([*Channel]),
            random.choice(purposes if is_income else [*TransactionPurpose]),
            random.choice([None, None, "OTHER"]),
        )

"""The single bookings of the sample: income, large movements, a few purchases, interest."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from relationship_core.domain import Account, Channel, Transaction, TransactionPurpose
from relationship_core.portfolio.sample.catalogue import OTHER_BANKS
from relationship_core.portfolio.sample.chance import Chance, money
from relationship_core.portfolio.sample.months import FLOW_MONTHS, FLOWS_FROM, LAST_DAY, last_of
from relationship_core.portfolio.sample.numbering import Numbering

_INTEREST_DAYS = (date(2025, 12, 21), date(2026, 3, 21), date(2026, 6, 21))


class Flow:
    """Books on one account.

    Args:
        chance: The sample's source of chance.
        numbering: The sample's running numbers.
        account: Where it is booked; nothing is before it opens or after it closes.
    """

    def __init__(self, chance: Chance, numbering: Numbering, account: Account) -> None:
        self._chance = chance
        self._numbering = numbering
        self._account = account
        self._last = LAST_DAY if account.closed is None else account.closed

    def _book(
        self,
        day: date,
        amount: float,
        channel: Channel,
        purpose: TransactionPurpose,
        bank: str | None = None,
    ) -> Iterator[Transaction]:
        if max(self._account.opened, FLOWS_FROM) <= day <= self._last:
            yield Transaction(
                self._numbering.booking(),
                self._account.id,
                day,
                money(amount),
                channel,
                purpose,
                bank,
            )

    def interest(self, average: float, rate: float) -> Iterator[Transaction]:
        """What the bank credits each quarter."""
        for day in _INTEREST_DAYS:
            amount = max(average * rate / 4, 0.01)
            yield from self._book(day, amount, Channel.AUTOMATIC, TransactionPurpose.INTEREST)

    def income(
        self, purpose: TransactionPurpose, amount: float, day: int, stopped: date | None = None
    ) -> Iterator[Transaction]:
        """Salary, with a bonus in January, or a pension, each month until it stops."""
        for month in FLOW_MONTHS:
            if stopped is not None and month >= stopped:
                return
            bonus = 1 + (purpose is TransactionPurpose.SALARY and month.month == 1)
            yield from self._book(
                month.replace(day=day), amount * bonus, Channel.AUTOMATIC, purpose
            )

    def purchases(self, often: float, amount: float) -> Iterator[Transaction]:
        """A few purchases in the last three months."""
        for month in FLOW_MONTHS[-3:]:
            for _ in range(self._chance.count(often)):
                yield from self._book(
                    self._chance.day(month, last_of(month)),
                    -self._chance.around(amount, 0.7),
                    Channel.MOBILE if self._chance.happens(0.7) else Channel.CARD,
                    TransactionPurpose.PURCHASE,
                )

    def instalments(self, amount: float, day: int) -> Iterator[Transaction]:
        """Payments on a loan in the last three months."""
        for month in FLOW_MONTHS[-3:]:
            yield from self._book(
                month.replace(day=day), -amount, Channel.AUTOMATIC, TransactionPurpose.LOAN_PAYMENT
            )

    def leaving(self, amount: float, since: date) -> Iterator[Transaction]:
        """Money taken to another bank, in parts; the last of them lately."""
        bank = self._chance.one_of(OTHER_BANKS)
        days = [self._chance.day(since, LAST_DAY), LAST_DAY - timedelta(self._chance.whole(1, 24))]
        for day in sorted(days):
            yield from self._book(
                day,
                -amount * self._chance.between(0.3, 0.7),
                Channel.MOBILE,
                TransactionPurpose.TRANSFER,
                bank,
            )

    def transfer(self, amount: float, channel: Channel) -> Iterator[Transaction]:
        """One large movement, in if above zero, with this bank or another."""
        bank = self._chance.one_of(OTHER_BANKS) if self._chance.happens(0.4) else None
        yield from self._book(
            self._chance.day(FLOWS_FROM, LAST_DAY),
            amount,
            channel,
            TransactionPurpose.TRANSFER,
            bank,
        )

    def payments(self, count: int, amount: float) -> Iterator[Transaction]:
        """What a company receives and pays, spread over the months of flows."""
        for _ in range(count):
            received = self._chance.happens(0.5)
            yield from self._book(
                self._chance.day(FLOWS_FROM, LAST_DAY),
                self._chance.around(amount, 0.8) * (1 if received else -1),
                Channel.ONLINE if self._chance.happens(0.8) else Channel.COUNTER,
                TransactionPurpose.TRANSFER,
                self._chance.one_of(OTHER_BANKS) if self._chance.happens(0.5) else None,
            )

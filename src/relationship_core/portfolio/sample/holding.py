"""Accounts of the sample with their months: how money behaves in each kind of product."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

import attrs

from relationship_core.domain import Account, Channel, Owner, Position, Product
from relationship_core.portfolio.sample.catalogue import (
    CARD,
    GUARANTEE,
    INSURANCE,
    OVERDRAFT,
    RATES,
    SETTLEMENT,
    TERM_1Y,
)
from relationship_core.portfolio.sample.chance import Chance, money
from relationship_core.portfolio.sample.months import (
    LAST_DAY,
    MONTHS,
    last_of,
    months_of,
    part_open,
    years_later,
)

Acts = tuple[tuple[Channel, int], ...]


@attrs.frozen
class Holding:
    """An account and its months."""

    account: Account
    positions: tuple[Position, ...]


@attrs.frozen
class Course:
    """How a customer's business goes over the months.

    Args:
        growth: A month's growth, 0.01 being one per cent.
        noise: How much months differ by chance.
        fades_from: The month from which money leaves; None if it stays.
        silent_from: The month from which nothing is done any more; None if something is.
    """

    growth: float = 0.003
    noise: float = 0.06
    fades_from: date | None = None
    silent_from: date | None = None

    def level(self, chance: Chance, month: date) -> float:
        """The part of the usual balance that is there in a month."""
        months = (month.year - MONTHS[-1].year) * 12 + month.month - MONTHS[-1].month
        level = chance.around((1 + self.growth) ** months, self.noise)
        if self.fades_from is not None and month >= self.fades_from:
            since = (month.year - self.fades_from.year) * 12 + month.month - self.fades_from.month
            level *= 0.5 ** (since + 1)
        return level

    def pace(self, month: date) -> float:
        """How much is done in a month, 1 being as usual."""
        if self.silent_from is not None and month >= self.silent_from:
            return 0.0
        return 0.45 if self.fades_from is not None and month >= self.fades_from else 1.0


@attrs.frozen
class Contract:
    """What every kind of account has in common."""

    id: str
    owners: tuple[Owner, ...]
    opened: date
    branch: str
    authorised: tuple[str, ...] = ()
    closed: date | None = None

    def account(
        self, product: Product, *, currency: str = "CNY", maturity: date | None = None
    ) -> Account:
        """The account in a product."""
        return Account(
            self.id,
            product,
            currency,
            self.owners,
            self.opened,
            self.authorised,
            self.closed,
            maturity,
            None,
            self.branch,
        )


def acts_of(chance: Chance, means: Sequence[tuple[Channel, float]], pace: float) -> Acts:
    """How often a customer used each channel in a month."""
    if pace == 0:
        return ()
    drawn = [(channel, chance.count(mean * pace)) for channel, mean in means]
    return tuple([(channel, count) for channel, count in drawn if count])


def demand_deposit(
    chance: Chance,
    contract: Contract,
    product: Product,
    usual: float,
    course: Course,
    *,
    season: Callable[[date], float],
    channels: Sequence[tuple[Channel, float]] = (),
    currency: str = "CNY",
    fee: float = 0.0,
    overdrawn: float = 0.0,
) -> Holding:
    """An account that money goes in and out of; `overdrawn` is how likely a month is to be so."""
    positions = []
    for month in months_of(contract.opened, contract.closed):
        average = usual * course.level(chance, month) * season(month)
        average *= part_open(month, contract.opened, contract.closed)
        is_closed = contract.closed is not None and contract.closed <= last_of(month)
        closing = 0.0 if is_closed else chance.around(average, 0.08)
        debit = chance.between(0.02, 0.3) * average if chance.happens(overdrawn) else 0.0
        positions.append(
            Position(
                contract.id,
                month,
                money(average),
                money(debit),
                money(closing),
                RATES[product],
                Decimal("0.1000") if debit else None,
                fees=money(fee),
                transactions=acts_of(chance, channels, course.pace(month)),
            )
        )
    return Holding(contract.account(product, currency=currency), tuple(positions))


def term_deposit(contract: Contract, product: Product, principal: float) -> Holding:
    """A deposit that lies until its day."""
    maturity = years_later(contract.opened, 1 if product is TERM_1Y else 3)
    positions = tuple(
        Position(
            contract.id,
            month,
            money(principal * part_open(month, contract.opened)),
            closing_balance=money(principal),
            credit_rate=RATES[product],
        )
        for month in months_of(contract.opened)
    )
    return Holding(contract.account(product, maturity=maturity), positions)


@attrs.frozen
class Trouble:
    """A loan that isn't paid as agreed, from some month on."""

    starts: date

    def days_past_due(self, month: date) -> int:
        """Days late at a month's end."""
        return max(0, (last_of(month) - self.starts).days)


def loan(
    contract: Contract,
    product: Product,
    amount: float,
    years: int,
    trouble: Trouble | None = None,
    probability_of_default: Decimal | None = None,
) -> Holding:
    """A loan paid back in equal parts over its years."""
    term = years * 12
    positions = []
    for month in months_of(contract.opened):
        paid = (month.year - contract.opened.year) * 12 + month.month - contract.opened.month
        late = trouble.days_past_due(month) if trouble else 0
        owed = amount * max(0.02, 1 - (paid - late / 30) / term)
        defaulted = late > 90
        positions.append(
            Position(
                contract.id,
                month,
                debit_average=money(owed * part_open(month, contract.opened)),
                closing_balance=-money(owed),
                debit_rate=RATES[product],
                impairment=money(owed * 0.05) if defaulted else None,
                defaulted=defaulted,
                probability_of_default=None if defaulted else probability_of_default,
                days_past_due=late,
            )
        )
    maturity = max(years_later(contract.opened, years), years_later(LAST_DAY, 1))
    return Holding(contract.account(product, maturity=maturity), tuple(positions))


def card(
    chance: Chance, contract: Contract, limit: float, used: float, course: Course, buys: float
) -> Holding:
    """A credit card, of which a part is drawn and paid back later."""
    positions = []
    for month in months_of(contract.opened):
        pace = course.pace(month)
        drawn = limit * min(0.95, chance.around(used, 0.25)) * pace
        positions.append(
            Position(
                contract.id,
                month,
                debit_average=money(drawn * 0.6),
                closing_balance=-money(drawn),
                debit_rate=RATES[CARD],
                undrawn=money(limit - drawn),
                fees=money(drawn * 0.006),
                transactions=acts_of(chance, ((Channel.CARD, buys),), pace),
            )
        )
    return Holding(contract.account(CARD), tuple(positions))


def investment(
    chance: Chance, contract: Contract, product: Product, usual: float, course: Course
) -> Holding:
    """A wealth product, fund or insurance, which earns the bank a fee."""
    rate: Final = 0.0009 if product is INSURANCE else 0.0006
    positions = []
    for month in months_of(contract.opened):
        holding = usual * course.level(chance, month)
        average = holding * part_open(month, contract.opened)
        positions.append(
            Position(
                contract.id,
                month,
                money(average),
                closing_balance=money(holding),
                fees=money(average * rate),
            )
        )
    return Holding(contract.account(product), tuple(positions))


def guarantee(contract: Contract, amount: float) -> Holding:
    """An amount guaranteed to others, partly held in cash."""
    positions = tuple(
        Position(
            contract.id,
            month,
            undrawn=money(amount),
            cash_margin=money(amount * 0.3),
            fees=money(amount * 0.0006),
        )
        for month in months_of(contract.opened)
    )
    maturity = max(years_later(contract.opened, 2), years_later(LAST_DAY, 1))
    return Holding(contract.account(GUARANTEE, maturity=maturity), positions)


def overdraft(chance: Chance, contract: Contract, limit: float, used: float) -> Holding:
    """A facility drawn when trade needs it."""
    positions = []
    for month in months_of(contract.opened):
        drawn = limit * min(0.98, chance.around(used, 0.4))
        positions.append(
            Position(
                contract.id,
                month,
                debit_average=money(drawn),
                closing_balance=-money(drawn),
                debit_rate=RATES[OVERDRAFT],
                undrawn=money(limit - drawn),
            )
        )
    return Holding(contract.account(OVERDRAFT), tuple(positions))


def payment_services(
    chance: Chance,
    contract: Contract,
    course: Course,
    turnover: float,
    trade: Callable[[date], float],
    channels: Sequence[tuple[Channel, float]],
) -> Holding:
    """Payments made for a company, which pays for each."""
    positions = []
    for month in months_of(contract.opened):
        pace = course.pace(month) * trade(month)
        positions.append(
            Position(
                contract.id,
                month,
                fees=money(turnover * pace * 0.0004),
                transactions=acts_of(chance, channels, pace),
            )
        )
    return Holding(contract.account(SETTLEMENT), tuple(positions))

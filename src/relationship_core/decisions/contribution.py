"""What a customer brings in: economic profit, account by account and component by component."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache

import attrs

from relationship_core.decisions.accrual import (
    Component,
    Missing,
    Part,
    Unknown,
    accrue,
    share_part,
    weights_of,
)
from relationship_core.decisions.benchmarks import Benchmarks
from relationship_core.decisions.parameters import ContributionParameters
from relationship_core.decisions.tariff import Sheet, Tariff, tariff_of
from relationship_core.decisions.twelve_months import Step, TwelveMonths
from relationship_core.decisions.window import (
    first_day,
    latest_month,
    month_index,
    months_owed,
    window_months,
)
from relationship_core.domain.account import Account
from relationship_core.domain.customer import Customer, CustomerKind
from relationship_core.domain.dossier import Dossier
from relationship_core.domain.position import Position
from relationship_core.domain.validation import ZERO
from relationship_core.rules import FactValue, Kind, exact, quantise

YEAR = 12
TWO_YEARS = 24


@attrs.frozen
class Contribution:
    """A customer's contribution in the twelve months to a day, and in the twelve before.

    Amounts are in the reporting currency, costs negative; None is unknown.

    Args:
        customer_id: The customer.
        kind: The customer's.
        as_of: The day; the windows are whole months, the latest of which has ended by then.
        currency: The reporting currency.
        year: The latest twelve months.
        previous: The twelve months before.
        history_months: Months since the relationship began, the first and the latest included;
            None if its beginning isn't known.
    """

    customer_id: str
    kind: CustomerKind
    as_of: date
    currency: str
    year: TwelveMonths
    previous: TwelveMonths
    history_months: int | None

    @property
    def parts(self) -> tuple[Part, ...]:
        """Every account-month of both windows, the earlier window first."""
        return self.previous.parts + self.year.parts

    @property
    def missing(self) -> tuple[Missing, ...]:
        """What isn't known of the latest twelve months; () means that the total is known."""
        return self.year.missing

    @property
    def total_12m(self) -> Decimal | None:
        """The contribution of the latest twelve months."""
        return self.year.total

    @property
    def total_previous_12m(self) -> Decimal | None:
        """The contribution of the twelve months before."""
        return self.previous.total

    @property
    def components_12m(self) -> dict[Component, Decimal | None]:
        """The latest twelve months by component; together they are the total."""
        return self.year.components

    @property
    def fee_income_12m(self) -> Decimal | None:
        """Fees of the latest twelve months."""
        return self.year.fee_income

    @property
    def capital_12m(self) -> Decimal | None:
        """Economic capital times years of the latest twelve months."""
        return self.year.capital

    @property
    def raroc_12m(self) -> Decimal | None:
        """Risk-adjusted return on that capital, a year; None where there is none."""
        return self.year.raroc

    @property
    def growth(self) -> Decimal | None:
        """The change from the year before, as a part of that year's amount, whatever its sign.

        None with less than 24 months of history, because a part of a year compares with no year,
        or where nobody knows how many there are, and where the year before came to nothing.
        """
        this, before = self.year.total, self.previous.total
        if this is None or not before:
            return None
        if self.history_months is None or self.history_months < TWO_YEARS:
            return None
        with exact():
            return (this - before) / abs(before)

    def waterfall(self) -> list[Step]:
        """The latest twelve months from nothing to the total, component by component."""
        return self.year.waterfall()

    def by_account(self) -> dict[str, Decimal | None]:
        """The latest twelve months by account id, without the relationship's upkeep."""
        return self.year.by_account()

    def by_product(self) -> dict[str, Decimal | None]:
        """The latest twelve months by product id, without the relationship's upkeep."""
        return self.year.by_product()


class _Holding:
    """An account while its months are reckoned."""

    __slots__ = ("account", "is_owned", "present", "sheet", "weights")

    def __init__(self, account: Account, tariff: Tariff, customer_id: str) -> None:
        self.account = account
        self.sheet: Sheet = tariff.sheet(account.product, account.currency)
        self.weights = weights_of(account.owners)
        self.is_owned = customer_id in self.weights
        self.present = 0


def contribute(
    dossier: Dossier, as_of: date, parameters: Sequence[ContributionParameters]
) -> Contribution:
    """Reckon a customer's contribution in the twelve months to a day and the twelve before.

    Contribution is net interest, fees, operating cost, expected loss or impairment, and a charge
    for capital: economic profit before tax. Each account-month is priced whole, every component
    rounded to the reporting currency's minor unit, then shared among the owners, so that customers
    sum to accounts in any order. Who is only authorised owns nothing. A relationship's upkeep is
    due for every month from its beginning (the earlier of `Customer.since` and the first account;
    where neither is known, always) to its closing.

    A window is known only if every account-month it owes is there. Nothing dated after `as_of` is
    read. Parameter sets are reused by identity and equality: give the same sequence again.

    Raises:
        ParameterError: A parameter that a position needs is not in force.
        InvalidValueError: The day is too near an end of the calendar.
    """
    tariff = tariff_of(parameters)
    latest = latest_month(as_of)
    customer = dossier.customer
    recent: list[Part] = []
    earlier: list[Part] = []
    gaps: tuple[list[Missing], list[Missing]] = ([], [])
    if dossier.accounts is None:
        for missing in gaps:
            missing.append(Missing(Unknown.ACCOUNTS))
    accounts = [account for account in dossier.accounts or () if account.opened <= as_of]
    with exact():
        holdings = {account.id: _Holding(account, tariff, customer.id) for account in accounts}
        months = _bits_by_month(latest)
        for position in dossier.positions or ():
            bit = months.get(position.month)
            holding = holdings.get(position.account_id)
            if bit is None or holding is None:
                continue
            holding.present |= bit
            weights = weights_of(position.owners) if position.owners else holding.weights
            if customer.id not in weights:
                continue
            holding.is_owned = True
            is_recent = bit < _FIRST_OF_PREVIOUS
            part = accrue(
                holding.account,
                position,
                holding.sheet[position.month],
                gaps[0] if is_recent else gaps[1],
            )
            if len(weights) > 1:
                part = share_part(part, weights, customer.id, tariff.minor_units)
            (recent if is_recent else earlier).append(part)
        _note_absent(holdings.values(), latest, gaps)
        began = _beginning(customer, accounts)
        upkeep, upkeep_before = _relationship_upkeep(customer, began, as_of, latest, tariff)
        year = TwelveMonths.of(recent, upkeep, gaps[0])
        previous = TwelveMonths.of(earlier, upkeep_before, gaps[1])
    return Contribution(
        customer_id=customer.id,
        kind=customer.kind,
        as_of=as_of,
        currency=tariff.currency,
        year=year,
        previous=previous,
        history_months=None if began is None else latest - began + 1,
    )


_FIRST_OF_PREVIOUS = 1 << YEAR
_BOTH_WINDOWS = window_months(TWO_YEARS)


@lru_cache(maxsize=256)
def _bits_by_month(latest: int) -> Mapping[date, int]:
    """The months of both windows by first day, each with its bit; others are never read."""
    return {first_day(latest - age): 1 << age for age in range(TWO_YEARS)}


def _note_absent(
    holdings: Iterable[_Holding], latest: int, gaps: tuple[list[Missing], list[Missing]]
) -> None:
    for holding in holdings:
        if not holding.is_owned:
            continue
        account = holding.account
        absent = months_owed(account, latest, _BOTH_WINDOWS) & ~holding.present
        for age in range(absent.bit_length()):
            if absent >> age & 1:
                gaps[age >= YEAR].append(
                    Missing(
                        Unknown.POSITION, account.id, account.product.id, first_day(latest - age)
                    )
                )


def _beginning(customer: Customer, accounts: Iterable[Account]) -> int | None:
    """The number of the month in which a relationship began."""
    days = [account.opened for account in accounts]
    if customer.since is not None:
        days.append(customer.since)
    return month_index(min(days)) if days else None


def _relationship_upkeep(
    customer: Customer, began: int | None, as_of: date, latest: int, tariff: Tariff
) -> tuple[Decimal, Decimal]:
    """What the relationship costs in the latest twelve months and in the twelve before."""
    last = latest
    if customer.closed is not None and customer.closed <= as_of:
        last = min(latest, month_index(customer.closed))
    turn = latest - YEAR
    first = latest - TWO_YEARS + 1
    if began is not None:
        first = max(first, began)
    return (
        tariff.relationship_upkeep(customer.kind, max(first, turn + 1), last),
        tariff.relationship_upkeep(customer.kind, first, min(last, turn)),
    )


def account_parts(
    account: Account,
    positions: Iterable[Position],
    as_of: date,
    parameters: Sequence[ContributionParameters],
) -> tuple[Part, ...]:
    """An account's own months of the twelve to a day, whole, whoever owns it, ascending.

    Its owners' parts sum to these component by component. A component that isn't known is None.

    Raises:
        ParameterError: A parameter that a position needs is not in force.
    """
    sheet = tariff_of(parameters).sheet(account.product, account.currency)
    latest = latest_month(as_of)
    months = _bits_by_month(latest)
    with exact():
        parts = [
            accrue(account, position, sheet[position.month], [])
            for position in positions
            if position.account_id == account.id
            and account.opened <= as_of
            and months.get(position.month, _FIRST_OF_PREVIOUS) < _FIRST_OF_PREVIOUS
        ]
        return TwelveMonths.of(parts, ZERO, ()).parts


def contribution_facts(
    contribution: Contribution, benchmarks: Benchmarks | None
) -> dict[str, FactValue | None]:
    """The facts that rest on a contribution, at their kinds' scales; None is missing.

    Without benchmarks, or with none of the customer's kind, the percentile is missing.
    """
    total = contribution.total_12m
    percentile = None
    if benchmarks is not None and total is not None:
        percentile = benchmarks.percentile(contribution.kind, total)
    return {
        "contribution_12m": _settled(total, Kind.MONEY),
        "contribution_previous_12m": _settled(contribution.total_previous_12m, Kind.MONEY),
        "contribution_growth": _settled(contribution.growth, Kind.RATIO),
        "contribution_percentile": _settled(percentile, Kind.RATIO),
        "raroc_12m": _settled(contribution.raroc_12m, Kind.RATIO),
        "fee_income_12m": _settled(contribution.fee_income_12m, Kind.MONEY),
    }


def _settled(value: Decimal | None, kind: Kind) -> FactValue | None:
    return None if value is None else quantise(value, kind)

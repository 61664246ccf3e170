"""What booked transactions tell, in one pass over them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

import attrs

from relationship_core.decisions.observe.amounts import money, total
from relationship_core.decisions.observe.holdings import Holdings, Observed
from relationship_core.decisions.observe.review_day import ReviewDay
from relationship_core.decisions.window import first_day, month_index
from relationship_core.domain.transaction import Transaction, TransactionPurpose
from relationship_core.domain.validation import ZERO

_INCOME = frozenset({TransactionPurpose.SALARY, TransactionPurpose.PENSION})
_REGULAR = frozenset({3, 4, 5})


@attrs.define(eq=False)
class Bookings:
    """What one pass over the transactions gathers.

    Args:
        earliest: The first day of the log; None where it is empty.
        first_act: The day of the first own act on an owned account.
        last_act: The day of the last one.
        lately: Own acts in the 30 days that end with the review date.
        income: Salaries and pensions since the first day of M0-5.
    """

    earliest: date | None = None
    first_act: date | None = None
    last_act: date | None = None
    lately: list[Transaction] = attrs.field(factory=list)
    income: list[Transaction] = attrs.field(factory=list)

    def reach_back_to(self, day: date, first_opened: date | None) -> bool:
        """Whether nothing booked since a day can be lacking.

        A log begins with its earliest booking. A customer whose first account was opened later than
        the day can have nothing booked before; an empty log is one of which nothing lacks.
        """
        return (
            self.earliest is None
            or self.earliest <= day
            or first_opened is None
            or first_opened >= day
        )


def bookings_of(
    transactions: Iterable[Transaction], holdings: Holdings, day: ReviewDay
) -> Bookings:
    """Gather what is asked of the transactions; those booked after the day are passed over."""
    as_of = day.as_of
    regular_from = day.regular_from
    thirty_days_ago = day.thirty_days_ago
    by_id = holdings.by_id
    bookings = Bookings()
    days: list[date] = []
    acts: list[date] = []
    for transaction in transactions:
        booked = transaction.booked
        if booked > as_of:
            continue
        holding = by_id.get(transaction.account_id)
        if holding is None:
            continue
        days.append(booked)
        if holding.is_owned and transaction.is_own_act:
            acts.append(booked)
            if booked > thirty_days_ago:
                bookings.lately.append(transaction)
            if booked >= regular_from and transaction.purpose in _INCOME:
                bookings.income.append(transaction)
    bookings.earliest = min(days, default=None)
    bookings.first_act = min(acts, default=None)
    bookings.last_act = max(acts, default=None)
    return bookings


def observe_bookings(
    values: Observed, bookings: Bookings, holdings: Holdings, day: ReviewDay
) -> None:
    """Set the facts that booked transactions tell."""
    outflow: list[Decimal | None] = []
    elsewhere: list[Decimal | None] = []
    movements: list[Decimal | None] = []
    for transaction in bookings.lately:
        moved = _share(transaction, holdings, day)
        movements.append(moved)
        if transaction.amount < 0:
            outflow.append(moved)
            if transaction.counterparty_bank is not None:
                elsewhere.append(moved)
    if bookings.first_act is not None:
        values["has_transacted"] = True
    values["outflow_30d"] = money(total(outflow))
    values["outflow_to_other_banks_30d"] = money(total(elsewhere))
    known = [moved for moved in movements if moved is not None]
    if len(known) == len(movements):
        values["largest_movement_30d"] = money(max(known, default=ZERO))
    _observe_income(values, bookings, holdings, day)


def _observe_income(
    values: Observed, bookings: Bookings, holdings: Holdings, day: ReviewDay
) -> None:
    ages = set()
    lately: list[Decimal | None] = []
    for transaction in bookings.income:
        if transaction.amount <= 0:
            continue
        age = day.latest - month_index(transaction.booked)
        ages.add(age)
        if 0 <= age < 3:
            lately.append(_share(transaction, holdings, day))
    first_opened = holdings.first_opened
    if bookings.reach_back_to(day.income_from, first_opened):
        values["salary_inflow_3m"] = money(total(lately))
    if any(age <= 0 for age in ages):
        values["salary_stopped"] = False
    elif ages >= _REGULAR:
        values["salary_stopped"] = True
    elif bookings.reach_back_to(day.regular_from, first_opened):
        values["salary_stopped"] = False


def _share(transaction: Transaction, holdings: Holdings, day: ReviewDay) -> Decimal | None:
    """The customer's share of an amount, without its sign."""
    holding = holdings.by_id[transaction.account_id]
    if holding.is_plain:
        return abs(transaction.amount)
    account = holding.account
    # The rate of a month that hasn't ended isn't known yet.
    month = first_day(min(month_index(transaction.booked), day.latest))
    return holdings.valuation.share(
        abs(transaction.amount), account.currency, month, account.owners
    )

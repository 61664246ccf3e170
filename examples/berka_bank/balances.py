"""Balances by day out of a log, and a month's averages out of those.

The log keeps neither the time of day nor the true order within a day: 8,285 of the 39,960 days with
entries have several, and on only half of those the file's last row holds the day's last balance.
But the balances tell. Amounts and balances are rounded to ten hellers each for itself, so that
yesterday's balance plus today's amounts misses the recorded one by 0.10 at most (0.20 on two days),
while the day's other balances lie whole amounts away. The recorded balance nearest to that sum is
the day's last, and starting anew from it every day keeps the roundings from adding up. On only two
days are two balances so near to each other that a tenth of a crown may be mistaken. On the log's
own last day 28 accounts miss the sum by more: their interest of that day was cut off, the balance
after it was not.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from itertools import groupby

import attrs

from .records import Posting

ZERO = Decimal(0)
HELLER = Decimal("0.01")


@attrs.frozen
class DayEnd:
    """The balance at the end of a day with entries.

    Args:
        day: The day.
        balance: The recorded balance, negative when overdrawn.
        unexplained: The recorded balance less what yesterday's and the day's amounts sum to.
        entries: How many entries the day has.
    """

    day: date
    balance: Decimal
    unexplained: Decimal
    entries: int


@attrs.frozen
class MonthBalance:
    """One month of an account: averages over all the month's days, and the balance at its end.

    Args:
        month: The month's first day.
        credit_average: The sum of the day-end balances above zero over the days of the month.
        debit_average: The sum of those below zero, without the sign, over the days of the month.
        closing_balance: The balance at the end of the month's last day.
    """

    month: date
    credit_average: Decimal
    debit_average: Decimal
    closing_balance: Decimal


def day_ends(postings: Iterable[Posting]) -> tuple[DayEnd, ...]:
    """Find the balance at the end of each day with entries; the postings' days must ascend."""
    ends = []
    balance = ZERO
    for day, entries in groupby(postings, key=lambda posting: posting.booked):
        of_the_day = list(entries)
        expected = balance + sum(posting.amount for posting in of_the_day)
        balance = min(
            (posting.balance for posting in of_the_day),
            key=lambda recorded: (abs(recorded - expected), recorded),
        )
        ends.append(DayEnd(day, balance, balance - expected, len(of_the_day)))
    return tuple(ends)


def month_balances(
    steps: Sequence[tuple[date, Decimal]], first: date, last: date
) -> Iterator[MonthBalance]:
    """Average a balance over each month, by day.

    Args:
        steps: The days at whose end the balance became another, ascending, and that balance.
            Before the first of them it is zero.
        first: A day of the first month.
        last: A day of the last month.
    """
    remaining = list(reversed(steps))
    balance = ZERO
    month = first.replace(day=1)
    while month <= last:
        days = monthrange(month.year, month.month)[1]
        following = month + timedelta(days=days)
        above, below = ZERO, ZERO
        since = month
        while since < following:
            while remaining and remaining[-1][0] <= since:
                balance = remaining.pop()[1]
            until = min(following, remaining[-1][0]) if remaining else following
            held = (until - since).days * balance
            above += max(held, ZERO)
            below += max(-held, ZERO)
            since = until
        yield MonthBalance(month, _averaged(above, days), _averaged(below, days), balance)
        month = following


def last_whole_month(as_of: date) -> date:
    """The first day of the latest month that ended by the day."""
    first = as_of.replace(day=1)
    if as_of.day == monthrange(as_of.year, as_of.month)[1]:
        return first
    return (first - timedelta(days=1)).replace(day=1)


def _averaged(total: Decimal, days: int) -> Decimal:
    return (total / days).quantize(HELLER, ROUND_HALF_EVEN)

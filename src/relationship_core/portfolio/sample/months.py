"""The months that the sample covers, and the seasons in which money moves."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from functools import cache
from typing import Final

LAST_DAY: Final = date(2026, 6, 30)
"""Nothing in the sample is dated after it."""

MONTHS: Final = tuple(
    date(2025 + (3 + number) // 12, (3 + number) % 12 + 1, 1) for number in range(15)
)
"""First days of the months from April 2025 to June 2026: enough to compare with a year ago."""

FLOW_MONTHS: Final = MONTHS[-7:]
"""The months of which single bookings are kept."""

FIRST_DAY: Final = MONTHS[0]
FLOWS_FROM: Final = FLOW_MONTHS[0]

# Bonuses come before the spring festival, which is spent in February.
_SEASONS: Final = {1: 1.14, 2: 0.90, 3: 0.96, 6: 1.02, 11: 0.97, 12: 1.06}
_TRADE: Final = {1: 0.92, 2: 0.78, 6: 1.06, 9: 1.04, 12: 1.10}


def season(month: date) -> float:
    """How full the accounts of people are in a month, 1 being as usual."""
    return _SEASONS.get(month.month, 1.0)


def trade(month: date) -> float:
    """How busy companies are in a month, 1 being as usual."""
    return _TRADE.get(month.month, 1.0)


@cache
def last_of(month: date) -> date:
    """A month's last day."""
    return month.replace(day=monthrange(month.year, month.month)[1])


def years_later(day: date, years: int) -> date:
    """The same day in another year."""
    return day.replace(year=day.year + years, day=min(day.day, 28))


def months_of(opened: date, closed: date | None = None) -> tuple[date, ...]:
    """The covered months in which an account was open."""
    return tuple(
        month
        for month in MONTHS
        if opened <= last_of(month) and (closed is None or closed >= month)
    )


def part_open(month: date, opened: date, closed: date | None = None) -> float:
    """The part of a month's days on which an account was open."""
    last = last_of(month)
    if opened <= month and (closed is None or closed >= last):
        return 1.0
    first = max(opened, month)
    until = last if closed is None else min(closed, last)
    return ((until - first).days + 1) / last.day

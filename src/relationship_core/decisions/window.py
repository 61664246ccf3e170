"""Whole calendar months: their numbers, the windows made of them, and the rows a window owes."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from relationship_core.domain.validation import refuse, require_date

if TYPE_CHECKING:
    from relationship_core.domain.account import Account

FIRST_REVIEW: Final = date(4, 1, 1)
"""The calendar has the two years that are reckoned back from this day."""

LAST_REVIEW: Final = date(9998, 12, 31)
"""And the year that is looked ahead from this one."""

# Months are held as bits of an int, bit k for the month k before the latest one: a window is then
# checked in two operations, whatever its length, and a review checks many.


def month_index(day: date) -> int:
    """The number of a day's month, one more than that of the month before."""
    return day.year * 12 + day.month


def first_day(index: int) -> date:
    """The first day of the month of a number."""
    year, month = divmod(index - 1, 12)
    return date(year, month + 1, 1)


def last_day(index: int) -> date:
    """The last day of the month of a number."""
    year, month = divmod(index - 1, 12)
    return date(year, month + 1, monthrange(year, month + 1)[1])


@lru_cache(maxsize=64)
def latest_month(as_of: date) -> int:
    """The number of the latest month that has ended: M0, which may end on the day itself.

    Raises:
        InvalidValueError: It is no date, or too near an end of the calendar for what is reckoned
            around it.
    """
    require_date(as_of, "as_of")
    if not FIRST_REVIEW <= as_of <= LAST_REVIEW:
        refuse(
            "no day that can be reviewed",
            "as_of",
            f"give one from {FIRST_REVIEW} to {LAST_REVIEW}",
        )
    index = month_index(as_of)
    return index if as_of.day == monthrange(as_of.year, as_of.month)[1] else index - 1


def months_between(start: date, end: date) -> int:
    """Completed months from one day to another, not below 0.

    A month is complete on the day of its number, or on the last day of a month too short to have
    it: from 31 August to 28 February are six.
    """
    months = (end.year - start.year) * 12 + end.month - start.month
    if end.day < start.day and end.day < monthrange(end.year, end.month)[1]:
        months -= 1
    return max(months, 0)


def window_months(months: int, *, skip: int = 0) -> int:
    """The months of a window as bits: so many, the latest of them `skip` before M0."""
    return (1 << (skip + months)) - (1 << skip)


def months_owed(account: Account, latest: int, window: int) -> int:
    """The months of a window, as bits, in which an account was open and so owes a position.

    An account owes the month it was opened in, the month it was closed in and all between. A
    closing after M0 changes nothing, so what happens later never shows.
    """
    oldest = latest - month_index(account.opened)
    if oldest < 0:
        return 0
    owed = window & ((1 << (oldest + 1)) - 1)
    if account.closed is not None:
        newest = latest - month_index(account.closed)
        if newest > 0:
            owed = owed >> newest << newest
    return owed

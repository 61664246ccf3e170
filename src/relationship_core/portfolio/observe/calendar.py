"""Months of days in columns: what `decisions.window` says of one day, said of a frame's.

Nothing here is looked up or parsed: it is arithmetic on years, months and days, null where a day
is.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from typing import Final

import narwhals as nw

_DAYS_OF_400_YEARS: Final = 146_097
_MONTHS_OF_400_YEARS: Final = 4_800
_DAYS_BEFORE_1970: Final = 719_570


def month_index(day: nw.Expr) -> nw.Expr:
    """The numbers of days' months, as Int64: one more than that of the month before."""
    return day.dt.year().cast(nw.Int64()) * 12 + day.dt.month()


def index_of_first(day_number: nw.Expr) -> nw.Expr:
    """The numbers of the months that begin on days, several times as fast as `month_index`.

    Args:
        day_number: Days from 1970-01-01 to months' first days, as `Dialect.day_number` counts
            them. Of other days the answer is wrong.
    """
    # The first of a month is never two days off from where months of equal length would begin, so
    # that in the middle of such a month there is room to spare.
    counted = (day_number + _DAYS_BEFORE_1970) * _MONTHS_OF_400_YEARS
    return counted // _DAYS_OF_400_YEARS


def months_between(start: nw.Expr, end: nw.Expr | date) -> nw.Expr:
    """Completed months from one day to another, as Int64, not below 0.

    A month is complete on the day of its number, or on the last day of a month too short to have
    it, as in `decisions.window.months_between`.
    """
    if isinstance(end, date):
        months = end.year * 12 + end.month - month_index(start)
        if end.day < monthrange(end.year, end.month)[1]:
            months = months - (start.dt.day() > end.day).cast(nw.Int64())
    else:
        months = month_index(end) - month_index(start)
        is_incomplete = (start.dt.day() > end.dt.day()) & ~is_last_of_month(end)
        months = months - is_incomplete.cast(nw.Int64())
    return months.clip(0)


def is_leap_year(year: nw.Expr) -> nw.Expr:
    """Whether years have a 29 February."""
    return (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))


def is_last_of_month(day: nw.Expr) -> nw.Expr:
    """Whether days are the last of their months."""
    month = day.dt.month()
    length = 30 + (month + month // 8) % 2
    february = 28 + is_leap_year(day.dt.year()).cast(nw.Int64())
    return day.dt.day() == nw.when(month == 2).then(february).otherwise(length)

"""The days and months that a review date fixes, worked out once for all customers."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

import attrs

from relationship_core.decisions.window import first_day, last_day, latest_month, month_index
from relationship_core.domain.validation import require_date

_THIRTY_DAYS = timedelta(days=30)


@attrs.frozen
class ReviewDay:
    """A review date and what counts from it.

    Args:
        as_of: The day itself.
        latest: The number of M0, the latest month that has ended by then.
        month: The first day of M0.
        income_from: The first day of M0-2.
        regular_from: The first day of M0-5.
        thirty_days_ago: The last day before the 30 days that end with the review date.
        in_thirty_days: The last of the 30 days after it.
        half_a_year_ago: The same day six months before, or that month's last.
        a_year_ago: The same day twelve months before, or that month's last.
    """

    as_of: date
    latest: int
    month: date
    income_from: date
    regular_from: date
    thirty_days_ago: date
    in_thirty_days: date
    half_a_year_ago: date
    a_year_ago: date


@lru_cache(maxsize=64)
def review_day(as_of: date) -> ReviewDay:
    """Work out what counts from a review date.

    Raises:
        InvalidValueError: It is no calendar day, or too near an end of the calendar.
    """
    require_date(as_of, "as_of")
    latest = latest_month(as_of)
    return ReviewDay(
        as_of=as_of,
        latest=latest,
        month=first_day(latest),
        income_from=first_day(latest - 2),
        regular_from=first_day(latest - 5),
        thirty_days_ago=as_of - _THIRTY_DAYS,
        in_thirty_days=as_of + _THIRTY_DAYS,
        half_a_year_ago=_months_before(as_of, 6),
        a_year_ago=_months_before(as_of, 12),
    )


def _months_before(day: date, months: int) -> date:
    index = month_index(day) - months
    return min(last_day(index), first_day(index) + timedelta(days=day.day - 1))

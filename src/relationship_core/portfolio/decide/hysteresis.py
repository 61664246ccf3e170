"""Waiting moves as columns: the days that indicated one, kept as a text of days joined by ;."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from attrs import frozen

from relationship_core.decisions.hysteresis import Confirmation
from relationship_core.decisions.window import last_day, month_index
from relationship_core.portfolio.decide.cell import (
    YES,
    Cell,
    flag,
    one_after_the_other,
    text,
    where,
    whole,
)

_DAY: Final = len("2026-01-31")
_DAY_AND_SIGN: Final = _DAY + 1


@frozen
class DaysSeen:
    """The days that count once a move is indicated on this one too.

    Args:
        are_enough: Whether they confirm it.
        days: The days, joined.
    """

    are_enough: Cell
    days: Cell


def days_seen(confirmation: Confirmation, seen: Cell, goes_on: Cell, as_of: date) -> DaysSeen:
    """What `Confirmation.days_seen` says, and whether it is often enough.

    Args:
        confirmation: How often, and how far apart.
        seen: The days that count so far, joined.
        goes_on: Whether they indicated the same move; never null.
        as_of: The day of the review.
    """
    # Texts of days are as long as each other and come in the order of the days.
    length, last = seen.length(), seen.tail(_DAY)
    were_enough = length >= whole(_length(confirmation.reviews))
    adds = ~were_enough & ~_is_too_early(last, confirmation.days_apart, as_of)
    is_one_less = length >= whole(_length(confirmation.reviews - 1))
    today = as_of.isoformat()
    more = one_after_the_other(seen, text(f";{today}"))
    return DaysSeen(
        where(goes_on, were_enough | (adds & is_one_less), flag(value=confirmation.reviews == 1)),
        where(goes_on, where(adds, more, seen), text(today)),
    )


def _length(days: int) -> int:
    return _DAY_AND_SIGN * days - 1


def _is_too_early(last: Cell, days_apart: int, as_of: date) -> Cell:
    if days_apart >= as_of.toordinal():
        return YES
    return last > text((as_of - timedelta(days=days_apart)).isoformat())


def latest_start(months: int, as_of: date) -> date | None:
    """The latest day from which so many months are completed on another; None where none is.

    Args:
        months: Completed months, as `months_between` counts them.
        as_of: The day on which they are.
    """
    index = month_index(as_of) - months
    if index < month_index(date.min):
        return None
    last = last_day(index)
    is_month_end = as_of == last_day(month_index(as_of))
    return last if is_month_end else last.replace(day=min(as_of.day, last.day))

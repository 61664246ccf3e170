"""Waiting moves as columns: the days that indicated one, kept as a text of days joined by ;."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

import narwhals as nw
from attrs import frozen

from relationship_core.decisions.hysteresis import Confirmation
from relationship_core.decisions.window import last_day, month_index
from relationship_core.portfolio.decide.columns import flag

_DAY: Final = len("2026-01-31")
_DAY_AND_SIGN: Final = _DAY + 1


@frozen
class DaysSeen:
    """The days that count once a move is indicated on this one too.

    Args:
        are_enough: Whether they confirm it.
        days: The days, joined.
    """

    are_enough: nw.Expr
    days: nw.Expr


def days_seen(confirmation: Confirmation, seen: nw.Expr, goes_on: nw.Expr, as_of: date) -> DaysSeen:
    """What `Confirmation.days_seen` says, and whether it is often enough.

    Args:
        confirmation: How often, and how far apart.
        seen: The days that count so far, joined.
        goes_on: Whether they indicated the same move; never null.
        as_of: The day of the review.
    """
    # Texts of days are as long as each other and come in the order of the days.
    length = seen.str.len_chars()
    were_enough = length >= _DAY_AND_SIGN * confirmation.reviews - 1
    adds = ~were_enough & ~_is_too_early(seen.str.tail(_DAY), confirmation.days_apart, as_of)
    today = nw.lit(as_of.isoformat())
    is_one_less = length >= _DAY_AND_SIGN * (confirmation.reviews - 1) - 1
    return DaysSeen(
        nw.when(goes_on)
        .then(were_enough | (adds & is_one_less))
        .otherwise(flag(confirmation.reviews == 1)),
        nw.when(~goes_on)
        .then(today)
        .otherwise(nw.when(adds).then(nw.concat_str(seen, today, separator=";")).otherwise(seen)),
    )


def _is_too_early(last: nw.Expr, days_apart: int, as_of: date) -> nw.Expr:
    if days_apart > as_of.toordinal() - 1:
        return flag(True)
    return last > nw.lit((as_of - timedelta(days=days_apart)).isoformat())


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

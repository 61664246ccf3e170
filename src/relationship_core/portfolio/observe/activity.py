"""How long customers have been active and inactive, as columns.

What `decisions.observe.activity` says of one customer, by positions and bookings together. Months
are ages, counted back from M0.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import narwhals as nw

from relationship_core.decisions.observe.review_day import ReviewDay
from relationship_core.portfolio.observe.calendar import month_index

ACTIVITY_FACTS: Final = {
    "months_inactive": None,
    "months_since_first_transaction": None,
    "has_transacted": False,
}
"""The facts, and what each is of a customer who owns no account."""


def gathered(*, are_acts_counted: bool) -> list[nw.Expr]:
    """What is gathered of each customer's accounts."""
    ages = [nw.col("nearest").min(), nw.col("farthest").max()]
    if are_acts_counted:
        ages += [nw.col("acted_last").min(), nw.col("acted_first").max()]
    return ages


def history(day: ReviewDay) -> nw.Expr:
    """Months from the one in which the first account was opened to M0, both counted."""
    opened = month_index(nw.col("first_opened"))
    return (day.latest - opened + 1).clip(0)


def acted(day: ReviewDay, *, are_acts_counted: bool, are_booked: bool) -> Mapping[str, nw.Expr]:
    """The ages of the first and the last month with own acts, and whether there were some since.

    Args:
        day: The review day.
        are_acts_counted: Whether positions tell of acts.
        are_booked: Whether the first and the last booked act are known as days.
    """
    nothing = nw.lit(None, dtype=nw.Int64())
    last, first = (
        (nw.col("acted_last"), nw.col("acted_first")) if are_acts_counted else (nothing, nothing)
    )
    if not are_booked:
        return {"acted_last": last, "acted_first": first, "acted_since": nw.lit(value=False)}
    booked_last = day.latest - month_index(nw.col("last_act"))
    booked_first = day.latest - month_index(nw.col("first_act"))
    return {
        "acted_last": nw.min_horizontal(last, nw.when(booked_last >= 0).then(booked_last)),
        "acted_first": nw.max_horizontal(first, nw.when(booked_first >= 0).then(booked_first)),
        "acted_since": (booked_last < 0).fill_null(value=False),
    }


def activity_facts(*, are_acts_counted: bool) -> Mapping[str, nw.Expr]:
    """The facts, once `acted`, `history` and what is absent are known of all owners."""
    youngest, oldest = nw.col("youngest_absent"), nw.col("oldest_absent")
    nearest, farthest = nw.col("nearest"), nw.col("farthest")
    last, first, since = nw.col("acted_last"), nw.col("acted_first"), nw.col("acted_since")
    begins_late = farthest.fill_null(-1) + 1 < nw.col("history")
    nothing = nw.lit(None, dtype=nw.Int64())
    # Positions that don't count acts leave their own months unknown.
    uncounted_from, uncounted_to = (nothing, nothing) if are_acts_counted else (nearest, farthest)
    without = (
        nw.when(~last.is_null())
        .then(last)
        .otherwise(
            nw.when(~begins_late).then((nw.col("history") - 1).clip(0)).otherwise(farthest + 1)
        )
    )
    is_counted = (youngest.is_null() | (youngest >= without)) & (
        uncounted_from.is_null() | (uncounted_from >= without)
    )
    inactive = (
        nw.when(since)
        .then(nw.lit(0, dtype=nw.Int64()))
        .otherwise(nw.when(is_counted).then(without))
    )
    unknown_to = nw.max_horizontal(oldest, uncounted_to)
    is_first = unknown_to.is_null() | (unknown_to <= first.fill_null(-1))
    has_acted = since | ~last.is_null()
    since_first = (
        nw.when(begins_late)
        .then(nw.col("history") - 1)
        .otherwise(nw.when(is_first).then(first.fill_null(0)))
    )
    return {
        "months_inactive": inactive,
        "months_since_first_transaction": nw.when(has_acted).then(since_first),
        "has_transacted": nw.when(has_acted)
        .then(nw.lit(True))
        .otherwise(nw.when(unknown_to.is_null()).then(nw.lit(False))),
    }

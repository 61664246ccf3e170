"""The months for which accounts lack the positions they owe, as ages counted back from M0.

An account owes a range of months. It has those from its newest to its oldest position, so that at
most two ranges are absent, one at each end; where months between them are lacking too, the gaps
are found from its positions alone. What a customer lacks is told by the youngest and the oldest
month absent from any account, and whether any is of a quarter that is compared.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import narwhals as nw

from relationship_core.decisions.observe.review_day import ReviewDay
from relationship_core.portfolio.observe.holdings import Holdings
from relationship_core.portfolio.observe.months import age
from relationship_core.portfolio.tables import Frame, Tables

BEFORE: Final = {"lacks_before": 1, "lacks_a_year_before": 4}
"""The quarters with which the latest one is compared, by the flag that a month of it is absent."""


def at_the_ends() -> Mapping[str, nw.Expr]:
    """What each account lacks, after its months are joined to it, as columns."""
    owed_from, owed_to = nw.col("owed_from"), nw.col("owed_to")
    # Without any position it lacks all that it owes: as if the first were older than that.
    nearest = nw.coalesce(nw.col("nearest"), owed_to + 1)
    farthest = nw.coalesce(nw.col("farthest"), owed_to)
    newer = owed_from, nw.min_horizontal(owed_to, nearest - 1)
    older = nw.max_horizontal(owed_from, farthest + 1), owed_to
    is_newer, is_older = newer[0] <= newer[1], older[0] <= older[1]
    return {
        "youngest_absent": nw.when(is_newer)
        .then(newer[0])
        .otherwise(nw.when(is_older).then(older[0])),
        "oldest_absent": nw.when(is_older)
        .then(older[1])
        .otherwise(nw.when(is_newer).then(newer[1])),
        **{
            flag: _meets(*newer, quarter) | _meets(*older, quarter)
            for flag, quarter in BEFORE.items()
        },
    }


def gathered() -> list[nw.Expr]:
    """What is gathered of each customer's accounts, of the columns of `at_the_ends`."""
    return [
        nw.col("youngest_absent").min(),
        nw.col("oldest_absent").max(),
        *[nw.col(flag).any() for flag in BEFORE],
    ]


def between(tables: Tables, months: Frame, holdings: Holdings, day: ReviewDay) -> Frame:
    """What accounts lack between their newest and their oldest position: one row a customer.

    Args:
        tables: The portfolio, with positions.
        months: What `months.by_account` gave.
        holdings: Its accounts.
        day: The review day.
    """
    span = nw.col("farthest") - nw.col("nearest") + 1
    broken = months.filter(nw.col("months").cast(nw.Int64()) < span).select("account_id")
    gaps = (
        tables.frame("positions")
        .filter(nw.col("month") <= day.month)
        .select("account_id", "month")
        .join(broken, on="account_id", how="semi")
        .select("account_id", age=age(nw.col("month"), tables, day))
        .with_columns(newer=nw.col("age").shift(1).over("account_id", order_by="age"))
        .filter(nw.col("age") - nw.col("newer") > 1)
    )
    start = nw.max_horizontal(nw.col("owed_from"), nw.col("newer") + 1)
    end = nw.min_horizontal(nw.col("owed_to"), nw.col("age") - 1)
    return (
        holdings.each.select("account_id", "customer_id", "owed_from", "owed_to")
        .join(gaps, on="account_id")
        .select("customer_id", start=start, end=end)
        .filter(nw.col("start") <= nw.col("end"))
        .with_columns(
            **{
                flag: _meets(nw.col("start"), nw.col("end"), quarter)
                for flag, quarter in BEFORE.items()
            }
        )
        .group_by("customer_id")
        .agg(
            nw.col("start").min().alias("youngest_gap"),
            nw.col("end").max().alias("oldest_gap"),
            *[nw.col(flag).any().alias(f"{flag}_gap") for flag in BEFORE],
        )
    )


def altogether() -> Mapping[str, nw.Expr]:
    """What owners lack, at the ends and in between, once both are joined to them."""
    return {
        "youngest_absent": nw.min_horizontal("youngest_absent", "youngest_gap"),
        "oldest_absent": nw.max_horizontal("oldest_absent", "oldest_gap"),
        **{flag: nw.col(flag) | nw.col(f"{flag}_gap").fill_null(value=False) for flag in BEFORE},
    }


def _meets(start: nw.Expr, end: nw.Expr, quarter: int) -> nw.Expr:
    """Whether a range of ages, perhaps empty, has months of a quarter."""
    return nw.max_horizontal(start, nw.lit(3 * quarter)) <= nw.min_horizontal(
        end, nw.lit(3 * quarter + 2)
    )

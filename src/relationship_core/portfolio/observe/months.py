"""What positions tell of each account, and which months it owes but lacks, as columns.

One pass over the positions gathers all that is asked of an account. Its months are then known from
the newest, the oldest and their number, unless some between them are lacking: only the positions of
such accounts are looked at again.
"""

from __future__ import annotations

from functools import reduce
from operator import add
from typing import Final

import narwhals as nw
from attrs import frozen

from relationship_core.decisions.observe.review_day import ReviewDay
from relationship_core.decisions.window import first_day
from relationship_core.domain import Channel, validation
from relationship_core.portfolio.observe.amounts import sized
from relationship_core.portfolio.observe.calendar import index_of_first
from relationship_core.portfolio.tables import Frame, Measure, Tables

MOST_ROWS: Final = 10**6
"""So many rows of one customer are summed; how large sums get goes by it."""

LARGEST_AMOUNT: Final = int(validation.LARGEST_AMOUNT)

COMPARED: Final = (0, 1, 4)
"""The quarters that are compared: M0-2 to M0, the one before, and the one a year before."""

_MOST_ACTS: Final = 10**18
"""A count has no more than 18 digits, so that those of all channels fit 64 bits."""

_DIGITAL: Final = (Channel.ONLINE, Channel.MOBILE, Channel.SELF_SERVICE)


@frozen
class Sum:
    """A sum of one customer's amounts that a fact stands on.

    Args:
        name: Of the column that holds it.
        column: Of the positions' amounts.
        quarter: Of which months; None for the end of M0, where only what is above 0 counts.
        known: The column that says whether all that it is made of is known.
        trait: The column that says of which accounts; None for all.
    """

    name: str
    column: str
    quarter: int | None
    known: str
    trait: str | None = None

    @property
    def of_account(self) -> str:
        """The column that holds the sum of one account, in its own currency."""
        return f"{self.column}_{self.quarter}"

    def is_in(self, day: ReviewDay) -> nw.Expr:
        """Whether a position is of these months."""
        return nw.col("month") == day.month if self.quarter is None else within(self.quarter, day)


SUMS: Final = (
    Sum("deposits", "credit_average", 0, "knows_quarter", "is_deposit"),
    Sum("assets", "credit_average", 0, "knows_quarter", "counts_in_aum"),
    Sum("assets_before", "credit_average", 1, "knows_before", "counts_in_aum"),
    Sum("assets_a_year_before", "credit_average", 4, "knows_a_year_before", "counts_in_aum"),
    Sum("debts", "debit_average", 0, "knows_quarter"),
    Sum("in_favour", "closing_balance", None, "knows_month", "counts_in_aum"),
    Sum("maturing", "closing_balance", None, "knows_maturing", "matures_soon"),
    Sum("limits", "undrawn", None, "knows_month"),
)

ACTS: Final = {
    "acts_0": "knows_quarter",
    "digital": "knows_quarter",
    "acts_1": "knows_before",
    "acts_4": "knows_a_year_before",
}
"""The sums of own acts, and the column that says whether each is known."""


def within(quarter: int, day: ReviewDay) -> nw.Expr:
    """Whether a position is of one of the three months of a quarter, counted back from M0's."""
    last = day.latest - 3 * quarter
    month = nw.col("month")
    begun = month >= first_day(last - 2)
    return begun if quarter == 0 else begun & (month <= first_day(last))


def by_account(tables: Tables, day: ReviewDay) -> Frame:
    """One row for each account that has positions by the review date.

    Sums are in the account's own currency. `months` counts the positions, `nearest` and `farthest`
    are the ages of the newest and the oldest, `acted_last` and `acted_first` those of months with
    own acts. Where nobody counted acts there are no columns of any.
    """
    is_latest = nw.col("month") == day.month
    columns = {one.of_account: _of_months(one, tables, day) for one in SUMS}
    sums = [*columns]
    columns["days_past_due"] = nw.when(is_latest).then(nw.col("days_past_due"))
    columns["probability"] = nw.when(is_latest).then(nw.col("probability_of_default"))
    months = {"farthest": nw.col("month").min(), "nearest": nw.col("month").max()}
    found = tables.frame("positions").filter(nw.col("month") <= day.month)
    if tables.are_acts_counted:
        found = found.with_columns(acts=_count(tuple(Channel)))
        columns |= _acts(tables, day)
        sums += ACTS
        months |= {"acted_first": nw.col("active").min(), "acted_last": nw.col("active").max()}
    return (
        found.select("account_id", "month", **columns)
        .group_by("account_id")
        .agg(
            *[nw.col(name).sum() for name in sums],
            nw.col("days_past_due").max(),
            nw.col("probability").max(),
            nw.len().alias("months"),
            *[each.alias(name) for name, each in months.items()],
        )
        .with_columns(**{name: age(nw.col(name), tables, day) for name in months})
    )


def _of_months(one: Sum, tables: Tables, day: ReviewDay) -> nw.Expr:
    amount = nw.col(one.column)
    counts = one.is_in(day) & (amount > 0) if one.quarter is None else one.is_in(day)
    # An account has no more than one position a month.
    bound = 3 * amount_measure(tables, one.column).bound
    return nw.when(counts).then(sized(amount, bound, tables.dialect))


def _acts(tables: Tables, day: ReviewDay) -> dict[str, nw.Expr]:
    acts = sized(nw.col("acts"), acts_bound(tables, 3), tables.dialect)
    counts: dict[str, nw.Expr] = {
        f"acts_{quarter}": nw.when(within(quarter, day)).then(acts) for quarter in COMPARED
    }
    counts["digital"] = nw.when(within(0, day)).then(
        sized(_count(_DIGITAL), acts_bound(tables, 3), tables.dialect)
    )
    counts["active"] = nw.when(nw.col("acts") > 0).then(nw.col("month"))
    return counts


def _count(channels: tuple[Channel, ...]) -> nw.Expr:
    return reduce(add, [nw.col(f"transactions_{channel}").fill_null(0) for channel in channels])


def month_number(month: nw.Expr, tables: Tables) -> nw.Expr:
    """The number of a month that begins on a day."""
    return index_of_first(tables.dialect.day_number(month))


def age(month: nw.Expr, tables: Tables, day: ReviewDay) -> nw.Expr:
    """The months from one that begins on a day to M0."""
    return day.latest - month_number(month, tables)


def acts_bound(tables: Tables, rows: int = MOST_ROWS) -> int:
    """How large the sum of the acts of so many positions can get."""
    counts = [tables.measure("positions", f"transactions_{channel}") for channel in Channel]
    return rows * sum(min(each.bound, _MOST_ACTS) for each in counts)


def amount_measure(tables: Tables, column: str) -> Measure:
    """How a column of the positions' amounts is to be read; none is beyond any ledger."""
    measure = tables.measure("positions", column)
    return Measure(measure.scale, min(measure.bound, LARGEST_AMOUNT * 10**measure.scale))

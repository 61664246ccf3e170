"""Account-months added up by customer, in the latest twelve months and in the twelve before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from operator import add
from typing import Final

import narwhals as nw
from attrs import frozen

from relationship_core.decisions.accrual import Component
from relationship_core.decisions.twelve_months import OF_ACCOUNTS
from relationship_core.portfolio.tables import Frame
from relationship_core.portfolio.worth.basis import MONTH
from relationship_core.portfolio.worth.pricing import CAPITAL, Priced
from relationship_core.rules.compile_frame.cells import LARGEST
from relationship_core.rules.compile_frame.dialect import Dialect

MOST_MONTHS: Final = 2**24
"""No customer has more account-months, which bounds sums; of whoever has, nothing is known."""

UNCERTAIN: Final = (
    Component.DEPOSIT_MARGIN,
    Component.LENDING_MARGIN,
    Component.CHANNEL_COST,
    Component.EXPECTED_LOSS,
    Component.IMPAIRMENT,
)
"""Components that may not be known of a month that is there."""

_COUNTS: Final = ("months", "absent", "absent_before", "open", "open_before")
_TOTALS: Final = ("total", "total_before")


def open_of(component: str) -> str:
    """The column that counts the months in which a component isn't known."""
    return f"{component}_open"


@frozen
class Sums:
    """What customers' accounts come to, in minor units of the reporting currency.

    Args:
        frame: `customer_id`; `months` that are there; `absent` months that were owed; `open` ones
            of which something isn't known; `total`, where all is known; each component of an
            account, and of those that may not be known, in how many months they aren't; capital;
            and `began`, the number of the first account's first month. What ends in `_before` is
            of the twelve months before, all else of the latest twelve.
        columns: What is summed.
        bounds: What the magnitudes of amounts stay at or below, by column.
    """

    frame: Frame
    columns: Sequence[str]
    bounds: Mapping[str, int]


def add_up(
    everyday: Sequence[Priced],
    credit: Sequence[Priced],
    owed: Frame,
    turn_day: int,
    dialect: Dialect,
) -> Sums:
    """Add up what customers have of their accounts' months.

    Args:
        everyday: Months with what every month has, by `customer_id`.
        credit: Months with what only months with a credit have.
        owed: The months that were owed.
        turn_day: The day number on which the latest twelve months begin.
        dialect: How the engine speaks.
    """
    adder = _Adder([*everyday, *credit], turn_day, dialect)
    rows = [
        *[adder.everyday(each) for each in everyday],
        *[adder.credit(each) for each in credit],
        adder.owed(owed),
    ]
    sums = [nw.col(name).sum() for name in adder.columns]
    summed = nw.concat(rows).group_by("customer_id").agg(*sums, nw.col("began").min())
    # Some engines widen a sum of 64 bits, and we know better.
    held = [adder.held(nw.col(name), name) for name in adder.columns]
    return Sums(summed.with_columns(held), adder.columns, adder.bounds)


class _Adder:
    """Brings rows of every kind to the same columns, in which they are added up."""

    def __init__(self, priced: Iterable[Priced], turn_day: int, dialect: Dialect) -> None:
        self._recent = nw.col(MONTH) >= turn_day
        self._dialect = dialect
        most: dict[str, int] = {}
        for each in priced:
            for name, bound in each.bounds.items():
                most[name] = max(most.get(name, 0), bound)
        total = sum(most.get(name, 0) for name in OF_ACCOUNTS)
        amounts = {str(name): most.get(name, 0) for name in (*OF_ACCOUNTS, CAPITAL)}
        self.bounds = {
            name: bound * MOST_MONTHS
            for name, bound in {**amounts, **dict.fromkeys(_TOTALS, total)}.items()
        }
        self.columns = (*_COUNTS, *map(open_of, UNCERTAIN), *self.bounds)

    def everyday(self, priced: Priced) -> Frame:
        is_absent = nw.col(Component.ACCOUNT_UPKEEP).is_null()
        # What is there is taken off what is owed; months without terms in force never are.
        owed = nw.when(is_absent).then(nw.lit(1)).otherwise(nw.lit(0) - _count(nw.col("is_owed")))
        return self._row(
            priced,
            months=nw.lit(1),
            absent=self._if_recent(owed),
            absent_before=self._if_before(owed),
        )

    def credit(self, priced: Priced) -> Frame:
        return self._row(priced)

    def owed(self, rows: Frame) -> Frame:
        return self._selected(
            rows,
            {"absent": nw.col("owed"), "absent_before": nw.col("owed_before")},
            began=nw.col("began"),
        )

    def _row(self, priced: Priced, **others: nw.Expr) -> Frame:
        amounts = [nw.col(name) for name in priced.bounds if name != CAPITAL]
        total = reduce(add, [self.held(each, "total") for each in amounts])
        rows = priced.frame.with_columns(whole=total)
        is_open, whole = nw.col("whole").is_null(), nw.col("whole")
        values = {
            **others,
            "open": _count(self._recent & is_open),
            "open_before": _count(~self._recent & is_open),
            "total": self._if_recent(whole),
            "total_before": self._if_before(whole),
            **{name: self._if_recent(self.held(nw.col(name), name)) for name in priced.bounds},
            **{
                open_of(name): _count(self._recent & nw.col(name).is_null())
                for name in UNCERTAIN
                if name in priced.bounds
            },
        }
        return self._selected(rows, values, began=nw.lit(None, dtype=nw.Int64()))

    def _selected(self, rows: Frame, values: Mapping[str, nw.Expr], began: nw.Expr) -> Frame:
        return rows.select(
            "customer_id",
            *[self.held(values.get(name, nw.lit(0)), name).alias(name) for name in self.columns],
            began=began.cast(nw.Int64()),
        )

    def held(self, value: nw.Expr, name: str) -> nw.Expr:
        """In 64 bits where the sum fits them."""
        is_wide = self.bounds.get(name, 0) > LARGEST
        return value.cast(self._dialect.wide if is_wide else nw.Int64())

    def _if_recent(self, value: nw.Expr) -> nw.Expr:
        return nw.when(self._recent).then(value).otherwise(nw.lit(0))

    def _if_before(self, value: nw.Expr) -> nw.Expr:
        return nw.when(self._recent).then(nw.lit(0)).otherwise(value)


def _count(condition: nw.Expr) -> nw.Expr:
    return condition.cast(nw.Int64())

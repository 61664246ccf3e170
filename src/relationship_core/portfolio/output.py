"""What a review of tables gives: the columns of a table of reviews, typed as in Parquet."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

import narwhals as nw
import pyarrow as pa

from relationship_core.errors import DataError
from relationship_core.portfolio.review_table import ReviewColumn, review_columns
from relationship_core.rules import Kind

RECKONED: Final = "reckoned_"
"""What the names of amounts begin with that were reckoned, whatever the bank supplies instead."""

RECORDED: Final = "recorded_"
"""What the names of columns begin with that the customer's record has, whatever is supplied."""
RECORDED_NAMES: Final = ("kind", "branch", "industry", "system")
"""The columns of a customer's record that are facts too, and as such may be supplied instead."""

_FACTS: Final = {
    "aum": Kind.MONEY,
    "deposits_average_3m": Kind.MONEY,
    "loans_average_3m": Kind.MONEY,
}
_ROOM: Final = 35
"""Digits that a number of units has at most before it is made a decimal of 38."""


def output_names(
    currency: str, ladder: Sequence[str], wanted: Collection[str] | None
) -> tuple[str, ...]:
    """The names of the columns to give, in their one order.

    Args:
        currency: The reporting currency.
        ladder: The tiers, best first.
        wanted: The columns asked for; None for all.

    Raises:
        DataError: One of them is no column of a review.
    """
    names = tuple(column.name for column in review_columns(currency, ladder))
    for name in wanted or ():
        if name not in names:
            raise DataError(
                "a review has no such column",
                file="reviews",
                field=name,
                mend=f"the columns are {', '.join(names)}",
            )
    return tuple(name for name in names if wanted is None or name in wanted)


def output(
    decided: nw.LazyFrame[Any],
    as_of: date,
    currency: str,
    ladder: Sequence[str],
    names: Collection[str],
) -> nw.LazyFrame[Any]:
    """A table of reviews from what was observed, reckoned and decided.

    Args:
        decided: The frame of facts, amounts and decisions.
        as_of: The review date.
        currency: The reporting currency.
        ladder: The tiers, best first.
        names: The columns to give.
    """
    return decided.select(
        **{
            column.name: _held(column, as_of)
            for column in review_columns(currency, ladder)
            if column.name in names
        }
    )


def _held(column: ReviewColumn, as_of: date) -> nw.Expr:
    if column.name == "as_of":
        return nw.lit(as_of)
    if column.name in RECORDED_NAMES:
        return nw.col(RECORDED + column.name)
    if not pa.types.is_decimal(column.kind):
        return nw.col(column.name)
    if column.name in _FACTS:
        return as_decimal(nw.col(column.name), _FACTS[column.name].scale, column.kind.scale)
    own = RECKONED + column.name if column.name in RECKONED_NAMES else column.name
    return as_decimal(nw.col(own), column.kind.scale, column.kind.scale)


RECKONED_NAMES: Final = ("contribution_12m", "contribution_previous_12m", "raroc_12m")
"""The amounts of a review that are facts too, and as such may be supplied instead."""


def as_decimal(units: nw.Expr, scale: int, places: int) -> nw.Expr:
    """Whole units as a decimal of 38 digits, by an exact product.

    Args:
        units: Whole numbers of at most 35 digits.
        scale: The decimals that a unit stands for.
        places: The decimals to give, no fewer.
    """
    if scale == 0:
        return units.cast(nw.Decimal(38, places))
    unit = nw.lit(str(Decimal(1).scaleb(-scale))).cast(nw.Decimal(scale + 1, scale))
    return (units.cast(nw.Decimal(_ROOM, 0)) * unit).cast(nw.Decimal(38, places))

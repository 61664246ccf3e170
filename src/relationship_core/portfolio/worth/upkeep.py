"""What relationships cost beside their accounts, as a small table to join with customers."""

from __future__ import annotations

from typing import Final

import narwhals as nw

from relationship_core.decisions.contribution import TWO_YEARS
from relationship_core.decisions.tariff import Tariff
from relationship_core.domain.customer import CustomerKind
from relationship_core.errors import ParameterError
from relationship_core.portfolio.tables import Frame
from relationship_core.portfolio.worth.literal import literal_frame
from relationship_core.portfolio.worth.term_table import in_units
from relationship_core.portfolio.worth.window import Window

_KINDS: Final = tuple(CustomerKind)
_SPAN: Final = TWO_YEARS + 1
UPKEEP: Final = ("upkeep", "upkeep_before")
"""The columns of the latest twelve months and of the twelve before, in minor units."""


def with_upkeep(customers: Frame, tariff: Tariff, window: Window) -> tuple[Frame, int]:
    """Customers with the upkeep of their relationships, null where no parameters are in force.

    Args:
        customers: With `kind`, and the numbers of the months in which the relationship `began`,
            null if that isn't known, and `ended`, null if it goes on.
        tariff: The parameters, arranged.
        window: The months.

    Returns:
        The customers, and what the magnitude of an upkeep stays at or below.
    """
    start = window.months.start
    # Months before the window count from its first, and those after as if it had one more.
    began = (nw.col("began").fill_null(start) - start).clip(0, TWO_YEARS)
    ended = (nw.col("ended").fill_null(window.latest) - start + 1).clip(0, TWO_YEARS)
    kind = nw.lit(0)
    for number, each in enumerate(_KINDS):
        kind = nw.when(nw.col("kind") == each.value).then(nw.lit(number)).otherwise(kind)
    amounts = _amounts(tariff, window)
    columns: dict[str, list[int | None]] = {
        "span": [(kind * _SPAN + first) * _SPAN + end for kind, first, end in amounts],
        **{name: [pair[place] for pair in amounts.values()] for place, name in enumerate(UPKEEP)},
    }
    known = [abs(units) for pair in amounts.values() for units in pair if units is not None]
    span = (kind.cast(nw.Int64()) * _SPAN + began) * _SPAN + ended
    joined = customers.with_columns(span=span.cast(nw.Int64())).join(
        literal_frame(customers, columns), on="span", how="left"
    )
    return joined.drop("span"), max(known, default=0)


def has_gaps(tariff: Tariff, window: Window) -> bool:
    """Whether there may be months in which upkeep is charged and no parameters are in force."""
    return any(None in pair for pair in _amounts(tariff, window).values())


def _amounts(
    tariff: Tariff, window: Window
) -> dict[tuple[int, int, int], tuple[int | None, int | None]]:
    """By kind, months from the window's start to the first, and to the one after the last."""
    start = window.months.start

    def upkeep(kind: CustomerKind, first: int, last: int) -> int | None:
        try:
            return in_units(tariff.relationship_upkeep(kind, first, last), tariff.minor_units)
        except ParameterError:
            return None

    spans = {
        (first, end): window.spans(start + first, start + end - 1)
        for first in range(_SPAN)
        for end in range(_SPAN)
    }
    return {
        (number, *months): (upkeep(kind, *recent), upkeep(kind, *before))
        for number, kind in enumerate(_KINDS)
        for months, (recent, before) in spans.items()
    }

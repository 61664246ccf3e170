"""The facts and components of a contribution, from what a customer's accounts come to."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

import narwhals as nw

from relationship_core.decisions.accrual import CAPITAL_PLACES, Component
from relationship_core.decisions.contribution import TWO_YEARS
from relationship_core.decisions.twelve_months import OF_ACCOUNTS
from relationship_core.portfolio.tables import Frame
from relationship_core.portfolio.worth.pricing import CAPITAL
from relationship_core.portfolio.worth.summing import MOST_MONTHS, UNCERTAIN, open_of
from relationship_core.portfolio.worth.upkeep import UPKEEP
from relationship_core.portfolio.worth.window import Window
from relationship_core.rules import EXACT, Kind
from relationship_core.rules.compile_frame import Computation, Number
from relationship_core.rules.compile_frame.cells import LARGEST

FACTS: Final = (
    "contribution_12m",
    "contribution_previous_12m",
    "contribution_growth",
    "raroc_12m",
    "fee_income_12m",
)
"""The columns that are facts, in units of their kinds."""

CAPITAL_12M: Final = "capital_12m"
"""The column of capital times years, in millionths."""

COLUMNS: Final = (*FACTS, *map(str, Component), CAPITAL_12M)
"""All columns beside the customer's id."""


def with_accounts(
    customers: Frame, bounds: Mapping[str, int], upkeep: int, places: int, window: Window
) -> Frame:
    """The columns of a contribution, null where it isn't known.

    Args:
        customers: With the sums of their accounts, the upkeep of their relationships, and `began`.
        bounds: What the magnitudes of the sums stay at or below.
        upkeep: The same of upkeep.
        places: The reporting currency's decimals.
        window: The months.
    """
    computed = Computation(customers)
    # Whoever has more months may have sums that wrapped.
    fits = nw.col("months") <= MOST_MONTHS
    is_complete = fits & (nw.col("absent") == 0)
    was_complete = fits & (nw.col("absent_before") == 0)

    def amount(name: str, condition: nw.Expr, scale: int = places) -> Number:
        held = computed.number(name, scale=scale, bound=bounds[name])
        return computed.where(computed.holds(condition), held)

    def whole(name: str, column: str, condition: nw.Expr) -> Number:
        paid = computed.number(column, scale=places, bound=upkeep)
        return computed.reused(computed.sum(amount(name, condition), paid))

    total = whole("total", UPKEEP[0], is_complete & (nw.col("open") == 0))
    before = whole("total_before", UPKEEP[1], was_complete & (nw.col("open_before") == 0))
    charge = amount(Component.CAPITAL_CHARGE, is_complete)
    capital = amount(CAPITAL, is_complete, CAPITAL_PLACES)
    fees = amount(Component.FEES, is_complete)
    # A part of a year compares with no year.
    has_history = computed.holds(nw.col("began") <= window.latest - TWO_YEARS + 1)
    growth = computed.quotient(
        computed.difference(total, before), computed.magnitude(before), Kind.RATIO.scale
    )
    earned = _of_a_column(computed, computed.difference(total, charge))
    raroc = computed.quotient(earned, capital, Kind.RATIO.scale)
    results = dict(
        zip(
            FACTS,
            (
                computed.rounded(total, Kind.MONEY.scale),
                computed.rounded(before, Kind.MONEY.scale),
                computed.where(has_history, growth),
                raroc,
                computed.rounded(fees, Kind.MONEY.scale),
            ),
            strict=True,
        )
    )
    for name in OF_ACCOUNTS:
        is_known = is_complete & (nw.col(open_of(name)) == 0) if name in UNCERTAIN else is_complete
        results[name] = computed.rounded(amount(name, is_known), _scale_of(places))
    paid = computed.number(UPKEEP[0], scale=places, bound=upkeep)
    results[Component.RELATIONSHIP_UPKEEP] = computed.rounded(paid, _scale_of(places))
    results[CAPITAL_12M] = capital
    return _selected(computed.carried_out({str(name): each for name, each in results.items()}))


def _of_a_column(computed: Computation, number: Number) -> Number:
    """The number, unknown where no fact's column would hold it."""
    most = computed.constant(EXACT.scaleb(Decimal(LARGEST), -number.scale))
    fits = computed.compared("<=", computed.magnitude(number), most)
    return computed.within(computed.where(fits, number), LARGEST)


def without_accounts(customers: Frame, upkeep: int, places: int) -> Frame:
    """The same where accounts weren't given: nothing is known but upkeep."""
    computed = Computation(customers)
    paid = computed.number(UPKEEP[0], scale=places, bound=upkeep)
    nothing = {name: nw.lit(None, dtype=nw.Int64()) for name in COLUMNS}
    known = {Component.RELATIONSHIP_UPKEEP.value: computed.rounded(paid, _scale_of(places))}
    return _selected(computed.carried_out({**nothing, **known}))


def _scale_of(places: int) -> int:
    return max(Kind.MONEY.scale, places)


def _selected(frame: Frame) -> Frame:
    # What a fact's column can't hold is an error of the engine's, never another number.
    facts = [nw.col(name).cast(nw.Int64()) for name in FACTS]
    return frame.select("customer_id", *facts, *COLUMNS[len(FACTS) :])

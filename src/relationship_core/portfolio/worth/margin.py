"""Interest on averages against the price of funds, as columns."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from relationship_core.decisions.terms import Terms
from relationship_core.portfolio.worth.basis import Basis
from relationship_core.portfolio.worth.term_table import TermTable, in_units, quotient_of
from relationship_core.rules.compile_frame import Computation, Condition, Number

_RATIO = "interest"


class Margin:
    """The margin on what customers have in their accounts, or on what they owe.

    Args:
        basis: What account-months are priced by.
        table: Takes the constants that it needs.
        side: Which of the two.
    """

    def __init__(self, basis: Basis, table: TermTable, side: Literal["credit", "debit"]) -> None:
        self._basis = basis
        self._table = table
        self._is_deposit = side == "credit"
        self._average, self._rate = f"{side}_average", f"{side}_rate"
        self._posted = f"posted_{self._rate}"
        average, rate = basis.measures[self._average], basis.measures[self._rate]
        self._finer = 10 ** (basis.rate_scale - rate.scale)
        table.add(
            self._posted, lambda terms: in_units(getattr(terms, self._rate), basis.rate_scale)
        )
        highest = max(rate.bound * self._finer, table.magnitude(self._posted))
        self._power = basis.places - average.scale - basis.rate_scale
        table.add_ratio(_RATIO, self._ratio, average.bound * (basis.add_price(table) + highest))

    def _ratio(self, terms: Terms) -> Fraction:
        if not terms.earns_margin:
            return Fraction(0)
        return quotient_of(terms.interest_factor, terms.interest_year, self._power)

    def amount(self, computed: Computation) -> Number:
        """The margin in minor units; nothing where there is no average, whatever isn't known."""
        average = self._basis.number(computed, self._average)
        if average.constant == 0:
            return average
        price, rate = self._basis.price(computed, self._table), self._rate_of(computed)
        ends = (price, rate) if self._is_deposit else (rate, price)
        spread = computed.difference(*ends)
        margin = self._table.times(computed, computed.product(average, spread), _RATIO)
        nothing = computed.constant(0)
        is_none = computed.any_of(
            computed.compared("==", average, nothing), self._table.is_zero(computed, _RATIO)
        )
        return computed.where(is_none, nothing, margin)

    def lacks_price(self, computed: Computation) -> Condition:
        """Whether there is an average and a rate for it, and no price of funds is in force."""
        average, rate = self._basis.number(computed, self._average), self._rate_of(computed)
        price = self._basis.price(computed, self._table)
        is_some = computed.compared("!=", average, computed.constant(0))
        return computed.all_of(
            is_some,
            computed.none_of(self._table.is_zero(computed, _RATIO)),
            computed.none_of(computed.is_missing(rate)),
            computed.is_missing(price),
        )

    def _rate_of(self, computed: Computation) -> Number:
        posted = self._table.number(computed, self._posted)
        if not self._basis.measures[self._rate].bound:
            return posted
        own = self._basis.number(computed, self._rate)
        return computed.first_known(computed.product(own, computed.constant(self._finer)), posted)

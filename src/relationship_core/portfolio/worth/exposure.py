"""What the bank may lose of credits, and the capital it holds for them, as columns."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from relationship_core.decisions.accrual import CAPITAL_PLACES
from relationship_core.decisions.terms import Terms
from relationship_core.portfolio.worth.basis import Basis
from relationship_core.portfolio.worth.term_table import TermTable, decimals, in_units, quotient_of
from relationship_core.rules.compile_frame import Computation, Number


class Exposure:
    """Exposures of account-months, and what follows from them.

    Args:
        basis: What account-months are priced by.
        table: Takes the constants that it needs.
    """

    def __init__(self, basis: Basis, table: TermTable) -> None:
        self._basis = basis
        self._table = table
        drawn, undrawn, margin = (
            basis.measures[name] for name in ("debit_average", "undrawn", "cash_margin")
        )
        converted = undrawn.scale + decimals(terms.conversion_factor for terms in basis.terms())
        self._scale = max(drawn.scale, margin.scale, converted)
        table.add(
            "conversion",
            lambda terms: in_units(terms.conversion_factor, self._scale - undrawn.scale),
        )
        self._bound = drawn.bound * 10 ** (
            self._scale - drawn.scale
        ) + undrawn.bound * table.magnitude("conversion")
        self._add_default()
        self._add("charge", lambda terms: terms.charge_factor, basis.places)
        self._add("income", lambda terms: terms.income_factor or Decimal(0), basis.places)
        self._add("capital", lambda terms: terms.capital_factor, CAPITAL_PLACES)

    def _add(
        self, name: str, factor: Callable[[Terms], Decimal], places: int, certain: int = 0
    ) -> None:
        """Take a factor of exposures, or of their products with probabilities of some decimals."""
        power = places - self._scale - certain
        self._table.add_ratio(
            name,
            lambda terms: quotient_of(factor(terms), terms.year, power),
            self._bound * 10**certain,
        )

    def _add_default(self) -> None:
        own = self._basis.measures["probability_of_default"].scale
        scale = max(own, decimals(terms.probability_of_default for terms in self._basis.terms()))
        self._table.add("default", lambda terms: in_units(terms.probability_of_default, scale))
        self._finer = 10 ** (scale - own)
        self._add("loss", lambda terms: terms.loss_factor, self._basis.places, scale)

    def amount(self, computed: Computation) -> Number:
        """The exposure: what is drawn and the converted part of what isn't, net of cash margin."""
        number, table = self._basis.number, self._table
        drawn, margin = (
            computed.product(
                number(computed, name),
                computed.constant(10 ** (self._scale - self._basis.measures[name].scale)),
            )
            for name in ("debit_average", "cash_margin")
        )
        converted = computed.product(
            number(computed, "undrawn"), table.number(computed, "conversion")
        )
        exposure = computed.difference(computed.sum(drawn, converted), margin)
        above = computed.largest(exposure, computed.constant(0))
        return computed.reused(computed.within(above, self._bound))

    def capital(self, computed: Computation, exposure: Number) -> Number:
        """Economic capital times years."""
        return self._table.times(computed, exposure, "capital")

    def charge(self, computed: Computation, exposure: Number) -> Number:
        """What that capital must earn."""
        return self._table.times(computed, exposure, "charge")

    def income(self, computed: Computation, exposure: Number) -> Number:
        """What that capital earns by itself, where it is counted."""
        return self._table.times(computed, exposure, "income")

    def loss(self, computed: Computation, exposure: Number) -> Number:
        """The loss to be expected; null where nobody knows how probable it is."""
        probability = self._table.number(computed, "default")
        if self._basis.measures["probability_of_default"].bound:
            own = self._basis.number(computed, "probability_of_default")
            own = computed.product(own, computed.constant(self._finer))
            probability = computed.first_known(own, probability)
        return self._table.times(computed, computed.product(exposure, probability), "loss")

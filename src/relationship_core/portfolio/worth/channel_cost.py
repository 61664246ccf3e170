"""What customers' own acts cost by channel, as columns."""

from __future__ import annotations

from relationship_core.domain.channel import Channel
from relationship_core.portfolio.worth.basis import Basis
from relationship_core.portfolio.worth.term_table import TermTable, decimals, in_units
from relationship_core.rules.compile_frame import Computation, Condition, Number


class ChannelCost:
    """The cost of all acts in a month.

    Args:
        basis: What account-months are priced by.
        table: Takes the constants that it needs.
    """

    def __init__(self, basis: Basis, table: TermTable) -> None:
        self._basis = basis
        self._table = table
        self._scale = decimals(
            cost for terms in basis.terms() for cost in terms.unit_costs.values()
        )
        self._channels = [
            channel
            for channel in Channel
            if basis.are_acts_counted and basis.measures[f"transactions_{channel}"].bound
        ]
        for channel in self._channels:
            self._add(channel)
        self._unsure = [
            channel for channel in self._channels if not table.is_known(f"cost_{channel}")
        ]
        table.add("uncounted", lambda terms: None if terms.unit_costs.are_charged else 0)

    def _add(self, channel: Channel) -> None:
        # `get` doesn't raise for a channel without a cost.
        self._table.add(
            f"cost_{channel}",
            lambda terms: in_units(terms.unit_costs.get(channel), self._scale),
        )

    def amount(self, computed: Computation) -> Number:
        """The cost in minor units, negative; null where acts cost something and nobody counted."""
        if not self._basis.are_acts_counted:
            return self._table.number(computed, "uncounted")
        costs = [self._cost(computed, channel) for channel in self._channels]
        total = computed.negated(computed.sum(computed.constant(0), *costs))
        finer = self._scale - self._basis.places
        if finer > 0:
            return computed.quotient(total, computed.constant(10**finer), 0)
        return computed.product(total, computed.constant(10**-finer))

    def _cost(self, computed: Computation, channel: Channel) -> Number:
        count, cost = self._factors(computed, channel)
        charged = computed.product(count, cost)
        if channel not in self._unsure:
            return charged
        # Who prices only some channels owes no price for those that nobody used.
        nothing = computed.constant(0)
        return computed.where(computed.compared("==", count, nothing), nothing, charged)

    def _factors(self, computed: Computation, channel: Channel) -> tuple[Number, Number]:
        count = self._basis.number(computed, f"transactions_{channel}")
        cost = self._table.number(computed, f"cost_{channel}")
        return computed.first_known(count, computed.constant(0)), cost

    @property
    def may_lack(self) -> bool:
        """Whether a channel that was used has no cost in some terms."""
        return bool(self._unsure)

    def lacks(self, computed: Computation) -> list[Condition]:
        """Of each channel that may lack a cost, whether it does and was used."""
        nothing = computed.constant(0)
        factors = [self._factors(computed, channel) for channel in self._unsure]
        return [
            computed.all_of(computed.compared(">", count, nothing), computed.is_missing(cost))
            for count, cost in factors
        ]

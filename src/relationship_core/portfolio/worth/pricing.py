"""Account-months priced component by component, as `decisions.accrual.accrue` prices one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import narwhals as nw
from attrs import frozen

from relationship_core.decisions.accrual import Component
from relationship_core.domain.channel import Channel
from relationship_core.domain.validation import ONE
from relationship_core.portfolio.tables import Frame
from relationship_core.portfolio.worth.basis import Basis
from relationship_core.portfolio.worth.exposure import Exposure
from relationship_core.portfolio.worth.margin import Margin
from relationship_core.portfolio.worth.term_table import (
    IS_PRICED,
    TermTable,
    decimals,
    in_units,
    quotient_of,
    unknown,
)
from relationship_core.rules.compile_frame import Computation, Number

CAPITAL: Final = "capital"
"""Economic capital times years, beside the components."""


@frozen
class Priced:
    """Account-months with their components in minor units of the reporting currency.

    Args:
        frame: The months.
        bounds: What the components' magnitudes stay at or below, by column.
    """

    frame: Frame
    bounds: Mapping[str, int]


def price_everyday(months: Frame, basis: Basis) -> Priced:
    """What every month has: margin on deposits, fees, costs.

    Args:
        months: Positions beside their accounts, with the number of their terms.
        basis: What they are priced by.
    """
    table = TermTable(basis.rows)
    margin = Margin(basis, table, "credit")
    _add_exchange(basis, table, "fees")
    costs = _ChannelCosts(basis, table)
    table.add("upkeep", lambda terms: basis.minor(terms.account_upkeep))
    computed = Computation(table.join(months))
    # Of terms that aren't in force nothing is known, not even what is the same in all others.
    upkeep = computed.where(computed.holds(IS_PRICED), table.number(computed, "upkeep"))
    return _carried_out(
        computed,
        {
            Component.DEPOSIT_MARGIN: margin.amount(computed),
            Component.FEES: table.times(computed, basis.number(computed, "fees"), "exchange"),
            Component.CHANNEL_COST: costs.amount(computed),
            Component.ACCOUNT_UPKEEP: upkeep,
        },
    )


def price_credit(months: Frame, basis: Basis) -> Priced:
    """What only months with a credit, or with its loss, have; others are left out.

    Args:
        months: As for `price_everyday`.
        basis: What they are priced by.
    """
    is_credit = (nw.col("debit_average") != 0) | (nw.col("undrawn") != 0)
    table = TermTable(basis.rows)
    margin = Margin(basis, table, "debit")
    exposed = Exposure(basis, table)
    _add_exchange(basis, table, "impairment")
    months = months.filter(is_credit | ~nw.col("impairment").is_null())
    computed = Computation(table.join(months))
    exposure = exposed.amount(computed)
    expected, impairment = _losses(computed, basis, table, exposed, exposure)
    return _carried_out(
        computed,
        {
            Component.LENDING_MARGIN: margin.amount(computed),
            Component.EXPECTED_LOSS: expected,
            Component.IMPAIRMENT: impairment,
            Component.CAPITAL_CHARGE: computed.negated(exposed.charge(computed, exposure)),
            Component.CAPITAL_INCOME: exposed.income(computed, exposure),
            CAPITAL: exposed.capital(computed, exposure),
        },
    )


def _losses(
    computed: Computation, basis: Basis, table: TermTable, exposed: Exposure, exposure: Number
) -> tuple[Number, Number]:
    """The expected loss and the impairment, of which a month has one at most."""
    nothing = computed.constant(0)
    is_provided = computed.holds(~nw.col("impairment").is_null())
    is_defaulted = computed.holds(nw.col("defaulted").fill_null(False))
    is_exposed = computed.compared(">", exposure, nothing)
    is_uncertain = computed.all_of(computed.none_of(is_provided), is_exposed)
    provided = table.times(computed, basis.number(computed, "impairment"), "exchange")
    loss = computed.negated(exposed.loss(computed, exposure))
    is_expected = computed.all_of(is_uncertain, computed.none_of(is_defaulted))
    is_unknown = computed.all_of(is_uncertain, is_defaulted)
    known = computed.where(is_provided, computed.negated(provided), nothing)
    return (
        computed.where(is_expected, loss, nothing),
        computed.where(is_unknown, unknown(computed), known),
    )


def _add_exchange(basis: Basis, table: TermTable, column: str) -> None:
    measure = basis.measures[column]
    power = basis.places - measure.scale
    table.add_ratio(
        "exchange", lambda terms: quotient_of(terms.exchange_rate, ONE, power), measure.bound
    )


def _carried_out(computed: Computation, amounts: Mapping[str, Number]) -> Priced:
    bounds = {str(name): number.bound for name, number in amounts.items()}
    return Priced(computed.carried_out({str(name): amounts[name] for name in amounts}), bounds)


class _ChannelCosts:
    """What customers' own acts cost."""

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
        table.add("uncounted", lambda terms: None if terms.unit_costs.are_charged else 0)

    def _add(self, channel: Channel) -> None:
        # `get` doesn't raise for a channel without a cost.
        self._table.add(
            f"cost_{channel}",
            lambda terms: in_units(terms.unit_costs.get(channel), self._scale),
        )

    def amount(self, computed: Computation) -> Number:
        """The cost in minor units, negative."""
        if not self._basis.are_acts_counted:
            return self._table.number(computed, "uncounted")
        costs = [self._cost(computed, channel) for channel in self._channels]
        total = computed.negated(computed.sum(computed.constant(0), *costs))
        finer = self._scale - self._basis.places
        if finer > 0:
            return computed.quotient(total, computed.constant(10**finer), 0)
        return computed.product(total, computed.constant(10**-finer))

    def _cost(self, computed: Computation, channel: Channel) -> Number:
        nothing = computed.constant(0)
        count = computed.first_known(
            self._basis.number(computed, f"transactions_{channel}"), nothing
        )
        name = f"cost_{channel}"
        cost = computed.product(count, self._table.number(computed, name))
        if self._table.is_known(name):
            return cost
        # Who prices only some channels owes no price for those that nobody used.
        return computed.where(computed.compared("==", count, nothing), nothing, cost)

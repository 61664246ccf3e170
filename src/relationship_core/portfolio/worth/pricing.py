"""Account-months priced component by component, as `decisions.accrual.accrue` prices one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import narwhals as nw
from attrs import frozen

from relationship_core.decisions.accrual import Component
from relationship_core.domain.validation import ONE
from relationship_core.portfolio.tables import Frame
from relationship_core.portfolio.worth.basis import Basis
from relationship_core.portfolio.worth.channel_cost import ChannelCost
from relationship_core.portfolio.worth.exposure import Exposure
from relationship_core.portfolio.worth.margin import Margin
from relationship_core.portfolio.worth.term_table import (
    IS_PRICED,
    TermTable,
    quotient_of,
    unknown,
)
from relationship_core.rules.compile_frame import Computation, Condition, Number

CAPITAL: Final = "capital"
"""Economic capital times years, beside the components."""

_EXCHANGE: Final = "exchange"


@frozen
class Priced:
    """Account-months with their components in minor units of the reporting currency.

    Args:
        frame: The months.
        bounds: What the components' magnitudes stay at or below, by column.
    """

    frame: Frame
    bounds: Mapping[str, int]


class EverydayPricing:
    """What every month has: margin on deposits, fees, costs.

    Args:
        basis: What months are priced by.
    """

    def __init__(self, basis: Basis) -> None:
        self._basis = basis
        self._table = TermTable(basis.rows)
        self._margin = Margin(basis, self._table, "credit")
        self._costs = ChannelCost(basis, self._table)
        _add_exchange(basis, self._table, "fees")
        self._table.add("upkeep", lambda terms: basis.minor(terms.account_upkeep))

    def priced(self, months: Frame) -> Priced:
        """Months with their components.

        Args:
            months: Positions beside their accounts, with the number of their terms.
        """
        computed = Computation(self._table.join(months))
        fees = self._basis.number(computed, "fees")
        # Of terms that aren't in force nothing is known, not even what is the same in all others.
        upkeep = computed.where(computed.holds(IS_PRICED), self._table.number(computed, "upkeep"))
        return _carried_out(
            computed,
            {
                Component.DEPOSIT_MARGIN: self._margin.amount(computed),
                Component.FEES: self._table.times(computed, fees, _EXCHANGE),
                Component.CHANNEL_COST: self._costs.amount(computed),
                Component.ACCOUNT_UPKEEP: upkeep,
            },
        )

    @property
    def may_lack_cost(self) -> bool:
        """Whether there may be acts in a channel without a cost."""
        return self._costs.may_lack

    def lacking(self, months: Frame) -> Frame:
        """The months that need what isn't in force: terms, a price of funds, a unit cost."""
        computed = Computation(self._table.join(months))
        lacks = [self._margin.lacks_price(computed), *self._costs.lacks(computed)]
        return _lacking(computed, *lacks, computed.holds(~IS_PRICED))


class CreditPricing:
    """What only months with a credit, or with its loss, have.

    Args:
        basis: What months are priced by.
    """

    def __init__(self, basis: Basis) -> None:
        self._basis = basis
        self._table = TermTable(basis.rows)
        self._margin = Margin(basis, self._table, "debit")
        self._exposure = Exposure(basis, self._table)
        _add_exchange(basis, self._table, "impairment")

    def priced(self, months: Frame) -> Priced:
        """Months with their components; those that have none are left out.

        Args:
            months: As for `EverydayPricing`.
        """
        is_credit = (nw.col("debit_average") != 0) | (nw.col("undrawn") != 0)
        months = months.filter(is_credit | ~nw.col("impairment").is_null())
        computed = Computation(self._table.join(months))
        exposed = self._exposure
        exposure = exposed.amount(computed)
        expected, impairment = self._losses(computed, exposure)
        return _carried_out(
            computed,
            {
                Component.LENDING_MARGIN: self._margin.amount(computed),
                Component.EXPECTED_LOSS: expected,
                Component.IMPAIRMENT: impairment,
                Component.CAPITAL_CHARGE: computed.negated(exposed.charge(computed, exposure)),
                Component.CAPITAL_INCOME: exposed.income(computed, exposure),
                CAPITAL: exposed.capital(computed, exposure),
            },
        )

    def _losses(self, computed: Computation, exposure: Number) -> tuple[Number, Number]:
        """The expected loss and the impairment, of which a month has one at most."""
        nothing = computed.constant(0)
        given = self._basis.number(computed, "impairment")
        is_provided = computed.holds(~nw.col("impairment").is_null())
        is_defaulted = computed.holds(nw.col("defaulted").fill_null(False))
        is_exposed = computed.compared(">", exposure, nothing)
        is_uncertain = computed.all_of(computed.none_of(is_provided), is_exposed)
        is_expected = computed.all_of(is_uncertain, computed.none_of(is_defaulted))
        is_unknown = computed.all_of(is_uncertain, is_defaulted)
        loss = computed.negated(self._exposure.loss(computed, exposure))
        provided = computed.negated(self._table.times(computed, given, _EXCHANGE))
        known = computed.where(is_provided, provided, nothing)
        return (
            computed.where(is_expected, loss, nothing),
            computed.where(is_unknown, unknown(computed), known),
        )

    def lacking(self, months: Frame) -> Frame:
        """The months that need a price of funds that isn't in force."""
        computed = Computation(self._table.join(months))
        return _lacking(computed, self._margin.lacks_price(computed))


def _add_exchange(basis: Basis, table: TermTable, column: str) -> None:
    measure = basis.measures[column]
    power = basis.places - measure.scale
    table.add_ratio(
        _EXCHANGE, lambda terms: quotient_of(terms.exchange_rate, ONE, power), measure.bound
    )


def _carried_out(computed: Computation, amounts: Mapping[str, Number]) -> Priced:
    bounds = {str(name): number.bound for name, number in amounts.items()}
    return Priced(computed.carried_out({str(name): amounts[name] for name in amounts}), bounds)


def _lacking(computed: Computation, *conditions: Condition) -> Frame:
    return computed.carried_out({"lacks": computed.any_of(*conditions)}).filter(nw.col("lacks"))

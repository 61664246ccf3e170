"""The terms of one product's account-month: every constant that its components are made with."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import NoReturn

import attrs

from relationship_core.decisions.funds_transfer import Curve, first_rate
from relationship_core.decisions.parameters import ANY_PRODUCT, ContributionParameters
from relationship_core.decisions.window import month_index, months_between
from relationship_core.domain.account import Account
from relationship_core.domain.channel import Channel
from relationship_core.errors import ParameterError


class UnitCosts(dict[Channel, Decimal]):
    """Costs by channel, in which a channel that isn't there is an error and not a free one.

    Attributes:
        are_charged: Whether any channel costs anything.
    """

    def __init__(self, parameters: ContributionParameters) -> None:
        super().__init__((cost.channel, cost.amount) for cost in parameters.unit_costs)
        self._version = parameters.version
        self.are_charged = any(self.values())

    def __missing__(self, channel: Channel) -> NoReturn:
        raise ParameterError(
            f"no unit cost for channel {channel}",
            where=f"contribution parameters {self._version!r}",
            mend=f"add UnitCost({channel!s}, ...), zero if it costs nothing",
        )


@attrs.frozen
class Terms:
    """What an account-month of one product and currency is priced with; factors hold all constants.

    A factor is what an amount in the account's currency is multiplied with before the division by
    its year's days, the exchange rate included, so that each component is one product, divided and
    rounded once.

    Args:
        month: The month's first day.
        index: The month's number.
        product: The product's id.
        earns_margin: Whether the bank funds it or is funded by it.
        credit_rate: Posted rate, None if unknown.
        debit_rate: Posted rate, None if unknown.
        behavioural_price: Price of funds of accounts without maturity, None if there is none.
        interest_factor: Days by the product's day count.
        interest_year: The year's days by the product's day count.
        year: The calendar year's days.
        probability_of_default: None if unknown.
        loss_factor: Loss given default and calendar days.
        capital_factor: Risk weight, capital ratio and calendar days.
        charge_factor: The same and the hurdle rate.
        income_factor: The same and what capital earns, None where that isn't counted.
        conversion_factor: Part of what is undrawn that counts as exposure.
        exchange_rate: Reporting currency for one unit.
        account_upkeep: A month's, negative, rounded.
        unit_costs: By channel, in the reporting currency.
        quantum: The reporting currency's minor unit.
        zero: Nothing, with the minor unit's places.
    """

    month: date
    index: int
    product: str
    earns_margin: bool
    credit_rate: Decimal | None
    debit_rate: Decimal | None
    behavioural_price: Decimal | None
    interest_factor: Decimal
    interest_year: Decimal
    year: Decimal
    probability_of_default: Decimal | None
    loss_factor: Decimal
    capital_factor: Decimal
    charge_factor: Decimal
    income_factor: Decimal | None
    conversion_factor: Decimal
    exchange_rate: Decimal
    account_upkeep: Decimal
    unit_costs: UnitCosts
    quantum: Decimal
    zero: Decimal
    _currency: str
    _version: str
    _tenor_months: int
    _curves: tuple[Curve, ...]

    def transfer_price(self, account: Account) -> Decimal:
        """The price of funds of an account in this month.

        With a maturity: for the term from the day it was last repriced, or opened, to maturity, as
        that day's prices were. Without: for the behavioural term, by the prices at the month's
        start.

        Raises:
            ParameterError: No price was in force on that day.
        """
        if account.maturity is None:
            if self.behavioural_price is None:
                self._refuse_unpriced(self.month, self._tenor_months)
            return self.behavioural_price
        priced = account.opened
        # A repricing after the month is not yet known in it.
        if account.repriced is not None and month_index(account.repriced) <= self.index:
            priced = account.repriced
        months = months_between(priced, account.maturity)
        rate = self.price_of_funds(priced, months)
        if rate is None:
            self._refuse_unpriced(priced, months)
        return rate

    def price_of_funds(self, on: date, months: int) -> Decimal | None:
        """The price of funds for a term from a day on; None where none was in force."""
        return first_rate(self._curves, on, months)

    def _refuse_unpriced(self, on: date, months: int) -> NoReturn:
        raise ParameterError(
            f"no transfer price for product {self.product!r} in {self._currency}, {months} months,"
            f" on {on}",
            where=f"contribution parameters {self._version!r}, month {self.month:%Y-%m}",
            mend=f"add a TransferPrice in {self._currency} for the product, its family or"
            f" {ANY_PRODUCT!r}, valid from {on} or earlier",
        )

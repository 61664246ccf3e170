"""What foreign amounts are worth in the reporting currency, month by month."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

import attrs

from relationship_core.decisions.parameters import (
    ContributionParameters,
    parameters_in_force,
    reporting_currency,
)
from relationship_core.decisions.window import last_day, month_index
from relationship_core.domain.account import Owner
from relationship_core.domain.money import check_currency, minor_units, share_out
from relationship_core.domain.validation import ONE, ZERO


@attrs.frozen
class Exchange:
    """The reporting currency and the months' rates into it.

    Args:
        currency: ISO 4217 code of the reporting currency.
        rates: Units of the reporting currency for one of a currency, by currency and the month's
            first day.

    Raises:
        InvalidValueError: The reporting currency is no ISO 4217 code.
    """

    currency: str
    rates: Mapping[tuple[str, date], Decimal] = attrs.field(factory=dict)

    def __attrs_post_init__(self) -> None:
        check_currency(self.currency, where="Exchange.currency")

    @classmethod
    def from_parameters(cls, sets: Sequence[ContributionParameters]) -> Exchange:
        """Take each month's rates from the parameter set in force on the month's last day.

        Raises:
            ParameterError: There is no set, or two report in different currencies.
        """
        return cls(
            reporting_currency(sets),
            {
                (rate.currency, rate.month): rate.rate
                for one in sets
                for rate in one.exchange_rates
                if _is_in_force(one, sets, rate.month)
            },
        )

    def rate(self, currency: str, month: date) -> Decimal | None:
        """Units of the reporting currency for one of a currency; None where it isn't known."""
        return ONE if currency == self.currency else self.rates.get((currency, month))


def _is_in_force(
    one: ContributionParameters, sets: Sequence[ContributionParameters], month: date
) -> bool:
    end = last_day(month_index(month))
    return one.valid_from <= end and parameters_in_force(sets, end) is one


@attrs.frozen
class Valuation:
    """One customer's share of amounts, in the reporting currency.

    Args:
        customer_id: Whose share.
        exchange: None where amounts are in several currencies and nobody gave rates: then no
            amount is known.
    """

    customer_id: str
    exchange: Exchange | None

    def share(
        self, amount: Decimal, currency: str, month: date, owners: Iterable[Owner]
    ) -> Decimal | None:
        """The customer's share of an amount; None where the month's rate isn't known.

        The whole is converted and rounded to the reporting currency's minor unit, then shared out,
        so that the owners' shares sum to it. Call it inside `exact()`.
        """
        if not amount:
            return ZERO
        rate = None if self.exchange is None else self.exchange.rate(currency, month)
        if self.exchange is None or rate is None:
            return None
        places = minor_units(self.exchange.currency)
        whole = (amount * rate).quantize(ONE.scaleb(-places))
        shares = {owner.customer_id: owner.share for owner in owners}
        return share_out(whole, shares, places)[self.customer_id]


def valuation_of(
    customer_id: str, currencies: Iterable[str], exchange: Exchange | None
) -> Valuation:
    """How a customer's amounts are valued.

    Without rates, amounts in one single currency are taken to be in the reporting currency.
    """
    if exchange is None:
        found = set(currencies)
        exchange = Exchange(found.pop()) if len(found) == 1 else None
    return Valuation(customer_id, exchange)

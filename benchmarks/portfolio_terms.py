"""The numbers that hand-written queries reckon with, as whole units, and what they must agree on.

A position's components, each rounded half-even to the cent, by the built-in parameters:

    margin    average * spread * days * exchange / year of the product
    charge    exposure * weight * ratio * hurdle * days * exchange / year of the calendar
    loss      exposure * probability * loss given default * days * exchange / the same

Exposure is counted in tenths of a cent, because conversion factors are tenths; rates in millionths.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple

from portfolio_data import AS_OF

from relationship_core.decisions.parameters import ContributionParameters
from relationship_core.domain import DayCount, ProductFamily
from relationship_core.plugins.builtin_parameters import default_parameters

PARAMETERS: Final[ContributionParameters] = default_parameters()[0]
CURRENCIES: Final = {"CNY": 10, "USD": 71}
"""Tenths of the reporting currency for one unit; the same in every month."""
MARGIN_UNITS: Final = 10 * 10**6
"""Of exchange and of a rate."""
CAPITAL_UNITS: Final = 10**3
"""From exposure * exchange * weight in hundredths * ratio in thousandths to millionths."""
CHARGE_UNITS: Final = 10**8
"""From the same, times a hurdle of a tenth, to cents."""
RATIO: Final = 105
LOSS_UNITS: Final = 10 * 10 * 10**6 * 20
"""Of exposure, exchange, a probability, and a loss given default of nine twentieths."""
LOSS: Final = 9
HURDLE: Final = (10**11, 999_995)
"""Cents earned * the first >= millionths of capital * the second: a return that rounds to 10 %."""
TIERS: Final = {"vip": 990, "key": 950, "secondary": 800, "ordinary": 500}
"""Least permille; the first two ask organisations for their return on capital too."""

LATEST: Final = AS_OF.year * 12 + AS_OF.month
"""The number of the latest month, which the review date ends."""
MONTHS: Final = tuple(
    date((LATEST - age - 1) // 12, (LATEST - age - 1) % 12 + 1, 1) for age in range(12)
)
YEAR_DAYS: Final = 365
"""Of both calendar years of the window; neither has a 29th of February."""


class Terms(NamedTuple):
    """What an account of one product and currency is priced with."""

    product_id: str
    currency: str
    exchange: int
    margins: bool
    year: int
    credit_rate: int | None
    debit_rate: int | None
    price: int | None
    probability: int | None
    conversion: int
    weight: int
    upkeep: int


def price_steps(currency: str) -> list[tuple[int, int]]:
    """The terms in months, and the price of funds up to each; the last holds for all longer."""
    return sorted(
        (price.tenor_months, units(price.rate, 6))
        for price in PARAMETERS.transfer_prices
        if price.currency == currency
    )


def price_of(currency: str, months: int) -> int:
    steps = price_steps(currency)
    return next((rate for term, rate in steps if term >= months), steps[-1][1])


def terms_of(products: Iterable[tuple[str, str, str | None]]) -> list[Terms]:
    """A row for each currency and product, given by id, family and day count."""
    chosen = {one.product: one for one in PARAMETERS.products}
    return [
        Terms(
            product_id=product_id,
            currency=currency,
            exchange=CURRENCIES[currency],
            margins=not ProductFamily(family).is_investment,
            year=360 if day_count == DayCount.ACT_360 else 365,
            credit_rate=_rate(chosen[family].credit_rate),
            debit_rate=_rate(chosen[family].debit_rate),
            price=price_of(currency, chosen[family].tenor_months),
            probability=_rate(chosen[family].probability_of_default),
            conversion=units(chosen[family].conversion_factor, 1),
            weight=units(chosen[family].risk_weight, 2),
            upkeep=units(chosen[family].account_upkeep, 2),
        )
        for product_id, family, day_count in products
        for currency in CURRENCIES
    ]


def _rate(rate: Decimal | None) -> int | None:
    return None if rate is None else units(rate, 6)


def units(amount: Decimal, places: int) -> int:
    whole = amount.scaleb(places)
    if whole != int(whole):
        raise ValueError(f"{amount} has more than {places} decimal places")
    return int(whole)


UNIT_COSTS: Final = {cost.channel: units(cost.amount, 2) for cost in PARAMETERS.unit_costs}
UPKEEP: Final = {one.kind: units(one.amount, 2) for one in PARAMETERS.relationship_upkeep}

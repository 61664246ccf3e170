"""The built-in contribution parameters: planning figures, for a bank to replace by its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from relationship_core.decisions.parameters import (
    ContributionParameters,
    ExchangeRate,
    ProductParameters,
    RelationshipUpkeep,
    TransferPrice,
    UnitCost,
)
from relationship_core.domain import Channel, CustomerKind, ProductFamily

BEGINNING = date(2000, 1, 1)
REPORTING_CURRENCY = "CNY"

_CURVES = {
    "CNY": {
        1: "0.0140",
        3: "0.0150",
        6: "0.0160",
        12: "0.0175",
        36: "0.0205",
        60: "0.0235",
        240: "0.0290",
    },
    "USD": {
        1: "0.0380",
        3: "0.0385",
        6: "0.0385",
        12: "0.0380",
        36: "0.0375",
        60: "0.0380",
        240: "0.0410",
    },
}
"""Funds transfer prices by term in months: the shape of a quiet curve, flat over time."""

_UNIT_COSTS = {
    Channel.COUNTER: "12.00",
    Channel.PHONE: "6.00",
    Channel.ATM: "2.50",
    Channel.SELF_SERVICE: "1.50",
    Channel.CARD: "0.40",
    Channel.ONLINE: "0.30",
    Channel.MOBILE: "0.15",
    Channel.AUTOMATIC: "0.10",
}

_RETAIL_WEIGHT = Decimal("0.75")
_USD_PLANNING_RATE = Decimal("7.10")
_PLANNED_YEARS = range(2015, 2036)


def default_parameters() -> tuple[ContributionParameters, ...]:
    """One set of parameters, in CNY, in force from the year 2000 on.

    Every figure is a planning assumption of the right order of magnitude; none is quoted from a
    market. Lending and overdrafts carry Basel III's standardised risk weight of regulatory retail
    exposures, 75 % (CRE20); guarantees that of an unrated company, 100 %.
    """
    return (
        ContributionParameters(
            version="builtin-1",
            valid_from=BEGINNING,
            currency=REPORTING_CURRENCY,
            transfer_prices=tuple(_transfer_prices()),
            products=tuple(_products()),
            unit_costs=tuple(
                UnitCost(channel, Decimal(amount)) for channel, amount in _UNIT_COSTS.items()
            ),
            exchange_rates=tuple(
                ExchangeRate("USD", date(year, month, 1), _USD_PLANNING_RATE)
                for year in _PLANNED_YEARS
                for month in range(1, 13)
            ),
            relationship_upkeep=(
                RelationshipUpkeep(CustomerKind.PERSONAL, Decimal("1.00")),
                RelationshipUpkeep(CustomerKind.CORPORATE, Decimal("60.00")),
                RelationshipUpkeep(CustomerKind.INSTITUTIONAL, Decimal("60.00")),
            ),
            capital_ratio=Decimal("0.105"),
            hurdle_rate=Decimal("0.10"),
        ),
    )


def _transfer_prices() -> Iterator[TransferPrice]:
    for currency, curve in _CURVES.items():
        for months, rate in curve.items():
            yield TransferPrice(currency, "*", months, BEGINNING, Decimal(rate))


def _products() -> Iterator[ProductParameters]:
    yield _deposit(ProductFamily.CURRENT, "0.0005", tenor=36, upkeep="0.50")
    yield _deposit(ProductFamily.SAVINGS, "0.0030", tenor=24, upkeep="0.30")
    yield _deposit(ProductFamily.SETTLEMENT, "0.0005", tenor=12, upkeep="3.00")
    yield _deposit(ProductFamily.TERM_DEPOSIT, "0.0135", tenor=12, upkeep="0.20")
    yield _credit(ProductFamily.LOAN, "0.0420", tenor=36, default="0.0150")
    yield _credit(ProductFamily.CARD, "0.1200", tenor=3, default="0.0250")
    yield _credit(ProductFamily.OVERDRAFT, "0.1000", tenor=1, default="0.0300")
    yield ProductParameters(
        product=ProductFamily.GUARANTEE,
        probability_of_default=Decimal("0.0100"),
        conversion_factor=Decimal("0.5"),
        account_upkeep=Decimal("5.00"),
    )
    for family in ProductFamily:
        if family.is_investment:
            yield ProductParameters(product=family, account_upkeep=Decimal("0.50"))


def _deposit(family: ProductFamily, rate: str, *, tenor: int, upkeep: str) -> ProductParameters:
    return ProductParameters(
        product=family,
        credit_rate=Decimal(rate),
        debit_rate=Decimal("0.1000"),
        tenor_months=tenor,
        probability_of_default=Decimal("0.0300"),
        risk_weight=_RETAIL_WEIGHT,
        account_upkeep=Decimal(upkeep),
    )


def _credit(family: ProductFamily, rate: str, *, tenor: int, default: str) -> ProductParameters:
    return ProductParameters(
        product=family,
        credit_rate=Decimal(0),
        debit_rate=Decimal(rate),
        tenor_months=tenor,
        probability_of_default=Decimal(default),
        conversion_factor=Decimal("0.4"),
        risk_weight=_RETAIL_WEIGHT,
        account_upkeep=Decimal("1.00"),
    )

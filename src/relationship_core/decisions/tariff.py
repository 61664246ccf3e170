"""Parameter sets arranged for quick use: what prices a product's month is looked up once."""

from __future__ import annotations

from calendar import isleap
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache

import attrs

from relationship_core.decisions.funds_transfer import Curve, arrange_curves, first_rate
from relationship_core.decisions.parameters import (
    ANY_PRODUCT,
    ContributionParameters,
    ProductParameters,
    parameters_in_force,
    reporting_currency,
)
from relationship_core.decisions.terms import Terms, UnitCosts
from relationship_core.decisions.window import last_day, month_index
from relationship_core.domain.account import DayCount, Product
from relationship_core.domain.customer import CustomerKind
from relationship_core.domain.money import minor_units
from relationship_core.domain.validation import ONE, ZERO
from relationship_core.errors import ParameterError
from relationship_core.rules import exact


@attrs.frozen
class _Set:
    """One parameter set with its lists turned into look-ups."""

    parameters: ContributionParameters
    products: Mapping[str, ProductParameters]
    curves: Mapping[tuple[str, str], Curve]
    unit_costs: UnitCosts
    exchange_rates: Mapping[tuple[str, date], Decimal]
    upkeep: Mapping[CustomerKind, Decimal]


def _arranged(parameters: ContributionParameters) -> _Set:
    return _Set(
        parameters=parameters,
        products={one.product: one for one in parameters.products},
        curves=arrange_curves(parameters.transfer_prices),
        unit_costs=UnitCosts(parameters),
        exchange_rates={
            (rate.currency, rate.month): rate.rate for rate in parameters.exchange_rates
        },
        upkeep={upkeep.kind: upkeep.amount for upkeep in parameters.relationship_upkeep},
    )


class Sheet(dict[date, Terms]):
    """The terms of one product and currency by month, each made when first asked for."""

    def __init__(self, tariff: Tariff, product: Product, currency: str) -> None:
        super().__init__()
        self._tariff = tariff
        self._product = product
        self._currency = currency

    def __missing__(self, month: date) -> Terms:
        terms = self._tariff.terms(self._product, self._currency, month)
        self[month] = terms
        return terms


class Tariff:
    """A bank's parameter sets, arranged.

    What it keeps grows with products, currencies and months, never with customers.

    Args:
        sets: The dated sets, in any order, all in one reporting currency.

    Raises:
        ParameterError: There is no set, or two report in different currencies.
    """

    def __init__(self, sets: Iterable[ContributionParameters]) -> None:
        self._sets = tuple(sets)
        self.currency = reporting_currency(self._sets)
        self.minor_units = minor_units(self.currency)
        self.quantum = Decimal((0, (1,), -self.minor_units))
        self._arranged = {one: _arranged(one) for one in self._sets}
        self._charges_upkeep = any(one.relationship_upkeep for one in self._sets)
        self._sheets: dict[tuple[object, ...], Sheet] = {}
        self._upkeep: dict[tuple[CustomerKind, int, int], Decimal] = {}

    def sheet(self, product: Product, currency: str) -> Sheet:
        """The terms of a product in a currency, by month."""
        key = (product.id, product.family, product.day_count, currency)
        sheet = self._sheets.get(key)
        if sheet is None:
            sheet = self._sheets[key] = Sheet(self, product, currency)
        return sheet

    def terms(self, product: Product, currency: str, month: date) -> Terms:
        """Work out the terms of a product, currency and month.

        Raises:
            ParameterError: No set is in force, or it lacks the product or the exchange rate.
        """
        index = month_index(month)
        arranged = self._in_force(index)
        parameters = arranged.parameters
        names = (product.id, product.family.value, ANY_PRODUCT)
        chosen = self._product(arranged, product, month)
        curves = tuple(
            arranged.curves[currency, name] for name in names if (currency, name) in arranged.curves
        )
        rate = self._exchange_rate(arranged, currency, month)
        days = last_day(index).day
        calendar_year = Decimal(366 if isleap(month.year) else 365)
        month_days, year_days = _day_count(product.day_count, days, calendar_year)
        with exact():
            span = rate * days
            capital = span * chosen.risk_weight * parameters.capital_ratio
            earned = parameters.return_on_capital
            return Terms(
                month=month,
                index=index,
                product=product.id,
                # Investments earn fees: no funds go from the bank to them or from them to it.
                earns_margin=not product.family.is_investment,
                credit_rate=chosen.credit_rate,
                debit_rate=chosen.debit_rate,
                behavioural_price=first_rate(curves, month, chosen.tenor_months),
                interest_factor=rate * month_days,
                interest_year=year_days,
                year=calendar_year,
                probability_of_default=chosen.probability_of_default,
                loss_factor=span * chosen.loss_given_default,
                capital_factor=capital,
                charge_factor=capital * parameters.hurdle_rate,
                income_factor=None if earned is None else capital * earned,
                conversion_factor=chosen.conversion_factor,
                exchange_rate=rate,
                account_upkeep=ZERO - chosen.account_upkeep.quantize(self.quantum),
                unit_costs=arranged.unit_costs,
                quantum=self.quantum,
                zero=ZERO.quantize(self.quantum),
                currency=currency,
                version=parameters.version,
                tenor_months=chosen.tenor_months,
                curves=curves,
            )

    def relationship_upkeep(self, kind: CustomerKind, first: int, last: int) -> Decimal:
        """What keeping a relationship costs from one month to another, negative.

        Args:
            kind: The customer's.
            first: Number of the first month.
            last: Number of the last month; before the first, there is nothing to pay.

        Raises:
            ParameterError: Upkeep is charged, and no set is in force in one of the months.
        """
        key = (kind, first, last)
        total = self._upkeep.get(key)
        if total is None:
            with exact():
                total = ZERO.quantize(self.quantum)
                for index in range(first, last + 1) if self._charges_upkeep else ():
                    total -= self._in_force(index).upkeep.get(kind, ZERO).quantize(self.quantum)
            self._upkeep[key] = total
        return total

    def _in_force(self, index: int) -> _Set:
        return self._arranged[parameters_in_force(self._sets, last_day(index))]

    def _product(self, arranged: _Set, product: Product, month: date) -> ProductParameters:
        for name in (product.id, product.family.value, ANY_PRODUCT):
            if name in arranged.products:
                return arranged.products[name]
        raise ParameterError(
            f"nothing is set for product {product.id!r}",
            where=f"contribution parameters {arranged.parameters.version!r}, month {month:%Y-%m}",
            mend=f"add ProductParameters for the product, its family or {ANY_PRODUCT!r}",
        )

    def _exchange_rate(self, arranged: _Set, currency: str, month: date) -> Decimal:
        if currency == self.currency:
            return ONE
        rate = arranged.exchange_rates.get((currency, month))
        if rate is None:
            raise ParameterError(
                f"no exchange rate of {currency} in {month:%Y-%m}",
                where=f"contribution parameters {arranged.parameters.version!r}",
                mend=f"add ExchangeRate({currency!r}, date({month.year}, {month.month}, 1), ...)",
            )
        return rate


def _day_count(day_count: DayCount, days: int, calendar_year: Decimal) -> tuple[int, Decimal]:
    """A month's days and its year's, by a convention of the interest on a product."""
    return {
        DayCount.ACT_365: (days, Decimal(365)),
        DayCount.ACT_360: (days, Decimal(360)),
        DayCount.THIRTY_360: (30, Decimal(360)),
        DayCount.ACT_ACT: (days, calendar_year),
    }[day_count]


@lru_cache(maxsize=32)
def _tariff(sets: tuple[ContributionParameters, ...]) -> Tariff:
    return Tariff(sets)


def tariff_of(sets: Sequence[ContributionParameters]) -> Tariff:
    """The arranged form of parameter sets, the same one for sets that are equal.

    Raises:
        ParameterError: There is no set, or two report in different currencies.
    """
    return _tariff(tuple(sets))

"""What a bank's contribution is reckoned with: dated sets of prices, costs, risk and capital."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

import attrs

from relationship_core.domain.channel import Channel
from relationship_core.domain.customer import CustomerKind
from relationship_core.domain.money import check_currency
from relationship_core.domain.validation import (
    ONE,
    ZERO,
    freeze_items,
    refuse,
    require_amount,
    require_count,
    require_date,
    require_each,
    require_id,
    require_member,
    require_probability,
    require_rate,
    require_text,
)
from relationship_core.errors import ParameterError

ANY_PRODUCT = "*"
"""In place of a product: every product that nothing more specific names."""

# 1 250 % turns an exposure into capital one for one at 8 %, the heaviest weight of the accords.
_HEAVIEST_WEIGHT = Decimal("12.5")


def _settle_product(noun: TransferPrice | ProductParameters) -> None:
    """Check the product, and keep a family as its plain value, so that sets read back alike."""
    require_id(noun.product, f"{type(noun).__name__}.product")
    object.__setattr__(noun, "product", str(noun.product))


@attrs.frozen
class TransferPrice:
    """The bank's internal price of funds for one term, from a day on.

    It holds until the next price of the same currency, product and term.

    Args:
        currency: ISO 4217 code.
        product: A product's id, a family's value, or "*"; the most specific one wins.
        tenor_months: The term it is the price of.
        valid_from: The first day it holds.
        rate: A fraction a year.

    Raises:
        InvalidValueError: A field is of the wrong kind or out of range.
    """

    currency: str
    product: str
    tenor_months: int
    valid_from: date
    rate: Decimal

    def __attrs_post_init__(self) -> None:
        check_currency(self.currency, where="TransferPrice.currency")
        _settle_product(self)
        require_count(self.tenor_months, "TransferPrice.tenor_months")
        require_date(self.valid_from, "TransferPrice.valid_from")
        require_rate(self.rate, "TransferPrice.rate")


@attrs.frozen
class ProductParameters:
    """What the accounts of one product, or of many, are reckoned with.

    Rates and the probability of default fill in where a position has none of its own. None is
    unknown: what needs it is then missing, not zero.

    Args:
        product: A product's id, a family's value, or "*"; the most specific one wins, whole.
        credit_rate: Posted rate on credit balances, a fraction a year.
        debit_rate: Posted rate on debit balances, a fraction a year.
        tenor_months: Behavioural term of accounts without maturity.
        probability_of_default: Over a year, a fraction.
        loss_given_default: A fraction. 45 % is what Basel's foundation approach gives senior
            unsecured claims.
        conversion_factor: The part of what is undrawn or guaranteed that counts as exposure.
        risk_weight: 1 is 100 %, the standardised weight of an unrated company.
        account_upkeep: Cost of one account a month, in the reporting currency.

    Raises:
        InvalidValueError: A field is of the wrong kind or out of range.
    """

    product: str = ANY_PRODUCT
    credit_rate: Decimal | None = None
    debit_rate: Decimal | None = None
    tenor_months: int = 1
    probability_of_default: Decimal | None = None
    loss_given_default: Decimal = Decimal("0.45")
    conversion_factor: Decimal = ONE
    risk_weight: Decimal = ONE
    account_upkeep: Decimal = ZERO

    def __attrs_post_init__(self) -> None:
        _settle_product(self)
        for name in ("credit_rate", "debit_rate"):
            if (rate := getattr(self, name)) is not None:
                require_rate(rate, f"ProductParameters.{name}")
        require_count(self.tenor_months, "ProductParameters.tenor_months")
        if self.probability_of_default is not None:
            require_probability(
                self.probability_of_default, "ProductParameters.probability_of_default"
            )
        for name in ("loss_given_default", "conversion_factor"):
            require_probability(getattr(self, name), f"ProductParameters.{name}")
        require_amount(self.risk_weight, "ProductParameters.risk_weight", signed=False)
        if self.risk_weight > _HEAVIEST_WEIGHT:
            refuse(
                "the weight is above 1250 %",
                "ProductParameters.risk_weight",
                "100 % is Decimal('1')",
            )
        require_amount(self.account_upkeep, "ProductParameters.account_upkeep", signed=False)


@attrs.frozen
class UnitCost:
    """What one transaction in a channel costs the bank, in the reporting currency.

    Raises:
        InvalidValueError: A field is of the wrong kind, or the amount is negative.
    """

    channel: Channel
    amount: Decimal

    def __attrs_post_init__(self) -> None:
        require_member(self.channel, Channel, "UnitCost.channel")
        require_amount(self.amount, "UnitCost.amount", signed=False)


@attrs.frozen
class ExchangeRate:
    """A month's rate: so many units of the reporting currency for one of this currency.

    Args:
        currency: ISO 4217 code.
        month: The month's first day.
        rate: Above zero.

    Raises:
        InvalidValueError: A field is of the wrong kind or out of range.
    """

    currency: str
    month: date
    rate: Decimal

    def __attrs_post_init__(self) -> None:
        check_currency(self.currency, where="ExchangeRate.currency")
        require_date(self.month, "ExchangeRate.month")
        if self.month.day != 1:
            refuse("the month is not a first day", "ExchangeRate.month", "use day 1")
        require_amount(self.rate, "ExchangeRate.rate", signed=False)
        if not self.rate:
            refuse("the rate is zero", "ExchangeRate.rate", "leave it out if it is unknown")


@attrs.frozen
class RelationshipUpkeep:
    """What keeping a relationship costs a month beside its accounts, in the reporting currency.

    Raises:
        InvalidValueError: A field is of the wrong kind, or the amount is negative.
    """

    kind: CustomerKind
    amount: Decimal

    def __attrs_post_init__(self) -> None:
        require_member(self.kind, CustomerKind, "RelationshipUpkeep.kind")
        require_amount(self.amount, "RelationshipUpkeep.amount", signed=False)


# The hash is kept, because every review looks its sets up among those already arranged.
@attrs.frozen(cache_hash=True)
class ContributionParameters:
    """One dated set of all that a contribution is reckoned with.

    A month is reckoned with the set in force on its last day, exchange rates included. Prices of
    funds reach back by their own dates, because a loan keeps the price of the day it was granted.

    Args:
        version: The set's name, shown in errors.
        valid_from: The first day it holds; it holds until the next set's.
        currency: The reporting currency, the same in all of a bank's sets.
        transfer_prices: At most one for each currency, product, term and day.
        products: At most one for each product.
        unit_costs: At most one for each channel; a channel in use needs one.
        exchange_rates: At most one for each currency and month.
        relationship_upkeep: At most one for each kind of customer; none is no cost.
        capital_ratio: Capital held for one unit of risk-weighted exposure.
        hurdle_rate: What capital must earn, a fraction a year.
        return_on_capital: What the capital itself earns, a fraction a year. None leaves it out of
            contribution and RAROC; a rate counts it in both.

    Raises:
        InvalidValueError: A field is of the wrong kind or out of range, or an entry is given twice.
    """

    version: str
    valid_from: date
    currency: str
    transfer_prices: tuple[TransferPrice, ...] = ()
    products: tuple[ProductParameters, ...] = (ProductParameters(),)
    unit_costs: tuple[UnitCost, ...] = ()
    exchange_rates: tuple[ExchangeRate, ...] = ()
    relationship_upkeep: tuple[RelationshipUpkeep, ...] = ()
    capital_ratio: Decimal = Decimal("0.08")
    hurdle_rate: Decimal = Decimal("0.1")
    return_on_capital: Decimal | None = None

    def __attrs_post_init__(self) -> None:
        require_text(self.version, "ContributionParameters.version")
        require_date(self.valid_from, "ContributionParameters.valid_from")
        check_currency(self.currency, where="ContributionParameters.currency")
        for name, kind in _NOUNS.items():
            freeze_items(self, name)
            require_each(getattr(self, name), kind, f"ContributionParameters.{name}")
        self._refuse_doubles()
        require_probability(self.capital_ratio, "ContributionParameters.capital_ratio")
        require_rate(self.hurdle_rate, "ContributionParameters.hurdle_rate")
        if self.return_on_capital is not None:
            require_rate(self.return_on_capital, "ContributionParameters.return_on_capital")

    def _refuse_doubles(self) -> None:
        _once(
            "transfer_prices",
            "currency, product, term and day",
            ((p.currency, p.product, p.tenor_months, p.valid_from) for p in self.transfer_prices),
        )
        _once("products", "product", (p.product for p in self.products))
        _once("unit_costs", "channel", (cost.channel for cost in self.unit_costs))
        _once(
            "exchange_rates",
            "currency and month",
            ((r.currency, r.month) for r in self.exchange_rates),
        )
        _once("relationship_upkeep", "kind", (upkeep.kind for upkeep in self.relationship_upkeep))


_NOUNS: dict[str, type] = {
    "transfer_prices": TransferPrice,
    "products": ProductParameters,
    "unit_costs": UnitCost,
    "exchange_rates": ExchangeRate,
    "relationship_upkeep": RelationshipUpkeep,
}


def _once(field: str, of_what: str, keys: Iterable[object]) -> None:
    seen = set()
    for index, key in enumerate(keys):
        if key in seen:
            refuse(
                f"a second entry for one {of_what}",
                f"ContributionParameters.{field}[{index}]",
                "keep one of them; a change belongs in a set with a later valid_from",
            )
        seen.add(key)


def reporting_currency(sets: Iterable[ContributionParameters]) -> str:
    """The one currency that all of a bank's sets report in.

    Raises:
        ParameterError: There is no set, or two report in different currencies.
    """
    currencies = sorted({one.currency for one in sets})
    if len(currencies) != 1:
        raise ParameterError(
            f"the sets report in {' and '.join(currencies) or 'no currency'}",
            where="contribution parameters",
            mend="give at least one set, all of them in one reporting currency",
        )
    return currencies[0]


def parameters_in_force(sets: Sequence[ContributionParameters], on: date) -> ContributionParameters:
    """The set that holds on a day: the one with the latest first day that isn't after it.

    Raises:
        ParameterError: No set holds on the day, or two begin on one day.
    """
    begun = [one for one in sets if one.valid_from <= on]
    if not begun:
        raise ParameterError(
            f"no parameter set is in force on {on}",
            where="contribution parameters",
            mend=f"give a set whose valid_from is {on} or earlier",
        )
    latest = max(begun, key=lambda one: one.valid_from)
    if sum(one.valid_from == latest.valid_from for one in begun) > 1:
        raise ParameterError(
            f"two parameter sets begin on {latest.valid_from}",
            where="contribution parameters",
            mend="give each set its own valid_from",
        )
    return latest

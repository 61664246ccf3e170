"""One account in one month, priced component by component and shared among its owners."""

# No postponed annotations here: cattrs takes those of a NamedTuple as they stand.
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

import attrs

from relationship_core.decisions.terms import Terms
from relationship_core.domain.account import Account, Owner
from relationship_core.domain.channel import Channel
from relationship_core.domain.money import divide_units, whole_weights
from relationship_core.domain.position import Position
from relationship_core.domain.validation import ZERO

CAPITAL_PLACES = 6
"""Decimal places of capital, in capital-years of the reporting currency."""

_CAPITAL_QUANTUM = Decimal((0, (1,), -CAPITAL_PLACES))
_NO_CAPITAL = ZERO.quantize(_CAPITAL_QUANTUM)


class Component(StrEnum):
    """What a contribution is the plain sum of, in the order of a waterfall.

    Amounts are signed as they enter the sum: income is positive, cost is negative. In a month an
    account has an expected loss or an impairment, never both.
    """

    DEPOSIT_MARGIN = "deposit_margin"
    LENDING_MARGIN = "lending_margin"
    FEES = "fees"
    CHANNEL_COST = "channel_cost"
    ACCOUNT_UPKEEP = "account_upkeep"
    EXPECTED_LOSS = "expected_loss"
    IMPAIRMENT = "impairment"
    CAPITAL_CHARGE = "capital_charge"
    CAPITAL_INCOME = "capital_income"
    RELATIONSHIP_UPKEEP = "relationship_upkeep"


class Unknown(StrEnum):
    """Why an amount is missing."""

    ACCOUNTS = "accounts were not given"
    POSITION = "no position for a month in which the account was open"
    CREDIT_RATE = "no rate for a credit balance, nor a posted one"
    DEBIT_RATE = "no rate for a debit balance, nor a posted one"
    PROBABILITY_OF_DEFAULT = "no probability of default for an exposure"
    IMPAIRMENT = "no change in provision for an exposure in default"
    TRANSACTIONS = "transactions were not counted, and cost by channel"


@attrs.frozen
class Missing:
    """One thing that wasn't known, and so makes every sum it belongs to missing.

    Args:
        reason: What wasn't known.
        account_id: The account; None where all are meant.
        product: Its product's id.
        month: The month's first day.
        component: What is missing; None means all of the month.
    """

    reason: Unknown
    account_id: str | None = None
    product: str | None = None
    month: date | None = None
    component: Component | None = None


class Part(NamedTuple):
    """One account-month: each component in the reporting currency, signed as it enters the total.

    A tuple and not an attrs class because a review builds dozens, and this costs a third. An amount
    that isn't known is None, and so is the total then. Capital is in capital-years: the economic
    capital times the part of a year for which it was held.
    """

    account_id: str
    month: date
    product: str
    deposit_margin: Decimal | None
    lending_margin: Decimal | None
    fees: Decimal
    channel_cost: Decimal | None
    account_upkeep: Decimal
    expected_loss: Decimal | None
    impairment: Decimal | None
    capital_charge: Decimal
    capital_income: Decimal
    total: Decimal | None
    capital: Decimal

    @property
    def amounts(self) -> tuple[Decimal | None, ...]:
        """The components of an account, in the order of `Component`."""
        return self[3:12]


def accrue(account: Account, position: Position, terms: Terms, missing: list[Missing]) -> Part:
    """Price an account-month, whoever owns it.

    Interest on average balances is taken against the price of funds, for debit and credit averages
    apart, by the product's day count. Loss and capital follow the calendar year, on an exposure of
    the debit average and the converted part of what is undrawn, net of cash margin, not below 0.
    Impairment replaces the expected loss, and in default nothing but a change in provision counts.
    Each component is rounded half-even to the reporting currency's minor unit, once. Call it inside
    `exact()`: at that precision a quotient by 366 or less is never rounded onto a tie.

    Args:
        account: The account.
        position: Its month.
        terms: The terms of its product, currency and month.
        missing: Grows by what isn't known.

    Raises:
        ParameterError: No price of funds or unit cost is set for what it needs.
    """
    quantum = terms.quantum
    deposit: Decimal | None
    lending: Decimal | None
    channels: Decimal | None
    expected: Decimal | None
    impairment: Decimal | None
    deposit = lending = expected = impairment = fees = channels = charge = income = terms.zero
    capital = _NO_CAPITAL
    if terms.earns_margin:
        if position.credit_average:
            deposit = _deposit_margin(account, position, terms, missing)
        if position.debit_average:
            lending = _lending_margin(account, position, terms, missing)
    if position.fees:
        fees += (position.fees * terms.exchange_rate).quantize(quantum)
    if position.transactions:
        channels -= _channel_cost(position.transactions, terms)
    elif position.transactions is None and terms.unit_costs.are_charged:
        channels = None
        _note(missing, Unknown.TRANSACTIONS, Component.CHANNEL_COST, position, terms)
    if position.debit_average or position.undrawn:
        exposure = _exposure(position, terms)
        capital = (exposure * terms.capital_factor / terms.year).quantize(_CAPITAL_QUANTUM)
        charge -= (exposure * terms.charge_factor / terms.year).quantize(quantum)
        if terms.income_factor is not None:
            income += (exposure * terms.income_factor / terms.year).quantize(quantum)
        if position.impairment is None:
            expected, impairment = _credit_loss(exposure, position, terms, missing)
    if position.impairment is not None:
        impairment = terms.zero - (position.impairment * terms.exchange_rate).quantize(quantum)
    upkeep = terms.account_upkeep
    if (
        deposit is None
        or lending is None
        or channels is None
        or expected is None
        or impairment is None
    ):
        total = None
    else:
        total = (
            deposit + lending + fees + channels + upkeep + expected + impairment + charge + income
        )
    return Part(
        account.id,
        position.month,
        terms.product,
        deposit,
        lending,
        fees,
        channels,
        upkeep,
        expected,
        impairment,
        charge,
        income,
        total,
        capital,
    )


def _deposit_margin(
    account: Account, position: Position, terms: Terms, missing: list[Missing]
) -> Decimal | None:
    rate = terms.credit_rate if position.credit_rate is None else position.credit_rate
    if rate is None:
        _note(missing, Unknown.CREDIT_RATE, Component.DEPOSIT_MARGIN, position, terms)
        return None
    return _interest(position.credit_average, terms.transfer_price(account) - rate, terms)


def _lending_margin(
    account: Account, position: Position, terms: Terms, missing: list[Missing]
) -> Decimal | None:
    rate = terms.debit_rate if position.debit_rate is None else position.debit_rate
    if rate is None:
        _note(missing, Unknown.DEBIT_RATE, Component.LENDING_MARGIN, position, terms)
        return None
    return _interest(position.debit_average, rate - terms.transfer_price(account), terms)


def _interest(average: Decimal, spread: Decimal, terms: Terms) -> Decimal:
    interest = average * spread * terms.interest_factor / terms.interest_year
    # Adding to nothing turns -0.00 into 0.00.
    return terms.zero + interest.quantize(terms.quantum)


def _channel_cost(acts: Iterable[tuple[Channel, int]], terms: Terms) -> Decimal:
    costs = terms.unit_costs
    cost = ZERO
    for channel, count in acts:
        # Who prices only some channels owes no price for those that nobody used.
        if count:
            cost += costs[channel] * count
    return cost.quantize(terms.quantum)


def _exposure(position: Position, terms: Terms) -> Decimal:
    exposure = (
        position.debit_average + position.undrawn * terms.conversion_factor - position.cash_margin
    )
    return exposure if exposure > 0 else ZERO


def _credit_loss(
    exposure: Decimal, position: Position, terms: Terms, missing: list[Missing]
) -> tuple[Decimal | None, Decimal | None]:
    """The expected loss and the impairment where the books show no impairment."""
    zero = terms.zero
    if not exposure:
        return zero, zero
    if position.defaulted:
        _note(missing, Unknown.IMPAIRMENT, Component.IMPAIRMENT, position, terms)
        return zero, None
    probability = position.probability_of_default
    if probability is None:
        probability = terms.probability_of_default
    if probability is None:
        _note(missing, Unknown.PROBABILITY_OF_DEFAULT, Component.EXPECTED_LOSS, position, terms)
        return None, zero
    loss = exposure * probability * terms.loss_factor / terms.year
    return zero - loss.quantize(terms.quantum), zero


def _note(
    missing: list[Missing],
    reason: Unknown,
    component: Component,
    position: Position,
    terms: Terms,
) -> None:
    missing.append(Missing(reason, position.account_id, terms.product, position.month, component))


def weights_of(owners: Sequence[Owner]) -> dict[str, int]:
    """Owners' relative shares as whole numbers, by customer."""
    if len(owners) == 1:
        return {owners[0].customer_id: 1}
    return whole_weights({owner.customer_id: owner.share for owner in owners})


def share_part(part: Part, weights: Mapping[str, int], customer_id: str, minor_units: int) -> Part:
    """One owner's share of a priced account-month.

    Each component, and the capital, is divided as `share_out` does: by largest remainder, ties by
    owner id, so that the owners' shares sum to the account's. Call it inside `exact()`.
    """
    amounts = [
        _share(amount, weights, customer_id, minor_units) if amount else amount
        for amount in part.amounts
    ]
    capital = part.capital
    if capital:
        capital = _share(capital, weights, customer_id, CAPITAL_PLACES)
    known = [amount for amount in amounts if amount is not None]
    total = sum(known, ZERO) if len(known) == len(amounts) else None
    return Part._make((*part[:3], *amounts, total, capital))


def _share(amount: Decimal, weights: Mapping[str, int], customer_id: str, places: int) -> Decimal:
    units = divide_units(int(amount.scaleb(places)), weights)[customer_id]
    return Decimal(units).scaleb(-places)

"""The thresholds of the built-in lifecycle, by kind of customer."""

from __future__ import annotations

from decimal import Decimal

from attrs import frozen


@frozen
class RetailThresholds:
    """Where the stages of personal customers begin and end.

    Args:
        formation_months: Months since the first transaction.
        formation_transactions: Own transactions in three months.
        formation_products: Products held; a salary coming in does instead.
        stable_months: Months since the first transaction.
        stable_products: Products held.
        stable_change: Least change of balances over three months, a fraction.
        decline_balances: Change of balances over three months at which decline is indicated.
        decline_transactions: And of transactions over the same time.
        decline_inactive: Months without a transaction that indicate decline by themselves.
        lost_inactive: Months without a transaction at which the customer is lost.
        lost_aum: If they hold less than this, in the reporting currency.
        recovery_change: Least change of balances over three months for a recovery.
    """

    formation_months: int = 3
    formation_transactions: int = 9
    formation_products: int = 2
    stable_months: int = 12
    stable_products: int = 3
    stable_change: Decimal = Decimal("-0.10")
    decline_balances: Decimal = Decimal("-0.40")
    decline_transactions: Decimal = Decimal("-0.30")
    decline_inactive: int = 3
    lost_inactive: int = 12
    lost_aum: Decimal = Decimal(100)
    recovery_change: Decimal = Decimal("-0.10")


@frozen
class CorporateThresholds:
    """Where the stages of corporate and institutional customers begin and end.

    Args:
        formation_months: Months since the first transaction.
        formation_transactions: Own transactions in three months.
        formation_products: Products held.
        stable_months: Months since the first transaction.
        stable_products: Products held.
        hurdle: Least return on risk-adjusted capital, a fraction a year.
        decline_change: Change year on year, of balances and of transactions, at which decline is
            indicated.
        decline_inactive: Months without a transaction that indicate decline by themselves.
        recovery_change: Least change of balances over three months for a recovery.
    """

    formation_months: int = 6
    formation_transactions: int = 15
    formation_products: int = 2
    stable_months: int = 18
    stable_products: int = 4
    hurdle: Decimal = Decimal("0.10")
    decline_change: Decimal = Decimal("-0.40")
    decline_inactive: int = 6
    recovery_change: Decimal = Decimal("-0.10")

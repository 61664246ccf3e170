"""What one account was in one month."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache

import attrs

from relationship_core.domain.account import Owner, require_owners
from relationship_core.domain.channel import Channel
from relationship_core.domain.validation import (
    LARGEST_AMOUNT,
    LARGEST_RATE,
    ONE,
    ZERO,
    refuse,
    require_amount,
    require_count,
    require_date,
    require_flag,
    require_id,
    require_member,
    require_probability,
    require_rate,
)


@attrs.frozen
class Position:
    """One account in one month; amounts are in the account's currency.

    A position is known from its month's last day. For wealth, funds and insurance the credit
    average is the average holding.

    Args:
        account_id: The account.
        month: The month's first day.
        credit_average: Average over all days of the balance in the customer's favour, 0 or more.
        debit_average: Average over all days of what the customer owes, 0 or more.
        closing_balance: At the month's end, signed; positive is in the customer's favour.
        credit_rate: What the bank pays on the credit average, a fraction a year.
        debit_rate: What the customer pays on the debit average, a fraction a year.
        undrawn: Limit not drawn, or amount guaranteed, 0 or more.
        cash_margin: Cash held against it, 0 or more.
        fees: Fees earned in the month, net of tax; negative when given back.
        impairment: Accounting impairment, or the change in provision after default; replaces
            the expected loss.
        defaulted: Whether it was in default.
        probability_of_default: Over the next year, a fraction.
        days_past_due: At the month's end.
        transactions: The customer's own acts in the month, counted by channel.
        owners: Who owned it in that month; () means the account's owners.

    Raises:
        InvalidValueError: A field is of the wrong kind or out of range, or the month is not a
            first day.
    """

    account_id: str
    month: date
    credit_average: Decimal = ZERO
    debit_average: Decimal = ZERO
    closing_balance: Decimal = ZERO
    credit_rate: Decimal | None = None
    debit_rate: Decimal | None = None
    undrawn: Decimal = ZERO
    cash_margin: Decimal = ZERO
    fees: Decimal = ZERO
    impairment: Decimal | None = None
    defaulted: bool = False
    probability_of_default: Decimal | None = None
    days_past_due: int = 0
    transactions: tuple[tuple[Channel, int], ...] = ()
    owners: tuple[Owner, ...] = ()

    @property
    def month_end(self) -> date:
        """The month's last day, from which the position is known."""
        return _last_day(self.month)


@lru_cache(maxsize=4096)
def _last_day(month: date) -> date:
    return month.replace(day=monthrange(month.year, month.month)[1])

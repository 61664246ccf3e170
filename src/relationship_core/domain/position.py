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
    SMALLEST_AMOUNT,
    SMALLEST_RATE,
    ZERO,
    freeze_items,
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
        transactions: The customer's own acts in the month, counted by channel; () means there
            were none, None that nobody counted them.
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
    transactions: tuple[tuple[Channel, int], ...] | None = ()
    owners: tuple[Owner, ...] = ()

    def __attrs_post_init__(self) -> None:
        if self.transactions is not None and type(self.transactions) is not tuple:
            freeze_items(self, "transactions")
        if type(self.owners) is not tuple:
            freeze_items(self, "owners")
        # One expression and no call for what is sound, since millions are built; whatever it
        # doesn't recognise at once goes through the slow checks, which name the fault.
        try:
            is_sound = (
                type(self.month) is date
                and self.month.day == 1
                and type(self.account_id) is str
                and self.account_id.isprintable()
                and self.account_id.strip() == self.account_id != ""
                and type(self.credit_average) is Decimal
                and ZERO <= self.credit_average <= LARGEST_AMOUNT
                and type(self.debit_average) is Decimal
                and ZERO <= self.debit_average <= LARGEST_AMOUNT
                and type(self.closing_balance) is Decimal
                and SMALLEST_AMOUNT <= self.closing_balance <= LARGEST_AMOUNT
                and type(self.undrawn) is Decimal
                and ZERO <= self.undrawn <= LARGEST_AMOUNT
                and type(self.cash_margin) is Decimal
                and ZERO <= self.cash_margin <= LARGEST_AMOUNT
                and type(self.fees) is Decimal
                and SMALLEST_AMOUNT <= self.fees <= LARGEST_AMOUNT
                and type(self.defaulted) is bool
                and type(self.days_past_due) is int
                and self.days_past_due >= 0
                and (
                    self.credit_rate is None
                    or (
                        type(self.credit_rate) is Decimal
                        and SMALLEST_RATE <= self.credit_rate <= LARGEST_RATE
                    )
                )
                and (
                    self.debit_rate is None
                    or (
                        type(self.debit_rate) is Decimal
                        and SMALLEST_RATE <= self.debit_rate <= LARGEST_RATE
                    )
                )
            )
        except InvalidOperation:  # a NaN doesn't compare
            is_sound = False
        if not is_sound:
            self._check_slowly()
        if self.probability_of_default is not None:
            require_probability(self.probability_of_default, "Position.probability_of_default")
        if self.impairment is not None:
            require_amount(self.impairment, "Position.impairment")
        if self.transactions:
            self._check_transactions(self.transactions)
        if self.owners:
            require_owners(self.owners, "Position.owners")

    def _check_slowly(self) -> None:
        require_id(self.account_id, "Position.account_id")
        require_date(self.month, "Position.month")
        if self.month.day != 1:
            refuse("not the first day of a month", "Position.month", "use .replace(day=1)")
        for name in ("credit_average", "debit_average", "undrawn", "cash_margin"):
            require_amount(getattr(self, name), f"Position.{name}", signed=False)
        require_amount(self.closing_balance, "Position.closing_balance")
        require_amount(self.fees, "Position.fees")
        for name in ("credit_rate", "debit_rate"):
            rate = getattr(self, name)
            if rate is not None:
                require_rate(rate, f"Position.{name}")
        require_flag(self.defaulted, "Position.defaulted")
        require_count(self.days_past_due, "Position.days_past_due")

    def _check_transactions(self, transactions: tuple[tuple[Channel, int], ...]) -> None:
        channels = set()
        for pair in transactions:
            if type(pair) is not tuple or len(pair) != 2:
                refuse(
                    "not pairs of channel and count",
                    "Position.transactions",
                    "use ((Channel.ATM, 3), ...)",
                )
            channel, count = pair
            if type(channel) is not Channel:
                require_member(channel, Channel, "Position.transactions")
            if type(count) is not int or count < 0:
                require_count(count, "Position.transactions")
            channels.add(channel)
        if len(channels) != len(transactions):
            refuse("a channel is counted twice", "Position.transactions", "add up its counts")

    @property
    def month_end(self) -> date:
        """The month's last day, from which the position is known."""
        return _last_day(self.month)


@lru_cache(maxsize=4096)
def _last_day(month: date) -> date:
    return month.replace(day=monthrange(month.year, month.month)[1])

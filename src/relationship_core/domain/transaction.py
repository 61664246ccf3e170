"""One booking on an account."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum

import attrs

from relationship_core.domain.channel import Channel
from relationship_core.domain.validation import (
    LARGEST_AMOUNT,
    SMALLEST_AMOUNT,
    require_amount,
    require_date,
    require_id,
    require_member,
)


class TransactionPurpose(StrEnum):
    """What a booking was for."""

    SALARY = "salary"
    PENSION = "pension"
    TRANSFER = "transfer"
    CASH = "cash"
    PURCHASE = "purchase"
    LOAN_PAYMENT = "loan_payment"
    HOUSEHOLD = "household"
    INSURANCE = "insurance"
    TAX = "tax"
    INTEREST = "interest"
    FEE = "fee"
    PENALTY = "penalty"
    OTHER = "other"


_ACTS_OF_THE_BANK = frozenset(
    {TransactionPurpose.INTEREST, TransactionPurpose.FEE, TransactionPurpose.PENALTY}
)


@attrs.frozen
class Transaction:
    """One dated booking, in the account's currency.

    Args:
        id: The bank's number for it.
        account_id: The account.
        booked: The day it was booked.
        amount: Signed; positive is money coming in.
        channel: Where it was done.
        purpose: What it was for.
        counterparty_bank: The other side's bank; None for this bank or no other side.

    Raises:
        InvalidValueError: A field is of the wrong kind or not finite.
    """

    id: str
    account_id: str
    booked: date
    amount: Decimal
    channel: Channel
    purpose: TransactionPurpose
    counterparty_bank: str | None = None

    def __attrs_post_init__(self) -> None:
        # What is sound is recognised without a call; the slow checks name the fault of the rest.
        try:
            is_sound = (
                type(self.amount) is Decimal
                and SMALLEST_AMOUNT <= self.amount <= LARGEST_AMOUNT
                and type(self.booked) is date
                and type(self.channel) is Channel
                and type(self.purpose) is TransactionPurpose
                and type(self.id) is str
                and self.id.isprintable()
                and self.id.strip() == self.id != ""
                and type(self.account_id) is str
                and self.account_id.isprintable()
                and self.account_id.strip() == self.account_id != ""
            )
        except InvalidOperation:  # a NaN doesn't compare
            is_sound = False
        if not is_sound:
            self._check_slowly()
        if self.counterparty_bank is not None:
            require_id(self.counterparty_bank, "Transaction.counterparty_bank")

    def _check_slowly(self) -> None:
        require_id(self.id, "Transaction.id")
        require_id(self.account_id, "Transaction.account_id")
        require_date(self.booked, "Transaction.booked")
        require_amount(self.amount, "Transaction.amount")
        require_member(self.channel, Channel, "Transaction.channel")
        require_member(self.purpose, TransactionPurpose, "Transaction.purpose")

    @property
    def is_own_act(self) -> bool:
        """Whether the customer did it: interest, fees and penalties are the bank's acts."""
        return self.purpose not in _ACTS_OF_THE_BANK

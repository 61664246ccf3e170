"""What was still owed on a loan on each day, out of the instalments really paid.

A loan's amount is its instalment times its number of instalments, for all 682 loans: the records
hold no interest, so all that is paid reduces what is owed. Instalments fall due on the 12th, the
first on the first 12th after the granting day: so paid are 33 of the 34 loans that have a payment
by the end of March 1994. The other one (granted in July 1993, first payment in March 1994) is in
arrears, and was on record as such on every day between.

More than 90 days past due is default. From then on interest isn't earned, and a change in provision
takes the place of an expected loss. The records hold no provision: one of 45 % of what is owed is
assumed, as large as the loss that the rule book expects in default.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal

import attrs

from relationship_core.domain.transaction import TransactionPurpose

from .records import LoanGrant, Posting

ZERO = Decimal(0)
DUE_DAY = 12
DEFAULT_AFTER = 90
LOSS_GIVEN_DEFAULT = Decimal("0.45")
HELLER = Decimal("0.01")


@attrs.frozen
class Loan:
    """A loan and its payments, as known on the day of the records.

    Args:
        grant: The loan as granted.
        paid: Day and amount of each payment, days ascending.
    """

    grant: LoanGrant
    paid: tuple[tuple[date, Decimal], ...]

    @property
    def maturity(self) -> date:
        """The day on which the last instalment falls due."""
        return self._due(self.grant.instalments - 1)

    @property
    def repaid(self) -> date | None:
        """The day of the payment that completed the instalments, None while some are open."""
        return next(
            (day for day, _ in self.paid if self._paid_by(day) >= self.grant.instalments), None
        )

    def steps(self) -> tuple[tuple[date, Decimal], ...]:
        """The days on which the balance changed, and the balance then: below zero while owed."""
        balances = {self.grant.granted: -self.grant.amount}
        for day, _ in self.paid:
            sum_paid = sum((amount for paid, amount in self.paid if paid <= day), ZERO)
            is_repaid = self._paid_by(day) >= self.grant.instalments
            balances[day] = ZERO if is_repaid else min(sum_paid - self.grant.amount, ZERO)
        return tuple(sorted(balances.items()))

    def days_past_due(self, on: date) -> int:
        """Days since the oldest instalment still unpaid at the end of a day fell due, else 0."""
        paid = self._paid_by(on)
        if paid >= self.grant.instalments:
            return 0
        return max((on - self._due(paid)).days, 0)

    def is_in_default(self, on: date) -> bool:
        """Whether an instalment is more than 90 days past due at the end of a day."""
        return self.days_past_due(on) > DEFAULT_AFTER

    def provision(self, on: date) -> Decimal:
        """What is taken to be set aside at the end of a day: 45 % of what is owed in default."""
        if not self.is_in_default(on):
            return ZERO
        owed = next(-balance for day, balance in reversed(self.steps()) if day <= on)
        return (owed * LOSS_GIVEN_DEFAULT).quantize(HELLER, ROUND_HALF_EVEN)

    def _paid_by(self, day: date) -> int:
        # Payments are rounded otherwise than the contract's instalment, by at most 0.50 each: the
        # nearest whole number of instalments is what was paid.
        total = sum((amount for paid, amount in self.paid if paid <= day), ZERO)
        return int((total / self.grant.instalment).quantize(Decimal(1), ROUND_HALF_EVEN))

    def _due(self, number: int) -> date:
        granted = self.grant.granted
        months = granted.month - 1 + number + (granted.day >= DUE_DAY)
        return date(granted.year + months // 12, months % 12 + 1, DUE_DAY)


def follow_loan(grant: LoanGrant, postings: Iterable[Posting]) -> Loan:
    """Gather a loan's payments from the log of the account that it is paid from."""
    return Loan(
        grant,
        tuple(
            (posting.booked, -posting.amount)
            for posting in postings
            if posting.purpose is TransactionPurpose.LOAN_PAYMENT
            and posting.booked >= grant.granted
        ),
    )

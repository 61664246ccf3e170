"""What is owed on a loan follows the payments really made."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest

from examples.berka_bank.loans import follow_loan
from examples.berka_bank.records import LoanGrant, Posting
from relationship_core.domain.channel import Channel
from relationship_core.domain.transaction import TransactionPurpose

GRANT = LoanGrant(1, 2, date(1993, 7, 5), Decimal(3600), 3, Decimal(1200))


def paid(
    *payments: tuple[date, str], purpose: TransactionPurpose = TransactionPurpose.LOAN_PAYMENT
) -> Sequence[Posting]:
    return [
        Posting(number, day, -Decimal(amount), Decimal(0), Channel.AUTOMATIC, purpose)
        for number, (day, amount) in enumerate(payments)
    ]


JULY, AUGUST, SEPTEMBER = (date(1993, month, 12) for month in (7, 8, 9))


def test_each_payment_reduces_what_is_owed() -> None:
    loan = follow_loan(GRANT, paid((JULY, "1200.20"), (AUGUST, "1200.20")))
    assert loan.steps() == (
        (date(1993, 7, 5), Decimal(-3600)),
        (JULY, Decimal("-2399.80")),
        (AUGUST, Decimal("-1199.60")),
    )
    assert loan.repaid is None


def test_the_last_instalment_repays_the_loan_whatever_the_roundings() -> None:
    loan = follow_loan(GRANT, paid((JULY, "1199.70"), (AUGUST, "1199.70"), (SEPTEMBER, "1199.70")))
    assert loan.repaid == SEPTEMBER
    assert loan.steps()[-1] == (SEPTEMBER, Decimal(0))
    assert loan.days_past_due(date(1994, 3, 31)) == 0


@pytest.mark.parametrize(
    ("granted", "maturity"),
    [
        (date(1993, 7, 11), date(1993, 9, 12)),
        (date(1993, 7, 12), date(1993, 10, 12)),
        (date(1993, 11, 30), date(1994, 2, 12)),
    ],
)
def test_instalments_fall_due_on_the_12ths_after_the_granting(
    granted: date, maturity: date
) -> None:
    loan = follow_loan(LoanGrant(1, 2, granted, Decimal(3600), 3, Decimal(1200)), [])
    assert loan.maturity == maturity


def test_days_past_due_count_from_the_oldest_instalment_unpaid() -> None:
    nothing = follow_loan(GRANT, [])
    assert nothing.days_past_due(date(1993, 7, 11)) == 0
    assert nothing.days_past_due(date(1993, 7, 31)) == 19
    late = follow_loan(GRANT, paid((SEPTEMBER, "1200")))
    assert late.days_past_due(date(1993, 9, 30)) == 49
    ahead = follow_loan(GRANT, paid((JULY, "2400")))
    assert ahead.days_past_due(date(1993, 8, 31)) == 0


def test_only_loan_payments_since_the_granting_count() -> None:
    entries = [
        *paid((date(1993, 7, 4), "1200")),
        *paid((JULY, "1200"), purpose=TransactionPurpose.HOUSEHOLD),
    ]
    assert follow_loan(GRANT, entries).paid == ()


@pytest.mark.parametrize(
    ("on", "provided"),
    [
        (date(1993, 10, 10), "0"),  # the 90th day after 12 July
        (date(1993, 10, 11), "1620.00"),
        (date(1993, 10, 12), "0"),  # July is paid, August 61 days late
        (date(1993, 11, 11), "1080.00"),
        (date(1993, 11, 12), "0"),
    ],
)
def test_a_provision_is_held_while_an_instalment_is_more_than_90_days_late(
    on: date, provided: str
) -> None:
    loan = follow_loan(GRANT, paid((date(1993, 10, 12), "1200"), (date(1993, 11, 12), "2400")))
    assert loan.provision(on) == Decimal(provided)
    assert loan.is_in_default(on) == bool(Decimal(provided))

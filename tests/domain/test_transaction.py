"""A transaction is dated and signed; interest, fees and penalties are the bank's acts."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal, localcontext
from typing import Any

import pytest

from relationship_core.domain import Channel, Transaction, TransactionPurpose
from relationship_core.errors import InvalidValueError

SOUND: dict[str, Any] = {
    "id": "T1",
    "account_id": "A1",
    "booked": date(2026, 2, 3),
    "amount": Decimal("-12.50"),
    "channel": Channel.MOBILE,
    "purpose": TransactionPurpose.TRANSFER,
}


class OtherDecimal(Decimal):
    """A Decimal of a host's own."""


def test_fields_are_kept() -> None:
    transaction = Transaction(**SOUND, counterparty_bank="ICBKCNBJ")
    assert transaction.amount == Decimal("-12.50")
    assert transaction.counterparty_bank == "ICBKCNBJ"
    assert Transaction(**SOUND).counterparty_bank is None


def test_a_hosts_own_decimal_is_as_good() -> None:
    assert Transaction(**{**SOUND, "amount": OtherDecimal("-12.5")}) == Transaction(**SOUND)


def test_what_the_bank_does_is_no_act_of_the_customer() -> None:
    acts_of_the_bank = {
        purpose.value
        for purpose in TransactionPurpose
        if not Transaction(**{**SOUND, "purpose": purpose}).is_own_act
    }
    assert acts_of_the_bank == {"interest", "fee", "penalty"}


@pytest.mark.parametrize(
    ("field", "value", "phrase"),
    [
        ("id", "", "id is empty"),
        ("id", None, "None where an id belongs"),
        ("account_id", "A1\n", "invisible"),
        ("account_id", " A1", "space"),
        ("booked", "2026-02-03", "a str where a date belongs"),
        ("booked", datetime(2026, 2, 3, tzinfo=UTC), "a datetime where a date belongs"),
        ("amount", 12.5, "a float where a Decimal belongs"),
        ("amount", 12, "an int where a Decimal belongs"),
        ("amount", Decimal("NaN"), "not finite"),
        ("amount", Decimal("Infinity"), "not finite"),
        ("amount", Decimal("-1e25"), "beyond any ledger"),
        ("channel", "mobile", "a str where a Channel belongs"),
        ("purpose", "transfer", "a str where a TransactionPurpose belongs"),
        ("counterparty_bank", "", "id is empty"),
    ],
)
def test_a_wrong_field_is_named(field: str, value: Any, phrase: str) -> None:
    with pytest.raises(InvalidValueError, match=phrase) as caught:
        Transaction(**{**SOUND, field: value})
    assert caught.value.where == f"Transaction.{field}"
    assert caught.value.mend


def test_a_nan_is_refused_even_where_it_compares_silently() -> None:
    with localcontext() as ambient:
        ambient.clear_traps()
        with pytest.raises(InvalidValueError, match="not finite"):
            Transaction(**{**SOUND, "amount": Decimal("NaN")})

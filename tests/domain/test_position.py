"""A position is one account in one month, and refuses what no ledger holds."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, localcontext
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relationship_core.domain import Channel, Owner, Position
from relationship_core.errors import InvalidValueError

SOUND: dict[str, Any] = {"account_id": "A1", "month": date(2026, 2, 1)}


class OtherDecimal(Decimal):
    """A Decimal of a host's own."""


class OtherDate(date):
    """A date of a host's own."""


@given(st.dates(date(1900, 1, 1), date(9998, 12, 1)))
def test_a_month_ends_the_day_before_the_next(day: date) -> None:
    month = day.replace(day=1)
    following = (month + timedelta(31)).replace(day=1)
    assert Position("A1", month).month_end == following - timedelta(1)


def test_the_last_month_of_the_calendar_ends() -> None:
    assert Position("A1", date(9999, 12, 1)).month_end == date.max


def test_a_position_without_more_is_all_zero() -> None:
    position = Position(**SOUND)
    assert position.credit_average == 0 == position.closing_balance == position.undrawn
    assert position.credit_rate is None is position.impairment
    assert not position.defaulted


def test_every_field_is_kept() -> None:
    acts = ((Channel.ATM, 3), (Channel.MOBILE, 0))
    position = Position(
        "A1",
        date(2026, 2, 1),
        credit_average=Decimal("1.25"),
        closing_balance=Decimal("-3.00"),
        credit_rate=Decimal("-0.005"),
        debit_rate=Decimal(1),
        fees=Decimal(-2),
        impairment=Decimal(-10),
        probability_of_default=Decimal(1),
        defaulted=True,
        days_past_due=91,
        transactions=[*acts],  # type: ignore[arg-type]
        owners=[Owner("C1")],  # type: ignore[arg-type]
    )
    assert position.transactions == acts
    assert position.owners == (Owner("C1"),)
    assert hash(position)


def test_a_hosts_own_decimals_and_dates_are_as_good() -> None:
    position = Position(
        "A1",
        OtherDate(2026, 2, 1),
        credit_average=OtherDecimal("1.5"),
        credit_rate=OtherDecimal("0.01"),
        debit_rate=OtherDecimal("0.02"),
    )
    assert position == Position(
        "A1",
        date(2026, 2, 1),
        Decimal("1.5"),
        credit_rate=Decimal("0.01"),
        debit_rate=Decimal("0.02"),
    )


UNSIGNED = ["credit_average", "debit_average", "undrawn", "cash_margin"]
AMOUNTS = [*UNSIGNED, "closing_balance", "fees", "impairment"]
RATES = ["credit_rate", "debit_rate"]


@pytest.mark.parametrize("field", [*AMOUNTS, *RATES, "probability_of_default"])
@pytest.mark.parametrize(
    ("value", "phrase"),
    [
        (0.5, r"a float where a Decimal belongs \(use Decimal\('...'\), or Decimal\(str\(x\)\)\)"),
        (1, "an int where a Decimal belongs"),
        (False, "a bool where a Decimal belongs"),
        ("1", "a str where a Decimal belongs"),
        (Decimal("NaN"), "not finite"),
        (Decimal("sNaN"), "not finite"),
        (Decimal("Infinity"), "not finite"),
        (Decimal("-Infinity"), "not finite"),
        (Decimal("1e30"), "beyond any ledger|not plausible|between 0 and 1"),
        (Decimal("-1e30"), "beyond any ledger|not plausible|between 0 and 1"),
    ],
)
def test_what_is_no_number_of_the_kind_is_refused(field: str, value: Any, phrase: str) -> None:
    with pytest.raises(InvalidValueError, match=phrase) as caught:
        Position(**SOUND, **{field: value})
    assert caught.value.where == f"Position.{field}"
    assert caught.value.mend


@pytest.mark.parametrize("field", [*AMOUNTS, *RATES])
def test_a_nan_is_refused_by_name_even_where_it_compares_silently(field: str) -> None:
    with localcontext() as ambient:
        ambient.clear_traps()
        with pytest.raises(InvalidValueError, match="not finite") as caught:
            Position(**{**SOUND, field: Decimal("NaN")})
    assert caught.value.where == f"Position.{field}"


@pytest.mark.parametrize("field", ["credit_average", "closing_balance", "fees", "days_past_due"])
def test_what_may_not_be_missing_is_refused_as_none(field: str) -> None:
    with pytest.raises(InvalidValueError, match="None where"):
        Position(**{**SOUND, field: None})


@pytest.mark.parametrize("field", UNSIGNED)
def test_what_cannot_be_negative_is_refused(field: str) -> None:
    with pytest.raises(InvalidValueError, match="negative") as caught:
        Position(**{**SOUND, field: Decimal("-0.01")})
    assert caught.value.where == f"Position.{field}"


@pytest.mark.parametrize("field", RATES)
def test_a_percentage_given_as_a_rate_is_refused(field: str) -> None:
    with pytest.raises(InvalidValueError, match=r"not plausible \(4 % a year is"):
        Position(**{**SOUND, field: Decimal("4.35")})


@pytest.mark.parametrize("probability", ["-0.01", "1.01"])
def test_a_probability_lies_between_0_and_1(probability: str) -> None:
    with pytest.raises(InvalidValueError, match="not between 0 and 1"):
        Position(**SOUND, probability_of_default=Decimal(probability))


def test_acts_may_be_none_and_may_not_be_counted() -> None:
    month = date(2026, 2, 1)
    none, uncounted = Position("A1", month), Position("A1", month, transactions=None)
    assert (none.transactions, uncounted.transactions) == ((), None)
    assert none != uncounted
    assert hash(uncounted)


ATM = Channel.ATM


@pytest.mark.parametrize(
    ("field", "value", "phrase"),
    [
        ("account_id", "", "id is empty"),
        ("account_id", "A1 ", "space"),
        ("account_id", "A\u202e1", "invisible"),
        ("account_id", 1, "an int where an id belongs"),
        ("month", date(2026, 2, 2), "not the first day"),
        ("month", "2026-02", "a str where a date belongs"),
        ("month", datetime(2026, 2, 1, tzinfo=UTC), "a datetime where a date belongs"),
        ("defaulted", 1, "an int where True or False belongs"),
        ("days_past_due", -1, "count is negative"),
        ("days_past_due", True, "a bool where a whole number belongs"),
        ("days_past_due", Decimal(3), "a Decimal where a whole number belongs"),
        ("transactions", {ATM: 3}, "not pairs"),
        ("transactions", ((ATM, 1, 2),), "not pairs"),
        ("transactions", (("atm", 1),), "a str where a Channel belongs"),
        ("transactions", ((ATM, -1),), "count is negative"),
        ("transactions", ((ATM, 1.5),), "a float where a whole number belongs"),
        ("transactions", ((ATM, 1), (ATM, 2)), "counted twice"),
        ("transactions", 3, "an int where several items belong"),
        ("owners", ("C1",), "a str where an Owner belongs"),
        ("owners", (Owner("C1"), Owner("C1")), "named twice"),
    ],
)
def test_a_wrong_field_is_named(field: str, value: Any, phrase: str) -> None:
    with pytest.raises(InvalidValueError, match=phrase) as caught:
        Position(**{**SOUND, field: value})
    assert caught.value.where.startswith(f"Position.{field}")
    assert caught.value.mend

"""A consent holds from the day it is given until the day it is withdrawn."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relationship_core.domain import Consent, Purpose
from relationship_core.errors import InvalidValueError

DAYS = st.dates(date(2000, 1, 1), date(2050, 1, 1))


@given(DAYS, DAYS, st.none() | st.integers(0, 4000))
def test_it_holds_between_its_two_days(given_on: date, on: date, days: int | None) -> None:
    withdrawn = None if days is None else given_on + timedelta(days)
    consent = Consent(Purpose.MARKETING, given_on, withdrawn)
    assert consent.holds(on) == (on >= given_on and not (withdrawn and on >= withdrawn))


def test_it_holds_on_its_first_day_and_not_on_its_last() -> None:
    consent = Consent(Purpose.MARKETING, date(2020, 1, 1), date(2020, 1, 3), "counter")
    held = [consent.holds(date(2020, 1, day)) for day in (1, 2, 3)]
    assert held == [True, True, False]


@pytest.mark.parametrize(
    ("field", "value", "phrase"),
    [
        ("purpose", "marketing", "a str where a Purpose belongs"),
        ("given", "2020-01-01", "a str where a date belongs"),
        ("withdrawn", "2020-01-01", "a str where a date belongs"),
        ("withdrawn", date(2019, 12, 31), "withdrawn before given"),
        ("channel", "", "text is empty"),
    ],
)
def test_a_wrong_field_is_named(field: str, value: Any, phrase: str) -> None:
    sound: dict[str, Any] = {"purpose": Purpose.SERVICE, "given": date(2020, 1, 1)}
    with pytest.raises(InvalidValueError, match=phrase) as caught:
        Consent(**{**sound, field: value})
    assert caught.value.where == f"Consent.{field}"

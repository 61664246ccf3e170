"""Whole calendar months, at the ends of years and in leap years."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relationship_core.decisions.window import (
    first_day,
    last_day,
    latest_month,
    month_index,
    months_between,
    months_owed,
    window_months,
)
from relationship_core.errors import InvalidValueError
from tests.decisions.small_bank import account

DAYS = st.dates(date(1900, 1, 1), date(2199, 12, 31))


@pytest.mark.parametrize(
    ("day", "month"),
    [
        (date(2025, 12, 30), date(2025, 11, 1)),
        (date(2025, 12, 31), date(2025, 12, 1)),
        (date(2026, 1, 1), date(2025, 12, 1)),
        (date(2024, 2, 28), date(2024, 1, 1)),
        (date(2024, 2, 29), date(2024, 2, 1)),
        (date(2025, 2, 28), date(2025, 2, 1)),
    ],
)
def test_the_latest_month_has_ended_by_the_day(day: date, month: date) -> None:
    assert first_day(latest_month(day)) == month


@pytest.mark.parametrize("day", [date.min, date(3, 12, 31), date(9999, 1, 1), date.max])
def test_a_day_too_near_an_end_of_the_calendar_is_refused(day: date) -> None:
    with pytest.raises(InvalidValueError, match="no day that can be reviewed") as caught:
        latest_month(day)
    assert caught.value.where == "as_of"


@given(DAYS)
def test_a_day_lies_in_the_month_of_its_number(day: date) -> None:
    index = month_index(day)
    assert first_day(index) <= day <= last_day(index)
    assert month_index(last_day(index) + timedelta(days=1)) == index + 1


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        (date(2025, 1, 15), date(2026, 1, 15), 12),
        (date(2025, 1, 15), date(2026, 1, 14), 11),
        (date(2025, 1, 15), date(2026, 1, 17), 12),
        (date(2025, 8, 31), date(2026, 2, 28), 6),
        (date(2023, 8, 31), date(2024, 2, 28), 5),
        (date(2024, 2, 29), date(2025, 2, 28), 12),
        (date(2025, 11, 30), date(2025, 12, 1), 0),
        (date(2025, 6, 1), date(2025, 5, 1), 0),
    ],
)
def test_months_between_are_completed_ones(start: date, end: date, months: int) -> None:
    assert months_between(start, end) == months


def test_a_window_is_the_bits_of_its_months() -> None:
    assert window_months(3) == 0b111
    assert window_months(3, skip=3) == 0b111000


@pytest.mark.parametrize(
    ("opened", "closed", "owed"),
    [
        (date(2020, 5, 5), None, 0b111),
        (date(2026, 1, 31), None, 0b1),
        (date(2025, 12, 31), None, 0b11),
        (date(2026, 2, 1), None, 0),
        (date(2020, 5, 5), date(2025, 12, 1), 0b110),
        (date(2020, 5, 5), date(2025, 10, 31), 0),
        (date(2025, 12, 3), date(2025, 12, 30), 0b10),
        (date(2020, 5, 5), date(2026, 1, 1), 0b111),
        (date(2020, 5, 5), date(2027, 3, 3), 0b111),
    ],
)
def test_an_account_owes_the_months_in_which_it_was_open(
    opened: date, closed: date | None, owed: int
) -> None:
    held = account(opened=opened, closed=closed)
    assert months_owed(held, month_index(date(2026, 1, 1)), window_months(3)) == owed

"""The latest day from which months are completed, against the months that are."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from relationship_core.decisions.window import months_between
from relationship_core.portfolio.decide.hysteresis import latest_start


@given(st.dates(date(1, 1, 1), date(9999, 12, 30)), st.integers(0, 130_000))
def test_on_the_day_after_it_a_month_is_lacking(as_of: date, months: int) -> None:
    latest = latest_start(months, as_of)
    if latest is None:
        assert months_between(date.min, as_of) < months
    else:
        assert months_between(latest, as_of) >= months
        after = latest + timedelta(days=1)
        assert after > as_of or months_between(after, as_of) < months

"""What fields are made of: ids, days, amounts, rates; and for each what it can't be."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any, Final

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

AS_OF: Final = date(2026, 6, 30)
"""The day on which what is drawn is looked at, unless a strategy is told another."""

DAY: Final = timedelta(days=1)
PAST: Final = st.dates(date(2023, 6, 1), AS_OF)
TEXT: Final = st.sampled_from(["Seaside", "North River 北河", "No. 7", "Müller & Sons"])
IDS: Final = st.text("abcdefghijklmnopqrstuvwxyz0123456789-_.", min_size=1, max_size=8)
CURRENCIES: Final = st.sampled_from(["CNY", "CNY", "CNY", "USD", "EUR", "JPY", "KWD"])

# Few and far apart, so that sums meet thresholds and nothing is nothing.
AMOUNTS: Final = st.one_of(
    st.sampled_from([Decimal(n) for n in ("0", "80.05", "12000", "450000.75", "9000000")]),
    st.decimals(0, 20_000_000, places=2),
)
SIGNED: Final = st.one_of(AMOUNTS, AMOUNTS.map(lambda amount: -amount))
RATES: Final = st.sampled_from([Decimal(r) for r in ("0", "0.0005", "0.03", "0.1", "-0.005")])
PROBABILITIES: Final = st.sampled_from([Decimal(p) for p in ("0", "0.0123456", "0.2", "1")])
SHARES: Final = st.integers(1, 4).map(Decimal)

NOT_AN_ID: Final = st.sampled_from(["", " padded", "padded ", "tab\t", "hid\u200bden", None, 7])
NOT_TEXT: Final = st.sampled_from(["", "  ", 7, b"bytes"])
NOT_A_DAY: Final = st.sampled_from([datetime(2026, 6, 30), "2026-06-30", 20260630])  # noqa: DTZ001
NOT_A_NUMBER: Final = st.sampled_from(
    [1.5, 3, True, "1", Decimal("NaN"), Decimal("Infinity"), Decimal("-Infinity")]
)
BEYOND_ANY_LEDGER: Final = st.sampled_from([Decimal("1e25"), Decimal("-1e25")])
BELOW_ZERO: Final = st.sampled_from([Decimal("-0.01"), Decimal(-9_000_000)])
NOT_AN_AMOUNT: Final = NOT_A_NUMBER | BEYOND_ANY_LEDGER
NOT_A_SUM: Final = NOT_AN_AMOUNT | BELOW_ZERO
NOT_A_RATE: Final = NOT_A_NUMBER | st.sampled_from([Decimal("1.01"), Decimal(4), Decimal(-2)])
NOT_A_PROBABILITY: Final = NOT_A_NUMBER | st.sampled_from([Decimal("-0.1"), Decimal("1.000001")])
NOT_A_COUNT: Final = st.sampled_from([-1, True, 1.0, "3", Decimal(3)])
NOT_A_FLAG: Final = st.sampled_from([0, 1, "yes", None])
NOT_A_CURRENCY: Final = st.sampled_from(["cny", "RMBY", "C1Y", "", "人民币", None, 156])
NOT_SEVERAL: Final = st.sampled_from(["one text", 7, ("of another kind",), (None,)])
NOT_IDS: Final = st.sampled_from([("twice", "twice"), ("",), (None,), 7, "text"])


def not_a_member(kind: type[Enum]) -> SearchStrategy[Any]:
    """What is no member of an enumeration, the plain value of one included."""
    return st.sampled_from([next(iter(kind)).value, "no such member", None, 1])


def days_from(day: date, *, within: int = 900) -> SearchStrategy[date]:
    """Days from one on."""
    return st.dates(day, day + timedelta(days=within))


def no_day_or(strategy: SearchStrategy[date]) -> SearchStrategy[date | None]:
    """A day, as often as none."""
    return st.one_of(st.none(), strategy)

"""Balances by day and averages by month, held against a loop over every day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from examples.berka_bank.balances import day_ends, last_whole_month, month_balances
from examples.berka_bank.records import Posting
from relationship_core.domain.channel import Channel
from relationship_core.domain.transaction import TransactionPurpose

FIRST = date(1993, 1, 1)
LAST = date(1994, 3, 31)
DAYS = (LAST - FIRST).days

days = st.integers(0, DAYS).map(lambda number: FIRST + timedelta(days=number))
balances = st.decimals(-50_000, 500_000, places=2)
steps_by_day = st.dictionaries(days, balances, max_size=40).map(lambda steps: sorted(steps.items()))


def posting(number: int, booked: date, amount: Decimal, balance: Decimal) -> Posting:
    return Posting(number, booked, amount, balance, Channel.COUNTER, TransactionPurpose.CASH)


def averages_by_loop(
    steps: Sequence[tuple[date, Decimal]], first: date, last: date
) -> dict[date, tuple[Decimal, Decimal, Decimal]]:
    changes = dict(steps)
    day = first.replace(day=1)
    before = [balance for changed, balance in steps if changed < day]
    balance = before[-1] if before else Decimal(0)
    months: dict[date, list[Decimal]] = {}
    while day.replace(day=1) <= last:
        balance = changes.get(day, balance)
        months.setdefault(day.replace(day=1), []).append(balance)
        day += timedelta(days=1)
    return {
        month: (
            averaged([max(b, Decimal(0)) for b in of_days]),
            averaged([max(-b, Decimal(0)) for b in of_days]),
            of_days[-1],
        )
        for month, of_days in months.items()
    }


def averaged(of_days: Sequence[Decimal]) -> Decimal:
    total = sum(of_days, Decimal(0))
    return (total / len(of_days)).quantize(Decimal("0.01"), ROUND_HALF_EVEN)


@given(steps=steps_by_day, first=days, last=days)
def test_averages_are_those_of_a_loop_over_every_day(
    steps: list[tuple[date, Decimal]], first: date, last: date
) -> None:
    last = last.replace(day=1)
    reckoned = {
        month.month: (month.credit_average, month.debit_average, month.closing_balance)
        for month in month_balances(steps, first, last)
    }
    assert reckoned == averages_by_loop(steps, first, last)


def test_days_before_the_first_balance_count_as_zero() -> None:
    (month,) = month_balances(
        [(date(1993, 2, 26), Decimal("1100.00"))], date(1993, 2, 26), date(1993, 2, 28)
    )
    assert month.credit_average == Decimal("117.86")  # 1,100 on 3 of 28 days
    assert month.closing_balance == 1100


def test_an_overdraft_of_some_days_is_kept_apart_from_the_deposit_of_the_others() -> None:
    steps = [(date(1993, 4, 1), Decimal(300)), (date(1993, 4, 11), Decimal(-60))]
    (month,) = month_balances(steps, date(1993, 4, 1), date(1993, 4, 1))
    assert (month.credit_average, month.debit_average) == (Decimal(100), Decimal(40))
    assert month.closing_balance == -60


def test_no_month_is_owed_before_the_first_one_is_over() -> None:
    assert not list(month_balances([], date(1994, 3, 2), last_whole_month(date(1994, 3, 30))))


@pytest.mark.parametrize(
    ("as_of", "month"),
    [
        (date(1994, 3, 31), date(1994, 3, 1)),
        (date(1994, 3, 30), date(1994, 2, 1)),
        (date(1994, 1, 1), date(1993, 12, 1)),
        (date(1992, 2, 29), date(1992, 2, 1)),
    ],
)
def test_the_last_whole_month_is_the_latest_that_has_ended(as_of: date, month: date) -> None:
    assert last_whole_month(as_of) == month


# Twenty hellers apart at the least, each balance told from the others beyond any rounding.
apart = st.lists(
    st.integers(-5_000, 50_000).filter(bool).map(lambda crowns: Decimal(crowns) * 5),
    min_size=1,
    max_size=7,
).filter(lambda amounts: len(set(running(amounts))) == len(amounts))


def running(amounts: Sequence[Decimal]) -> list[Decimal]:
    return [sum(amounts[: count + 1], Decimal(0)) for count in range(len(amounts))]


@given(data=st.data(), by_day=st.lists(apart, min_size=1, max_size=6))
def test_a_day_ends_on_its_true_last_balance_whatever_the_order_of_its_entries(
    data: st.DataObject, by_day: list[list[Decimal]]
) -> None:
    balance, number, log, true_ends = Decimal(0), 0, [], []
    noise = st.sampled_from([Decimal("-0.05"), Decimal(0), Decimal("0.05")])
    for offset, amounts in enumerate(by_day):
        of_the_day = []
        for amount in amounts:
            balance += amount
            number += 1
            rounded = amount + data.draw(noise)
            of_the_day.append(posting(number, FIRST + timedelta(days=offset), rounded, balance))
        true_ends.append(balance)
        log += data.draw(st.permutations(of_the_day))
    ends = day_ends(log)
    assert [end.balance for end in ends] == true_ends
    assert [end.entries for end in ends] == [len(amounts) for amounts in by_day]
    assert all(abs(end.unexplained) <= Decimal("0.35") for end in ends)


def test_what_the_entries_do_not_explain_is_named() -> None:
    log = [
        posting(1, FIRST, Decimal(1000), Decimal(1000)),
        posting(2, FIRST + timedelta(days=1), Decimal("-14.60"), Decimal("1005.40")),
    ]
    assert [end.unexplained for end in day_ends(log)] == [Decimal(0), Decimal("20.00")]


def test_an_account_without_entries_has_no_day_ends() -> None:
    assert day_ends([]) == ()

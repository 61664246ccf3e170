"""What positions and bookings tell of what a customer does."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from relationship_core.decisions.observe import Exchange
from relationship_core.domain import Channel, Owner, TransactionPurpose
from tests.decisions.observed_customer import (
    AS_OF,
    HISTORY,
    JOINT,
    OPENED,
    D,
    account,
    acts,
    booking,
    month,
    rows,
    seen,
)

ONLY = (account(),)
SALARY = TransactionPurpose.SALARY


def active(*ages: int, known: Any = HISTORY, **records: Any) -> dict[str, Any]:
    """What is seen of a customer with one act in each of some of the months known."""
    positions = tuple(
        position
        for age in known
        for position in rows([age], transactions=acts(1 if age in ages else 0))
    )
    return seen(**({"accounts": ONLY, "positions": positions} | records))


def test_acts_are_counted_in_every_channel_and_digital_ones_apart() -> None:
    many = tuple((channel, 2) for channel in Channel)
    positions = (
        *rows([0], transactions=many),
        *rows([1], transactions=()),
        *rows([2], transactions=acts(4, Channel.SELF_SERVICE)),
        *rows([3], transactions=acts(50)),
    )
    values = seen(accounts=ONLY, positions=positions)
    assert values["transactions_3m"] == 20
    assert values["digital_share_3m"] == D("0.5")


def test_without_acts_no_share_of_them_is_digital() -> None:
    values = active()
    assert values["transactions_3m"] == 0
    assert values["digital_share_3m"] is None


def test_acts_on_a_joint_account_count_whole() -> None:
    values = seen(accounts=(account(owners=JOINT),), positions=rows(range(3), transactions=acts(5)))
    assert values["transactions_3m"] == 15


def test_acts_by_an_authorised_user_are_the_owners() -> None:
    held = account(owners=(Owner("d"),), authorised=("c",))
    values = seen(
        accounts=(held,),
        positions=rows(HISTORY, transactions=acts(5)),
        transactions=(booking(AS_OF),),
    )
    assert values["transactions_3m"] == 0
    assert values["has_transacted"] is False
    assert values["outflow_30d"] == 0


@pytest.mark.parametrize(
    ("name", "before"),
    [("transactions_change_3m", range(3, 6)), ("transactions_change_12m", range(12, 15))],
)
def test_changes_of_transactions(name: str, before: range) -> None:
    def of(now: int, then: int, opened: date = OPENED) -> Any:
        counts = dict.fromkeys(range(3), now) | dict.fromkeys(before, then)
        positions = tuple(
            position
            for age in HISTORY
            for position in rows([age], transactions=acts(counts.get(age, 1)))
        )
        return seen(accounts=(account(opened=opened),), positions=positions)[name]

    assert of(7, 10) == D("-0.3")
    assert of(4, 3) == D("0.333333")
    assert of(0, 3) == D(-1)
    assert of(3, 0) is None
    assert of(7, 10, month(before[-1])) == D("-0.3")
    assert of(7, 10, month(before[-1] - 1)) is None


@pytest.mark.parametrize(
    ("ages", "inactive", "since_first"),
    [((0,), 0, 0), ((0, 9), 0, 9), ((2, 29), 2, 29), ((5,), 5, 5)],
)
def test_months_are_counted_back_to_the_latest_and_the_first_act(
    ages: tuple[int, ...], inactive: int, since_first: int
) -> None:
    values = active(*ages)
    assert values["months_inactive"] == inactive
    assert values["months_since_first_transaction"] == since_first
    assert values["has_transacted"] is True


def test_who_never_acted_is_inactive_since_the_opening() -> None:
    values = active()
    assert values["months_inactive"] == 29
    assert values["months_since_first_transaction"] is None
    assert values["has_transacted"] is False


def test_who_opened_this_month_is_not_inactive_yet() -> None:
    values = seen(date(2026, 7, 5), accounts=(account(opened=date(2026, 7, 2)),), positions=())
    assert values["months_inactive"] == 0
    assert values["has_transacted"] is False
    assert values["months_since_first_transaction"] is None


def test_who_has_no_account_is_neither_active_nor_inactive() -> None:
    values = seen(accounts=(), positions=())
    assert values["months_inactive"] is None
    assert values["has_transacted"] is False
    assert values["months_since_first_transaction"] is None


def test_without_positions_activity_is_missing_unless_booked() -> None:
    values = seen(accounts=ONLY, transactions=())
    assert values["has_transacted"] is values["months_inactive"] is None
    values = seen(accounts=ONLY, transactions=(booking(AS_OF),))
    assert values["has_transacted"] is True
    assert values["months_inactive"] is None
    none = seen(accounts=ONLY, positions=())
    assert none["has_transacted"] is none["months_inactive"] is None


def test_a_gap_after_the_latest_act_hides_how_long_ago_it_was() -> None:
    values = active(4, known=[age for age in HISTORY if age != 2])
    assert values["months_inactive"] is None
    assert values["months_since_first_transaction"] == 4
    values = active(4, known=[age for age in HISTORY if age != 6])
    assert values["months_inactive"] == 4
    assert values["months_since_first_transaction"] is None
    values = active(known=[age for age in HISTORY if age != 6])
    assert values["months_inactive"] is values["has_transacted"] is None


def test_positions_that_begin_late_tell_at_least_so_much() -> None:
    quiet = active(known=range(13))
    assert quiet["months_inactive"] == 13
    assert quiet["has_transacted"] is None
    assert quiet["months_since_first_transaction"] is None
    busy = active(1, 12, known=range(13))
    assert busy["months_inactive"] == 1
    assert busy["has_transacted"] is True
    assert busy["months_since_first_transaction"] == 29
    assert active(known=[0, 1, 3, 4])["months_inactive"] is None


def uncounted(*ages: int, acting: tuple[int, ...] = (), **records: Any) -> dict[str, Any]:
    """What is seen of a customer whose acts weren't counted in some months."""
    positions = tuple(
        position
        for age in HISTORY
        for position in rows(
            [age], transactions=None if age in ages else acts(1 if age in acting else 0)
        )
    )
    return seen(**({"accounts": ONLY, "positions": positions} | records))


OF_ACTS = (
    "transactions_3m",
    "transactions_change_3m",
    "transactions_change_12m",
    "digital_share_3m",
    "months_inactive",
    "months_since_first_transaction",
    "has_transacted",
)


def test_acts_that_nobody_counted_are_missing_and_not_none() -> None:
    values = uncounted(*HISTORY)
    assert [values[name] for name in OF_ACTS] == [None] * len(OF_ACTS)
    assert values["aum"] == values["deposits_average_3m"] == 0


def test_a_window_needs_the_counts_of_its_own_months_alone() -> None:
    everywhere = tuple(HISTORY)
    values = uncounted(2, acting=everywhere)
    assert [values[name] for name in OF_ACTS[:4]] == [None] * 4
    values = uncounted(3, acting=everywhere)
    assert values["transactions_3m"] == 3
    assert values["digital_share_3m"] == values["transactions_change_12m"] == 0
    assert values["transactions_change_3m"] is None
    values = uncounted(12, acting=everywhere)
    assert values["transactions_change_3m"] == 0
    assert values["transactions_change_12m"] is None


def test_a_month_that_isnt_counted_hides_acts_but_not_those_that_are_known() -> None:
    values = uncounted(2, acting=(4,))
    assert values["months_inactive"] is None
    assert values["months_since_first_transaction"] == 4
    assert values["has_transacted"] is True
    values = uncounted(6, acting=(4,))
    assert values["months_inactive"] == 4
    assert values["months_since_first_transaction"] is None
    assert uncounted(29)["has_transacted"] is None


def test_bookings_tell_of_acts_that_positions_dont_count() -> None:
    values = uncounted(*HISTORY, transactions=(booking(month(0)),))
    assert values["months_inactive"] == 0
    assert values["has_transacted"] is True
    assert values["transactions_3m"] is values["months_since_first_transaction"] is None
    values = uncounted(*HISTORY, transactions=(booking(month(2)),))
    assert values["months_inactive"] is None
    assert values["has_transacted"] is True


def test_what_others_did_before_the_customers_time_need_not_be_counted() -> None:
    shared = rows(range(3, 30), transactions=None, owners=(Owner("d"),))
    values = seen(accounts=ONLY, positions=(*rows(range(3), transactions=acts(1)), *shared))
    assert values["months_inactive"] == 0
    assert values["transactions_3m"] == 3
    assert values["months_since_first_transaction"] == 2


def test_bookings_are_acts_too() -> None:
    booked = (booking(month(20)), booking(month(3)), booking(date(2026, 6, 9), purpose=_INTEREST))
    values = active(5, transactions=booked)
    assert values["months_inactive"] == 3
    assert values["months_since_first_transaction"] == 20


_INTEREST = TransactionPurpose.INTEREST


def test_a_booking_in_the_latest_month_is_an_act_of_that_month() -> None:
    values = active(transactions=(booking(month(0)),))
    assert values["months_inactive"] == values["months_since_first_transaction"] == 0
    assert values["transactions_3m"] == 0


def test_an_act_since_the_months_end_ends_the_silence() -> None:
    positions = rows(HISTORY)
    day = date(2026, 7, 9)
    records: dict[str, Any] = {"accounts": ONLY, "positions": positions}
    values = seen(day, **records, transactions=(booking(day),))
    assert values["months_inactive"] == 0
    assert values["months_since_first_transaction"] == 0
    assert values["has_transacted"] is True
    late = seen(day, **records, transactions=(booking(day + timedelta(days=1)),))
    assert late["months_inactive"] == 29
    assert late["has_transacted"] is False


def test_outflow_sums_what_own_acts_took_out_in_thirty_days() -> None:
    first = AS_OF - timedelta(days=29)
    values = seen(
        accounts=ONLY,
        transactions=(
            booking(first, "-100.10"),
            booking(AS_OF, "-50.05", counterparty_bank="other"),
            booking(AS_OF, "170"),
            booking(AS_OF, "180", counterparty_bank="other"),
            booking(AS_OF, "-900", purpose=TransactionPurpose.FEE),
            booking(first - timedelta(days=1), "-1000", counterparty_bank="other"),
            booking(AS_OF + timedelta(days=1), "-2000", counterparty_bank="other"),
        ),
    )
    assert values["outflow_30d"] == D("150.15")
    assert values["outflow_to_other_banks_30d"] == D("50.05")
    assert values["largest_movement_30d"] == D("180.00")


def test_a_log_without_bookings_is_nothing_and_no_log_is_missing() -> None:
    names = ("outflow_30d", "outflow_to_other_banks_30d", "largest_movement_30d")
    empty = seen(accounts=ONLY, transactions=())
    assert all(empty[name] == 0 for name in (*names, "salary_inflow_3m"))
    assert empty["salary_stopped"] is False
    unknown = seen(accounts=ONLY)
    assert all(unknown[name] is None for name in (*names, "salary_inflow_3m", "salary_stopped"))
    assert all(seen(transactions=())[name] is None for name in names)


def test_joint_and_foreign_bookings_count_by_share_and_rate() -> None:
    dollars = account("b", currency="USD", owners=JOINT)
    day = date(2026, 7, 9)
    rates = Exchange("CNY", {("USD", month(0)): D(7), ("USD", date(2026, 7, 1)): D(9)})
    booked = (booking(day, "-10"), booking(day, "-30", account_id="b"))
    values = seen(day, accounts=(account(), dollars), transactions=booked, exchange=rates)
    # A third of 30 dollars at June's rate: July's isn't known before it ends.
    assert values["outflow_30d"] == D(80)
    assert values["largest_movement_30d"] == D(70)
    unrated = seen(
        day, accounts=(account(), dollars), transactions=booked, exchange=Exchange("CNY")
    )
    assert unrated["outflow_30d"] is unrated["largest_movement_30d"] is None
    assert unrated["outflow_to_other_banks_30d"] == 0


def paid(*ages: int, amount: str = "1000", purpose: TransactionPurpose = SALARY) -> tuple[Any, ...]:
    return tuple(booking(month(age) + timedelta(days=9), amount, purpose=purpose) for age in ages)


def test_salaries_and_pensions_of_three_months() -> None:
    values = seen(
        accounts=ONLY,
        transactions=(
            *paid(1, 2, 3, 9),
            *paid(2, purpose=TransactionPurpose.PENSION),
            *paid(2, amount="-400"),
            *paid(2, amount="700", purpose=TransactionPurpose.TRANSFER),
        ),
    )
    assert values["salary_inflow_3m"] == D(3000)


def test_income_after_the_months_end_is_not_of_the_three_months() -> None:
    values = seen(date(2026, 7, 20), accounts=ONLY, transactions=paid(1, 9, -1))
    assert values["salary_inflow_3m"] == D(1000)


@pytest.mark.parametrize(
    ("ages", "stopped"),
    [
        ((9, 5, 4, 3), True),
        ((9, 5, 4, 3, 2, 1), True),
        ((5, 4, 3), True),
        ((9, 5, 4, 3, 0), False),
        ((9, 5, 4, 3, -1), False),
        ((9, 5, 3), False),
        ((9,), False),
        ((0,), False),
        ((-1,), False),
        ((4, 3), None),
        ((2, 1), None),
    ],
)
def test_a_regular_salary_has_stopped(ages: tuple[int, ...], stopped: bool | None) -> None:
    values = seen(date(2026, 7, 20), accounts=ONLY, transactions=paid(*ages))
    assert values["salary_stopped"] is stopped


def test_a_salary_on_the_first_day_of_a_month_is_of_that_month() -> None:
    first_days = tuple(booking(month(age), "1000", purpose=SALARY) for age in (5, 4, 3))
    assert seen(accounts=ONLY, transactions=first_days)["salary_stopped"] is True


def test_a_salary_of_tomorrow_is_not_seen() -> None:
    values = seen(date(2026, 7, 9), accounts=ONLY, transactions=paid(9, 5, 4, 3, -1))
    assert values["salary_stopped"] is True


@pytest.mark.parametrize(
    ("earliest", "opened", "inflow", "stopped"),
    [
        (month(2), OPENED, 0, None),
        (month(2) + timedelta(days=1), OPENED, None, None),
        (month(2) + timedelta(days=1), month(2), 0, False),
        (month(5), OPENED, 0, False),
        (month(5) + timedelta(days=1), OPENED, 0, None),
        (month(1), month(5), None, False),
    ],
)
def test_a_log_reaches_back_to_its_first_booking_or_the_first_account(
    earliest: date, opened: date, inflow: int | None, stopped: bool | None
) -> None:
    values = seen(accounts=(account(opened=opened),), transactions=(booking(earliest),))
    assert values["salary_inflow_3m"] == inflow
    assert values["salary_stopped"] is stopped


def test_without_an_own_account_no_salary_can_be_lacking() -> None:
    held = account(owners=(Owner("d"),), authorised=("c",))
    values = seen(accounts=(held,), transactions=(booking(AS_OF),))
    assert values["salary_inflow_3m"] == 0
    assert values["salary_stopped"] is False


def test_a_booking_on_an_account_not_opened_yet_is_passed_over() -> None:
    later = account("b", opened=AS_OF + timedelta(days=1))
    values = seen(accounts=(account(), later), transactions=(booking(AS_OF, account_id="b"),))
    assert values["outflow_30d"] == 0
    # Nor does it show from when on bookings are known.
    assert values["salary_inflow_3m"] == 0

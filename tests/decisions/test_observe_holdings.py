"""What accounts and positions tell of what a customer holds and owes."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from relationship_core.decisions.observe import Exchange
from relationship_core.domain import Account, Owner, Position
from tests.decisions.observed_customer import (
    AS_OF,
    CARD,
    FUND,
    HISTORY,
    JOINT,
    LOAN,
    SAVINGS,
    TERM,
    D,
    account,
    customer,
    month,
    rows,
    seen,
)

TOMORROW = date(2026, 7, 1)
AVERAGES = ("deposits_average_3m", "loans_average_3m", "transactions_3m")
MONTH_END = ("aum", "undrawn_limits", "days_past_due", "maturing_30d")
MONEY = ("aum", "deposits_average_3m", "loans_average_3m", "undrawn_limits", "maturing_30d")


def test_products_are_counted_once_while_an_account_is_open() -> None:
    values = seen(
        accounts=(
            account("a"),
            account("b"),
            account("c", SAVINGS, closed=AS_OF),
            account("d", LOAN, closed=TOMORROW),
            account("e", FUND, opened=AS_OF),
            account("f", TERM, opened=TOMORROW),
        )
    )
    assert values["product_count"] == 3
    # Six months before, on 30 December, the savings account was open and the fund wasn't.
    assert values["product_count_change_6m"] == 0
    assert seen()["product_count"] is seen()["product_count_change_6m"] is None


@pytest.mark.parametrize(
    ("opened", "closed", "change"),
    [
        (date(2025, 12, 30), None, 0),
        (date(2025, 12, 31), None, 1),
        (date(2025, 12, 30), date(2025, 12, 31), -1),
        (date(2025, 12, 29), date(2025, 12, 30), 0),
    ],
)
def test_half_a_year_ago_is_the_same_day(opened: date, closed: date | None, change: int) -> None:
    values = seen(accounts=(account(opened=opened, closed=closed),))
    assert values["product_count_change_6m"] == change


def test_half_a_year_before_the_last_of_august_is_the_last_of_february() -> None:
    values = seen(date(2026, 8, 31), accounts=(account(opened=date(2026, 2, 28)),))
    assert values["product_count_change_6m"] == 0


def test_who_is_only_authorised_holds_nothing() -> None:
    values = seen(
        accounts=(account(owners=(Owner("d"),), authorised=("c",)),),
        positions=rows(HISTORY, credit_average=D(5), closing_balance=D(5), transactions=()),
    )
    assert values["product_count"] == 0
    assert values["aum"] == values["deposits_average_3m"] == 0
    assert values["tenure_months"] is values["months_inactive"] is None
    assert values["relationship_closed"] is False


@pytest.mark.parametrize(
    ("closed", "accounts", "answer"),
    [
        (AS_OF, None, True),
        (AS_OF, (account(),), True),
        (TOMORROW, None, None),
        (None, None, None),
        (None, (), False),
        (None, (account(closed=AS_OF),), True),
        (None, (account(closed=TOMORROW),), False),
        (None, (account(closed=AS_OF), account("b")), False),
        (None, (account(opened=TOMORROW),), False),
    ],
)
def test_a_relationship_is_closed_with_its_last_account(
    closed: date | None, accounts: tuple[Account, ...] | None, answer: bool | None
) -> None:
    assert seen(of=customer(closed=closed), accounts=accounts)["relationship_closed"] is answer


@pytest.mark.parametrize(
    ("product", "fact"), [(TERM, "days_to_next_maturity"), (LOAN, "days_to_loan_maturity")]
)
def test_the_next_maturity_is_the_first_one_not_past(product: Any, fact: str) -> None:
    def due(number: int, maturity: date | None, **changes: Any) -> Account:
        return account(str(number), product, maturity=maturity, **changes)

    accounts = (
        due(1, date(2026, 8, 1)),
        due(2, date(2026, 7, 3)),
        due(3, date(2026, 6, 29)),
        due(4, date(2026, 7, 2), closed=AS_OF),
        due(5, None),
        account("6", CARD, maturity=date(2026, 7, 1)),
    )
    assert seen(accounts=accounts)[fact] == 3
    assert seen(accounts=(*accounts, due(7, AS_OF)))[fact] == 0
    assert seen(accounts=accounts[2:])[fact] is None


def test_aum_is_what_stands_to_the_customers_credit_at_the_months_end() -> None:
    values = seen(
        accounts=(
            account("a"),
            account("b", SAVINGS),
            account("c", TERM),
            account("d", FUND),
            account("e", LOAN),
            account("f", CARD),
        ),
        positions=(
            *rows([0], "a", closing_balance=D("-50")),
            *rows([0], "b", closing_balance=D("100.255")),
            *rows([0], "c", closing_balance=D("0.01")),
            *rows([0], "d", closing_balance=D("7")),
            *rows([0], "e", closing_balance=D("-1000"), undrawn=D("3")),
            *rows([0], "f", closing_balance=D("9"), undrawn=D("0.5")),
        ),
    )
    assert values["aum"] == D("107.26")
    assert str(values["aum"]) == "107.26"
    assert values["undrawn_limits"] == D("3.50")


def test_averages_keep_debit_and_credit_apart() -> None:
    positions = (
        *rows([0, 1, 2], "a", credit_average=D(100), debit_average=D(10)),
        *rows([3, 4, 5], "a", credit_average=D(1000)),
        *rows([0, 1], "b", credit_average=D(200)),
        *rows([0, 1, 2], "c", debit_average=D(50)),
    )
    values = seen(
        accounts=(
            account("a"),
            account("b", FUND, opened=date(2026, 5, 20)),
            account("c", LOAN, opened=date(2026, 4, 1)),
        ),
        positions=positions,
    )
    assert values["deposits_average_3m"] == D(100)
    assert values["loans_average_3m"] == D(60)
    # Three months of 100 and two of 200, against three of 1000.
    assert values["balance_change_3m"] == D("-0.766667")


def test_an_average_is_rounded_half_even_once() -> None:
    values = seen(
        accounts=(account(),),
        positions=(
            *rows([0], credit_average=D("0.005")),
            *rows([1], credit_average=D("0.005")),
            *rows([2], credit_average=D("0.005"), debit_average=D("0.045")),
        ),
    )
    assert str(values["deposits_average_3m"]) == "0.00"
    assert str(values["loans_average_3m"]) == "0.02"


@pytest.mark.parametrize(
    ("name", "first_age", "before"),
    [("balance_change_3m", 5, (3, 4, 5)), ("balance_change_12m", 14, (12, 13, 14))],
)
def test_changes_compare_three_months_with_three_before(
    name: str, first_age: int, before: tuple[int, ...]
) -> None:
    def of(opened: date, now: str, then: str) -> Any:
        positions = (
            *rows([0, 1, 2], credit_average=D(now)),
            *(
                one
                for one in rows(range(3, first_age + 2), credit_average=D(7))
                if _age(one) not in before
            ),
            *rows(before, credit_average=D(then)),
        )
        return seen(accounts=(account(opened=opened),), positions=positions)[name]

    assert of(month(first_age + 1), "80", "100") == D("-0.200000")
    assert of(month(first_age).replace(day=28), "130", "100") == D("0.300000")
    assert of(month(first_age), "0", "100") == D(-1)
    assert of(month(first_age), "100", "0") is None
    assert of(month(first_age), "100", "0.001") is None
    assert of(month(first_age - 1), "80", "100") is None


def test_a_change_too_small_to_show_is_none_at_all() -> None:
    positions = (
        *rows([0, 1, 2], credit_average=D("999999.999")),
        *rows([3, 4, 5], credit_average=D(1000000)),
    )
    values = seen(accounts=(account(),), positions=positions)
    assert str(values["balance_change_3m"]) == "0.000000"


def _age(position: Position) -> int:
    return next(age for age in HISTORY if month(age) == position.month)


@pytest.mark.parametrize("gap", range(6))
def test_a_window_with_an_owed_position_absent_is_missing(gap: int) -> None:
    positions = rows([age for age in HISTORY if age != gap], credit_average=D(100))
    values = seen(accounts=(account(),), positions=positions)
    assert all((values[name] is None) == (gap == 0) for name in MONTH_END)
    assert all((values[name] is None) == (gap < 3) for name in AVERAGES)
    assert values["balance_change_3m"] is None
    assert (values["balance_change_12m"] is None) == (gap < 3)
    assert values["product_count"] == 1


def test_months_before_the_opening_and_after_the_closing_owe_nothing() -> None:
    values = seen(
        accounts=(
            account("a"),
            account("b", opened=date(2026, 6, 30)),
            account("c", closed=date(2026, 4, 1)),
            account("d", opened=date(2027, 1, 1)),
        ),
        positions=(
            *rows(range(6), "a", credit_average=D(100)),
            *rows([0], "b", credit_average=D(30)),
            *rows([2, 3, 4, 5], "c", credit_average=D(10)),
        ),
    )
    assert values["deposits_average_3m"] == D("113.33")
    assert values["balance_change_3m"] == D("0.030303")


def test_a_month_that_has_not_ended_is_not_read() -> None:
    accounts = (account(),)
    positions = rows(range(6), closing_balance=D(1))
    day_before = seen(date(2026, 6, 29), accounts=accounts, positions=positions)
    assert day_before == seen(date(2026, 6, 29), accounts=accounts, positions=positions[1:])
    assert day_before["aum"] == 1


def test_positions_not_given_are_missing_and_none_at_all_is_nothing() -> None:
    unknown = seen(accounts=())
    assert all(unknown[name] is None for name in (*AVERAGES, *MONTH_END))
    nothing = seen(accounts=(), positions=())
    assert all(nothing[name] == 0 for name in (*AVERAGES, *MONTH_END))
    assert nothing["balance_change_3m"] is None
    owed = seen(accounts=(account(),), positions=())
    assert all(owed[name] is None for name in (*AVERAGES, *MONTH_END))


@pytest.mark.parametrize(
    ("maturity", "amount"),
    [
        (date(2026, 6, 29), 0),
        (date(2026, 6, 30), 40),
        (date(2026, 7, 30), 40),
        (date(2026, 7, 31), 0),
        (None, 0),
    ],
)
def test_deposits_maturing_within_thirty_days(maturity: date | None, amount: int) -> None:
    values = seen(
        accounts=(account("a", TERM, maturity=maturity), account("b", maturity=date(2026, 7, 1))),
        positions=(
            *rows([0], "a", closing_balance=D(40)),
            *rows([0], "b", closing_balance=D(100)),
        ),
    )
    assert values["maturing_30d"] == amount


def test_a_closed_deposit_no_longer_matures() -> None:
    values = seen(
        accounts=(account("a", TERM, maturity=date(2026, 7, 1), closed=AS_OF),),
        positions=rows([0], closing_balance=D(40)),
    )
    assert values["maturing_30d"] == 0


def test_a_deposit_opened_after_the_months_end_has_no_balance_yet() -> None:
    fresh = account("a", TERM, opened=date(2026, 7, 2), maturity=date(2026, 7, 20))
    values = seen(date(2026, 7, 5), accounts=(fresh,), positions=())
    assert values["maturing_30d"] is None
    assert values["aum"] == 0


def test_the_worst_account_sets_arrears_and_probability_of_default() -> None:
    accounts = (account("a", LOAN), account("b", LOAN), account("c"))
    values = seen(
        accounts=accounts,
        positions=(
            *rows([0], "a", days_past_due=3, probability_of_default=D("0.0123456789")),
            *rows([0], "b", days_past_due=31, probability_of_default=D("0.01")),
            *rows([0], "c"),
            *rows([1], "a", days_past_due=90, probability_of_default=D("0.5")),
        ),
    )
    assert values["days_past_due"] == 31
    assert str(values["probability_of_default"]) == "0.012346"
    unrated = seen(accounts=accounts[2:], positions=rows([0], "c"))
    assert unrated["days_past_due"] == 0
    assert unrated["probability_of_default"] is None


def test_a_joint_account_is_shared_out_to_the_cent() -> None:
    held = account("a", TERM, owners=JOINT, maturity=date(2026, 7, 1))
    positions = rows(
        range(3),
        credit_average=D("1.00"),
        debit_average=D("0.50"),
        closing_balance=D("1.00"),
        undrawn=D("2"),
        days_past_due=1,
    )
    values = seen(accounts=(held,), positions=positions)
    assert values["aum"] == values["maturing_30d"] == values["deposits_average_3m"] == D("0.33")
    assert values["loans_average_3m"] == D("0.17")
    assert values["undrawn_limits"] == D("0.67")
    assert values["days_past_due"] == 1


def test_the_owners_of_the_month_come_before_the_accounts() -> None:
    positions = (
        *rows([0], credit_average=D(30), closing_balance=D(30), owners=(Owner("d"),)),
        *rows([1], credit_average=D(30), owners=JOINT),
        *rows([2], credit_average=D(30)),
    )
    values = seen(accounts=(account(),), positions=positions)
    assert values["aum"] == 0
    assert values["deposits_average_3m"] == D("13.33")


def test_what_was_owned_in_a_month_counts_though_it_is_owned_no_longer() -> None:
    values = seen(
        accounts=(account(), account("b", owners=(Owner("d"),))),
        positions=(
            *rows(range(3)),
            *rows([0], "b", credit_average=D(9), closing_balance=D(9), owners=(Owner("c"),)),
        ),
    )
    assert values["aum"] == D(9)
    assert values["deposits_average_3m"] == D(3)


def test_one_currency_is_taken_for_the_reporting_one_and_two_are_not() -> None:
    dollars = account("b", currency="USD")
    both = (*rows(range(3), "a", closing_balance=D(1)), *rows(range(3), "b", closing_balance=D(1)))
    assert seen(accounts=(dollars,), positions=both[3:])["aum"] == 1
    mixed = seen(accounts=(account(), dollars), positions=both)
    assert mixed["aum"] is None
    one_sided = (*both[:3], *rows(range(3), "b"))
    assert seen(accounts=(account(), dollars), positions=one_sided)["aum"] is None
    other_sided = (*rows(range(3), "a"), *both[3:])
    assert seen(accounts=(account(), dollars), positions=other_sided)["aum"] is None
    # Nothing needs no rate.
    assert mixed["deposits_average_3m"] == mixed["undrawn_limits"] == 0
    assert mixed["transactions_3m"] == 0


RATES = Exchange(
    "CNY", {("USD", month(0)): D(7), ("USD", month(1)): D(8), ("JPY", month(0)): D("0.05")}
)


def test_foreign_amounts_convert_at_the_rate_of_their_month() -> None:
    dollars = account("b", SAVINGS, currency="USD", opened=date(2026, 5, 1))
    values = seen(
        exchange=RATES,
        accounts=(account(), dollars),
        positions=(
            *rows(range(3), "a", credit_average=D(3), closing_balance=D(100)),
            *rows([0], "b", credit_average=D(3), closing_balance=D(10), undrawn=D(1)),
            *rows([1], "b", credit_average=D(3)),
        ),
    )
    assert values["aum"] == D(170)
    assert values["undrawn_limits"] == D(7)
    assert values["deposits_average_3m"] == D(18)


def test_a_joint_foreign_amount_is_converted_whole_and_then_shared() -> None:
    values = seen(
        exchange=RATES,
        accounts=(account("a", currency="JPY", owners=JOINT),),
        positions=rows([0], closing_balance=D(101)),
    )
    assert values["aum"] == D("1.68")


def test_without_the_months_rate_the_amounts_that_include_it_are_missing() -> None:
    dollars = account("b", LOAN, currency="USD", opened=date(2026, 4, 1))
    values = seen(
        exchange=RATES,
        accounts=(account(), dollars),
        positions=(
            *rows(range(6), "a", credit_average=D(3), closing_balance=D(100)),
            *rows(range(3), "b", debit_average=D(3), closing_balance=D(-9)),
        ),
    )
    assert values["loans_average_3m"] is None
    assert values["deposits_average_3m"] == D(3)
    assert values["aum"] == D(100)
    assert values["balance_change_3m"] == 0

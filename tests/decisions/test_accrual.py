"""One account-month: every component by hand, rounded once, and what isn't known."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from relationship_core.decisions.accrual import (
    Component,
    Missing,
    Part,
    Unknown,
    share_part,
    weights_of,
)
from relationship_core.decisions.parameters import (
    ContributionParameters,
    ExchangeRate,
    ProductParameters,
    UnitCost,
)
from relationship_core.decisions.twelve_months import OF_ACCOUNTS
from relationship_core.domain.account import DayCount, Owner, Product, ProductFamily
from relationship_core.domain.channel import Channel
from relationship_core.errors import ParameterError
from relationship_core.rules import exact
from tests.decisions.small_bank import FUND, GUARANTEE, JUNE, LOAN, D, account, parameters, price


def amounts(part: Part) -> dict[str, Decimal | None]:
    """The components that aren't zero."""
    named = zip(OF_ACCOUNTS, part.amounts, strict=True)
    return {component.value: amount for component, amount in named if amount != 0}


def test_a_deposit_earns_the_price_of_funds_less_the_customers_rate() -> None:
    part, missing = price(account(), credit_average=D(10_000))
    assert amounts(part) == {"deposit_margin": D("12.33")}  # 10 000 x 1.5 % x 30 / 365
    assert part.total == D("12.33")
    assert part.capital == 0
    assert missing == []


def test_a_loan_earns_the_customers_rate_less_the_price_of_funds_and_risk() -> None:
    part, _ = price(account(product=LOAN), debit_average=D(100_000))
    assert amounts(part) == {
        "lending_margin": D("246.58"),  # 100 000 x 3 % x 30 / 365
        "expected_loss": D("-32.88"),  # 100 000 x 1 % x 40 % x 30 / 365
        "capital_charge": D("-65.75"),  # 100 000 x 100 % x 8 % x 10 % x 30 / 365
    }
    assert part.total == D("147.95")
    assert part.capital == D("657.534247")


def test_a_months_own_rates_win_over_posted_ones() -> None:
    part, _ = price(
        account(),
        credit_average=D(10_000),
        credit_rate=D(0),
        debit_average=D(10_000),
        debit_rate=D("0.08"),
    )
    assert part.deposit_margin == D("16.44")
    assert part.lending_margin == D("49.32")


def test_an_account_overdrawn_on_some_days_is_a_deposit_on_the_others() -> None:
    part, _ = price(account(), credit_average=D(10_000), debit_average=D(2_000))
    assert amounts(part) == {
        "deposit_margin": D("12.33"),
        "lending_margin": D("4.93"),
        "expected_loss": D("-0.66"),
        "capital_charge": D("-1.32"),
    }


def test_a_guarantee_net_of_its_cash_margin_is_an_exposure_that_earns_fees() -> None:
    part, _ = price(
        account(product=GUARANTEE), undrawn=D(100_000), cash_margin=D(20_000), fees=D(80)
    )
    assert amounts(part) == {  # exposure 100 000 x 50 % - 20 000
        "fees": D("80.00"),
        "expected_loss": D("-9.86"),
        "capital_charge": D("-19.73"),
    }
    assert part.capital == D("197.260274")


def test_a_cash_margin_above_the_exposure_leaves_none() -> None:
    part, missing = price(
        account(product=GUARANTEE),
        parameters(products=(ProductParameters(),)),
        undrawn=D(100_000),
        cash_margin=D(200_000),
    )
    assert amounts(part) == {}
    assert part.capital == 0
    assert missing == []


@pytest.mark.parametrize(
    "family", [ProductFamily.WEALTH, ProductFamily.FUND, ProductFamily.INSURANCE]
)
def test_investments_earn_fees_and_no_margin(family: ProductFamily) -> None:
    held = account(product=Product("investment", family))
    bare = parameters(transfer_prices=(), products=(ProductParameters(),))
    part, missing = price(held, bare, credit_average=D(100_000), fees=D("51.5"))
    assert amounts(part) == {"fees": D("51.50")}
    assert missing == []


def test_fees_given_back_are_a_loss() -> None:
    part, _ = price(account(product=FUND), fees=D("-10"))
    assert part.total == D("-10.00")


def test_acts_cost_by_channel_and_the_account_by_month() -> None:
    given = parameters(
        unit_costs=(UnitCost(Channel.COUNTER, D("8.125")), UnitCost(Channel.MOBILE, D("0.02"))),
        products=(ProductParameters(account_upkeep=D("1.25")),),
    )
    part, _ = price(account(), given, transactions=((Channel.COUNTER, 1), (Channel.MOBILE, 3)))
    assert amounts(part) == {"channel_cost": D("-8.18"), "account_upkeep": D("-1.25")}


def test_a_channel_without_a_unit_cost_is_named() -> None:
    given = parameters(unit_costs=(UnitCost(Channel.COUNTER, D(8)),))
    with pytest.raises(ParameterError, match=r"'test': no unit cost for channel atm"):
        price(account(), given, transactions=((Channel.ATM, 1),))


def test_a_channel_that_nobody_used_needs_no_unit_cost() -> None:
    given = parameters(unit_costs=(UnitCost(Channel.COUNTER, D(8)),))
    part, _ = price(account(), given, transactions=((Channel.ATM, 0), (Channel.COUNTER, 1)))
    assert amounts(part) == {"channel_cost": D("-8.00")}


def test_acts_that_nobody_counted_leave_their_cost_open() -> None:
    part, missing = price(account(), transactions=None, fees=D(3))
    assert part.channel_cost is part.total is None
    assert part.fees == D("3.00")
    assert missing == [Missing(Unknown.TRANSACTIONS, "a", "checking", JUNE, Component.CHANNEL_COST)]


@pytest.mark.parametrize("costs", [(), (UnitCost(Channel.ATM, D(0)),)])
def test_acts_need_no_counting_where_no_channel_costs_anything(costs: tuple[UnitCost, ...]) -> None:
    part, missing = price(account(), parameters(unit_costs=costs), transactions=None)
    assert part.channel_cost == part.total == 0
    assert missing == []


@pytest.mark.parametrize(
    ("day_count", "month", "margin"),
    [
        (DayCount.ACT_365, date(2025, 7, 1), "2547.95"),  # 31 / 365
        (DayCount.ACT_360, date(2025, 7, 1), "2583.33"),  # 31 / 360
        (DayCount.THIRTY_360, date(2025, 7, 1), "2500.00"),  # 30 / 360
        (DayCount.ACT_ACT, date(2025, 7, 1), "2547.95"),
        (DayCount.ACT_365, date(2024, 2, 1), "2383.56"),  # 29 / 365
        (DayCount.ACT_360, date(2024, 2, 1), "2416.67"),  # 29 / 360
        (DayCount.THIRTY_360, date(2024, 2, 1), "2500.00"),
        (DayCount.ACT_ACT, date(2024, 2, 1), "2377.05"),  # 29 / 366
    ],
)
def test_interest_follows_the_products_day_count(
    day_count: DayCount, month: date, margin: str
) -> None:
    held = account(
        product=Product("loan", ProductFamily.LOAN, day_count=day_count), opened=date(2024, 1, 1)
    )
    part, _ = price(held, month=month, debit_average=D(1_000_000))
    assert part.lending_margin == D(margin)


def test_loss_and_capital_follow_the_calendar_whatever_the_day_count() -> None:
    held = account(product=Product("loan", ProductFamily.LOAN, day_count=DayCount.THIRTY_360))
    part, _ = price(held, month=date(2024, 2, 1), debit_average=D(1_000_000))
    assert part.expected_loss == D("-316.94")  # 1 000 000 x 0.4 % x 29 / 366
    assert part.capital_charge == D("-633.88")
    assert part.capital == D("6338.797814")


def test_an_impairment_replaces_the_expected_loss() -> None:
    part, missing = price(account(product=LOAN), debit_average=D(100_000), impairment=D("412.345"))
    assert (part.expected_loss, part.impairment) == (D("0.00"), D("-412.34"))
    assert part.capital == D("657.534247")
    released, _ = price(account(product=LOAN), impairment=D("-50"))
    assert released.total == D("50.00")
    assert missing == []


def test_after_default_only_the_change_in_provision_counts() -> None:
    bad: dict[str, Any] = {"debit_average": D(100_000), "defaulted": True}
    part, _ = price(account(product=LOAN), impairment=D(7_000), **bad)
    assert (part.expected_loss, part.impairment) == (D("0.00"), D("-7000.00"))
    unknown, missing = price(account(product=LOAN), **bad)
    assert (unknown.expected_loss, unknown.impairment, unknown.total) == (D("0.00"), None, None)
    assert missing == [Missing(Unknown.IMPAIRMENT, "a", "loan", JUNE, Component.IMPAIRMENT)]


def test_the_positions_probability_of_default_wins() -> None:
    part, _ = price(
        account(product=LOAN), debit_average=D(100_000), probability_of_default=D("0.1")
    )
    assert part.expected_loss == D("-328.77")


def test_what_is_not_known_is_missing_and_not_zero() -> None:
    nothing_known = parameters(products=(ProductParameters(),))
    part, missing = price(
        account(), nothing_known, credit_average=D(1), debit_average=D(1), fees=D(5)
    )
    assert (part.deposit_margin, part.lending_margin, part.expected_loss) == (None, None, None)
    assert (part.fees, part.total) == (D("5.00"), None)
    assert missing == [
        Missing(Unknown.CREDIT_RATE, "a", "checking", JUNE, Component.DEPOSIT_MARGIN),
        Missing(Unknown.DEBIT_RATE, "a", "checking", JUNE, Component.LENDING_MARGIN),
        Missing(Unknown.PROBABILITY_OF_DEFAULT, "a", "checking", JUNE, Component.EXPECTED_LOSS),
    ]


def test_an_empty_account_needs_no_rate_and_no_price_of_funds() -> None:
    bare = ContributionParameters("bare", date(2020, 1, 1), "CNY")
    part, missing = price(account(), bare)
    assert amounts(part) == {}
    assert part.total == D("0.00")
    assert missing == []


def test_what_capital_earns_is_counted_on_request() -> None:
    part, _ = price(
        account(product=LOAN), parameters(return_on_capital=D("0.03")), debit_average=D(100_000)
    )
    assert part.capital_income == D("19.73")  # 8 000 x 3 % x 30 / 365
    assert part.total == D("167.68")


def test_foreign_amounts_convert_before_the_only_rounding() -> None:
    given = parameters(
        exchange_rates=(
            ExchangeRate("USD", JUNE, D("7.145")),
            ExchangeRate("JPY", JUNE, D("0.047")),
        )
    )
    dollars, _ = price(account(currency="USD"), given, fees=D("0.10"), credit_average=D("0.01"))
    assert dollars.fees == D("0.71")
    yen, _ = price(account(currency="JPY"), given, credit_average=D(1_000_000), fees=D(333))
    assert (yen.deposit_margin, yen.fees) == (D("57.95"), D("15.65"))


def test_costs_are_in_the_reporting_currency_already() -> None:
    given = parameters(
        exchange_rates=(ExchangeRate("USD", JUNE, D(7)),),
        products=(ProductParameters(account_upkeep=D(3)),),
    )
    part, _ = price(account(currency="USD"), given, transactions=((Channel.ATM, 2),))
    assert amounts(part) == {"channel_cost": D("-1.00"), "account_upkeep": D("-3.00")}


def test_a_reporting_currency_without_minor_unit_has_whole_amounts() -> None:
    part, _ = price(
        account(currency="JPY"),
        parameters(currency="JPY"),
        credit_average=D(1_000_000),
        fees=D("2.5"),
        transactions=((Channel.ATM, 3),),
    )
    assert [str(amount) for amount in part.amounts[:4]] == ["1233", "0", "2", "-2"]


def test_rounding_is_half_even_and_leaves_no_negative_zero() -> None:
    rounded = [price(account(), fees=D(fees))[0].fees for fees in ("0.125", "0.135", "-0.125")]
    assert rounded == [D("0.12"), D("0.14"), D("-0.12")]
    part, _ = price(
        account(product=LOAN),
        credit_average=D("0.01"),
        debit_average=D("0.01"),
        debit_rate=D(0),
        fees=D("-0.001"),
        impairment=D("0.001"),
        transactions=((Channel.ATM, 0),),
    )
    assert [str(amount) for amount in (*part.amounts, part.total)] == ["0.00"] * 10


def test_owners_share_each_component_and_the_capital() -> None:
    whole, _ = price(account(product=LOAN), debit_average=D(100_000), fees=D("0.01"))
    weights = weights_of([Owner("x"), Owner("y"), Owner("z")])
    with exact():
        parts = [share_part(whole, weights, owner, 2) for owner in "xyz"]
    assert [part.lending_margin for part in parts] == [D("82.20"), D("82.19"), D("82.19")]
    assert [part.fees for part in parts] == [D("0.01"), D("0.00"), D("0.00")]
    assert [part.total for part in parts] == [D("49.33"), D("49.31"), D("49.32")]
    assert sum(part.capital for part in parts) == whole.capital
    assert {part[:3] for part in parts} == {whole[:3]}


def test_a_share_of_what_is_not_known_is_not_known() -> None:
    whole, _ = price(account(), parameters(products=(ProductParameters(),)), credit_average=D(9))
    with exact():
        part = share_part(whole, weights_of([Owner("x"), Owner("y")]), "x", 2)
    assert (part.deposit_margin, part.fees, part.total) == (None, D("0.00"), None)

"""The Czech bank's rules, on both sides of each threshold, and its prices by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from examples.berka_bank.rule_book import CzechBank
from relationship_core import (
    Account,
    Channel,
    Customer,
    CustomerKind,
    DayCount,
    Dossier,
    Engine,
    Owner,
    Position,
    Product,
    ProductFamily,
    Review,
    Standing,
)
from relationship_core.decisions.contribution import account_parts
from relationship_core.decisions.lifecycle_check import check_lifecycle
from relationship_core.errors import ParameterError

ENGINE = Engine.from_plugins(CzechBank())
AS_OF = date(1994, 3, 31)
STEADY: Mapping[str, Any] = {
    "has_transacted": True,
    "months_since_first_transaction": 9,
    "transactions_3m": 12,
    "transactions_change_3m": Decimal(0),
    "balance_change_3m": Decimal("-0.15"),
    "months_inactive": 0,
    "product_count": 1,
    "product_count_change_6m": 0,
    "aum": Decimal(500),
    "relationship_closed": False,
    "salary_stopped": False,
    "deposits_average_3m": Decimal(1000),
    "outflow_to_other_banks_30d": Decimal("299.99"),
}


def review(standing: Standing | None = None, **facts: Any) -> Review:
    """Review a steady customer with other facts, a None being one that isn't known."""
    known = {name: value for name, value in (STEADY | facts).items() if value is not None}
    customer = Customer("1", CustomerKind.PERSONAL)
    return ENGINE.review(Dossier(customer, supplied=known, standing=standing), AS_OF)


@pytest.mark.parametrize(
    ("facts", "stage"),
    [
        ({}, "stable"),
        ({"balance_change_3m": None}, "stable"),
        ({"salary_stopped": True}, "stable"),
        ({"months_since_first_transaction": 8}, "formation"),
        ({"transactions_3m": 11}, "formation"),
        ({"balance_change_3m": Decimal("-0.150001")}, "formation"),
        ({"months_since_first_transaction": 2, "transactions_3m": 6}, "formation"),
        ({"months_since_first_transaction": 2, "transactions_3m": 5}, "exploration"),
        ({"months_since_first_transaction": 1, "transactions_3m": 6}, "exploration"),
        ({"has_transacted": False, "transactions_3m": 0}, "prospect"),
        ({"months_inactive": 1}, "stable"),
        ({"months_inactive": 2}, "decline"),
        ({"months_inactive": 8, "aum": Decimal(0)}, "decline"),
        ({"months_inactive": 9}, "decline"),
        ({"months_inactive": 9, "aum": Decimal("499.99")}, "lost"),
        ({"relationship_closed": True}, "lost"),
    ],
)
def test_stages_of_a_first_day(facts: dict[str, Any], stage: str) -> None:
    decided = review(**facts).stage
    assert decided.stage == stage
    assert not decided.is_undetermined


@pytest.mark.parametrize(
    ("balances", "transactions", "stage"),
    [
        ("-0.40", "-0.30", "decline"),
        ("-0.399999", "-0.30", "formation"),
        ("-0.40", "-0.299999", "formation"),
    ],
)
def test_decline_takes_a_fall_of_balances_and_of_transactions(
    balances: str, transactions: str, stage: str
) -> None:
    facts = {
        "balance_change_3m": Decimal(balances),
        "transactions_change_3m": Decimal(transactions),
    }
    assert review(**facts).stage.stage == stage


def test_decline_and_recovery_take_two_reviews() -> None:
    stable = Standing(stage="stable", stage_since=date(1993, 12, 31))
    first = review(stable, months_inactive=2).stage
    assert first.stage == "stable"
    assert first.pending is not None
    declining = Standing(stage="decline", stage_since=date(1993, 12, 31))
    assert review(declining, balance_change_3m=Decimal("-0.10")).stage.pending is not None
    assert review(declining, balance_change_3m=Decimal("-0.100001")).stage.pending is None


def test_the_lifecycle_has_no_trap_and_no_rule_for_organisations() -> None:
    lifecycle = ENGINE.rule_book.lifecycle
    assert check_lifecycle(lifecycle) == ()
    rules = {rule.id for rule in (*lifecycle.entry.rules, *lifecycle.transitions.rules)}
    assert not [name for name in rules if name.startswith("corporate")]
    assert "salary-stopped" not in rules


@pytest.mark.parametrize(
    ("percentile", "tier"),
    [
        *(("0.990", "vip"), ("0.989", "key"), ("0.950", "key"), ("0.949", "secondary")),
        *(("0.800", "secondary"), ("0.799", "ordinary"), ("0.500", "ordinary")),
        ("0.499", "small"),
    ],
)
def test_the_pyramid_stands_on_percentiles(percentile: str, tier: str) -> None:
    facts = {"contribution_12m": Decimal(1), "contribution_percentile": Decimal(percentile)}
    assert review(**facts).tier.tier == tier


@pytest.mark.parametrize(
    ("facts", "treatment"),
    [
        ({"tenure_months": 6, "product_count_change_6m": 1}, "nurture"),
        ({"tenure_months": 5, "product_count_change_6m": 1}, "self_service"),
        ({"tenure_months": 24}, "higher_threshold"),
        ({"tenure_months": 23}, "self_service"),
    ],
)
def test_nobody_is_divided_by_a_year_that_is_not_on_record(
    facts: dict[str, Any], treatment: str
) -> None:
    losing = {"contribution_12m": Decimal(-1), "contribution_previous_12m": Decimal(-1)}
    decided = review(**losing, **facts).treatment
    assert decided is not None
    assert decided.outcome == treatment


@pytest.mark.parametrize(
    ("facts", "risk"),
    [
        ({}, "low"),
        ({"balance_change_3m": Decimal("-0.299999")}, "low"),
        ({"balance_change_3m": Decimal("-0.30")}, "medium"),
        ({"salary_stopped": True}, "medium"),
        ({"outflow_to_other_banks_30d": Decimal(300)}, "medium"),
        ({"outflow_to_other_banks_30d": Decimal(300), "balance_change_3m": None}, "medium"),
        ({"balance_change_3m": None}, "low"),
        ({"salary_stopped": True, "balance_change_3m": Decimal("-0.30")}, "high"),
        ({"salary_stopped": True, "outflow_to_other_banks_30d": Decimal(300)}, "high"),
        ({"months_inactive": 2}, "medium"),
        ({"months_inactive": 9, "aum": Decimal(0), "salary_stopped": True}, "low"),
    ],
)
def test_two_signs_of_leaving_are_a_high_risk(facts: dict[str, Any], risk: str) -> None:
    decided = review(**facts).retention
    assert decided.risk == risk
    assert not decided.is_undetermined


@pytest.mark.parametrize(
    ("worth", "percentile", "action"),
    [
        ("600", "0.95", "visit"),
        ("599.99", "0.95", "letter"),
        ("600", "0.949", "letter"),
        ("40", "0.1", "letter"),
        ("39.99", "0.1", None),
    ],
)
def test_an_action_costs_a_quarter_of_the_contribution_at_most(
    worth: str, percentile: str, action: str | None
) -> None:
    decided = review(
        salary_stopped=True,
        balance_change_3m=Decimal("-0.30"),
        contribution_12m=Decimal(worth),
        contribution_percentile=Decimal(percentile),
    ).retention
    assert (decided.action.code if decided.action else None) == action


def test_nothing_is_promised_that_the_years_did_not_have() -> None:
    entitlements = ENGINE.rule_book.service.entitlements.rules
    granted = review(contribution_12m=Decimal(1), contribution_percentile=Decimal("0.99")).services
    assert {rule.id for rule in entitlements} == {"basic", "cadence", "lane", "manager"}
    assert str(granted) == "basic, lane, manager"
    arrears = review(days_past_due=31).services.care
    assert [event.code for event in arrears] == ["loan-late"]
    assert review(days_past_due=30).services.care == ()


def components(
    family: ProductFamily,
    month: date,
    *,
    opened: date = date(1993, 1, 1),
    maturity: date | None = None,
    **amounts: Any,
) -> dict[str, Decimal | None]:
    """What one month of an account brings in, without what is nothing."""
    product = Product(family.value, family, day_count=DayCount.THIRTY_360)
    account = Account("a", product, "CZK", (Owner("1"),), opened, maturity=maturity)
    (part,) = account_parts(
        account, [Position("a", month, **amounts)], AS_OF, ENGINE.rule_book.contribution
    )
    names = part._fields[3:12]
    return {name: amount for name, amount in zip(names, part.amounts, strict=True) if amount}


MARCH = date(1994, 3, 1)


@pytest.mark.parametrize(
    ("month", "margin"),
    [
        (date(1993, 5, 1), "30.38"),  # 9.5 % x 0.91 less 5 %, a twelfth: 30.375
        (date(1993, 6, 1), "30.38"),  # the month began before the change
        (date(1993, 7, 1), "19.00"),  # 8 % x 0.91 less 5 %
        (MARCH, "19.00"),
    ],
)
def test_a_deposit_earns_the_discount_rate_less_reserves_and_interest(
    month: date, margin: str
) -> None:
    brought = components(ProductFamily.CURRENT, month, credit_average=Decimal(10_000))
    assert brought == {"deposit_margin": Decimal(margin), "account_upkeep": Decimal("-8.00")}


def test_an_overdraft_earns_twelve_per_cent_and_bears_loss_and_capital() -> None:
    assert components(ProductFamily.CURRENT, MARCH, debit_average=Decimal(1_000)) == {
        "lending_margin": Decimal("3.93"),  # (12 % - 7.28 %) / 12
        "expected_loss": Decimal("-1.91"),  # 5 % x 45 % x 31 / 365
        "capital_charge": Decimal("-1.02"),  # 8 % x 15 % x 31 / 365
        "account_upkeep": Decimal("-8.00"),
    }


@pytest.mark.parametrize(
    ("granted", "margin"),
    [(date(1993, 6, 9), "45.00"), (date(1993, 6, 10), "60.00")],
)
def test_a_loan_keeps_the_price_of_funds_of_its_granting(granted: date, margin: str) -> None:
    loan = components(
        ProductFamily.LOAN,
        MARCH,
        opened=granted,
        maturity=date(1996, 6, 12),
        debit_average=Decimal(12_000),
    )
    assert loan == {
        "lending_margin": Decimal(margin),
        "expected_loss": Decimal("-13.76"),
        "capital_charge": Decimal("-12.23"),
        "account_upkeep": Decimal("-20.00"),
    }


def test_acts_cost_by_channel_and_a_channel_of_later_years_is_an_error() -> None:
    acts = ((Channel.COUNTER, 2), (Channel.ATM, 1), (Channel.AUTOMATIC, 3))
    brought = components(ProductFamily.CURRENT, MARCH, transactions=acts)
    assert brought["channel_cost"] == Decimal("-34.50")
    with pytest.raises(ParameterError, match="no unit cost for channel mobile"):
        components(ProductFamily.CURRENT, MARCH, transactions=((Channel.MOBILE, 1),))

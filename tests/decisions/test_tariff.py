"""Prices of funds, terms and exchange rates: which one applies, and what is said if none does."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from relationship_core.decisions.funds_transfer import Curve
from relationship_core.decisions.parameters import (
    ContributionParameters,
    ExchangeRate,
    ProductParameters,
    RelationshipUpkeep,
    TransferPrice,
)
from relationship_core.decisions.tariff import Tariff, tariff_of
from relationship_core.decisions.window import month_index
from relationship_core.domain.account import Account, Product, ProductFamily
from relationship_core.domain.customer import CustomerKind
from relationship_core.errors import ParameterError
from tests.decisions.small_bank import CHECKING, JUNE, LOAN, LONG_AGO, D, account, parameters


def listed(*prices: tuple[str, int, date, str]) -> tuple[TransferPrice, ...]:
    return tuple(
        TransferPrice("CNY", name, tenor, day, D(rate)) for name, tenor, day, rate in prices
    )


def price_of_funds(
    held: Account, prices: tuple[TransferPrice, ...], month: date = JUNE, tenor: int = 12
) -> Decimal:
    given = parameters(transfer_prices=prices, products=(ProductParameters(tenor_months=tenor),))
    return tariff_of([given]).sheet(held.product, held.currency)[month].transfer_price(held)


def test_a_curve_gives_the_shortest_term_that_is_no_shorter_else_the_longest() -> None:
    curve = Curve(
        listed(("*", 3, LONG_AGO, "0.01"), ("*", 12, LONG_AGO, "0.02"), ("*", 36, LONG_AGO, "0.03"))
    )
    found = {months: curve.rate(JUNE, months) for months in (0, 3, 4, 12, 13, 36, 240)}
    assert found == {
        0: D("0.01"),
        3: D("0.01"),
        4: D("0.02"),
        12: D("0.02"),
        13: D("0.03"),
        36: D("0.03"),
        240: D("0.03"),
    }


def test_a_price_holds_until_the_next_of_its_term() -> None:
    curve = Curve(
        listed(
            ("*", 12, date(2025, 5, 1), "0.03"),
            ("*", 3, date(2025, 1, 1), "0.01"),
            ("*", 12, date(2025, 1, 1), "0.02"),
        )
    )
    assert curve.rate(date(2024, 12, 31), 12) is None
    assert curve.rate(date(2025, 4, 30), 12) == D("0.02")
    assert curve.rate(date(2025, 5, 1), 12) == D("0.03")
    assert curve.rate(date(2025, 5, 1), 3) == D("0.01")


def test_without_maturity_the_behavioural_term_counts_at_the_start_of_the_month() -> None:
    prices = listed(
        ("*", 6, LONG_AGO, "0.011"),
        ("*", 12, LONG_AGO, "0.012"),
        ("*", 6, date(2025, 6, 2), "0.05"),
    )
    assert price_of_funds(account(), prices, tenor=5) == D("0.011")
    assert price_of_funds(account(), prices, month=date(2025, 7, 1), tenor=5) == D("0.05")


def test_with_maturity_the_term_and_the_prices_are_those_of_the_opening() -> None:
    prices = listed(
        ("*", 12, LONG_AGO, "0.012"),
        ("*", 60, LONG_AGO, "0.036"),
        ("*", 60, date(2025, 3, 1), "0.05"),
    )
    held = account(product=LOAN, opened=date(2025, 2, 28), maturity=date(2028, 2, 28))
    assert price_of_funds(held, prices) == D("0.036")


def test_a_repricing_counts_from_its_month_on_and_not_before() -> None:
    prices = listed(
        ("*", 12, LONG_AGO, "0.012"),
        ("*", 60, LONG_AGO, "0.036"),
        ("*", 12, date(2025, 6, 1), "0.02"),
    )
    held = account(
        product=LOAN,
        opened=date(2023, 1, 1),
        maturity=date(2026, 6, 15),
        repriced=date(2025, 6, 15),
    )
    assert price_of_funds(held, prices, month=date(2025, 5, 1)) == D("0.036")
    assert price_of_funds(held, prices, month=date(2025, 6, 1)) == D("0.02")


def test_the_most_specific_price_wins_once_it_has_begun() -> None:
    prices = listed(
        ("checking", 12, date(2025, 6, 1), "0.01"),
        ("current", 12, date(2025, 5, 1), "0.02"),
        ("*", 12, LONG_AGO, "0.03"),
    )
    months = [date(2025, 4, 1), date(2025, 5, 1), date(2025, 6, 1)]
    assert [price_of_funds(account(), prices, month) for month in months] == [
        D("0.03"),
        D("0.02"),
        D("0.01"),
    ]


def test_a_missing_price_names_product_currency_term_and_day() -> None:
    late = listed(("*", 12, date(2025, 6, 2), "0.03"))
    with pytest.raises(ParameterError, match=r"'checking' in CNY, 12 months, on 2025-06-01"):
        price_of_funds(account(), late)
    held = account(product=LOAN, opened=date(2025, 5, 1), maturity=date(2025, 11, 1))
    with pytest.raises(
        ParameterError, match=r"month 2025-06: .*'loan' in CNY, 6 months, on 2025-05-01"
    ):
        price_of_funds(held, late)


def test_parameters_of_the_product_win_over_its_family_and_over_all() -> None:
    given = parameters(
        products=(
            ProductParameters(account_upkeep=D(1)),
            ProductParameters(ProductFamily.CURRENT, account_upkeep=D(2)),
            ProductParameters("checking", account_upkeep=D(3)),
        )
    )
    products = [LOAN, Product("payroll", ProductFamily.CURRENT), CHECKING]
    sheets = [tariff_of([given]).sheet(product, "CNY") for product in products]
    assert [sheet[JUNE].account_upkeep for sheet in sheets] == [D("-1"), D("-2"), D("-3")]


def test_a_product_without_parameters_is_named() -> None:
    given = parameters(products=(ProductParameters("loan"),))
    with pytest.raises(ParameterError, match=r"'test', month 2025-06: .*'checking'"):
        tariff_of([given]).sheet(CHECKING, "CNY")[JUNE]


def test_the_set_of_a_months_last_day_prices_it() -> None:
    old = parameters(version="old")
    new = parameters(
        version="new",
        valid_from=date(2025, 6, 30),
        products=(ProductParameters(account_upkeep=D(9)),),
    )
    sheet = tariff_of([old, new]).sheet(CHECKING, "CNY")
    assert sheet[date(2025, 5, 1)].account_upkeep == 0
    assert sheet[JUNE].account_upkeep == D(-9)


def test_exchange_rates_are_of_the_month_and_a_missing_one_is_named() -> None:
    given = parameters(exchange_rates=(ExchangeRate("USD", JUNE, D("7.1")),))
    sheet = tariff_of([given]).sheet(CHECKING, "USD")
    assert sheet[JUNE].exchange_rate == D("7.1")
    with pytest.raises(ParameterError, match=r"no exchange rate of USD in 2025-07.*date\(2025, 7"):
        sheet[date(2025, 7, 1)]


def test_sets_report_in_one_currency() -> None:
    with pytest.raises(ParameterError, match="no currency"):
        Tariff([])
    with pytest.raises(ParameterError, match="CNY and EUR"):
        Tariff([parameters(), parameters(currency="EUR", valid_from=date(2025, 1, 1))])


def test_equal_sets_are_arranged_once() -> None:
    assert tariff_of([parameters()]) is tariff_of((parameters(),))


def test_relationship_upkeep_is_summed_over_months_and_sets() -> None:
    old = parameters(
        version="old", relationship_upkeep=(RelationshipUpkeep(CustomerKind.PERSONAL, D("1.005")),)
    )
    new = parameters(version="new", valid_from=date(2025, 6, 1))
    tariff = tariff_of([old, new])
    april, june = month_index(date(2025, 4, 1)), month_index(JUNE)
    assert tariff.relationship_upkeep(CustomerKind.PERSONAL, april, june) == D("-2.00")
    assert tariff.relationship_upkeep(CustomerKind.CORPORATE, april, june) == 0
    assert tariff.relationship_upkeep(CustomerKind.PERSONAL, june, april) == 0


def test_upkeep_before_every_set_matters_only_where_upkeep_is_charged() -> None:
    index = month_index(JUNE)
    dated = {"valid_from": date(2025, 7, 1)}
    free = Tariff([parameters(**dated)])
    assert free.relationship_upkeep(CustomerKind.PERSONAL, index, index) == 0
    charged = Tariff(
        [
            parameters(
                relationship_upkeep=(RelationshipUpkeep(CustomerKind.PERSONAL, D(1)),), **dated
            )
        ]
    )
    with pytest.raises(ParameterError, match="2025-06-30"):
        charged.relationship_upkeep(CustomerKind.PERSONAL, index, index)


def test_a_set_without_prices_serves_what_needs_none() -> None:
    bare = ContributionParameters("bare", LONG_AGO, "CNY")
    assert tariff_of([bare]).sheet(CHECKING, "CNY")[JUNE].behavioural_price is None

"""Supplied facts stand in place of observed ones, and exchange rates come from the parameters."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from relationship_core.decisions.observe import Exchange, observe
from relationship_core.decisions.parameters import ContributionParameters, ExchangeRate
from relationship_core.domain import Dossier
from relationship_core.errors import InvalidValueError, ParameterError, UnknownFactError
from relationship_core.facts import CATALOGUE, aum
from relationship_core.rules import Fact, FactValue, Kind
from tests.decisions.observed_customer import AS_OF, D, account, customer, rows, seen

STARS = Fact("northern.stars", Kind.COUNT, minimum=1, maximum=7)
DOUBLE = Fact("northern.double", Kind.MONEY, derived=aum * 2)
WITH_PLUGIN = {**CATALOGUE, STARS.name: STARS, DOUBLE.name: DOUBLE}


def test_a_supplied_fact_completes_and_overrides_what_is_observed() -> None:
    values = seen(
        accounts=(account(),),
        positions=rows([0], closing_balance=D(5)),
        supplied={"aum": D("1.005"), "loyalty": D("0.1234565"), "contribution_12m": 7},
    )
    assert str(values["aum"]) == "1.00"
    assert str(values["loyalty"]) == "0.123456"
    assert str(values["contribution_12m"]) == "7.00"
    assert values["deposits_average_3m"] is None


def test_supplied_facts_of_every_kind() -> None:
    values = seen(
        supplied={
            "account_status": "minor",
            "manager_left": True,
            "product_count": D("2.5"),
            "days_past_due": 3,
            "satisfaction": D(-2),
        }
    )
    assert values["account_status"] == "minor"
    assert values["manager_left"] is True
    assert values["product_count"] == 2
    assert values["days_past_due"] == 3
    assert values["satisfaction"] == D(-2)


def test_a_plugins_fact_is_supplied_and_derived_ones_wait() -> None:
    dossier = Dossier(customer(), supplied={STARS.name: 7})
    values = observe(dossier, AS_OF, facts=WITH_PLUGIN)
    assert values[STARS.name] == 7
    assert values[DOUBLE.name] is None
    with pytest.raises(UnknownFactError):
        observe(dossier, AS_OF)


def test_an_unknown_fact_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(UnknownFactError, match=r"(?s)Dossier\.supplied.*loyalti.*'loyalty'"):
        seen(supplied={"loyalti": D(1)})


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("loyalty", D("1.1"), "at least 0.000000 and at most 1.000000"),
        ("loyalty", D("-0.1"), "outside what it can be"),
        ("northern.stars", 8, "at least 1 and at most 7"),
        ("aum", D("-1"), "at least 0.00"),
        ("account_status", "asleep", "active, dormant, frozen, deceased, minor"),
        ("aum", "much", "not a value of a money"),
        ("manager_left", 1, "not a value of a flag"),
        ("risk_tolerance", True, "not a value of a count"),
        ("aum", D("1e200"), "slip of scale"),
        ("stage", "stable", "belong in the standing"),
        ("months_in_tier", 3, "works it out itself"),
        ("northern.double", D(4), "works it out itself"),
    ],
)
def test_a_value_that_the_fact_can_not_have_is_refused_and_not_told(
    name: str, value: Any, message: str
) -> None:
    dossier = Dossier(customer(), supplied={name: value})
    with pytest.raises(InvalidValueError, match=message) as caught:
        observe(dossier, AS_OF, facts=WITH_PLUGIN)
    assert caught.value.where == f"Dossier.supplied, {name}"
    assert str(value) not in caught.value.what.split(":")[0]


def test_a_value_within_its_range_once_rounded_is_taken() -> None:
    values: dict[str, FactValue | None] = seen(supplied={"loyalty": D("1.0000001")})
    assert values["loyalty"] == 1


def parameters(valid_from: date, *rates: ExchangeRate, currency: str = "CNY") -> Any:
    return ContributionParameters(
        str(valid_from), valid_from, currency=currency, exchange_rates=rates
    )


def test_each_months_rate_comes_from_the_set_in_force_on_its_last_day() -> None:
    may, june = date(2026, 5, 1), date(2026, 6, 1)
    sets = (
        parameters(
            date(2026, 6, 30), ExchangeRate("USD", may, D(9)), ExchangeRate("USD", june, D(8))
        ),
        parameters(
            date(2026, 5, 1), ExchangeRate("USD", may, D(7)), ExchangeRate("USD", june, D(6))
        ),
    )
    exchange = Exchange.from_parameters(sets)
    assert exchange.currency == "CNY"
    assert exchange.rate("USD", may) == 7
    assert exchange.rate("USD", june) == 8
    assert exchange.rate("CNY", date(1900, 1, 1)) == 1
    assert exchange.rate("EUR", june) is None


def test_rates_of_months_before_the_set_are_not_in_force() -> None:
    march = date(2026, 3, 1)
    exchange = Exchange.from_parameters(
        [parameters(date(2026, 5, 1), ExchangeRate("USD", march, D(7)))]
    )
    assert exchange.rate("USD", march) is None


@pytest.mark.parametrize(
    "sets",
    [
        [],
        [parameters(date(2026, 1, 1)), parameters(date(2026, 2, 1), currency="EUR")],
    ],
)
def test_one_reporting_currency_is_needed(sets: list[ContributionParameters]) -> None:
    with pytest.raises(ParameterError, match="one reporting currency"):
        Exchange.from_parameters(sets)


def test_a_reporting_currency_is_a_code() -> None:
    with pytest.raises(InvalidValueError, match=r"Exchange\.currency"):
        Exchange("yuan")

"""Parameter sets: what they refuse, and which is in force."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from relationship_core.decisions.parameters import (
    ContributionParameters,
    ExchangeRate,
    ProductParameters,
    RelationshipUpkeep,
    TransferPrice,
    UnitCost,
    parameters_in_force,
)
from relationship_core.domain.account import ProductFamily
from relationship_core.domain.channel import Channel
from relationship_core.domain.customer import CustomerKind
from relationship_core.errors import InvalidValueError, ParameterError
from tests.decisions.small_bank import LONG_AGO, D, parameters

PRICE: dict[str, Any] = {
    "currency": "CNY",
    "product": "*",
    "tenor_months": 12,
    "valid_from": LONG_AGO,
    "rate": D("0.02"),
}
RATE: dict[str, Any] = {"currency": "USD", "month": date(2025, 6, 1), "rate": D("7.1")}


@pytest.mark.parametrize(
    "wrong",
    [
        {"currency": "yuan"},
        {"product": ""},
        {"tenor_months": -1},
        {"valid_from": datetime(2025, 1, 1)},  # noqa: DTZ001
        {"rate": 0.02},
        {"rate": D(2)},
    ],
)
def test_a_transfer_price_refuses(wrong: dict[str, Any]) -> None:
    TransferPrice(**PRICE)
    (field,) = wrong
    with pytest.raises(InvalidValueError, match=f"TransferPrice.{field}"):
        TransferPrice(**(PRICE | wrong))


@pytest.mark.parametrize(
    "wrong",
    [
        {"product": " loan"},
        {"credit_rate": D(5)},
        {"debit_rate": 0.05},
        {"tenor_months": 1.5},
        {"probability_of_default": D("1.01")},
        {"loss_given_default": D("-0.1")},
        {"conversion_factor": D("1.1")},
        {"risk_weight": D("-1")},
        {"risk_weight": D("100")},
        {"account_upkeep": D("-1")},
    ],
)
def test_product_parameters_refuse(wrong: dict[str, Any]) -> None:
    (field,) = wrong
    with pytest.raises(InvalidValueError, match=f"ProductParameters.{field}"):
        ProductParameters(**wrong)


def test_a_family_is_kept_as_its_plain_value() -> None:
    price = TransferPrice(**(PRICE | {"product": ProductFamily.LOAN}))
    given = ProductParameters(ProductFamily.LOAN)
    assert [type(one.product) for one in (price, given)] == [str, str]
    assert price.product == given.product == "loan"


def test_the_heaviest_risk_weight_is_1250_percent() -> None:
    assert ProductParameters(risk_weight=D("12.5")).risk_weight == D("12.5")


def test_a_unit_cost_and_an_upkeep_refuse() -> None:
    with pytest.raises(InvalidValueError, match=r"UnitCost\.channel"):
        UnitCost("atm", D(1))  # type: ignore[arg-type]
    with pytest.raises(InvalidValueError, match=r"UnitCost\.amount"):
        UnitCost(Channel.ATM, D(-1))
    with pytest.raises(InvalidValueError, match=r"RelationshipUpkeep\.kind"):
        RelationshipUpkeep("personal", D(1))  # type: ignore[arg-type]
    with pytest.raises(InvalidValueError, match=r"RelationshipUpkeep\.amount"):
        RelationshipUpkeep(CustomerKind.PERSONAL, D(-1))


@pytest.mark.parametrize(
    "wrong",
    [{"currency": ""}, {"month": date(2025, 6, 2)}, {"rate": D(0)}, {"rate": D(-1)}],
)
def test_an_exchange_rate_refuses(wrong: dict[str, Any]) -> None:
    ExchangeRate(**RATE)
    (field,) = wrong
    with pytest.raises(InvalidValueError, match=f"ExchangeRate.{field}"):
        ExchangeRate(**(RATE | wrong))


@pytest.mark.parametrize(
    "wrong",
    [
        {"version": " "},
        {"valid_from": None},
        {"currency": "CNYX"},
        {"transfer_prices": (D("0.02"),)},
        {"products": "loan"},
        {"capital_ratio": D("1.5")},
        {"hurdle_rate": D(10)},
        {"return_on_capital": 0.03},
    ],
)
def test_a_set_refuses(wrong: dict[str, Any]) -> None:
    (field,) = wrong
    with pytest.raises(InvalidValueError, match=f"ContributionParameters.{field}"):
        parameters(**wrong)


@pytest.mark.parametrize(
    ("field", "entry"),
    [
        ("transfer_prices", TransferPrice(**PRICE)),
        ("products", ProductParameters("loan")),
        ("unit_costs", UnitCost(Channel.ATM, D(1))),
        ("exchange_rates", ExchangeRate(**RATE)),
        ("relationship_upkeep", RelationshipUpkeep(CustomerKind.PERSONAL, D(1))),
    ],
)
def test_a_set_refuses_an_entry_given_twice(field: str, entry: object) -> None:
    parameters(**{field: (entry,)})
    with pytest.raises(InvalidValueError, match=rf"{field}\[1\].*second entry"):
        parameters(**{field: (entry, entry)})


def test_a_set_turns_lists_into_tuples_and_can_be_hashed() -> None:
    listed = parameters(unit_costs=[UnitCost(Channel.ATM, D(1))])
    assert listed.unit_costs == (UnitCost(Channel.ATM, D(1)),)
    assert hash(listed) == hash(parameters(unit_costs=(UnitCost(Channel.ATM, D(1)),)))


def test_the_set_in_force_is_the_latest_that_has_begun() -> None:
    old = parameters(version="old", valid_from=date(2024, 1, 1))
    new = parameters(version="new", valid_from=date(2025, 1, 1))
    assert parameters_in_force([new, old], date(2024, 12, 31)) is old
    assert parameters_in_force([new, old], date(2025, 1, 1)) is new


def test_a_day_before_every_set_and_two_sets_of_one_day_are_errors() -> None:
    new = parameters(valid_from=date(2025, 1, 1))
    with pytest.raises(ParameterError, match=r"2024-12-31.*valid_from"):
        parameters_in_force([new], date(2024, 12, 31))
    with pytest.raises(ParameterError, match="two parameter sets begin on 2025-01-01"):
        parameters_in_force(
            [new, parameters(version="other", valid_from=date(2025, 1, 1))], date(2025, 6, 1)
        )


def test_the_defaults_are_of_the_field() -> None:
    plain = ContributionParameters("plain", LONG_AGO, "CNY")
    (every_product,) = plain.products
    assert every_product.loss_given_default == Decimal("0.45")
    assert every_product.probability_of_default is None
    assert plain.capital_ratio == Decimal("0.08")
    assert plain.return_on_capital is None

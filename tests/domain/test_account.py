"""Products and accounts: who owns them, since when, and what they count as."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from relationship_core.domain import Account, DayCount, Owner, Product, ProductFamily
from relationship_core.errors import InvalidValueError

SOUND: dict[str, Any] = {
    "id": "A1",
    "product": Product("P1", ProductFamily.TERM_DEPOSIT, "One-year deposit", DayCount.ACT_360),
    "currency": "CNY",
    "owners": (Owner("C1"), Owner("C2", Decimal("0.5"))),
    "opened": date(2020, 5, 1),
    "authorised": ("C3",),
    "closed": date(2021, 5, 1),
    "maturity": date(2021, 5, 1),
    "repriced": date(2020, 5, 1),
    "branch": "B1",
}


def test_deposits_are_what_is_payable_to_the_customer() -> None:
    deposits = {family.value for family in ProductFamily if family.is_deposit}
    assert deposits == {"current", "savings", "term_deposit"}


def test_assets_under_management_are_deposits_and_investments() -> None:
    assets = {family.value for family in ProductFamily if family.counts_in_aum}
    assert assets == {"current", "savings", "term_deposit", "wealth", "fund", "insurance"}


def test_investments_are_the_assets_that_are_no_deposits() -> None:
    investments = {family.value for family in ProductFamily if family.is_investment}
    assert investments == {"wealth", "fund", "insurance"}


def test_an_account_may_close_on_the_day_it_opens() -> None:
    account = Account("A1", SOUND["product"], "CNY", (Owner("C1"),), date(2020, 5, 1))
    assert account.authorised == ()
    assert Account(**{**SOUND, "closed": date(2020, 5, 1)}).closed == account.opened


def test_lists_are_frozen() -> None:
    account = Account(**{**SOUND, "owners": list(SOUND["owners"]), "authorised": iter(["C3"])})
    assert account == Account(**SOUND)
    assert hash(account) == hash(Account(**SOUND))


@pytest.mark.parametrize(
    ("field", "value", "phrase"),
    [
        ("id", "", "id is empty"),
        ("product", "P1", "a str where a Product belongs"),
        ("currency", "RMBY", "three capital letters"),
        ("owners", (), "has no owner"),
        ("owners", ("C1",), "a str where an Owner belongs"),
        ("owners", Owner("C1"), "an Owner where several items"),
        ("owners", (Owner("C1"), Owner("C1")), "named twice"),
        ("opened", "2020-05-01", "a str where a date belongs"),
        ("authorised", "C3", "a str where several items belong"),
        ("authorised", ("C3", "C3"), "named twice"),
        ("authorised", ("",), "id is empty"),
        ("authorised", ("C2",), "an owner is authorised as well"),
        ("closed", date(2020, 4, 30), "before the account was opened"),
        ("maturity", date(2020, 4, 30), "before the account was opened"),
        ("repriced", date(2020, 4, 30), "before the account was opened"),
        ("repriced", 2020, "an int where a date belongs"),
        ("branch", "", "id is empty"),
    ],
)
def test_a_wrong_field_of_an_account_is_named(field: str, value: Any, phrase: str) -> None:
    with pytest.raises(InvalidValueError, match=phrase) as caught:
        Account(**{**SOUND, field: value})
    assert caught.value.where.startswith(f"Account.{field}")
    assert caught.value.mend


@pytest.mark.parametrize(
    ("share", "phrase"),
    [
        (Decimal(0), "not above zero"),
        (Decimal(-1), "not above zero"),
        (Decimal("1e-30"), "out of all proportion"),
        (Decimal("1e30"), "out of all proportion"),
        (Decimal("NaN"), "not finite"),
        (0.5, "a float where a Decimal belongs"),
        (1, "an int where a Decimal belongs"),
    ],
)
def test_a_share_must_be_a_positive_decimal(share: Any, phrase: str) -> None:
    with pytest.raises(InvalidValueError, match=phrase) as caught:
        Owner("C1", share)
    assert caught.value.where == "Owner.share"


def test_an_owner_needs_a_customer() -> None:
    with pytest.raises(InvalidValueError, match="id is empty"):
        Owner("")


@pytest.mark.parametrize(
    ("field", "value", "phrase"),
    [
        ("id", "", "id is empty"),
        ("family", "loan", "a str where a ProductFamily belongs"),
        ("name", None, "not text"),
        ("day_count", "act/365", "a str where a DayCount belongs"),
    ],
)
def test_a_wrong_field_of_a_product_is_named(field: str, value: Any, phrase: str) -> None:
    with pytest.raises(InvalidValueError, match=phrase) as caught:
        Product(**{"id": "P1", "family": ProductFamily.LOAN, field: value})
    assert caught.value.where == f"Product.{field}"

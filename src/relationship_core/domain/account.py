"""Products, and the accounts that customers hold in them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum

import attrs

from relationship_core.domain.money import check_currency
from relationship_core.domain.validation import (
    ONE,
    freeze_items,
    refuse,
    require_date,
    require_decimal,
    require_each,
    require_id,
    require_ids,
    require_member,
    require_order,
)


class ProductFamily(StrEnum):
    """What a product is at heart, which decides how its contribution is reckoned."""

    CURRENT = "current"
    SAVINGS = "savings"
    TERM_DEPOSIT = "term_deposit"
    LOAN = "loan"
    CARD = "card"
    OVERDRAFT = "overdraft"
    GUARANTEE = "guarantee"
    WEALTH = "wealth"
    FUND = "fund"
    INSURANCE = "insurance"
    SETTLEMENT = "settlement"

    @property
    def is_deposit(self) -> bool:
        """Whether its credit balance is money deposited with the bank."""
        return self in _DEPOSITS

    @property
    def is_investment(self) -> bool:
        """Whether it holds the customer's investments, which neither fund the bank nor need it."""
        return self in _INVESTMENTS

    @property
    def counts_in_aum(self) -> bool:
        """Whether it counts in the assets under management: deposits and investments."""
        return self.is_deposit or self.is_investment


_DEPOSITS = frozenset({ProductFamily.CURRENT, ProductFamily.SAVINGS, ProductFamily.TERM_DEPOSIT})
_INVESTMENTS = frozenset({ProductFamily.WEALTH, ProductFamily.FUND, ProductFamily.INSURANCE})


class DayCount(StrEnum):
    """How a product counts the part of a year that a span of days is."""

    ACT_365 = "act/365"
    ACT_360 = "act/360"
    THIRTY_360 = "30/360"
    ACT_ACT = "act/act"


@attrs.frozen
class Product:
    """Something the bank sells.

    Args:
        id: The bank's code for it.
        family: What it is at heart.
        name: What the bank calls it.
        day_count: How its interest counts days.

    Raises:
        InvalidValueError: A field is of the wrong kind.
    """

    id: str
    family: ProductFamily
    name: str = ""
    day_count: DayCount = DayCount.ACT_365

    def __attrs_post_init__(self) -> None:
        require_id(self.id, "Product.id")
        require_member(self.family, ProductFamily, "Product.family")
        if not isinstance(self.name, str):
            refuse("the name is not text", "Product.name", "give a str, empty if it has none")
        require_member(self.day_count, DayCount, "Product.day_count")


# Wide enough for shares given in units of account, narrow enough that no arithmetic can run away.
_SMALLEST_SHARE = Decimal("1e-9")
_LARGEST_SHARE = Decimal("1e9")


@attrs.frozen
class Owner:
    """One owner of an account and the share owned.

    Args:
        customer_id: The customer.
        share: Above zero and relative to the other owners': 1, 1 and 1 are thirds.

    Raises:
        InvalidValueError: A field is of the wrong kind, or the share is not above zero.
    """

    customer_id: str
    share: Decimal = ONE

    def __attrs_post_init__(self) -> None:
        require_id(self.customer_id, "Owner.customer_id")
        if self.share is not ONE:
            share = require_decimal(self.share, "Owner.share")
            if not _SMALLEST_SHARE <= share <= _LARGEST_SHARE:
                refuse(
                    "the share is not above zero, or out of all proportion",
                    "Owner.share",
                    "give the part owned; who owns nothing is authorised, no owner",
                )


def require_owners(owners: tuple[object, ...], where: str) -> None:
    """Refuse a tuple of owners in which one is no `Owner` or named twice."""
    require_each(owners, Owner, where)
    if len({owner.customer_id for owner in owners if isinstance(owner, Owner)}) != len(owners):
        refuse("an owner is named twice", where, "add up the shares under one Owner")


@attrs.frozen
class Account:
    """One contract of a customer, or of several together.

    Args:
        id: The bank's number for it.
        product: What it is an account in.
        currency: ISO 4217 code of all its amounts.
        owners: Who owns it, at least one; shares are relative.
        opened: The day it was opened or the loan was granted.
        authorised: Ids of those who may operate it and own no share.
        closed: The day it was closed; None while open.
        maturity: The day it falls due.
        repriced: The day its rate was last set; None if never since it was opened.
        branch: The branch that keeps it.

    Raises:
        InvalidValueError: A field is of the wrong kind, no owner or one named twice, an owner who
            is authorised as well, or a date before the account was opened.
    """

    id: str
    product: Product
    currency: str
    owners: tuple[Owner, ...]
    opened: date
    authorised: tuple[str, ...] = ()
    closed: date | None = None
    maturity: date | None = None
    repriced: date | None = None
    branch: str | None = None

    def __attrs_post_init__(self) -> None:
        require_id(self.id, "Account.id")
        require_each((self.product,), Product, "Account.product")
        check_currency(self.currency, where="Account.currency")
        self._check_people()
        require_date(self.opened, "Account.opened")
        for name in ("closed", "maturity", "repriced"):
            day: date | None = getattr(self, name)
            if day is not None:
                where = f"Account.{name}"
                require_date(day, where)
                require_order(self.opened, day, "before the account was opened", where)
        if self.branch is not None:
            require_id(self.branch, "Account.branch")

    def _check_people(self) -> None:
        freeze_items(self, "owners")
        freeze_items(self, "authorised")
        if not self.owners:
            refuse("the account has no owner", "Account.owners", "give at least one Owner")
        require_owners(self.owners, "Account.owners")
        if self.authorised:
            require_ids(self.authorised, "Account.authorised")
            if not {owner.customer_id for owner in self.owners}.isdisjoint(self.authorised):
                refuse(
                    "an owner is authorised as well",
                    "Account.authorised",
                    "an owner needs no authority; leave it out",
                )

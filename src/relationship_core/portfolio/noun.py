"""From the values of one row to the noun that they describe.

A builder takes the values of its table's columns in their order; where those are a noun's own
fields in order, the noun is its own builder.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from relationship_core.domain import (
    Account,
    Branch,
    Channel,
    Consent,
    Customer,
    CustomerKind,
    CustomerStatus,
    DayCount,
    Identifier,
    IdentifierScheme,
    Interaction,
    Owner,
    Pending,
    Position,
    Product,
    ProductFamily,
    Purpose,
    Relation,
    Sex,
    Standing,
    Transaction,
)
from relationship_core.errors import InvalidValueError
from relationship_core.portfolio.schema import OwnerRole

ONE: Final = Decimal(1)
ZERO: Final = Decimal(0)
HOME_COUNTRY: Final = "CN"


def build_customer(
    customer_id: str,
    kind: CustomerKind,
    name: str | None,
    id_scheme: IdentifierScheme | None,
    id_number: str | None,
    id_country: str | None,
    id_expires: date | None,
    id_verified: bool | None,
    born: date | None,
    sex: Sex | None,
    industry: str | None,
    system: str | None,
    branch: str | None,
    manager: str | None,
    since: date | None,
    closed: date | None,
    status: CustomerStatus | None,
    risk_tolerance: int | None,
    phone: str | None,
    email: str | None,
    consent_given: date | None,
    consent_withdrawn: date | None,
) -> Customer:
    """Build a customer whose identifier is in canonical form, its scheme known."""
    identifiers: tuple[Identifier, ...] = ()
    if id_number is not None and id_scheme is not None:
        identifiers = (
            Identifier(
                id_scheme, id_number, id_country or HOME_COUNTRY, id_expires, bool(id_verified)
            ),
        )
    consents: tuple[Consent, ...] = ()
    if consent_given is not None:
        consents = (Consent(Purpose.MARKETING, consent_given, consent_withdrawn),)
    return Customer(
        customer_id,
        kind,
        name,
        identifiers,
        born,
        sex,
        industry,
        system,
        branch,
        manager,
        since,
        closed,
        CustomerStatus.ACTIVE if status is None else status,
        risk_tolerance,
        phone,
        email,
        consents,
    )


def build_product(
    product_id: str, family: ProductFamily, name: str | None, day_count: DayCount | None
) -> Product:
    """Build a product."""
    return Product(
        product_id, family, name or "", DayCount.ACT_365 if day_count is None else day_count
    )


def build_account(
    account_id: str,
    currency: str,
    opened: date,
    closed: date | None,
    maturity: date | None,
    repriced: date | None,
    branch: str | None,
    *,
    product: Product,
    owners: tuple[Owner, ...],
    authorised: tuple[str, ...],
) -> Account:
    """Build an account from its row, without the product's id, and what other tables say of it."""
    return Account(
        account_id,
        product,
        currency,
        owners,
        opened,
        authorised,
        closed,
        maturity,
        repriced,
        branch,
    )


_SOME_PRODUCT: Final = Product("any", ProductFamily.CURRENT)
_SOMEBODY: Final = (Owner("anybody"),)


def _build_account_alone(account_id: str, product_id: str, *others: Any) -> Account:
    del product_id
    return build_account(
        account_id, *others, product=_SOME_PRODUCT, owners=_SOMEBODY, authorised=()
    )


def build_owner(
    account_id: str, customer_id: str, role: OwnerRole | None, share: Decimal | None
) -> Owner:
    """Build one owner of an account; of who is authorised, only the id counts."""
    del account_id, role
    return Owner(customer_id, ONE if share is None else share)


def build_position(
    account_id: str,
    month: date,
    credit_average: Decimal | None,
    debit_average: Decimal | None,
    closing_balance: Decimal | None,
    credit_rate: Decimal | None,
    debit_rate: Decimal | None,
    undrawn: Decimal | None,
    cash_margin: Decimal | None,
    fees: Decimal | None,
    impairment: Decimal | None,
    defaulted: bool | None,
    probability_of_default: Decimal | None,
    days_past_due: int | None,
    *acts: int | None,
) -> Position:
    """Build an account's month; without any columns of acts, nobody counted them."""
    return Position(
        account_id,
        month,
        ZERO if credit_average is None else credit_average,
        ZERO if debit_average is None else debit_average,
        ZERO if closing_balance is None else closing_balance,
        credit_rate,
        debit_rate,
        ZERO if undrawn is None else undrawn,
        ZERO if cash_margin is None else cash_margin,
        ZERO if fees is None else fees,
        impairment,
        defaulted is True,
        probability_of_default,
        days_past_due or 0,
        tuple([(channel, n) for channel, n in zip(_CHANNELS, acts, strict=True) if n is not None])
        if acts
        else None,
    )


_CHANNELS: Final = tuple(Channel)


def build_standing(
    customer_id: str,
    stage: str | None,
    stage_since: date | None,
    tier: str | None,
    tier_since: date | None,
    reviewed: date | None,
    stage_pending: str | None,
    stage_pending_seen: tuple[date, ...] | None,
    tier_pending: str | None,
    tier_pending_seen: tuple[date, ...] | None,
    stages_passed: tuple[str, ...] | None,
) -> Standing:
    """Build what earlier reviews decided."""
    del customer_id
    return Standing(
        stage=stage,
        stage_since=stage_since,
        tier=tier,
        tier_since=tier_since,
        reviewed=reviewed,
        stage_pending=_pending(stage_pending, stage_pending_seen, "stage_pending"),
        tier_pending=_pending(tier_pending, tier_pending_seen, "tier_pending"),
        stages_passed=stages_passed or (),
    )


def _pending(target: str | None, seen: tuple[date, ...] | None, column: str) -> Pending | None:
    if target is None:
        return None
    try:
        return Pending(target, seen or ())
    except InvalidValueError as error:
        # Only here is it known which of the two moves is meant.
        raise InvalidValueError(error.what, where=column, mend=error.mend) from error


def _build_nothing(*values: Any) -> None:
    del values


ALONE: Final[Mapping[str, Callable[..., object]]] = MappingProxyType(
    {
        "branches": Branch,
        "customers": build_customer,
        "products": build_product,
        "accounts": _build_account_alone,
        "owners": build_owner,
        "positions": build_position,
        "transactions": Transaction,
        "interactions": Interaction,
        "relations": Relation,
        "standings": build_standing,
        "supplied": _build_nothing,
    }
)
"""By table, what builds a row's noun while no other table is at hand, to find what is wrong."""

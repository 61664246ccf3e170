"""A digest changes with every field of every noun, and with nothing that means the same."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from relationship_core.domain import (
    Account,
    Channel,
    Consent,
    Customer,
    CustomerKind,
    CustomerStatus,
    DayCount,
    FactValue,
    Identifier,
    IdentifierScheme,
    Interaction,
    InteractionKind,
    Owner,
    Pending,
    Position,
    Product,
    ProductFamily,
    Purpose,
    Relation,
    RelationKind,
    Sex,
    Standing,
    Supplied,
    TierOverride,
    Transaction,
    TransactionPurpose,
)
from relationship_core.domain.digest import digest_of

DAY = date(2026, 2, 3)
LATER = date(2026, 3, 1)
ONE = Decimal("0.5")
PASSPORT = Identifier(IdentifierScheme.PASSPORT, "E12345678")
CONSENT = Consent(Purpose.SERVICE, DAY)
PRODUCT = Product("P1", ProductFamily.LOAN)
OVERRIDE = TierOverride("gold", "asked", "M1", "M2", DAY, LATER)
PENDING = Pending("gold", (DAY,))

# Each noun, with another value for each of its fields.
CHANGES: list[tuple[Any, dict[str, Any]]] = [
    (
        PASSPORT,
        {
            "scheme": IdentifierScheme.TAX_NUMBER,
            "value": "E12345679",
            "country": "US",
            "expires": DAY,
            "verified": True,
        },
    ),
    (
        CONSENT,
        {"purpose": Purpose.SHARING, "given": LATER, "withdrawn": LATER, "channel": "counter"},
    ),
    (
        Customer("C1", CustomerKind.PERSONAL),
        {
            "id": "C2",
            "kind": CustomerKind.CORPORATE,
            "name": "Wang",
            "identifiers": (PASSPORT,),
            "born": DAY,
            "sex": Sex.MALE,
            "industry": "J66",
            "system": "S",
            "branch": "B",
            "manager": "M",
            "since": DAY,
            "closed": DAY,
            "status": CustomerStatus.FROZEN,
            "risk_tolerance": 1,
            "phone": "1",
            "email": "e",
            "consents": (CONSENT,),
        },
    ),
    (
        PRODUCT,
        {"id": "P2", "family": ProductFamily.CARD, "name": "n", "day_count": DayCount.ACT_ACT},
    ),
    (Owner("C1"), {"customer_id": "C2", "share": ONE}),
    (
        Account("A1", PRODUCT, "CNY", (Owner("C1"),), DAY),
        {
            "id": "A2",
            "product": Product("P2", ProductFamily.LOAN),
            "currency": "CZK",
            "owners": (Owner("C2"),),
            "opened": LATER,
            "authorised": ("C3",),
            "closed": DAY,
            "maturity": DAY,
            "repriced": DAY,
            "branch": "B",
        },
    ),
    (
        Position("A1", date(2026, 1, 1)),
        {
            "account_id": "A2",
            "month": LATER,
            "credit_average": ONE,
            "debit_average": ONE,
            "closing_balance": ONE,
            "credit_rate": Decimal(0),
            "debit_rate": Decimal(0),
            "undrawn": ONE,
            "cash_margin": ONE,
            "fees": ONE,
            "impairment": Decimal(0),
            "defaulted": True,
            "probability_of_default": Decimal(0),
            "days_past_due": 1,
            "transactions": ((Channel.ATM, 0),),
            "owners": (Owner("C1"),),
        },
    ),
    (
        Transaction("T1", "A1", DAY, ONE, Channel.ATM, TransactionPurpose.CASH),
        {
            "id": "T2",
            "account_id": "A2",
            "booked": LATER,
            "amount": -ONE,
            "channel": Channel.CARD,
            "purpose": TransactionPurpose.TAX,
            "counterparty_bank": "X",
        },
    ),
    (
        Interaction("I1", "C1", DAY, InteractionKind.VISIT),
        {
            "id": "I2",
            "customer_id": "C2",
            "occurred": LATER,
            "kind": InteractionKind.SURVEY,
            "channel": Channel.ATM,
            "due": DAY,
            "resolved": DAY,
            "score": Decimal(0),
        },
    ),
    (
        Relation("C1", "C2", RelationKind.BUYER),
        {
            "customer_id": "C3",
            "other_id": "C3",
            "kind": RelationKind.SUPPLIER,
            "since": DAY,
            "until": DAY,
            "share": ONE,
        },
    ),
    (PENDING, {"target": "x", "seen": (DAY, LATER)}),
    (
        OVERRIDE,
        {
            "tier": "x",
            "reason": "told",
            "requested_by": "M3",
            "approved_by": "M3",
            "starts": date(2026, 1, 1),
            "ends": date(2026, 4, 1),
        },
    ),
    (
        Standing("stable", DAY, "gold", DAY),
        {
            "stage": "decline",
            "stage_since": LATER,
            "tier": "key",
            "tier_since": LATER,
            "reviewed": DAY,
            "stage_pending": PENDING,
            "tier_pending": PENDING,
            "overrides": (OVERRIDE,),
            "stages_passed": ("stable",),
        },
    ),
]
FIELDS = [(noun, name, value) for noun, changes in CHANGES for name, value in changes.items()]


@pytest.mark.parametrize(
    ("noun", "changes"),
    CHANGES,
    ids=lambda part: type(part).__name__ if attrs.has(type(part)) else "",
)
def test_no_field_is_forgotten(noun: Any, changes: dict[str, Any]) -> None:
    assert list(changes) == [field.name for field in attrs.fields(type(noun))]


@pytest.mark.parametrize(
    ("noun", "name", "value"), FIELDS, ids=[f"{type(n).__name__}.{f}" for n, f, _ in FIELDS]
)
def test_a_digest_changes_with_every_field(noun: Any, name: str, value: Any) -> None:
    assert digest_of(attrs.evolve(noun, **{name: value})) != digest_of(noun)


def test_a_digest_knows_which_field_holds_a_value() -> None:
    nowhere = Position("A1", LATER)
    amounts = ("credit_average", "debit_average", "undrawn", "cash_margin", "fees")
    changes: list[dict[str, Any]] = [{name: ONE} for name in amounts]
    digests = {digest_of(attrs.evolve(nowhere, **change)) for change in changes}
    assert len(digests) == 5


NUMBERS = st.decimals("-1e20", "1e20", allow_nan=False)


@given(NUMBERS, st.integers(0, 6))
def test_zeros_at_the_end_of_a_decimal_mean_nothing(number: Decimal, zeros: int) -> None:
    sign, digits, exponent = number.as_tuple()
    longer = Decimal((sign, (*digits, *([0] * zeros)), int(exponent) - zeros))
    assert digest_of(valued(longer)) == digest_of(valued(number))


@given(NUMBERS, NUMBERS)
def test_different_decimals_have_different_digests(one: Decimal, other: Decimal) -> None:
    assert (digest_of(valued(one)) == digest_of(valued(other))) == (one == other)


def valued(number: Decimal) -> Transaction:
    return Transaction("T1", "A1", DAY, number, Channel.ATM, TransactionPurpose.CASH)


def test_kinds_that_look_alike_have_different_digests() -> None:
    alike: list[FactValue] = [1, True, "1", Decimal(1), "2026-02-03", DAY, "true", "decimal"]
    assert len({digest_of(Box(Supplied({"a": value}))) for value in alike}) == len(alike)


@attrs.frozen
class Box:
    """A noun that holds supplied facts."""

    supplied: Supplied

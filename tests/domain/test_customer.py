"""A customer is checked where built, and nothing that identifies a person shows."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import attrs
import pytest

from relationship_core.domain import (
    Consent,
    Customer,
    CustomerKind,
    CustomerStatus,
    Purpose,
    Sex,
    parse_identifier,
)
from relationship_core.errors import InvalidValueError

CONSENT = Consent(Purpose.MARKETING, date(2020, 1, 1))
WHOLE = {
    "id": "C1",
    "kind": CustomerKind.PERSONAL,
    "name": "Wang Fang",
    "identifiers": (parse_identifier("11010519491231002X", as_of=date(2026, 1, 1)),),
    "born": date(1949, 12, 31),
    "sex": Sex.FEMALE,
    "industry": "J66",
    "system": "finance",
    "branch": "B1",
    "manager": "M1",
    "since": date(2001, 2, 3),
    "closed": date(2025, 3, 4),
    "status": CustomerStatus.DORMANT,
    "risk_tolerance": 3,
    "phone": "+86 10 5555 0101",
    "email": "wang@example.com",
    "consents": (CONSENT,),
}


def customer(**changed: Any) -> Customer:
    return Customer(**{**WHOLE, **changed})


def test_only_an_id_and_a_kind_are_needed() -> None:
    bare = Customer("C1", CustomerKind.CORPORATE)
    assert bare.status is CustomerStatus.ACTIVE
    assert bare.consents == () == bare.identifiers


def test_fields_are_kept_as_given() -> None:
    assert attrs.asdict(customer(), recurse=False) == WHOLE


@pytest.mark.parametrize("tolerance", [1, 5, None])
def test_risk_tolerance_is_one_of_five_or_unknown(tolerance: int | None) -> None:
    assert customer(risk_tolerance=tolerance).risk_tolerance == tolerance


def test_lists_are_frozen() -> None:
    assert customer(consents=[CONSENT]) == customer()
    assert hash(customer(identifiers=list(WHOLE["identifiers"]))) == hash(customer())  # type: ignore[call-overload]


def test_a_customer_cannot_be_changed() -> None:
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        customer().name = "Li Na"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("field", "value", "phrase"),
    [
        ("id", "", "id is empty"),
        ("id", " C1", "space"),
        ("id", "C1\u200b", "invisible"),
        ("id", 1, "an int where an id belongs"),
        ("kind", "personal", "a str where a CustomerKind belongs"),
        ("name", "", "text is empty"),
        ("name", " \u3000", "text is empty"),
        ("name", 5, "an int where text belongs"),
        ("identifiers", ("11010519491231002X",), "a str where an Identifier belongs"),
        ("identifiers", "11010519491231002X", "a str where several items belong"),
        ("identifiers", None, "None where several items belong"),
        ("born", "1949-12-31", "a str where a date belongs"),
        ("born", datetime(1949, 12, 31, tzinfo=UTC), "a datetime where a date belongs"),
        ("sex", "female", "a str where a Sex belongs"),
        ("industry", "", "id is empty"),
        ("system", "", "id is empty"),
        ("branch", "", "id is empty"),
        ("manager", "", "id is empty"),
        ("since", 2001, "an int where a date belongs"),
        ("closed", date(2001, 2, 2), "closed before it began"),
        ("closed", 2001, "an int where a date belongs"),
        ("status", "active", "a str where a CustomerStatus belongs"),
        ("status", None, "None where a CustomerStatus belongs"),
        ("risk_tolerance", 0, "1 to 5"),
        ("risk_tolerance", 6, "1 to 5"),
        ("risk_tolerance", True, "1 to 5"),
        ("risk_tolerance", "3", "1 to 5"),
        ("phone", "", "text is empty"),
        ("email", "", "text is empty"),
        ("consents", (Purpose.MARKETING,), "a Purpose where a Consent belongs"),
    ],
)
def test_a_wrong_field_is_named_with_the_way_to_mend_it(
    field: str, value: Any, phrase: str
) -> None:
    with pytest.raises(InvalidValueError, match=phrase) as caught:
        customer(**{field: value})
    assert caught.value.where.startswith(f"Customer.{field}")
    assert caught.value.mend


@pytest.mark.parametrize("field", ["name", "born", "sex", "phone", "email", "identifiers"])
def test_nothing_personal_shows(field: str) -> None:
    shown = repr(customer())
    for secret in ("Wang", "1949", "female", "5555", "example.com", "11010519491231002X"):
        assert secret not in shown
    assert (f"{field}=" in shown) == (field == "identifiers")

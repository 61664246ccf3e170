"""Relations are directed, dated, and never from a customer to itself."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from relationship_core.domain import Relation, RelationKind
from relationship_core.errors import InvalidValueError

SOUND: dict[str, Any] = {
    "customer_id": "C1",
    "other_id": "C2",
    "kind": RelationKind.BENEFICIAL_OWNER,
    "since": date(2020, 1, 1),
    "until": date(2020, 1, 3),
    "share": Decimal("0.25"),
}


def test_it_holds_from_its_first_day_and_not_on_its_last() -> None:
    relation = Relation(**SOUND)
    held = [relation.holds(date(2020, 1, day)) for day in (1, 2, 3)]
    assert held == [True, True, False]
    assert not relation.holds(date(2019, 12, 31))


def test_without_dates_it_always_holds() -> None:
    relation = Relation("C1", "C2", RelationKind.HOUSEHOLD)
    assert relation.holds(date.min)
    assert relation.holds(date.max)


def test_the_whole_may_be_owned() -> None:
    assert Relation(**{**SOUND, "share": Decimal(1)}).share == 1


@pytest.mark.parametrize(
    ("field", "value", "phrase"),
    [
        ("customer_id", "", "id is empty"),
        ("other_id", None, "None where an id belongs"),
        ("other_id", "C1", "related to itself"),
        ("kind", "household", "a str where a RelationKind belongs"),
        ("since", "2020", "a str where a date belongs"),
        ("until", "2020", "a str where a date belongs"),
        ("until", date(2019, 1, 1), "ends before it begins"),
        ("share", 0.25, "a float where a Decimal belongs"),
        ("share", Decimal(0), "not above 0"),
        ("share", Decimal("1.01"), "at most 1"),
        ("share", Decimal("NaN"), "not finite"),
    ],
)
def test_a_wrong_field_is_named(field: str, value: Any, phrase: str) -> None:
    with pytest.raises(InvalidValueError, match=phrase) as caught:
        Relation(**{**SOUND, field: value})
    assert caught.value.where == f"Relation.{field}"

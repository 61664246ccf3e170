"""Supplied facts: typed values by name, frozen, and never shown."""

from __future__ import annotations

import pickle
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from relationship_core.domain import FactValue, Supplied
from relationship_core.errors import InvalidValueError

VALUES: dict[str, FactValue] = {
    "wallet_share": Decimal("0.25"),
    "open_cases": 2,
    "is_staff": False,
    "segment": "farmers",
    "next_visit": date(2026, 7, 1),
}


def test_it_is_a_mapping() -> None:
    supplied = Supplied(VALUES)
    assert dict(supplied) == VALUES == supplied
    assert len(supplied) == 5
    assert supplied["open_cases"] == 2
    assert supplied.get("open_cases") == 2
    assert supplied.get("absent") is None
    assert supplied.get("absent", 7) == 7
    with pytest.raises(KeyError):
        supplied["absent"]


def test_it_does_not_follow_changes_of_what_it_was_made_from() -> None:
    values = dict(VALUES)
    supplied = Supplied(values)
    values["open_cases"] = 3
    assert supplied["open_cases"] == 2
    with pytest.raises(TypeError):
        supplied["open_cases"] = 3  # type: ignore[index]


def test_it_shows_names_only() -> None:
    shown = repr(Supplied(VALUES))
    assert "segment" in shown
    assert "farmers" not in shown
    assert repr(Supplied({})) == "<Supplied: nothing>"


def test_it_pickles() -> None:
    assert pickle.loads(pickle.dumps(Supplied(VALUES))) == VALUES


@pytest.mark.parametrize(
    ("name", "value", "phrase"),
    [
        ("score", 0.7, r"a float where a Decimal belongs \(use Decimal"),
        ("score", Decimal("NaN"), "not finite"),
        ("score", None, "leave the fact out"),
        ("score", "", "leave the fact out"),
        ("score", datetime(2026, 7, 1, tzinfo=UTC), "a datetime where a date belongs"),
        ("score", [1], "a list where"),
        ("", 1, "id is empty"),
        (5, 1, "an int where an id belongs"),
    ],
)
def test_what_is_no_fact_is_refused(name: Any, value: Any, phrase: str) -> None:
    with pytest.raises(InvalidValueError, match=phrase) as caught:
        Supplied({name: value})
    assert caught.value.where.startswith("Dossier.supplied")

"""Interactions are dated; nothing is due or settled before it occurred."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from relationship_core.domain import Channel, Interaction, InteractionKind
from relationship_core.errors import InvalidValueError

SOUND: dict[str, Any] = {
    "id": "I1",
    "customer_id": "C1",
    "occurred": date(2026, 2, 3),
    "kind": InteractionKind.COMPLAINT,
    "channel": Channel.PHONE,
    "due": date(2026, 2, 3),
    "resolved": date(2026, 2, 3),
    "score": Decimal("4.5"),
}


def test_only_what_happened_to_whom_and_when_is_needed() -> None:
    interaction = Interaction("I1", "C1", date(2026, 2, 3), InteractionKind.VISIT)
    assert interaction.due is None is interaction.resolved


def test_it_may_be_due_and_resolved_on_its_day() -> None:
    assert Interaction(**SOUND).resolved == date(2026, 2, 3)


@pytest.mark.parametrize(
    ("field", "value", "phrase"),
    [
        ("id", "", "id is empty"),
        ("customer_id", "", "id is empty"),
        ("occurred", None, "None where a date belongs"),
        ("kind", "visit", "a str where an InteractionKind belongs"),
        ("channel", "phone", "a str where a Channel belongs"),
        ("due", "soon", "a str where a date belongs"),
        ("due", date(2026, 2, 2), "due before it occurred"),
        ("resolved", "now", "a str where a date belongs"),
        ("resolved", date(2026, 2, 2), "resolved before it occurred"),
        ("score", 4.5, "a float where a Decimal belongs"),
        ("score", Decimal("NaN"), "not finite"),
    ],
)
def test_a_wrong_field_is_named(field: str, value: Any, phrase: str) -> None:
    with pytest.raises(InvalidValueError, match=phrase) as caught:
        Interaction(**{**SOUND, field: value})
    assert caught.value.where == f"Interaction.{field}"

"""Standing: what earlier reviews decided, what is pending, what a person overrode."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from relationship_core.domain import Pending, Standing, TierOverride
from relationship_core.errors import InvalidValueError

OVERRIDE: dict[str, Any] = {
    "tier": "gold",
    "reason": "her mother is ill",
    "requested_by": "M1",
    "approved_by": "M2",
    "starts": date(2026, 1, 1),
    "ends": date(2026, 1, 3),
}
PENDING = Pending("decline", (date(2026, 1, 1), date(2026, 2, 1)))


def test_an_override_holds_from_its_first_day_and_not_on_its_last() -> None:
    override = TierOverride(**OVERRIDE)
    held = [override.holds(date(2026, 1, day)) for day in (1, 2, 3)]
    assert held == [True, True, False]
    assert not override.holds(date(2025, 12, 31))


def test_the_reason_of_an_override_does_not_show() -> None:
    standing = Standing(overrides=(TierOverride(**OVERRIDE),))
    assert "ill" not in repr(standing)
    assert "gold" in repr(standing)


@pytest.mark.parametrize(
    ("field", "value", "phrase"),
    [
        ("tier", "", "id is empty"),
        ("reason", "", "text is empty"),
        ("requested_by", "", "id is empty"),
        ("approved_by", "", "id is empty"),
        ("approved_by", "M1", "the approver is the requester"),
        ("starts", "2026", "a str where a date belongs"),
        ("ends", "2026", "a str where a date belongs"),
        ("ends", date(2026, 1, 1), "doesn't end after it starts"),
    ],
)
def test_a_wrong_field_of_an_override_is_named(field: str, value: Any, phrase: str) -> None:
    with pytest.raises(InvalidValueError, match=phrase) as caught:
        TierOverride(**{**OVERRIDE, field: value})
    assert caught.value.where == f"TierOverride.{field}"


@pytest.mark.parametrize(
    ("target", "seen", "phrase"),
    [
        ("", (date(2026, 1, 1),), "id is empty"),
        ("decline", (), "no day is given"),
        ("decline", ("2026-01-01",), "a str where a date belongs"),
        ("decline", (date(2026, 1, 1), date(2026, 1, 1)), "not ascending"),
        ("decline", (date(2026, 1, 2), date(2026, 1, 1)), "not ascending"),
        ("decline", date(2026, 1, 1), "a date where several items belong"),
    ],
)
def test_what_cannot_be_pending_is_refused(target: str, seen: Any, phrase: str) -> None:
    with pytest.raises(InvalidValueError, match=phrase) as caught:
        Pending(target, seen)
    assert caught.value.where.startswith("Pending.")


def test_a_standing_may_be_empty_or_full() -> None:
    assert Standing().stages_passed == ()
    full = Standing(
        "stable",
        date(2025, 1, 1),
        "gold",
        date(2025, 6, 1),
        date(2026, 1, 1),
        PENDING,
        PENDING,
        [TierOverride(**OVERRIDE)],  # type: ignore[arg-type]
        ["exploration", "formation", "stable"],  # type: ignore[arg-type]
    )
    assert full.overrides == (TierOverride(**OVERRIDE),)
    assert full.stages_passed[-1] == full.stage
    assert hash(full)


@pytest.mark.parametrize(
    ("changed", "where", "phrase"),
    [
        ({"stage": ""}, "stage", "id is empty"),
        ({"stage_since": date(2025, 1, 1)}, "stage_since", "no stage"),
        ({"stage": "stable", "stage_since": 2025}, "stage_since", "an int where a date"),
        ({"tier": 1}, "tier", "an int where an id"),
        ({"tier_since": date(2025, 1, 1)}, "tier_since", "no tier"),
        ({"reviewed": "2025"}, "reviewed", "a str where a date"),
        ({"stage_pending": "decline"}, "stage_pending", "a str where a Pending"),
        ({"tier_pending": "gold"}, "tier_pending", "a str where a Pending"),
        ({"overrides": ("gold",)}, "overrides", "a str where a TierOverride"),
        ({"stages_passed": "stable"}, "stages_passed", "a str where several items"),
        ({"stages_passed": ("",)}, "stages_passed", "id is empty"),
    ],
)
def test_a_wrong_field_of_a_standing_is_named(
    changed: dict[str, Any], where: str, phrase: str
) -> None:
    with pytest.raises(InvalidValueError, match=phrase) as caught:
        Standing(**changed)
    assert caught.value.where.startswith(f"Standing.{where}")

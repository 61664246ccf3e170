"""A rule says when something follows, where and how long it holds."""

from __future__ import annotations

import pickle
from datetime import date, datetime

import pytest
from attrs import evolve

from relationship_core.errors import KindError, RuleError
from relationship_core.rules import IfMissing, Rule, Text
from tests.rules.strategies import aum, salaried


def test_a_rule_starts_out_at_head_office_for_ever() -> None:
    rule = Rule("gold", aum >= 5)
    assert rule.scope == ()
    assert rule.priority == 100
    assert rule.if_missing is IfMissing.UNDETERMINED
    assert not rule.overridable
    assert rule.is_in_force(date.min)
    assert rule.is_in_force(date.max)


@pytest.mark.parametrize(
    ("starts", "ends", "on", "holds"),
    [
        (date(2026, 1, 1), None, date(2025, 12, 31), False),
        (date(2026, 1, 1), None, date(2026, 1, 1), True),
        (None, date(2026, 1, 31), date(2026, 1, 31), True),
        (None, date(2026, 1, 31), date(2026, 2, 1), False),
        (date(2026, 1, 1), date(2026, 1, 1), date(2026, 1, 1), True),
        (date(2026, 1, 1), date(2026, 1, 31), date(2026, 2, 1), False),
        (date(2026, 1, 1), date(2026, 1, 31), date(2025, 2, 1), False),
    ],
)
def test_both_ends_of_its_validity_count(
    starts: date | None, ends: date | None, on: date, holds: bool
) -> None:
    assert Rule("gold", salaried, valid_from=starts, valid_until=ends).is_in_force(on) is holds


@pytest.mark.parametrize("rule_id", ["gold", "7-stars", "A.b_c", "0"])
def test_ids_that_rules_may_have(rule_id: str) -> None:
    assert Rule(rule_id, salaried).id == rule_id


@pytest.mark.parametrize("rule_id", ["", "-gold", "gold star", "gold\n", "金牌", None])
def test_ids_that_rules_may_not_have(rule_id: str) -> None:
    with pytest.raises(RuleError, match="is no id for a rule"):
        Rule(rule_id, salaried)


@pytest.mark.parametrize(
    ("fields", "error", "words"),
    [
        ({"when": aum}, KindError, "a money is no condition"),
        ({"when": True}, KindError, "True is no condition"),
        ({"scope": "north"}, RuleError, r"'north' is one text .*\[\"north\"\]"),
        ({"scope": ("north", "")}, RuleError, "rule gold: a scope is a path of names"),
        ({"scope": (1,)}, RuleError, "rule gold: a scope is a path of names"),
        ({"priority": 1.5}, RuleError, "rule gold: a priority is a whole number"),
        ({"priority": True}, RuleError, "rule gold: a priority is a whole number"),
        ({"overridable": "no"}, RuleError, "rule gold: overridable is True, False or limits"),
        ({"valid_from": "2026-01-01"}, KindError, "a date can't hold a str"),
        ({"valid_until": datetime(2026, 1, 1)}, KindError, "a date can't hold a datetime"),  # noqa: DTZ001
        ({"if_missing": "skp"}, ValueError, "skp"),
        (
            {"valid_from": date(2026, 2, 1), "valid_until": date(2026, 1, 1)},
            RuleError,
            "rule gold: its validity ends before it begins",
        ),
    ],
)
def test_what_a_rule_can_not_be(
    fields: dict[str, object], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        Rule(**{"id": "gold", "when": salaried, **fields})  # type: ignore[arg-type]


FULL = Rule(
    "gold",
    aum >= 5,
    "outcome",
    Text("enough", "足够"),
    priority=3,
    scope=["north", "b1"],
    valid_from=date(2026, 1, 1),
    valid_until=date(2026, 12, 31),
    overridable=True,
    if_missing="skip",
    origin="northern",
)
CHANGES: dict[str, object] = {
    "id": "golden",
    "when": aum >= 6,
    "then": "another",
    "reason": "enough",
    "priority": 4,
    "scope": ("north", "b2"),
    "valid_from": date(2026, 1, 2),
    "valid_until": None,
    "overridable": False,
    "if_missing": "undetermined",
}


@pytest.mark.parametrize("field", CHANGES)
def test_rules_are_equal_by_their_meaning(field: str) -> None:
    assert evolve(FULL, when=aum >= 5.0) == FULL
    assert hash(evolve(FULL, when=aum >= 5.0)) == hash(FULL)
    assert evolve(FULL, **{field: CHANGES[field]}) != FULL


def test_where_a_rule_came_from_is_no_part_of_it() -> None:
    assert evolve(FULL, origin="") == FULL


def test_a_rule_names_its_source_for_errors() -> None:
    assert FULL.source == " (from northern)"
    assert evolve(FULL, origin="").source == ""


def test_rules_survive_pickling() -> None:
    again = pickle.loads(pickle.dumps(FULL))
    assert again == FULL
    assert again.when.same_as(FULL.when)
    assert again.origin == "northern"

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from relationship_core import Engine, Entitlement, Rule
from relationship_core.decisions.rule_listing import ListedRule, listed_rules
from relationship_core.errors import RuleError
from relationship_core.facts import aum
from tests.decisions.listed_book import EARLIER, LATER, LOCAL, NEW_YEAR, NORTH, book


def of(rule_id: str, rules: tuple[ListedRule, ...]) -> ListedRule:
    [found] = [rule for rule in rules if rule.id == rule_id]
    return found


def test_a_rule_says_all_that_there_is_to_say() -> None:
    assert list(of("gold", listed_rules(book())).lines()) == [
        "gold of the head office, from bank 1.0",
        "  asks: contribution in twelve months at least 50,000.00 and months as a customer from 12"
        " to 600 and kind of customer is personal",
        "  thresholds: contribution_12m 50,000.00, tenure_months 12, tenure_months 600",
        "  reason: Worth it. (值得。)",
        "  lawful ground: Clause 4.",
        "  valid: from 2026-01-01 until 2026-12-31",
        "  overridable: contribution_12m from 40,000.00 to 80,000.00",
        "  written in: bank.py:12",
    ]


def test_a_plain_rule_says_no_more_than_it_has() -> None:
    assert list(of("lounge", listed_rules(book())).lines()) == [
        "lounge of the head office",
        "  asks: assets under management at least 1,000.00",
        "  leads to: lounge",
        "  thresholds: aum 1,000.00",
    ]


def test_rules_come_phase_by_phase() -> None:
    sets = dict.fromkeys(rule.rule_set for rule in listed_rules(book()))
    assert list(sets) == ["lifecycle.entry", "tiering.rules", "service.entitlements"]
    there = Engine.from_plugins().rule_book
    assert len(listed_rules(there)) == sum(1 for _ in there.rules())


class TestAtANode:
    @pytest.mark.parametrize(
        ("scope", "ids"),
        [
            (None, {"lounge", "desk"}),
            ((), {"lounge"}),
            (("south",), {"lounge"}),
            (NORTH, {"lounge", "desk"}),
        ],
    )
    def test_only_the_rules_that_hold_there_are_told(
        self, scope: tuple[str, ...] | None, ids: set[str]
    ) -> None:
        rules = listed_rules(book(LOCAL), scope=scope)
        assert {rule.id for rule in rules if rule.rule_set == "service.entitlements"} == ids

    def test_each_says_whose_it_is(self) -> None:
        rule = of("desk", listed_rules(book(LOCAL), scope=NORTH))
        assert rule.node == NORTH
        assert next(rule.lines()) == "desk of north > harbour"


class TestOnADay:
    @pytest.mark.parametrize("scope", [None, ()])
    @pytest.mark.parametrize(
        ("day", "valid"),
        [(date(2025, 12, 31), "  valid: until 2025-12-31"), (NEW_YEAR, "  valid: from 2026-01-01")],
    )
    def test_only_the_rules_in_force_are_told(
        self, scope: tuple[str, ...] | None, day: date, valid: str
    ) -> None:
        rules = listed_rules(book(LATER, EARLIER), scope=scope, as_of=day)
        assert valid in of("desk", rules).lines()

    def test_a_node_needs_a_day_where_a_rule_has_versions(self) -> None:
        with pytest.raises(RuleError, match="has several versions"):
            listed_rules(book(LATER, EARLIER), scope=())


def test_a_rule_is_plain_data_too() -> None:
    data: Any = json.loads(json.dumps(of("gold", listed_rules(book())).to_json()))
    assert data == {
        "rule_set": "tiering.rules",
        "id": "gold",
        "node": [],
        "origin": "bank 1.0",
        "place": "bank.py:12",
        "valid_from": "2026-01-01",
        "valid_until": "2026-12-31",
        "asks": "contribution in twelve months at least 50,000.00 and months as a customer from 12"
        " to 600 and kind of customer is personal",
        "thresholds": [
            {"of": "contribution_12m", "value": "50,000.00"},
            {"of": "tenure_months", "value": "12"},
            {"of": "tenure_months", "value": "600"},
        ],
        "leads_to": None,
        "reason": {"en": "Worth it.", "zh": "值得。"},
        "exemption": {"en": "Clause 4.", "zh": ""},
        "overridable": "contribution_12m from 40,000.00 to 80,000.00",
        "priority": 0,
        "if_missing": "undetermined",
    }
    plain = of("lounge", listed_rules(book())).to_json()
    assert [plain[name] for name in ("place", "valid_from", "reason", "exemption")] == [None] * 4
    assert plain["leads_to"] == "lounge"


def test_a_rule_says_where_it_was_written() -> None:
    here = Rule("desk", aum >= 1, Entitlement("desk", "a desk"))
    place = of("desk", listed_rules(book(here))).place
    assert Path(place.rpartition(":")[0]) == Path(__file__)

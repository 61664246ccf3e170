from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from relationship_core import Care, Entitlement, Rule, Transition
from relationship_core.decisions.rule_words import (
    condition_in_words,
    outcome_in_words,
    overridable_in_words,
    rule_in_words,
)
from relationship_core.facts import aum, tenure_months
from relationship_core.rules import Expression, Text
from relationship_core.rules.override import between

RICH = aum >= 100


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (None, ""),
        ("formation", "formation"),
        (Entitlement("lounge", "a lounge"), "lounge"),
        (Care("greet", "greet"), "greet"),
        (Transition(["stable", "formation"], "decline"), "from formation, stable to decline"),
        (Transition("decline"), "from decline to the stage that the facts give"),
        (Decimal("1000.50"), "1,000.50"),
        (1000, "1,000"),
        (True, "yes"),
    ],
)
def test_an_outcome_in_words(outcome: Any, expected: str) -> None:
    assert outcome_in_words(outcome) == expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (RICH, "assets under management at least 100.00"),
        (
            RICH & (tenure_months >= 12),
            "assets under management at least 100.00 and months as a customer at least 12",
        ),
        ((aum + 1) / 2 >= 100, "(assets under management + 1.00) / 2 at least 100.00"),
    ],
)
def test_a_condition_in_words(condition: Expression, expected: str) -> None:
    assert condition_in_words(Rule("gold", condition)) == expected


def test_a_rule_tells_its_outcome_where_its_id_does_not() -> None:
    asks = "assets under management at least 100.00"
    assert rule_in_words(Rule("gold", RICH)) == asks
    assert rule_in_words(Rule("gold", RICH, "gold")) == asks
    assert rule_in_words(Rule("rich", RICH, "gold")) == f"{asks} -> gold"


def test_a_rule_tells_its_terms_where_they_are_not_as_usual() -> None:
    rule = Rule(
        "gold",
        RICH,
        reason="You are rich.",
        valid_from=date(2026, 7, 1),
        valid_until=date(2026, 12, 31),
        overridable=between(50, 200),
        if_missing="skip",
        exemption=Text("Clause 4.", "第四条"),
    )
    assert rule_in_words(rule) == (
        "assets under management at least 100.00; reason You are rich.;"
        " valid from 2026-07-01 until 2026-12-31; overridable aum from 50.00 to 200.00;"
        " if missing skip; lawful ground Clause 4. (第四条)"
    )
    assert rule_in_words(Rule("gold", RICH, overridable=True)).endswith("; overridable yes")


@pytest.mark.parametrize(
    ("overridable", "expected"),
    [
        (False, "no"),
        (True, "yes"),
        (between(50, 200), "aum from 50.00 to 200.00"),
        (
            {"tenure_months": between(6, 24), "aum": between(50, 200)},
            "aum from 50.00 to 200.00, tenure_months from 6 to 24",
        ),
    ],
)
def test_what_a_branch_may_do_in_words(overridable: Any, expected: str) -> None:
    rule = Rule("gold", RICH & (tenure_months >= 12), overridable=overridable)
    assert overridable_in_words(rule) == expected

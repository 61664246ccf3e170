"""A lifecycle of few rules over few facts, so that a test can see every move at a glance."""

from __future__ import annotations

from typing import Any

from relationship_core.decisions.lifecycle import Confirmation, Lifecycle, Stage, Transition
from relationship_core.facts import (
    aum,
    exit_approved,
    has_transacted,
    months_inactive,
    product_count,
    transactions_3m,
)
from relationship_core.rules import FactValue, Rule, Text
from tests.decisions.known_facts import known

ACTIVE = ("exploration", "formation", "stable")
STAGES = ("prospect", *ACTIVE, "decline", "lost", "exited")
TWICE = Confirmation(reviews=2, days_apart=20)

SILENT = months_inactive >= 3
GONE = (months_inactive >= 12) & (aum < 100)


def entry_rules() -> list[Rule]:
    return [
        Rule("exploration", has_transacted),
        Rule("formation", product_count >= 2),
        Rule("stable", product_count >= 3),
        Rule("silent", SILENT, "decline"),
        Rule("lost", GONE),
        Rule("exited", exit_approved, if_missing="skip"),
    ]


def transition_rules() -> list[Rule]:
    return [
        Rule("start", has_transacted, Transition("prospect", "exploration")),
        Rule("grow", product_count >= 2, Transition("exploration", "formation")),
        Rule("settle", product_count >= 3, Transition("formation", "stable")),
        Rule("fall-silent", SILENT, Transition(ACTIVE, "decline", TWICE), Text("silent")),
        Rule("recover", months_inactive == 0, Transition("decline", None, TWICE)),
        Rule("leave", GONE, Transition((*ACTIVE, "decline"), "lost"), origin="bank 1.0"),
        Rule("return", transactions_3m >= 1, Transition("lost", "exploration")),
        Rule("exit", exit_approved, Transition(STAGES[:-1], "exited"), if_missing="skip"),
    ]


def small_lifecycle() -> Lifecycle:
    return Lifecycle([Stage(name) for name in STAGES], entry_rules(), transition_rules())


def customer(**changed: Any) -> dict[str, FactValue | None]:
    """A customer with one product who acts each month."""
    return known(
        **{
            "has_transacted": True,
            "product_count": 1,
            "months_inactive": 0,
            "aum": 5000,
            "transactions_3m": 6,
            **changed,
        }
    )

"""A rule book with little in it, and the pieces to put into it."""

from __future__ import annotations

from typing import Any

from relationship_core import Fact, Kind, Lifecycle, Model, Retention, Rule, Service, Stage, Tiering
from relationship_core.decisions.rule_book import RuleBook
from relationship_core.facts import aum, product_count
from tests.decisions.small_bank import parameters

TIERING = Tiering(["gold", "rest"], [Rule("gold", aum >= 100)])
LIFECYCLE = Lifecycle(
    [Stage("prospect"), Stage("customer", role="stable")],
    [Rule("customer", product_count >= 1)],
    (),
)


def small_book(**changes: Any) -> RuleBook:
    """A book of two stages, two tiers and round parameters."""
    given: dict[str, Any] = {
        "lifecycle": LIFECYCLE,
        "contribution": [parameters()],
        "tiering": TIERING,
        "service": Service(),
        "retention": Retention(),
    }
    return RuleBook(**(given | changes))


def supplied(name: str, kind: Kind = Kind.NUMBER, **changes: Any) -> Fact:
    """A fact that the host supplies."""
    return Fact(name, kind, **changes)


def derived(name: str, expression: Any, **changes: Any) -> Fact:
    """A fact that is computed."""
    return Fact(name, expression.kind, derived=expression, **changes)


def model(name: str, score: Fact, *inputs: Fact | str, **changes: Any) -> Model:
    """A model that computes nothing here."""
    return Model(name, "1", "abc", score, inputs, **changes)

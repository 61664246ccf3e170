"""On whom a law is tried, and what was decided of them in a form that laws compare."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from relationship_core.decisions.rule_book import RuleBook
from relationship_core.domain import Standing
from relationship_core.facts import PHASES, Phase
from relationship_core.rules import Expression, Fact, FactValue
from relationship_core.rules.expression import Missing, OrElse
from relationship_core.testing.strategies.known import Known


class Case(NamedTuple):
    """Somebody to decide on: what is known, where they belong and where they stand."""

    facts: Known
    scope: tuple[str, ...]
    standing: Standing | None


class Verdict(NamedTuple):
    """A decision as laws compare it.

    `place`: how far down the ladder; None where the part has none. `given`: the rules that gave
    something. `rule`: the rule behind the place.
    """

    place: int | None
    given: frozenset[str]
    rule: str | None


def is_worse(one: Verdict, other: Verdict) -> bool:
    """Whether one gives less than the other: further down the ladder, or not all it gave."""
    return (one.place or 0) > (other.place or 0) or not one.given >= other.given


def asks_for_missing(condition: Expression, book: RuleBook) -> bool:
    """Whether a condition, or what it reads is derived from, says what a missing fact means."""
    for node in condition.walk():
        if isinstance(node, Missing | OrElse):
            return True
        if isinstance(node, Fact):
            derived = book.catalogue[node.name].derived
            if derived is not None and asks_for_missing(derived, book):
                return True
    return False


def what_a_host_supplies(facts: Known, catalogue: Mapping[str, Fact]) -> dict[str, FactValue]:
    """All that is known before a review, other than what it computes itself."""
    return {
        name: value
        for name, value in facts.items()
        if value is not None
        and catalogue[name].derived is None
        and PHASES.get(name, Phase.OBSERVE) in _BEFORE_DECISIONS
    }


_BEFORE_DECISIONS = (Phase.OBSERVE, Phase.CONTRIBUTION)

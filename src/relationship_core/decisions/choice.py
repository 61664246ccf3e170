"""Choosing among named outcomes by the first rule that fires, and saying what was missing."""

from __future__ import annotations

from attrs import frozen

from relationship_core.decisions.first_hit import FirstHit
from relationship_core.rules import Facts, Rule, RuleSet, Text


@frozen
class Choice:
    """An outcome with the rule that chose it.

    Args:
        outcome: What was chosen; None where no rule fired, or missing facts leave it open.
        rule: The rule; None where none decided.
        origin: The plugin it came from.
        reason: Its reason.
        missing: The names of the missing facts that leave the choice open.
        scope: The node of the organisation whose rule it is; empty for the head office.
    """

    outcome: str | None
    rule: str | None = None
    origin: str = ""
    reason: Text | None = None
    missing: tuple[str, ...] = ()
    scope: tuple[str, ...] = ()


class Choosing:
    """Rules made ready to be asked, with the choice that each of them makes.

    Args:
        rule_set: The rules.
        otherwise: The outcome where no rule fires, or missing facts leave it open.
    """

    __slots__ = ("_asked", "_made", "_otherwise")

    def __init__(self, rule_set: RuleSet, *, otherwise: str | None = None) -> None:
        self._asked = FirstHit(rule_set)
        self._made = tuple(
            Choice(outcome_of(rule), rule.id, rule.origin, rule.reason, scope=rule.scope)
            for rule in self._asked.rules
        )
        self._otherwise = Choice(otherwise)

    def choose(self, facts: Facts) -> Choice:
        """The choice for one customer."""
        outcome = self._asked.decide(facts)
        if outcome.unknown:
            missing = self._asked.missing(outcome.unknown, facts)
            return Choice(self._otherwise.outcome, missing=missing)
        return self._made[outcome.fired[0]] if outcome.fired else self._otherwise


def outcome_of(rule: Rule) -> str:
    """What a rule leads to: its `then`, or its name where it says nothing else."""
    return rule.id if rule.then is None else str(rule.then)

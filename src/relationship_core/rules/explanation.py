"""Why a rule fired or not: each condition with its value, its threshold and its distance."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, cast

from attrs import field, frozen

from relationship_core.rules.evaluation import Facts, evaluate, truth
from relationship_core.rules.expression import (
    And,
    AtLeast,
    Between,
    Comparison,
    Expression,
    Membership,
    Missing,
    Not,
    Or,
)
from relationship_core.rules.fact import Fact
from relationship_core.rules.kind import FactValue, Kind, arithmetic, result_kind
from relationship_core.rules.negation import negations_pushed_down
from relationship_core.rules.rule import Rule
from relationship_core.rules.text import Text
from relationship_core.rules.words import in_words, shown, with_unit

__all__ = [
    "ConditionExplanation",
    "RuleExplanation",
    "explain",
    "explain_condition",
    "in_words",
    "shown",
]


@frozen
class ConditionExplanation:
    """One condition of a rule and how one customer stands to it.

    Args:
        text: The condition in words.
        verdict: Whether it holds; None where that is unknown.
        fact: The name of the fact compared, or the computed expression.
        value: The customer's value; None where it is missing. Kept out of `repr`.
        threshold: What it was compared with; None where the condition compares nothing.
        distance: How far the value is from the threshold, never negative (same kind as the value,
            days between dates); None where there is no distance. Kept out of `repr`.
        missing: The names of the missing facts that leave the verdict open.
        subject: What is compared, in words.
        kind: The kind of the value.
    """

    text: str
    verdict: bool | None
    fact: str
    value: FactValue | None = field(default=None, repr=False)
    threshold: FactValue | None = None
    distance: Decimal | int | None = field(default=None, repr=False)
    missing: tuple[str, ...] = ()
    subject: str = ""
    kind: Kind | None = None

    def __str__(self) -> str:
        """The condition, the value seen and how far it is off the threshold, in one line."""
        if self.verdict is None:
            return f"{self.text}: unknown, as {self._what_is_missing()}"
        if self.value is None:
            return self.text if self.verdict else f"{self.text}: it is missing"
        exactly = "exactly " if self.distance == 0 and not self.verdict else ""
        off = f", {self._distance_in_words()} {self._direction()}" if self.distance else ""
        return f"{self.text}: it is {exactly}{shown(self.value)}{off}"

    def shortfall(self, goal: str) -> str:
        """What the condition wants for a goal: "12,400.00 of average deposits short of gold".

        Args:
            goal: What the rule leads to, in words.
        """
        if self.verdict is not False or not self.distance or self.kind is Kind.DATE:
            return f"{goal} needs {self}"
        if self._direction() == "short":
            return f"{self._amount_of_subject()} short of {goal}"
        return f"{self.subject} too high for {goal} by {self._distance_in_words()}"

    def _what_is_missing(self) -> str:
        if not self.missing:
            return "it can't be computed from what is known"
        return f"{' and '.join(self.missing)} {'is' if len(self.missing) == 1 else 'are'} missing"

    def _direction(self) -> str:
        if self.verdict:
            return "to spare"
        if self.kind is Kind.DATE:
            return "away"
        return "short" if cast(Any, self.value) < cast(Any, self.threshold) else "over"

    def _distance_in_words(self) -> str:
        return with_unit(self.distance, Kind.DAYS if self.kind is Kind.DATE else self.kind)

    def _amount_of_subject(self) -> str:
        distance = self._distance_in_words()
        unit, _, rest = self.subject.partition(" ")
        # "3 months as a customer", not "3 months of months as a customer".
        if rest and distance.removesuffix("s").endswith(f" {unit.removesuffix('s')}"):
            return f"{distance} {rest}"
        return f"{distance} of {self.subject}"


@frozen
class RuleExplanation:
    """How one customer stands to one rule.

    Args:
        rule_id: The rule.
        origin: The plugin it came from.
        verdict: Whether it fires; None where that is unknown.
        conditions: The conditions that make it so, in canonical order: those that hold where it
            fires, those that fail where it doesn't, those that are unknown where that is unknown.
        reason: The rule's own, where it fires.
        scope: The node of the organisation whose rule it is; empty for the head office.
    """

    rule_id: str
    origin: str
    verdict: bool | None
    conditions: tuple[ConditionExplanation, ...]
    reason: Text | None = None
    scope: tuple[str, ...] = ()

    @property
    def reason_code(self) -> str:
        """The rule's id with the first of its conditions: stable and free of personal values."""
        return f"{self.rule_id}: {self.conditions[0].text}" if self.conditions else self.rule_id


def explain(rule: Rule, facts: Facts) -> RuleExplanation:
    """Say why a rule fires, doesn't, or can't be told for one customer.

    Conditions come in canonical order: as the rule is written, left to right, negations pushed down
    to single conditions, each told once. A condition that can't change the verdict isn't told.
    """
    positive = negations_pushed_down(rule.when)
    verdict = truth(positive, facts)
    leaves = {leaf.canonical(): leaf for leaf in _leaves(positive, verdict, facts)}
    conditions = tuple(explain_condition(leaf, facts) for leaf in leaves.values())
    return RuleExplanation(
        rule.id, rule.origin, verdict, conditions, rule.reason if verdict else None, rule.scope
    )


def explain_condition(condition: Expression, facts: Facts) -> ConditionExplanation:
    """How one customer stands to a single condition."""
    subject = _subject(condition)
    value = evaluate(subject, facts)
    thresholds = [(each, evaluate(each, facts)) for each in _compared_with(condition)]
    measured = [(_distance(subject, value, *each), each[1]) for each in thresholds]
    # Of the two ends of a range, the nearer one: it is the one crossed, or the first in danger.
    distance, threshold = min(measured, key=_nearness, default=(None, None))
    return ConditionExplanation(
        text=in_words(condition),
        verdict=truth(condition, facts),
        fact=repr(subject),
        value=value,
        threshold=threshold,
        distance=distance,
        missing=tuple(dict.fromkeys(_missing(condition, facts))),
        subject=in_words(subject),
        kind=subject.kind,
    )


def _nearness(
    measured: tuple[Decimal | int | None, FactValue | None],
) -> tuple[bool, Decimal | int]:
    distance, _ = measured
    return (distance is None, distance or 0)


def _leaves(condition: Expression, verdict: bool | None, facts: Facts) -> Iterator[Expression]:
    """The single conditions with the given verdict that bring the whole to that verdict."""
    if not isinstance(condition, And | Or | AtLeast):
        yield condition
        return
    for operand in condition.operands:
        if truth(operand, facts) is verdict:
            yield from _leaves(operand, verdict, facts)


def _missing(expression: Expression, facts: Facts) -> Iterator[str]:
    """The missing facts that leave an expression unknown."""
    if evaluate(expression, facts) is None:
        if isinstance(expression, Fact):
            yield expression.name
        for child in expression.children():
            yield from _missing(child, facts)


def _subject(condition: Expression) -> Expression:
    match condition:
        case Comparison(left=left):
            return left
        case Between(operand=operand) | Membership(operand=operand) | Missing(operand=operand):
            return operand
        case Not(operand=operand):
            return _subject(operand)
    return condition


def _compared_with(condition: Expression) -> tuple[Expression, ...]:
    match condition:
        case Comparison(right=right):
            return (right,)
        case Between(low=low, high=high):
            return (low, high)
    return ()


def _distance(
    subject: Expression, value: FactValue | None, against: Expression, threshold: FactValue | None
) -> Decimal | int | None:
    has_distance = subject.kind.is_numeric or subject.kind is Kind.DATE
    if value is None or threshold is None or not has_distance:
        return None
    kind = result_kind("-", subject.kind, against.kind)
    match arithmetic("-", kind)(value, threshold):
        case Decimal() as difference:
            return difference.copy_abs()  # abs() would round to the host's own precision
        case int() as difference:
            return abs(difference)
    return None

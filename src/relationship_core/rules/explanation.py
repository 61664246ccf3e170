"""Why a rule fired or not: each condition with its value, its threshold and its distance."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import cast

from attrs import frozen

from relationship_core.rules.evaluation import Facts, evaluate, truth
from relationship_core.rules.expression import (
    NEGATED,
    And,
    AtLeast,
    Between,
    Comparison,
    Expression,
    Literal,
    Membership,
    Missing,
    Not,
    Or,
)
from relationship_core.rules.fact import Fact, facts_in
from relationship_core.rules.kind import FactValue, Kind, arithmetic, result_kind
from relationship_core.rules.rule import Rule


@frozen
class ConditionExplanation:
    """One condition of a rule and how one customer stands to it.

    Args:
        text: The condition in words.
        verdict: Whether it holds; None where that is unknown.
        fact: The name of the fact compared, or the computed expression.
        value: The customer's value; None where it is missing.
        threshold: What it was compared with; None where the condition compares nothing.
        distance: How far the value is from the threshold, never negative (same kind as the value);
            None where there is no distance.
        missing: The names of the missing facts that leave the verdict open.
    """

    text: str
    verdict: bool | None
    fact: str
    value: FactValue | None = None
    threshold: FactValue | None = None
    distance: FactValue | None = None
    missing: tuple[str, ...] = ()

    def __str__(self) -> str:
        """The condition, the value seen and what is short of the threshold, in one line."""
        if self.verdict is None:
            return f"{self.text}: unknown, as {' and '.join(self.missing)} is missing"
        if self.distance is not None and not self.verdict:
            return f"{self.text}: it is {shown(self.value)}, {shown(self.distance)} away"
        seen = "" if self.value is None else f": it is {shown(self.value)}"
        return f"{self.text}{seen}"


@frozen
class RuleExplanation:
    """How one customer stands to one rule.

    Args:
        rule_id: The rule.
        origin: The plugin it came from.
        verdict: Whether it fires; None where that is unknown.
        conditions: The conditions that make it so, in canonical order: those that hold where it
            fires, those that fail where it doesn't, those that are unknown where that is unknown.
    """

    rule_id: str
    origin: str
    verdict: bool | None
    conditions: tuple[ConditionExplanation, ...]

    @property
    def reason_code(self) -> str:
        """The rule's id with the first of its conditions: stable and free of personal values."""
        return f"{self.rule_id}: {self.conditions[0].text}" if self.conditions else self.rule_id


def explain(rule: Rule, facts: Facts) -> RuleExplanation:
    """Say why a rule fires, doesn't, or can't be told for one customer.

    Conditions come in canonical order: as the rule is written, left to right, negations pushed down
    to single conditions. A condition that can't change the verdict isn't told.
    """
    positive = _negations_pushed_down(rule.when)
    verdict = truth(positive, facts)
    leaves = _leaves(positive, verdict, facts)
    return RuleExplanation(
        rule.id, rule.origin, verdict, tuple(explain_condition(leaf, facts) for leaf in leaves)
    )


def explain_condition(condition: Expression, facts: Facts) -> ConditionExplanation:
    """How one customer stands to a single condition."""
    verdict = truth(condition, facts)
    missing = tuple(
        fact.name for fact in facts_in(condition) if verdict is None and facts[fact.name] is None
    )
    subject = _subject(condition)
    value = None if isinstance(condition, Missing) else evaluate(subject, facts)
    threshold = _threshold(condition, facts)
    return ConditionExplanation(
        text=in_words(condition),
        verdict=verdict,
        fact=repr(subject),
        value=value,
        threshold=threshold,
        distance=_distance(subject, value, threshold),
        missing=missing,
    )


def in_words(expression: Expression) -> str:
    """An expression in English words, with the facts' labels."""
    match expression:
        case Fact(label=label):
            return label.en
        case Literal(value=value):
            return shown(value)
        case Comparison(operator=symbol, left=left, right=right):
            return f"{in_words(left)} {_WORDS[symbol]} {in_words(right)}"
        case Between(operand=operand, low=low, high=high):
            return f"{in_words(operand)} from {in_words(low)} to {in_words(high)}"
        case Membership(operand=operand, values=values):
            return f"{in_words(operand)} one of {', '.join(map(shown, values))}"
        case Missing(operand=operand):
            return f"{in_words(operand)} missing"
        case Not(operand=operand):
            return f"not {in_words(operand)}"
        case And(operands=operands):
            return "(" + " and ".join(map(in_words, operands)) + ")"
        case Or(operands=operands):
            return "(" + " or ".join(map(in_words, operands)) + ")"
        case AtLeast(count=count, operands=operands):
            return f"at least {count} of ({'; '.join(map(in_words, operands))})"
    return repr(expression)


_WORDS = {
    "<": "below",
    "<=": "at most",
    ">": "above",
    ">=": "at least",
    "==": "equal to",
    "!=": "other than",
}


def shown(value: FactValue | None) -> str:
    """A value as people read it: thousands apart, yes and no for flags."""
    if value is None:
        return "unknown"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal | int):
        return f"{value:,f}" if isinstance(value, Decimal) else f"{value:,d}"
    return str(value)


def _negations_pushed_down(condition: Expression) -> Expression:
    match condition:
        case And(operands=operands):
            return And(map(_negations_pushed_down, operands))
        case Or(operands=operands):
            return Or(map(_negations_pushed_down, operands))
        case AtLeast(count=count, operands=operands):
            return AtLeast(count, map(_negations_pushed_down, operands))
        case Not(operand=operand):
            return _negated(operand)
    return condition


def _negated(condition: Expression) -> Expression:
    match condition:
        case Not(operand=operand):
            return _negations_pushed_down(operand)
        case And(operands=operands):
            return Or(map(_negated, operands))
        case Or(operands=operands):
            return And(map(_negated, operands))
        case AtLeast(count=count, operands=operands):
            return AtLeast(len(operands) - count + 1, map(_negated, operands))
        case Comparison(operator=symbol, left=left, right=right):
            return Comparison(NEGATED[symbol], left, right)
        case Between(operand=operand, low=low, high=high):
            return Or((Comparison("<", operand, low), Comparison(">", operand, high)))
    return Not(condition)


def _leaves(condition: Expression, verdict: bool | None, facts: Facts) -> Iterator[Expression]:
    """The single conditions with the given verdict that bring the whole to that verdict."""
    if not isinstance(condition, And | Or | AtLeast):
        yield condition
        return
    for operand in condition.operands:
        if truth(operand, facts) is verdict:
            yield from _leaves(operand, verdict, facts)


def _subject(condition: Expression) -> Expression:
    match condition:
        case Comparison(left=left):
            return left
        case Between(operand=operand) | Membership(operand=operand) | Missing(operand=operand):
            return operand
        case Not(operand=operand):
            return _subject(operand)
    return condition


def _threshold(condition: Expression, facts: Facts) -> FactValue | None:
    match condition:
        case Comparison(right=right):
            return evaluate(right, facts)
        case Between(operand=operand, low=low, high=high):
            value, bottom, top = (evaluate(each, facts) for each in (operand, low, high))
            is_below = value is not None and bottom is not None and value < bottom  # type: ignore[operator]
            return bottom if is_below else top
    return None


def _distance(
    subject: Expression, value: FactValue | None, threshold: FactValue | None
) -> FactValue | None:
    kind = subject.kind
    if value is None or threshold is None or not (kind.is_numeric or kind is Kind.DATE):
        return None
    difference = arithmetic("-", result_kind("-", kind, kind))(value, threshold)
    return abs(difference) if isinstance(difference, int) else abs(cast(Decimal, difference))

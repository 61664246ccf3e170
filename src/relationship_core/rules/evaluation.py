"""The meaning of an expression: its value for one customer's facts, unknown where it can't be told.

Kleene's three-valued logic (S. C. Kleene, Introduction to Metamathematics, 1952, section 64): None
stands for unknown, and an answer is known only where no value of the unknown parts could change it.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Collection, Mapping
from typing import Any

from relationship_core.errors import RuleError
from relationship_core.rules.expression import (
    And,
    Arithmetic,
    AtLeast,
    Between,
    Comparison,
    Expression,
    Literal,
    Membership,
    Missing,
    Not,
    Or,
    OrElse,
)
from relationship_core.rules.fact import Fact, unknown_fact
from relationship_core.rules.kind import FactValue, arithmetic

Facts = Mapping[str, FactValue | None]
"""What is known of one customer: every fact's name, with None for a missing value."""

COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
NEGATED = {"<": ">=", ">=": "<", ">": "<=", "<=": ">", "==": "!=", "!=": "=="}


def evaluate(expression: Expression, facts: Facts) -> FactValue | None:
    """The expression's value; None where it is unknown.

    Raises:
        UnknownFactError: The mapping has no key for a fact that the expression reads.
    """
    match expression:
        case Fact(name=name):
            try:
                return facts[name]
            except KeyError:
                raise unknown_fact(name, facts) from None
        case Literal(value=constant):
            return constant
        case Arithmetic(operator=symbol, left=left, right=right, kind=kind):
            one, other = evaluate(left, facts), evaluate(right, facts)
            return None if one is None or other is None else arithmetic(symbol, kind)(one, other)
        case OrElse(operand=operand, default=default):
            value, otherwise = evaluate(operand, facts), evaluate(default, facts)
            return otherwise if value is None else value
    return truth(expression, facts)


def truth(condition: Expression, facts: Facts) -> bool | None:
    """Whether a condition holds: True, False, or None where it is unknown."""
    match condition:
        case Comparison(operator=symbol, left=left, right=right):
            return _compared(symbol, evaluate(left, facts), evaluate(right, facts))
        case Between(operand=operand, low=low, high=high):
            value, least, most = (evaluate(each, facts) for each in (operand, low, high))
            return all_of([_compared("<=", least, value), _compared("<=", value, most)])
        case Membership(operand=operand, values=values):
            value = evaluate(operand, facts)
            return None if value is None else value in values
        case Missing(operand=operand):
            return evaluate(operand, facts) is None
        case Not(operand=operand):
            return negation(truth(operand, facts))
        case And(operands=operands):
            return all_of([truth(operand, facts) for operand in operands])
        case Or(operands=operands):
            return any_of([truth(operand, facts) for operand in operands])
        case AtLeast(count=count, operands=operands):
            return enough_of(count, [truth(operand, facts) for operand in operands])
        case Fact() | Literal() | OrElse():
            value = evaluate(condition, facts)
            return None if value is None else bool(value)
    raise RuleError(f"{type(condition).__name__} has no meaning as a condition")


def _compared(symbol: str, left: FactValue | None, right: FactValue | None) -> bool | None:
    return None if left is None or right is None else COMPARE[symbol](left, right)


def all_of(truths: Collection[bool | None]) -> bool | None:
    """Kleene's conjunction."""
    if False in truths:
        return False
    return None if None in truths else True


def any_of(truths: Collection[bool | None]) -> bool | None:
    """Kleene's disjunction."""
    if True in truths:
        return True
    return None if None in truths else False


def negation(value: bool | None) -> bool | None:
    """Kleene's negation."""
    return None if value is None else not value


def enough_of(count: int, truths: list[bool | None]) -> bool | None:
    """Whether at least `count` are true, whatever the unknown ones turn out to be."""
    if truths.count(True) >= count:
        return True
    return None if len(truths) - truths.count(False) >= count else False

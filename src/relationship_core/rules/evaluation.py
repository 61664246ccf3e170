"""The meaning of an expression: its value for one customer's facts, unknown where it can't be told.

Kleene's three-valued logic (S. C. Kleene, Introduction to Metamathematics, 1952, section 64): None
stands for unknown, and an answer is known only where no value of the unknown parts could change it.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

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

_Answer = TypeVar("_Answer", bound=FactValue)
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
            return _known_pair(arithmetic(symbol, kind), left, right, facts)
        case OrElse(operand=operand, default=default):
            value = evaluate(operand, facts)
            return evaluate(default, facts) if value is None else value
    return _verdict(expression, facts)


def truth(condition: Expression, facts: Facts) -> bool | None:
    """Whether a condition holds: True, False, or None where it is unknown."""
    value = evaluate(condition, facts)
    return None if value is None else bool(value)


def _verdict(condition: Expression, facts: Facts) -> bool | None:
    match condition:
        case Comparison(operator=symbol, left=left, right=right):
            return _known_pair(COMPARE[symbol], left, right, facts)
        case Between(operand=operand, low=low, high=high):
            within = (Comparison("<=", low, operand), Comparison("<=", operand, high))
            return all_of(truth(part, facts) for part in within)
        case Membership(operand=operand, values=values):
            value = evaluate(operand, facts)
            return None if value is None else value in values
        case Missing(operand=operand):
            return evaluate(operand, facts) is None
        case And(operands=operands):
            return all_of(truth(operand, facts) for operand in operands)
        case Or(operands=operands):
            return any_of(truth(operand, facts) for operand in operands)
        case Not(operand=operand):
            return negation(truth(operand, facts))
        case AtLeast(count=count, operands=operands):
            return enough_of(count, [truth(operand, facts) for operand in operands])
    raise RuleError(f"{type(condition).__name__} has no meaning that can be evaluated")


def all_of(truths: Iterable[bool | None]) -> bool | None:
    """Kleene's conjunction."""
    settled = list(truths)
    if False in settled:
        return False
    return None if None in settled else True


def any_of(truths: Iterable[bool | None]) -> bool | None:
    """Kleene's disjunction."""
    settled = list(truths)
    if True in settled:
        return True
    return None if None in settled else False


def negation(value: bool | None) -> bool | None:
    """Kleene's negation."""
    return None if value is None else not value


def enough_of(count: int, truths: list[bool | None]) -> bool | None:
    """Whether at least `count` are true, whatever the unknown ones turn out to be."""
    if truths.count(True) >= count:
        return True
    return None if len(truths) - truths.count(False) >= count else False


def _known_pair(
    function: Callable[[Any, Any], _Answer | None],
    left: Expression,
    right: Expression,
    facts: Facts,
) -> _Answer | None:
    one, other = evaluate(left, facts), evaluate(right, facts)
    return None if one is None or other is None else function(one, other)

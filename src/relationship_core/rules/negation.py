"""Conditions without `not` before a group: negations pushed down to single conditions."""

from __future__ import annotations

from relationship_core.rules.evaluation import NEGATED
from relationship_core.rules.expression import (
    And,
    AtLeast,
    Between,
    Comparison,
    Expression,
    Not,
    Or,
)


def negations_pushed_down(condition: Expression) -> Expression:
    """The condition of the same meaning in which only single conditions are negated."""
    match condition:
        case And(operands=operands):
            return And([negations_pushed_down(each) for each in operands])
        case Or(operands=operands):
            return Or([negations_pushed_down(each) for each in operands])
        case AtLeast(count=count, operands=operands):
            return AtLeast(count, [negations_pushed_down(each) for each in operands])
        case Not(operand=operand):
            return negated(operand)
    return condition


def negated(condition: Expression) -> Expression:
    """The condition that holds where the given one fails, unknown where it is unknown."""
    match condition:
        case Not(operand=operand):
            return negations_pushed_down(operand)
        case And(operands=operands):
            return Or([negated(each) for each in operands])
        case Or(operands=operands):
            return And([negated(each) for each in operands])
        case AtLeast(count=count, operands=operands):
            return AtLeast(len(operands) - count + 1, [negated(each) for each in operands])
        case Comparison(operator=symbol, left=left, right=right):
            return Comparison(NEGATED[symbol], left, right)
        case Between(operand=operand, low=low, high=high):
            return Or((Comparison("<", operand, low), Comparison(">", operand, high)))
    return Not(condition)

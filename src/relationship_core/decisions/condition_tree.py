"""A condition as a tree of joins over single conditions that are evaluated all at one go."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from relationship_core.rules import Expression
from relationship_core.rules.evaluation import all_of, any_of, enough_of
from relationship_core.rules.expression import And, AtLeast, Or
from relationship_core.rules.negation import negations_pushed_down

Join = Callable[[list[bool | None]], bool | None]
ConditionTree = int | tuple[Join, tuple["ConditionTree", ...]]
"""A single condition by its place among all of them, or what joins others, and these."""


def condition_tree(condition: Expression, leaves: list[Expression]) -> ConditionTree:
    """The tree of a condition, its negations pushed down to single conditions.

    Args:
        condition: The condition.
        leaves: Grows by its single conditions, left to right.
    """
    return _tree(negations_pushed_down(condition), leaves)


def _tree(condition: Expression, leaves: list[Expression]) -> ConditionTree:
    match condition:
        case And(operands=operands):
            return all_of, tuple(_tree(operand, leaves) for operand in operands)
        case Or(operands=operands):
            return any_of, tuple(_tree(operand, leaves) for operand in operands)
        case AtLeast(count=count, operands=operands):
            return partial(enough_of, count), tuple(_tree(each, leaves) for each in operands)
    leaves.append(condition)
    return len(leaves) - 1

"""Which missing facts leave rules open: `decisions.open_conditions`, said of whole columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import reduce
from operator import and_
from typing import Final

import narwhals as nw

from relationship_core.portfolio.decide.columns import either
from relationship_core.portfolio.decide.conditions import Conditions
from relationship_core.rules import Expression, Fact, Rule, facts_in
from relationship_core.rules.expression import (
    And,
    Arithmetic,
    AtLeast,
    Between,
    Comparison,
    Literal,
    Membership,
    Missing,
    Not,
    Or,
    OrElse,
)
from relationship_core.rules.negation import negations_pushed_down

_Between = tuple[str, ...]
"""The columns that tell whether what lies between a rule and a fact is unknown too."""


class OpenFacts:
    """The facts that may leave some rules open, by name.

    Args:
        rules: The rules by their places.
        conditions: Where what lies between a rule and a fact is computed.
    """

    def __init__(self, rules: Mapping[int, Rule], conditions: Conditions) -> None:
        self._missing: dict[str, nw.Expr] = {}
        self._ways: dict[str, list[tuple[int, _Between]]] = {}
        for place, rule in rules.items():
            for fact, between in _ways(rule):
                self._missing.setdefault(fact.name, conditions.is_missing(fact))
                columns = tuple(conditions.column(Missing(each)) for each in between)
                self._ways.setdefault(fact.name, []).append((place, columns))

    @property
    def names(self) -> tuple[str, ...]:
        """The facts' names in alphabetical order."""
        return tuple(sorted(self._ways))

    def leaves_open(self, name: str, is_open: Callable[[int], nw.Expr]) -> nw.Expr:
        """Whether a fact is missing and leaves a rule open.

        Args:
            name: The fact's name.
            is_open: For the place of a rule whether it is open and counts.
        """
        ways = self._ways[name]
        always = {place for place, between in ways if not between}
        apart = {way: None for way in ways if way[0] not in always}
        flags = [is_open(place) for place in sorted(always)]
        flags += [
            reduce(and_, [nw.col(each) for each in between], is_open(place))
            for place, between in apart
        ]
        return self._missing[name] & either(flags)


def _ways(rule: Rule) -> Iterator[tuple[Fact, tuple[Expression, ...]]]:
    """For each way to a fact what must be unknown besides the whole for the fact to matter."""
    whole = negations_pushed_down(rule.when)
    yield from _below(whole, (), is_whole=True)


def _below(
    condition: Expression, above: tuple[Expression, ...], *, is_whole: bool = False
) -> Iterator[tuple[Fact, tuple[Expression, ...]]]:
    if isinstance(condition, And | Or | AtLeast):
        between = above if is_whole else (*above, condition)
        for operand in condition.operands:
            yield from _below(operand, between)
    elif not _is_never_unknown(condition):
        between = above if is_whole or _is_strict(condition) else (*above, condition)
        for fact in facts_in(condition):
            yield fact, between


def _is_strict(condition: Expression) -> bool:
    """Whether it is unknown wherever a fact that it reads is missing."""
    parts = list(condition.walk())
    if any(isinstance(each, Between) for each in parts) and len(facts_in(condition)) > 1:
        return False
    return all(isinstance(each, _STRICT) for each in parts)


_STRICT: Final = (Fact, Literal, Arithmetic, Comparison, Membership, Between, Not)


def _is_never_unknown(condition: Expression) -> bool:
    match condition:
        case Not(operand=operand):
            return _is_never_unknown(operand)
        case Missing() | Literal():
            return True
        case OrElse(default=default):
            return isinstance(default, Literal)
    return False

"""Which missing facts leave rules open: `decisions.open_conditions`, said of whole columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import reduce
from operator import and_
from typing import Final

from relationship_core.portfolio.decide.cell import Cell, either
from relationship_core.portfolio.decide.sheet import Sheet
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

_Way = tuple[int, tuple[str, ...]]
"""From the place of a rule to a fact: what lies between them, in canonical form."""


class OpenFacts:
    """The facts that may leave some rules open, by name.

    Args:
        rules: The rules by their places.
        sheet: Where what lies between a rule and a fact is computed.
    """

    def __init__(self, rules: Mapping[int, Rule], sheet: Sheet) -> None:
        self._missing: dict[str, Cell] = {}
        self._ways: dict[str, dict[_Way, list[Cell]]] = {}
        for place, rule in rules.items():
            for fact, between in _ways(rule):
                self._missing.setdefault(fact.name, sheet.is_missing(fact))
                way = (place, tuple(each.canonical() for each in between))
                unknown = [sheet.condition(Missing(each)) for each in between]
                self._ways.setdefault(fact.name, {})[way] = unknown

    @property
    def names(self) -> tuple[str, ...]:
        """The facts' names in alphabetical order."""
        return tuple(sorted(self._ways))

    def leaves_open(self, name: str, is_open: Mapping[int, Cell]) -> Cell:
        """Whether a fact is missing and leaves a rule open.

        Args:
            name: The fact's name.
            is_open: For the places of rules whether these are open, and count.
        """
        ways = self._ways[name]
        always = {place for place, between in ways if not between}
        return self._missing[name] & either(
            reduce(and_, unknown, is_open[place])
            for (place, between), unknown in ways.items()
            if not between or place not in always
        )


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

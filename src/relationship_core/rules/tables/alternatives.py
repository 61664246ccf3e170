"""A condition as rows of a table can ask it: one or several ways of meeting it, fact by fact.

Negations are pushed inwards, then everything is multiplied out. All the laws used (De Morgan, both
distributive laws, absence of double negation) hold in Kleene's logic too, so that the rows are also
unknown exactly where the condition is. No use is made of the excluded middle, which doesn't.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations, product
from math import comb

from attrs import evolve, field, frozen

from relationship_core.errors import RuleError, TableError, UnsupportedError
from relationship_core.rules.evaluation import truth
from relationship_core.rules.expression import (
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
    OrElse,
)
from relationship_core.rules.fact import Fact, facts_in
from relationship_core.rules.kind import literal_value
from relationship_core.rules.negation import negations_pushed_down
from relationship_core.rules.tables.merging import merged
from relationship_core.rules.tables.unary_tests import (
    Endpoint,
    Interval,
    Relation,
    UnaryTests,
    Unknown,
)

MOST_ROWS = 100
"""A rule that takes more rows than this is no longer read by anybody."""

_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}


def _name(fact: Fact) -> str:
    return fact.name


@frozen
class Asked:
    """What one cell asks.

    Args:
        fact: The fact of its column.
        tests: The test.
    """

    fact: Fact = field(eq=_name)
    tests: UnaryTests


Alternative = tuple[Asked, ...]
"""One way of meeting a condition: all of these must hold. A fact is there twice where it must."""


def alternatives(condition: Expression) -> tuple[Alternative, ...]:
    """The ways of meeting a condition; none where it never holds.

    Raises:
        UnsupportedError: A part is none that a test of a fact can ask; it is named.
        TableError: There are too many.
    """
    rows = [_by_fact(row) for row in _rows(negations_pushed_down(condition))]
    return tuple(_joined(rows))


def _by_fact(row: Alternative) -> Alternative:
    asked: dict[str, list[UnaryTests]] = {}
    facts = {each.fact.name: each.fact for each in row}
    for each in row:
        asked.setdefault(each.fact.name, []).append(each.tests)
    return tuple(
        Asked(facts[name], tests)
        for name, several in asked.items()
        for tests in merged(facts[name], several)
    )


def _rows(condition: Expression) -> list[Alternative]:
    match condition:
        case Or(operands=operands):
            return _any_of(map(_rows, operands))
        case And(operands=operands):
            return _all_of(map(_rows, operands))
        case AtLeast(count=count, operands=operands):
            if comb(len(operands), count) > MOST_ROWS:
                raise _too_many()
            parts = [_rows(each) for each in operands]
            return _any_of(_all_of(chosen) for chosen in combinations(parts, count))
    if not facts_in(condition):
        return _constant(condition)
    if (rewritten := _without_default(condition)) is not None:
        return _rows(rewritten)
    return _single(condition)


def _any_of(parts: Iterable[list[Alternative]]) -> list[Alternative]:
    rows = _joined(row for part in parts for row in part)
    if len(rows) > MOST_ROWS:
        raise _too_many()
    return rows


def _all_of(parts: Iterable[list[Alternative]]) -> list[Alternative]:
    rows: list[Alternative] = [()]
    for part in parts:
        if len(rows) * len(part) > MOST_ROWS:
            raise _too_many()
        rows = [tuple(dict.fromkeys((*one, *other))) for one, other in product(rows, part)]
    return rows


def _too_many() -> TableError:
    return TableError(
        f"it takes more than {MOST_ROWS} rows",
        mend="declare a fact derived by a part of it, and ask for that",
    )


def _joined(rows: Iterable[Alternative]) -> list[Alternative]:
    """The rows, those that differ in one cell alone made one that lists both tests."""
    kept: list[Alternative] = []
    for row in rows:
        for place, other in enumerate(kept):
            if (both := _both(other, row)) is not None:
                kept[place] = both
                break
        else:
            kept.append(row)
    return kept


def _both(one: Alternative, other: Alternative) -> Alternative | None:
    mine, its = set(one) - set(other), set(other) - set(one)
    if not mine and not its:
        return one
    if len(mine) != 1 or len(its) != 1:
        return None
    [left], [right] = mine, its
    if left.fact.name != right.fact.name or left.tests.negated or right.tests.negated:
        return None
    listed = UnaryTests(tuple(dict.fromkeys((*left.tests.tests, *right.tests.tests))))
    return tuple(evolve(each, tests=listed) if each == left else each for each in one)


def _constant(condition: Expression) -> list[Alternative]:
    holds = truth(condition, {})
    if holds is None:
        raise _unsayable(condition, "take it out: nobody can tell it of anyone")
    return [()] if holds else []


def _without_default(condition: Expression) -> Expression | None:
    """The condition of the same meaning that tells known from missing, where it has a default."""
    inner = condition.operand if isinstance(condition, Not) else condition
    parts = (inner,) if isinstance(inner, OrElse) else inner.children()
    found = next((each for each in parts if isinstance(each, OrElse)), None)
    if found is None:
        return None
    plain = negations_pushed_down(_replaced(condition, found, found.operand))
    otherwise = negations_pushed_down(_replaced(condition, found, found.default))
    missing = Missing(found.operand)
    if not facts_in(otherwise) and (holds := truth(otherwise, {})) is not None:
        return Or((plain, missing)) if holds else And((plain, Not(missing)))
    return Or((And((plain, Not(missing))), And((otherwise, missing))))


def _replaced(condition: Expression, part: Expression, by: Expression) -> Expression:
    def settle(each: Expression) -> Expression:
        return by if each is part else each

    match condition:
        case Not(operand=operand):
            return Not(_replaced(operand, part, by))
        case Comparison(operator=symbol, left=left, right=right):
            return Comparison(symbol, settle(left), settle(right))
        case Between(operand=operand, low=low, high=high):
            value = settle(operand)
            return And(
                (Comparison("<=", settle(low), value), Comparison("<=", value, settle(high)))
            )
        case Membership(operand=operand, values=values):
            return Membership(settle(operand), values)
        case Missing(operand=operand):
            return Missing(settle(operand))
    return settle(condition)


def _single(condition: Expression) -> list[Alternative]:
    match condition:
        case Fact():
            return _cell(condition, Relation("==", True))
        case Not(operand=Fact() as fact):
            return _cell(fact, Relation("==", False))
        case Comparison(operator=symbol, left=Fact() as fact, right=Fact() | Literal() as other):
            return _cell(fact, Relation(symbol, _endpoint(fact, other, condition)))
        case Comparison(operator=symbol, left=Literal() as other, right=Fact() as fact):
            return _cell(fact, Relation(_FLIPPED[symbol], _endpoint(fact, other, condition)))
        case Between(
            operand=Fact() as fact, low=Fact() | Literal() as low, high=Fact() | Literal() as high
        ):
            least, most = (_endpoint(fact, end, condition) for end in (low, high))
            return _cell(fact, Interval(least, most))
        case Between(operand=operand, low=low, high=high):
            both = (Comparison("<=", low, operand), Comparison("<=", operand, high))
            return _rows(And(both))
        case Membership(operand=Fact() as fact, values=values):
            return _cell(fact, *(Relation("==", value) for value in values))
        case Not(operand=Membership(operand=Fact() as fact, values=values)):
            return _cell(fact, *(Relation("==", value) for value in values), negated=True)
        case Missing(operand=Fact() as fact):
            return _cell(fact, Unknown())
        case Not(operand=Missing(operand=Fact() as fact)):
            return _cell(fact, Unknown(), negated=True)
    raise _unsayable(condition, "declare a fact derived by what it computes, and ask for that")


def _cell(
    fact: Fact, *tests: Relation | Interval | Unknown, negated: bool = False
) -> list[Alternative]:
    return [(Asked(fact, UnaryTests(tests, negated)),)]


def _endpoint(fact: Fact, other: Fact | Literal, condition: Expression) -> Endpoint:
    if isinstance(other, Fact):
        return other
    try:
        return literal_value(other.value, fact.kind)
    except RuleError as error:
        raise _unsayable(condition, f"write a {fact.kind}") from error


def _unsayable(condition: Expression, mend: str) -> UnsupportedError:
    return UnsupportedError(f"in a cell, {condition!r}", mend=mend)

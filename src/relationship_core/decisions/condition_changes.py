"""What differs between two conditions: thresholds, operators, what was added to an `and`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from relationship_core.decisions.change import Detail
from relationship_core.rules import Expression, Fact, in_words
from relationship_core.rules.expression import (
    And,
    AtLeast,
    Between,
    Comparison,
    Membership,
    Missing,
    Not,
    Or,
)
from relationship_core.rules.words import shown

_DEEPEST = 12
"""Below so many levels nobody reads what differs: the two are told whole."""

_Operands = Sequence[Expression]


def condition_changes(old: Expression, new: Expression, *, level: int = 0) -> Iterator[Detail]:
    """Each difference between two conditions; none exactly if their canonical forms are equal.

    Args:
        old: What it was.
        new: What it is.
        level: How deep in the condition the two stand.
    """
    if old.same_as(new):
        return
    found = () if level >= _DEEPEST else tuple(_changes(old, new, level + 1))
    if found:
        yield from found
    else:
        yield Detail("condition", *apart(old, new))


def apart(old: Expression, new: Expression) -> tuple[str, str]:
    """Two expressions that differ, in the plainest words in which they do."""
    spellings: tuple[Callable[[Expression], str], ...] = (in_words, repr)
    for spelt in spellings:
        if spelt(old) != spelt(new):
            return spelt(old), spelt(new)
    return old.canonical(), new.canonical()


def _changes(old: Expression, new: Expression, level: int) -> Iterator[Detail]:
    """The differences where the two are built alike; none where they aren't."""
    match old, new:
        case (And(), _) | (_, And()):
            yield from _among(_joined(And, old), _joined(And, new), "condition", level)
        case (Or(), _) | (_, Or()):
            yield from _among(_joined(Or, old), _joined(Or, new), "alternative", level)
        case AtLeast(), AtLeast():
            if old.count != new.count:
                yield Detail("conditions that must hold", str(old.count), str(new.count))
            yield from _among(old.operands, new.operands, "condition to count", level)
        case Not(), Not():
            yield from condition_changes(old.operand, new.operand, level=level)
        case Membership(), Membership() if old.operand.same_as(new.operand):
            yield Detail(f"{old.operand!r} values", _values(old), _values(new))
        case Comparison(), Comparison() if old.left.same_as(new.left):
            if old.operator != new.operator:
                yield Detail(f"{old.left!r} operator", old.operator, new.operator)
            yield from _limit(f"{old.left!r} threshold", old.right, new.right)
        case Between(), Between() if old.operand.same_as(new.operand):
            yield from _limit(f"{old.operand!r} lower threshold", old.low, new.low)
            yield from _limit(f"{old.operand!r} upper threshold", old.high, new.high)


def _joined(word: type[And | Or], condition: Expression) -> _Operands:
    return condition.operands if isinstance(condition, word) else (condition,)


def _limit(what: str, old: Expression, new: Expression) -> Iterator[Detail]:
    if not old.same_as(new):
        yield Detail(what, *apart(old, new))


def _values(condition: Membership) -> str:
    return ", ".join(map(shown, condition.values))


def _among(old: _Operands, new: _Operands, noun: str, level: int) -> Iterator[Detail]:
    """What differs between two lists of conditions, each paired with the one most like it."""
    gone, come = list(old), list(new)
    for likeness in (Expression.canonical, _with_operator, _subject):
        for was, now in _paired(gone, come, likeness):
            yield from condition_changes(was, now, level=level)
    yield from (Detail(noun, in_words(each), None) for each in gone)
    yield from (Detail(noun, None, in_words(each)) for each in come)
    if [each.canonical() for each in old] != [each.canonical() for each in new]:
        yield from _reordered(old, new, noun)


def _reordered(old: _Operands, new: _Operands, noun: str) -> Iterator[Detail]:
    """Order counts too: reasons are told in it."""
    if sorted(map(Expression.canonical, old)) == sorted(map(Expression.canonical, new)):
        yield Detail(f"order of {noun}s", _listed(old), _listed(new))


def _listed(conditions: Iterable[Expression]) -> str:
    return "; ".join(map(in_words, conditions))


def _paired(
    gone: list[Expression], come: list[Expression], likeness: Callable[[Expression], str]
) -> Iterator[tuple[Expression, Expression]]:
    """Take what is alike out of two lists, pair by pair."""
    kept = []
    for was in gone:
        mark = likeness(was)
        place = next((place for place, now in enumerate(come) if likeness(now) == mark), None)
        if place is None:
            kept.append(was)
        else:
            yield was, come.pop(place)
    gone[:] = kept


def _with_operator(condition: Expression) -> str:
    operator = condition.operator if isinstance(condition, Comparison) else ""
    return f"{type(condition).__name__} {operator} {_subject(condition)}"


def _subject(condition: Expression) -> str:
    """What a condition is about; conditions about one thing may have come out of each other."""
    match condition:
        case Fact(name=name):
            return name
        case Comparison(left=subject):
            return repr(subject)
        case Between(operand=subject) | Membership(operand=subject) | Missing(operand=subject):
            return repr(subject)
        case Not(operand=operand):
            return _subject(operand)
    return type(condition).__name__

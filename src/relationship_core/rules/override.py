"""What a deeper node may change of a rule, and how far."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any

from attrs import evolve, frozen

from relationship_core.errors import RuleError
from relationship_core.rules.expression import Between, Comparison, Expression, Literal
from relationship_core.rules.fact import Fact, facts_in
from relationship_core.rules.kind import Kind, literal_value

Limit = Any
"""An end of what a threshold may be moved to: a Python literal of the threshold's kind."""


@frozen
class Limits:
    """How far a deeper node may move a threshold, both ends counted.

    Args:
        low: The least value.
        high: The greatest.
        fact: The fact whose thresholds are meant, those of them that lie within the limits; empty
            where only one threshold of the rule does.
        kind: The threshold's kind; None until the limits stand on a rule.
    """

    low: Limit
    high: Limit
    fact: str = ""
    kind: Kind | None = None

    def __str__(self) -> str:
        """The limits as a reason why something is refused tells them."""
        return f"{self.low} to {self.high}"


@frozen(eq=False)
class Threshold:
    """A constant that something is compared with.

    Args:
        subject: What is compared.
        limit: The constant.
    """

    subject: Expression
    limit: Literal

    @property
    def can_be_moved(self) -> bool:
        """Whether it lies among greater and lesser values, so that limits can be set to it."""
        return self.limit.kind.is_numeric or self.limit.kind is Kind.DATE


def between(low: Limit, high: Limit) -> Limits:
    """Limits for `Rule(overridable=...)`: a deeper node may set the threshold from low to high."""
    return Limits(low, high)


Overridable = bool | tuple[Limits, ...]


def as_overridable(
    given: bool | Limits | Mapping[str, Limits] | Mapping[Fact, Limits] | Sequence[Limits],
) -> Overridable:
    """What was written for `overridable`, in its one form."""
    if isinstance(given, bool):
        return given
    if isinstance(given, Limits):
        return (given,)
    if isinstance(given, Mapping):
        named = sorted(((_name(fact), limits) for fact, limits in given.items()), key=itemgetter(0))
        given = [
            evolve(limits, fact=fact) if isinstance(limits, Limits) else limits
            for fact, limits in named
        ]
    # What isn't limits is refused once the rule's id is known.
    return tuple(given) if isinstance(given, Iterable) else (given,)


def _name(fact: object) -> str:
    return fact.name if isinstance(fact, Fact) else str(fact)


def thresholds(condition: Expression) -> Iterator[Threshold]:
    """The constants that a condition compares something with, in the order written."""
    for node in condition.walk():
        match node:
            case Comparison(left=subject, right=Literal() as limit):
                yield Threshold(subject, limit)
            case Comparison(left=Literal() as limit, right=subject):
                yield Threshold(subject, limit)
            case Between(operand=subject, low=low, high=high):
                ends = (end for end in (low, high) if isinstance(end, Literal))
                yield from (Threshold(subject, end) for end in ends)


def bound_limits(condition: Expression, given: tuple[Limits, ...]) -> tuple[Limits, ...]:
    """The limits, each with the fact whose threshold it is for, in that threshold's kind.

    Raises:
        RuleError: No threshold lies within the limits, or several do and no fact is named; or a
            fact has several limits.
    """
    if not given or not all(isinstance(each, Limits) for each in given):
        raise RuleError(
            "overridable is True, False or limits",
            mend="write overridable=between(low, high), or {fact name: between(low, high)}",
        )
    found = [each for each in thresholds(condition) if each.can_be_moved]
    bound = tuple(_bound(limits, found) for limits in given)
    for fact, times in Counter(each.fact for each in bound).items():
        if times > 1:
            raise RuleError(
                f"{fact!r} has limits {times} times",
                mend="give each fact one between(low, high)",
            )
    return bound


def _bound(limits: Limits, found: Sequence[Threshold]) -> Limits:
    named = limits.fact
    meant = [
        each
        for each in found
        if _lies_within(each.limit, limits) and (not named or named in _read_by(each))
    ]
    subjects = {name for each in meant for name in _read_by(each)}
    if not named and (len(meant) != 1 or len(subjects) != 1):
        raise RuleError(
            f"{len(meant) or 'none'} of its thresholds lies from {limits}",
            mend="say whose limits they are: overridable={fact name: between(low, high)}",
        )
    if not meant:
        raise RuleError(
            f"its limits {limits} for {named!r} hold no threshold of it",
            mend="name a fact that it compares with a constant from low to high",
        )
    kind = meant[0].limit.kind
    low, high = literal_value(limits.low, kind), literal_value(limits.high, kind)
    return Limits(low, high, named or subjects.pop(), kind)


def _read_by(threshold: Threshold) -> set[str]:
    return {fact.name for fact in facts_in(threshold.subject)}


def _lies_within(limit: Literal, limits: Limits) -> bool:
    try:
        low, high = (literal_value(end, limit.kind) for end in (limits.low, limits.high))
    except RuleError:
        return False
    return low <= limit.value <= high  # type: ignore[operator]


def refusal(upper: Expression, limits: tuple[Limits, ...], lower: Expression) -> str:
    """Why one condition may not stand in for another whose thresholds are limited; empty if it may.

    Args:
        upper: The condition that is replaced.
        limits: How far each of its thresholds may be moved.
        lower: The condition that would replace it.
    """
    if _shape(upper.to_json()) != _shape(lower.to_json()):
        return "it changes more than thresholds"
    allowed = {each.fact: each for each in limits}
    for old, new in zip(thresholds(upper), thresholds(lower), strict=True):
        if old.limit.value == new.limit.value:
            continue
        named = [allowed[name] for name in sorted(_read_by(new)) if name in allowed]
        within = [each for each in named if _lies_within(old.limit, each)]
        if not within:
            return f"the threshold of {old.subject!r} isn't among those it may set"
        for each in within:
            if not _lies_within(new.limit, each):
                return f"it sets {new.subject!r} to {new.limit!r}, outside {each}"
    return ""


_COMPARES = frozenset({"<", "<=", ">", ">=", "==", "!=", "between"})


def _shape(data: Any) -> Any:
    """A condition's JSON form without the constants that something is compared with."""
    if not isinstance(data, dict) or "args" not in data:
        return data
    parts = data["args"]
    if data["op"] in _COMPARES:
        parts = [{"threshold": part["kind"]} if "literal" in part else part for part in parts]
    return {**data, "args": [_shape(part) for part in parts]}

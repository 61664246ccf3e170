"""Several tests that one value must meet, in as few cells as can say them."""

from __future__ import annotations

from collections.abc import Sequence

from relationship_core.rules.evaluation import NEGATED, truth
from relationship_core.rules.expression import Literal
from relationship_core.rules.fact import Fact
from relationship_core.rules.kind import FactValue
from relationship_core.rules.tables.unary_tests import (
    Endpoint,
    Interval,
    Relation,
    Test,
    UnaryTests,
    Unknown,
)

_End = tuple[Endpoint, bool]
"""An end of a range, and whether it is counted in."""

_LOW = {">": False, ">=": True}
_HIGH = {"<": False, "<=": True}


def merged(fact: Fact, several: Sequence[UnaryTests]) -> tuple[UnaryTests, ...]:
    """The cells that ask of a fact what all of these tests ask together.

    Bounds become one interval, lists lose what the others exclude, and what is left goes into one
    `not(...)`. A second cell is needed where one lists several tests, or that the value is missing.

    Args:
        fact: The fact.
        several: What its value must meet, all of it.
    """
    asked = tuple(dict.fromkeys(several))
    if len(asked) == 1:
        return asked
    if listed := _listed(fact, asked):
        return (listed,)
    bounds = [bound for each in asked for bound in _bounds(each)]
    rest = [each for each in asked if not any(_bounds(each))]
    folded = [*(UnaryTests((test,)) for test in _within(bounds)), *rest]
    stated = [each for each in folded if _denied(each) is None]
    denied = [each for each in folded if _denied(each) is not None]
    if len(denied) > 1:
        tests = dict.fromkeys(test for each in denied for test in _denied(each) or ())
        denied = [UnaryTests(tuple(tests), negated=True)]
    return (*denied, *stated)


def _listed(fact: Fact, asked: Sequence[UnaryTests]) -> UnaryTests | None:
    """The constants that one of the tests lists and the others let pass, where all are constant."""
    constants = [values for each in asked if (values := _constants(each))]
    if not constants or not all(map(_is_constant, asked)):
        return None
    values = [
        value
        for value in constants[0]
        if all(_lets_pass(each, Literal(value, fact.kind)) for each in asked)
    ]
    return UnaryTests(tuple(Relation("==", value) for value in values)) if values else None


def _lets_pass(tests: UnaryTests, value: Literal) -> bool:
    condition = tests.condition(value)
    return condition is None or truth(condition, {}) is True


def _constants(tests: UnaryTests) -> list[FactValue]:
    """The constants that a test lists; none where it asks anything else."""
    found = [
        test.endpoint
        for test in tests.tests
        if isinstance(test, Relation)
        and test.operator == "=="
        and not isinstance(test.endpoint, Fact)
    ]
    return [] if tests.negated or len(found) < len(tests.tests) else found


def _is_constant(tests: UnaryTests) -> bool:
    """Whether nothing but constants is compared with, so that missing values leave it open."""
    return not tests.facts() and not any(isinstance(test, Unknown) for test in tests.tests)


def _bounds(tests: UnaryTests) -> list[tuple[_End | None, _End | None]]:
    """The range that a test asks for; none where it is no single range."""
    if tests.negated or len(tests.tests) != 1:
        return []
    match tests.tests[0]:
        case Interval(low=low, high=high, holds_low=holds_low, holds_high=holds_high):
            return [((low, holds_low), (high, holds_high))]
        case Relation(operator=">" | ">=" as symbol, endpoint=low):
            return [((low, _LOW[symbol]), None)]
        case Relation(operator="<" | "<=" as symbol, endpoint=high):
            return [(None, (high, _HIGH[symbol]))]
    return []


def _within(bounds: Sequence[tuple[_End | None, _End | None]]) -> list[Test]:
    """Ranges that all hold, as one interval where one can say it."""
    lows = _tightest([low for low, _ in bounds if low is not None], is_low=True)
    highs = _tightest([high for _, high in bounds if high is not None], is_low=False)
    if len(lows) == len(highs) == 1 and _leaves_room(lows[0], highs[0]):
        [(low, holds_low)], [(high, holds_high)] = lows, highs
        return [Interval(low, high, holds_low, holds_high)]
    return [
        *(Relation(">=" if holds else ">", low) for low, holds in lows),
        *(Relation("<=" if holds else "<", high) for high, holds in highs),
    ]


def _tightest(ends: Sequence[_End], *, is_low: bool) -> list[_End]:
    """The ends of one side, of the constants among them the one that leaves the least room."""
    named = {(end.name, holds): (end, holds) for end, holds in ends if isinstance(end, Fact)}
    fixed = [(end, holds) for end, holds in ends if not isinstance(end, Fact)]
    if not fixed:
        return [*named.values()]
    if is_low:
        tight = max(fixed, key=lambda end: (end[0], not end[1]))
    else:
        tight = min(fixed, key=lambda end: (end[0], end[1]))
    return [tight, *named.values()]


def _leaves_room(low: _End, high: _End) -> bool:
    (least, holds_low), (most, holds_high) = low, high
    if isinstance(least, Fact) or isinstance(most, Fact) or least < most:  # type: ignore[operator]
        return True
    return least == most and holds_low and holds_high


def _denied(tests: UnaryTests) -> tuple[Test, ...] | None:
    """What must not be met for a test to be met; None where no list of tests says it."""
    if tests.negated:
        return tests.tests
    match tests.tests:
        case [Relation(operator="==" | "!=" as symbol, endpoint=bool() as flag)]:
            return (Relation("==", flag is (symbol == "!=")),)
        case [Relation(operator=symbol, endpoint=end)]:
            return (Relation(NEGATED[symbol], end),)
        case [Interval(low=low, high=high, holds_low=holds_low, holds_high=holds_high)]:
            return (
                Relation("<" if holds_low else "<=", low),
                Relation(">" if holds_high else ">=", high),
            )
    return None

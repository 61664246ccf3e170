"""Facts made of what a table's file says of its columns, where the caller gives none."""

from __future__ import annotations

from relationship_core.rules.fact import Fact
from relationship_core.rules.kind import FactValue, Kind
from relationship_core.rules.tables.unary_tests import Endpoint, Interval, Relation, UnaryTests


def declared_fact(name: str, kind: Kind, label: str, allowed: UnaryTests) -> Fact:
    """The fact that a column speaks of; the values it allows become its range or categories.

    Raises:
        RuleError: The name is none for a fact.
        KindError: The values don't fit the kind.
    """
    low, high = _range(allowed)
    has_range = kind.is_numeric or kind is Kind.DATE
    return Fact(
        name,
        kind,
        label=label,
        minimum=low if has_range else None,
        maximum=high if has_range else None,
        categories=listed_texts(allowed) if kind is Kind.CATEGORY else None,
    )


def listed_texts(allowed: UnaryTests) -> tuple[str, ...] | None:
    """The texts that a test lists one by one; None where it asks anything else, or nothing."""
    texts = [
        test.endpoint
        for test in allowed.tests
        if isinstance(test, Relation) and test.operator == "==" and isinstance(test.endpoint, str)
    ]
    is_list = bool(texts) and len(texts) == len(allowed.tests) and not allowed.negated
    return tuple(texts) if is_list else None


def _range(allowed: UnaryTests) -> tuple[FactValue | None, FactValue | None]:
    """The ends that belong to the allowed values, where they lie in one range."""
    if allowed.negated or len(allowed.tests) != 1:
        return None, None
    match allowed.tests[0]:
        case Interval(low=low, high=high, holds_low=True, holds_high=True):
            return _constant(low), _constant(high)
        case Relation(operator=">=", endpoint=low):
            return _constant(low), None
        case Relation(operator="<=", endpoint=high):
            return None, _constant(high)
    return None, None


def _constant(end: Endpoint) -> FactValue | None:
    return None if isinstance(end, Fact) else end

"""Comparisons whose answer a fact's declared range settles beforehand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from relationship_core.rules.analysis.examination import Examination
from relationship_core.rules.analysis.finding import OUT_OF_RANGE, Finding
from relationship_core.rules.analysis.inquiry import UndecidedError
from relationship_core.rules.expression import (
    Between,
    Comparison,
    Expression,
    Literal,
    Membership,
    OrElse,
)
from relationship_core.rules.fact import Fact
from relationship_core.rules.kind import FactValue
from relationship_core.rules.rule import Rule


def outside(examination: Examination) -> Iterator[Finding]:
    """Constants that a fact is compared with and that it can't have."""
    for rule in examination.rules:
        slips: dict[str, list[FactValue]] = {}
        for read, subject, constant in _compared(rule.when):
            fact = examination.world.facts[read.name]
            known = slips.setdefault(fact.name, [])
            if constant not in known and not _admits(fact, subject, constant):
                known.append(constant)
        for name, constants in slips.items():
            if constants:
                yield _finding(examination, rule, examination.world.facts[name], constants)


def _compared(condition: Expression) -> Iterator[tuple[Fact, Expression, FactValue]]:
    for node in condition.walk():
        match node:
            case Comparison(left=left, right=right):
                pairs = [(left, right), (right, left)]
            case Between(operand=operand, low=low, high=high):
                pairs = [(operand, low), (operand, high)]
            case Membership(operand=operand, values=values):
                pairs = [(operand, Literal(value, operand.kind)) for value in values]
            case _:
                continue
        for subject, other in pairs:
            read = subject.operand if isinstance(subject, OrElse) else subject
            if isinstance(read, Fact) and isinstance(other, Literal):
                yield read, subject, other.value


def _admits(fact: Fact, subject: Expression, constant: Any) -> bool:
    """Whether what is compared with a constant can be it, or lie on either side of it."""
    if isinstance(subject, OrElse):
        if not isinstance(subject.default, Literal):
            return True
        default: Any = subject.default.value
        if default == constant or not fact.admits(default):
            # What stands in for a missing fact may lie outside its range, to be told apart.
            return True
    return fact.admits(constant)


def _finding(
    examination: Examination, rule: Rule, fact: Fact, constants: list[FactValue]
) -> Finding:
    if fact.categories is None:
        span = " to ".join(
            "..." if end is None else str(end) for end in (fact.minimum, fact.maximum)
        )
    else:
        span = ", ".join(fact.categories)
    try:
        customer = examination.inquiry.customer()
    except UndecidedError:
        return examination.undecided(OUT_OF_RANGE, [rule])
    return examination.finding(
        OUT_OF_RANGE,
        f"the rule {rule.id!r} compares {fact.name} with {' and '.join(map(str, constants))},"
        f" which it never is: {span}",
        "look for a slip of scale or a misspelt name",
        [rule],
        *([] if customer is None else [customer]),
    )

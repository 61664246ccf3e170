"""Expressions and values in English words, short enough to stand in a list of reasons."""

from __future__ import annotations

from decimal import Decimal

from relationship_core.rules.expression import (
    And,
    Arithmetic,
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
from relationship_core.rules.fact import Fact
from relationship_core.rules.kind import FactValue, Kind
from relationship_core.rules.negation import negated

_WORDS = {
    "<": "below",
    "<=": "at most",
    ">": "above",
    ">=": "at least",
    "==": "equal to",
    "!=": "other than",
}
_WORDS_FOR_DATES = {"<": "before", "<=": "on or before", ">": "after", ">=": "on or after"}
_UNITS = {Kind.DAYS: "day", Kind.MONTHS: "month"}
_CENTS = 2


def in_words(expression: Expression) -> str:
    """An expression in English words, with the facts' labels."""
    match expression:
        case Fact(label=label):
            return label.en
        case Literal(value=value):
            return shown(value)
        case Arithmetic(operator=symbol, left=left, right=right):
            return f"{_operand(symbol, left)} {symbol} {_operand('/', right)}"
        case OrElse(operand=operand, default=default):
            return f"{_operand('/', operand)} ({in_words(default)} if missing)"
    return _condition_in_words(expression)


def _condition_in_words(condition: Expression) -> str:
    match condition:
        case Comparison(operator=symbol, left=left, right=right):
            return f"{in_words(left)} {_comparing(symbol, left.kind)} {in_words(right)}"
        case Between(operand=operand, low=low, high=high):
            return f"{in_words(operand)} from {in_words(low)} to {in_words(high)}"
        case Membership(operand=operand, values=values):
            return f"{in_words(operand)} one of {', '.join(map(shown, values))}"
        case Missing(operand=operand):
            return f"{in_words(operand)} missing"
        case Not(operand=Membership(operand=operand, values=values)):
            return f"{in_words(operand)} none of {', '.join(map(shown, values))}"
        case Not(operand=Missing(operand=operand)):
            return f"{in_words(operand)} known"
        case Not(operand=operand):
            positive = negated(operand)
            return f"not {in_words(operand)}" if isinstance(positive, Not) else in_words(positive)
        case And(operands=operands):
            return "(" + " and ".join(map(in_words, operands)) + ")"
        case Or(operands=operands):
            return "(" + " or ".join(map(in_words, operands)) + ")"
        case AtLeast(count=count, operands=operands):
            return f"at least {count} of ({'; '.join(map(in_words, operands))})"
    return repr(condition)


def _comparing(symbol: str, kind: Kind) -> str:
    if symbol == "==" and not kind.is_numeric:
        return "is"
    return _WORDS_FOR_DATES.get(symbol, _WORDS[symbol]) if kind is Kind.DATE else _WORDS[symbol]


def _operand(beside: str, expression: Expression) -> str:
    """An operand in words; in parentheses where the sign beside it would take it apart."""
    words = in_words(expression)
    is_sum = isinstance(expression, Arithmetic)
    return f"({words})" if is_sum and beside in "*/" else words


def shown(value: FactValue | None) -> str:
    """A value as people read it: thousands apart, no idle decimals, yes and no for flags."""
    match value:
        case None:
            return "unknown"
        case bool():
            return "yes" if value else "no"
        case Decimal():
            whole, _, decimals = f"{value:,f}".partition(".")
            kept = decimals[:_CENTS] + decimals[_CENTS:].rstrip("0")
            return f"{whole}.{kept}" if kept else whole
        case int():
            return f"{value:,d}"
    return str(value)


def with_unit(value: FactValue | None, kind: Kind | None) -> str:
    """A value with the unit that its kind implies: 1 day, 12 months."""
    unit = _UNITS.get(kind) if kind else None
    if unit is None:
        return shown(value)
    return f"{shown(value)} {unit}" if value == 1 else f"{shown(value)} {unit}s"

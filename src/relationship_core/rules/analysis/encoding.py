"""Expressions as terms of the solver, with the meaning that `rules.evaluation` gives them.

Numbers are whole multiples of their kind's least unit, dates are days of the proleptic calendar,
categories are places in one list of texts. Each value goes with a condition under which it is
known, each condition with two: surely true, and surely false.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from relationship_core.errors import RuleError
from relationship_core.rules.analysis.solver import (
    Term,
    all_hold,
    at_least,
    chosen,
    negated,
    one_holds,
)
from relationship_core.rules.analysis.texts import Texts
from relationship_core.rules.evaluation import COMPARE
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
from relationship_core.rules.kind import HELD_DIGITS, FactValue, Kind

BEYOND = 10**HELD_DIGITS
FIRST_DAY, LAST_DAY = date.min.toordinal(), date.max.toordinal()


class Value(NamedTuple):
    """A value and the condition under which it is known."""

    term: Term
    known: Term


class Truth(NamedTuple):
    """A condition: where it is surely true, and where surely false; unknown where neither."""

    true: Term
    false: Term


def as_term(value: FactValue, kind: Kind, texts: Texts) -> int | bool:
    """A constant as the solver holds it."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return texts.place(value)
    if isinstance(value, date):
        return value.toordinal()
    return int(Decimal(value).scaleb(kind.scale))


def as_value(term: int | bool, kind: Kind, texts: Texts) -> FactValue:
    """The constant that the solver holds as a term."""
    if isinstance(term, bool):
        return term
    if kind is Kind.CATEGORY:
        return texts.text(term)
    if kind is Kind.DATE:
        return date.fromordinal(term)
    if kind.scale:
        return Decimal(term).scaleb(-kind.scale)
    return term


class Encoding:
    """Expressions over one customer's facts.

    Args:
        z3: The solver's module.
        variables: For each fact that isn't derived its value.
        derived: What the others are derived by.
        texts: The texts that categories can be.
        definitions: Where to put what holds of the terms that an expression introduces.

    Attributes:
        variables: As given.
    """

    def __init__(
        self,
        z3: Any,
        variables: Mapping[str, Value],
        derived: Mapping[str, Expression],
        texts: Texts,
        definitions: list[Term],
    ) -> None:
        self._z3 = z3
        self.variables = variables
        self._derived = derived
        self._texts = texts
        self._definitions = definitions
        # By identity, of expressions that are kept alive for as long.
        self._kept: list[Expression] = []
        self._values: dict[int, Value] = {}
        self._truths: dict[int, Truth] = {}

    # -- values -------------------------------------------------------------------------------
    def value(self, expression: Expression) -> Value:
        """The expression's value."""
        found = self._values.get(id(expression))
        if found is None:
            found = self._values[id(expression)] = self._valued(expression)
            self._kept.append(expression)
        return found

    def _valued(self, expression: Expression) -> Value:
        match expression:
            case Fact(name=name):
                # By its name, as the rules read it: a fact of that name may stand in for this one.
                known = self.variables.get(name)
                return self.value(self._derived[name]) if known is None else known
            case Literal(value=constant, kind=kind):
                return Value(as_term(constant, kind, self._texts), True)
            case Arithmetic():
                return self._computed(expression)
            case OrElse(operand=operand, default=default):
                one, other = self.value(operand), self.value(default)
                known = one_holds(self._z3, [one.known, other.known])
                return Value(chosen(self._z3, one.known, one.term, other.term), known)
        truth = self.truth(expression)
        return Value(truth.true, one_holds(self._z3, truth))

    def _computed(self, expression: Arithmetic) -> Value:
        left, right = self.value(expression.left), self.value(expression.right)
        known = [left.known, right.known]
        if Kind.DATE in {expression.left.kind, expression.right.kind}:
            term = left.term + right.term if expression.operator == "+" else left.term - right.term
            if expression.kind is Kind.DATE:
                known += [term >= FIRST_DAY, term <= LAST_DAY]
            return Value(term, all_hold(self._z3, known))
        term = self._number(expression, left.term, right.term, known)
        known += [term > -BEYOND, term < BEYOND]
        return Value(term, all_hold(self._z3, known))

    def _number(self, expression: Arithmetic, left: Term, right: Term, known: list[Term]) -> Term:
        """The rounded result, adding to what must hold for it to be known."""
        scales = expression.left.kind.scale, expression.right.kind.scale
        to_scale = expression.kind.scale
        if expression.operator in "+-":
            one, other = (
                term * 10 ** (to_scale - scale)
                for term, scale in zip((left, right), scales, strict=True)
            )
            return one + other if expression.operator == "+" else one - other
        if expression.operator == "*":
            return self._rounded(left * right, 10 ** (sum(scales) - to_scale))
        known.append(right != 0)
        return self._rounded(left * 10 ** (to_scale + scales[1] - scales[0]), right)

    def _rounded(self, dividend: Term, divisor: Term) -> Term:
        """The quotient, half-even, as a new term; nothing is said of it where the divisor is 0."""
        if isinstance(divisor, int) and (divisor == 1 or isinstance(dividend, int)):
            return round(Fraction(dividend, divisor)) if divisor and divisor != 1 else dividend
        z3 = self._z3
        quotient = z3.FreshInt("quotient", ctx=self._texts.context)
        twice = 2 * (dividend - quotient * divisor)
        size = divisor if isinstance(divisor, int) else z3.If(divisor < 0, -divisor, divisor)
        is_half = z3.Or(twice == size, twice == -size)
        is_nearest = z3.And(twice <= size, twice >= -size, z3.Implies(is_half, quotient % 2 == 0))
        is_none = divisor == 0
        self._definitions.append(one_holds(z3, [is_none, is_nearest]))
        return quotient

    # -- conditions ---------------------------------------------------------------------------
    def truth(self, condition: Expression) -> Truth:
        """Where the condition is surely true, and where surely false."""
        found = self._truths.get(id(condition))
        if found is None:
            found = self._truths[id(condition)] = self._settled(condition)
            self._kept.append(condition)
        return found

    def _settled(self, condition: Expression) -> Truth:
        z3 = self._z3
        match condition:
            case Comparison(operator=symbol, left=left, right=right):
                return self._compared(symbol, left, right)
            case Between(operand=operand, low=low, high=high):
                return self._all(
                    [self._compared("<=", low, operand), self._compared("<=", operand, high)]
                )
            case Membership(operand=operand, values=values):
                value = self.value(operand)
                members = [as_term(each, operand.kind, self._texts) for each in values]
                return self._told(
                    one_holds(z3, [value.term == each for each in members]), value.known
                )
            case Missing(operand=operand):
                known = self.value(operand).known
                return Truth(negated(z3, known), known)
            case Not(operand=operand):
                inner = self.truth(operand)
                return Truth(inner.false, inner.true)
            case And(operands=operands):
                return self._all([self.truth(each) for each in operands])
            case Or(operands=operands):
                truths = [self.truth(each) for each in operands]
                return Truth(
                    one_holds(z3, [each.true for each in truths]),
                    all_hold(z3, [each.false for each in truths]),
                )
            case AtLeast(count=count, operands=operands):
                truths = [self.truth(each) for each in operands]
                too_many = len(truths) - count + 1
                return Truth(
                    at_least(z3, count, [each.true for each in truths]),
                    at_least(z3, too_many, [each.false for each in truths]),
                )
            case Fact() | Literal() | OrElse():
                value = self.value(condition)
                return self._told(value.term, value.known)
        raise RuleError(f"{type(condition).__name__} has no meaning as a condition")

    def _told(self, holds: Term, known: Term) -> Truth:
        z3 = self._z3
        return Truth(all_hold(z3, [known, holds]), all_hold(z3, [known, negated(z3, holds)]))

    def _all(self, truths: Iterable[Truth]) -> Truth:
        held = list(truths)
        return Truth(
            all_hold(self._z3, [each.true for each in held]),
            one_holds(self._z3, [each.false for each in held]),
        )

    def _compared(self, symbol: str, left: Expression, right: Expression) -> Truth:
        one, other = self.value(left), self.value(right)
        scale = max(left.kind.scale, right.kind.scale)
        terms = (
            value.term if each.kind.scale == scale else value.term * 10 ** (scale - each.kind.scale)
            for each, value in ((left, one), (right, other))
        )
        holds = COMPARE[symbol](*terms)
        return self._told(holds, all_hold(self._z3, [one.known, other.known]))

"""Exact arithmetic on columns of units: of 64 bits where bounds allow it, else of 38 digits.

Bounds are known before anything is computed: the caller's for the columns, and from them what a
sum, a product or half a divisor added can come to. So a number stays in 64 bits where nothing on
the way can pass them, and goes wide where something might. Nothing here may come to 38 digits or
more; whoever calls sees to that first.
"""

from __future__ import annotations

from collections.abc import Callable
from math import gcd
from operator import add, mul, sub
from typing import Any

import narwhals as nw
from attrs import evolve

from relationship_core.rules.compile_frame.cells import LARGEST
from relationship_core.rules.compile_frame.dialect import Words
from relationship_core.rules.compile_frame.number import Number
from relationship_core.rules.compile_frame.plan import Plan, Term

COMPARE: dict[str, Callable[[Words, Words], Words]] = {
    "<": lambda x, y: x < y,
    "<=": lambda x, y: x <= y,
    ">": lambda x, y: x > y,
    ">=": lambda x, y: x >= y,
    "==": lambda x, y: x == y,
    "!=": lambda x, y: x != y,
}


class Exact:
    """Computes with numbers in columns, adding to a plan what it needs in between."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._words = plan.dialect
        # With the term itself, or another might take its identity.
        self._factors: dict[int, tuple[Term, Number, Number]] = {}

    # -- widths -------------------------------------------------------------------------------
    def literal(self, units: int, *, wide: bool) -> Words:
        """The same whole number for everyone."""
        return self._words.whole(units, wide=wide)

    def constant(self, units: int, scale: int = 0) -> Number:
        """The same number for everyone."""
        is_wide = abs(units) > LARGEST
        return Number(
            Term(self.literal(units, wide=is_wide)),
            scale,
            abs(units),
            is_wide,
            is_signed=units < 0,
            constant=units,
            step=abs(units) or 1,
        )

    def widened(self, number: Number) -> Number:
        """The same number as a wide integer."""
        return number if number.is_wide else self._cast(number, wide=True)

    def settled(self, number: Number) -> Number:
        """The same number in 64 bits, if those hold it."""
        return self._cast(number, wide=False) if number.is_wide and number.fits else number

    def _cast(self, number: Number, *, wide: bool) -> Number:
        if number.constant is not None:
            term = Term(self.literal(number.constant, wide=wide))
        else:
            to = self._words.wide if wide else nw.Int64()
            term = self.plan.join(lambda x: x.cast(to), number.term)
        return evolve(number, term=term, is_wide=wide)

    def of_one_width(self, *numbers: Number, bound: int = 0) -> list[Number]:
        """Numbers of 64 bits, or wide ones where one of them or a bound takes that."""
        if bound > LARGEST or any(each.is_wide for each in numbers):
            return [self.widened(each) for each in numbers]
        return list(numbers)

    def alike(self, *numbers: Number) -> list[Number]:
        """Numbers in one unit and one width."""
        scale = max(each.scale for each in numbers)
        return self.of_one_width(*[self.at_scale(each, scale) for each in numbers])

    def named(self, number: Number) -> Number:
        """The same number in a column of its own, as it is asked for more than once."""
        return evolve(number, term=self.plan.named(number.term))

    # -- sums and products --------------------------------------------------------------------
    def product(self, left: Number, right: Number) -> Number:
        """The product of two, exact."""
        scale, bound = left.scale + right.scale, left.bound * right.bound
        if left.constant is not None and right.constant is not None:
            return self.constant(left.constant * right.constant, scale)
        if right.constant == 1:
            return evolve(left, scale=scale)
        one, other = self.of_one_width(left, right, bound=bound)
        term = self.plan.join(mul, one.term, other.term)
        if one.is_wide:
            self._factors[id(term)] = term, left, right
        return Number(
            term,
            scale,
            bound,
            one.is_wide,
            is_signed=left.is_signed or right.is_signed,
            step=left.step * right.step,
            origins=left.origins | right.origins,
        )

    def factors(self, number: Number) -> tuple[Number, Number] | None:
        """What a wide number is the product of; None where it isn't known to be one."""
        _, *factors = self._factors.get(id(number.term), (None,))
        return (factors[0], factors[1]) if factors else None

    def at_scale(self, number: Number, scale: int) -> Number:
        """The same number in finer units."""
        if scale == number.scale:
            return number
        finer = scale - number.scale
        return self.product(number, self.constant(10**finer, finer))

    def sum(self, left: Number, right: Number) -> Number:
        """The sum of two."""
        return self._added(add, left, right, is_signed=left.is_signed or right.is_signed)

    def difference(self, left: Number, right: Number) -> Number:
        """What is left of one without the other."""
        return self._added(sub, left, right, is_signed=True)

    def _added(
        self, operator: Callable[[Any, Any], Any], left: Number, right: Number, *, is_signed: bool
    ) -> Number:
        one, other = self.alike(left, right)
        if one.constant is not None and other.constant is not None:
            return self.constant(operator(one.constant, other.constant), one.scale)
        bound = one.bound + other.bound
        one, other = self.of_one_width(one, other, bound=bound)
        return Number(
            self.plan.join(operator, one.term, other.term),
            one.scale,
            bound,
            one.is_wide,
            is_signed=is_signed,
            step=gcd(one.step, other.step),
            origins=one.origins | other.origins,
        )

    def negated(self, number: Number) -> Number:
        """The number with the other sign."""
        return self.difference(self.constant(0, number.scale), number)

    def magnitude(self, number: Number) -> Number:
        """The number without its sign."""
        if number.constant is not None:
            return self.constant(abs(number.constant), number.scale)
        if not number.is_signed:
            return number
        (number,) = self.of_one_width(number, bound=number.bound)
        term = self.plan.join(lambda x: x.abs(), number.term)
        return evolve(number, term=term, is_signed=False)

    # -- choices ------------------------------------------------------------------------------
    def compared(self, symbol: str, left: Number, right: Number) -> Term:
        """Whether `left symbol right`."""
        one, other = self.alike(left, right)
        return self.plan.join(COMPARE[symbol], one.term, other.term)

    def chosen(self, condition: Term, number: Number, otherwise: Number | None) -> Number:
        """The number where a condition holds; elsewhere another, or null."""
        if otherwise is None:
            term = self.plan.join(self._words.where, condition, number.term)
            return evolve(number, term=term, constant=None)
        one, other = self.alike(number, otherwise)
        term = self.plan.join(self._words.where, condition, one.term, other.term)
        return _one_of(term, one, other)

    def first_known(self, *numbers: Number) -> Number:
        """The first of the numbers that isn't null."""
        row = self.alike(*numbers)
        return _one_of(self.plan.join(self._words.first_known, *[each.term for each in row]), *row)

    def extreme(self, symbol: str, left: Number, right: Number) -> Number:
        """The larger of two, where the symbol is ">", or else the lesser; null where one is."""
        one, other = (self.named(each) for each in self.alike(left, right))

        def picked(x: Words, y: Words) -> Words:
            other = self._words.where(~x.is_null(), y)
            return self._words.where(COMPARE[symbol](x, y), x, other)

        return _one_of(self.plan.join(picked, one.term, other.term), one, other)


def _one_of(term: Term, *numbers: Number) -> Number:
    """What is one of some numbers in each row."""
    return evolve(
        numbers[0],
        term=term,
        bound=max(each.bound for each in numbers),
        is_signed=any(each.is_signed for each in numbers),
        constant=None,
        step=gcd(*[each.step for each in numbers]),
        origins=frozenset(origin for each in numbers for origin in each.origins),
    )

"""Exact arithmetic on columns of units: of 64 bits where bounds allow it, else of 38 digits.

Bounds are known before anything is computed: the caller's for the columns, and from them what a
sum, a product or half a divisor added can come to. So a number stays in 64 bits where nothing on
the way can pass them, and goes wide where something might. Nothing here may come to 38 digits or
more; whoever calls sees to that first.
"""

from __future__ import annotations

from collections.abc import Callable
from math import gcd
from operator import add, and_, mul, sub
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

    def _of_one_width(self, *numbers: Number, bound: int = 0) -> list[Number]:
        """Numbers of 64 bits, or wide ones where one of them or a bound takes that."""
        if bound > LARGEST or any(each.is_wide for each in numbers):
            return [self.widened(each) for each in numbers]
        return list(numbers)

    def alike(self, *numbers: Number) -> list[Number]:
        """Numbers in one unit and one width."""
        scale = max(each.scale for each in numbers)
        return self._of_one_width(*[self.at_scale(each, scale) for each in numbers])

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
        one, other = self._of_one_width(left, right, bound=bound)
        return Number(
            self.plan.join(mul, one.term, other.term),
            scale,
            bound,
            one.is_wide,
            is_signed=left.is_signed or right.is_signed,
            step=left.step * right.step,
            origins=left.origins | right.origins,
        )

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
        one, other = self._of_one_width(one, other, bound=bound)
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
        (number,) = self._of_one_width(number, bound=number.bound)
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

    # -- quotients ----------------------------------------------------------------------------
    def rounded(self, number: Number, scale: int) -> Number:
        """The number rounded half-even at a coarser scale."""
        divisor = self.constant(10 ** (number.scale - scale))
        return evolve(self._nearest(number, divisor), scale=scale)

    def quotient(self, left: Number, right: Number, scale: int) -> Number:
        """The quotient of two, rounded half-even at a scale; null where the divisor is zero."""
        finer = scale + right.scale - left.scale
        over = self.product(left, self.constant(10 ** max(finer, 0)))
        under = self.product(right, self.constant(10 ** max(-finer, 0)))
        over, under = self._above_zero(over, under)
        return evolve(self._nearest(over, under), scale=scale)

    def _above_zero(self, over: Number, under: Number) -> tuple[Number, Number]:
        """Both with the divisor's sign turned, so that it is above zero, and null where zero."""
        if under.constant is not None and under.constant > 0:
            return over, under
        if under.constant is not None and under.constant < 0:
            return self.negated(over), self.negated(under)
        under = self.named(under)
        if under.is_signed:
            over = self.named(over)
            turned = self.negated(over)
            minus = self.plan.join(lambda d: d < 0, under.term)
            over = self.chosen(minus, turned, over)
        under = self.magnitude(under)
        above = self.plan.join(lambda d: self._words.where(d > 0, d), under.term)
        return over, evolve(under, term=above, constant=None)

    def _nearest(self, over: Number, under: Number) -> Number:
        """The quotient in whole units, rounded half-even; the divisor is above zero."""
        if under.constant is not None:
            return self._nearest_by_constant(over, under)
        over, under = self.named(over), self.named(self.settled(under))
        whole = self._whole(over, under)
        back = self._multiplied_back(whole, over, under)
        rest = self.settled(evolve(self._left(over, back), bound=under.bound))
        rest = self.named(rest)
        twice, divisor = self._of_one_width(self.sum(rest, rest), under)

        def is_up(twice: Words, d: Words, odd: Words) -> Words:
            return (twice > d) | ((twice == d) & odd)

        up = self.plan.join(is_up, twice.term, divisor.term, self._odd(whole))
        return self._one_off(add, whole, up)

    def _nearest_by_constant(self, over: Number, under: Number) -> Number:
        divisor = under.bound
        if divisor == 1:
            return over
        over = self.named(self.sum(over, self.constant(divisor // 2, over.scale)))
        whole = self._whole(over, under)
        if divisor % 2:
            return whole
        back = self._multiplied_back(whole, over, under)
        same = self.compared("==", back, over)
        tie = self.plan.join(and_, same, self._odd(whole))
        return self._one_off(sub, whole, tie)

    def _whole(self, over: Number, under: Number) -> Number:
        """The quotient rounded down."""
        one, other = self._of_one_width(over, under)
        term = self.plan.divided(
            one.term,
            other.term if under.constant is None else under.constant,
            most=over.bound,
            divisor=under.bound,
            least=under.step,
            is_wide=one.is_wide,
            is_signed=over.is_signed,
        )
        bound = over.bound // under.step + 1
        whole = Number(term, 0, bound, one.is_wide, over.is_signed, origins=over.origins)
        return self.named(self.settled(whole))

    def _multiplied_back(self, whole: Number, over: Number, under: Number) -> Number:
        """The quotient times the divisor: no larger than what was divided, and once the divisor."""
        bound = over.bound + under.bound
        one, other = self._of_one_width(whole, under, bound=bound)
        term = self.plan.join(mul, one.term, other.term)
        return Number(term, over.scale, bound, one.is_wide, over.is_signed)

    def _left(self, over: Number, back: Number) -> Number:
        """What the quotient leaves: less than the divisor, so that it never outgrows `over`."""
        one, other = self._of_one_width(over, back)
        term = self.plan.join(sub, one.term, other.term)
        return Number(term, 0, over.bound, one.is_wide, is_signed=False)

    def _odd(self, whole: Number) -> Term:
        two, nought = (self.literal(each, wide=whole.is_wide) for each in (2, 0))
        return self.plan.join(lambda q: q % two != nought, whole.term)

    def _one_off(self, operator: Callable[[Any, Any], Any], whole: Number, where: Term) -> Number:
        one, nought = (self.literal(each, wide=whole.is_wide) for each in (1, 0))
        term = self.plan.join(
            lambda q, c: operator(q, self._words.where(c, one, nought)), whole.term, where
        )
        return evolve(whole, term=term)


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

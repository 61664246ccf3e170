"""Quotients in whole units, rounded half-even, of 64 bits where bounds allow it."""

from __future__ import annotations

from collections.abc import Callable
from operator import add, and_, mul, sub
from typing import Any

from attrs import evolve

from relationship_core.rules.compile_frame.cells import LARGEST
from relationship_core.rules.compile_frame.dialect import Words
from relationship_core.rules.compile_frame.exact import Exact
from relationship_core.rules.compile_frame.number import Number
from relationship_core.rules.compile_frame.plan import Term


class Rounding:
    """Rounds and divides numbers in columns.

    Args:
        exact: What computes with them beside that.
    """

    def __init__(self, exact: Exact) -> None:
        self._exact = exact
        self._plan = exact.plan
        self._words = exact.plan.dialect

    def rounded(self, number: Number, scale: int) -> Number:
        """The number rounded half-even at a coarser scale."""
        divisor = self._exact.constant(10 ** (number.scale - scale))
        return evolve(self._nearest(number, divisor), scale=scale)

    def quotient(self, left: Number, right: Number, scale: int) -> Number:
        """The quotient of two, rounded half-even at a scale; null where the divisor is zero."""
        finer = scale + right.scale - left.scale
        over = self._exact.product(left, self._exact.constant(10 ** max(finer, 0)))
        under = self._exact.product(right, self._exact.constant(10 ** max(-finer, 0)))
        over, under = self._above_zero(over, under)
        return evolve(self._nearest(over, under), scale=scale)

    def _above_zero(self, over: Number, under: Number) -> tuple[Number, Number]:
        """Both with the divisor's sign turned, so that it is above zero, and null where zero."""
        if under.constant is not None and under.constant > 0:
            return over, under
        if under.constant is not None and under.constant < 0:
            return self._exact.negated(over), self._exact.negated(under)
        under = self._exact.named(under)
        if under.is_signed:
            over = self._exact.named(over)
            turned = self._exact.negated(over)
            minus = self._plan.join(lambda d: d < 0, under.term)
            over = self._exact.chosen(minus, turned, over)
        under = self._exact.magnitude(under)
        above = self._plan.join(lambda d: self._words.where(d > 0, d), under.term)
        return over, evolve(under, term=above, constant=None)

    def _nearest(self, over: Number, under: Number) -> Number:
        """The quotient in whole units, rounded half-even; the divisor is above zero."""
        if under.constant is None:
            under = self._exact.named(self._exact.settled(under))
        elif under.constant == 1:
            return over
        base, left = self._taken_apart(over, under) or (None, over)
        most = over.bound // under.step + 1
        if under.constant is None:
            return self._nearest_by_column(base, left, under, most)
        return self._nearest_by_constant(base, left, under, most)

    def _taken_apart(self, over: Number, under: Number) -> tuple[Number, Number] | None:
        """A product as a part that is divided already and a smaller product that isn't yet.

        Of the larger factor, only what the divisor leaves need be multiplied and divided:
        (h d + r) f / d is h f + r f / d. None where that takes more than 64 bits too.
        """
        factors = self._exact.factors(over)
        if factors is None:
            return None
        factor, other = sorted(factors, key=lambda each: (-each.bound, each.constant is not None))
        within = under.bound * other.bound
        wholes = (factor.bound // under.step + 1) * other.bound
        most = max(
            factor.bound + under.bound, within + under.bound, wholes + within // under.step + 2
        )
        if most > LARGEST or factor.is_wide or other.is_wide:
            return None
        factor = self._exact.named(factor)
        whole = self._whole(factor, under)
        rest = self._rest(factor, whole, under)
        products = [self._exact.product(each, other) for each in (whole, rest)]
        return evolve(products[0], scale=0), evolve(products[1], scale=0)

    def _nearest_by_column(
        self, base: Number | None, over: Number, under: Number, most: int
    ) -> Number:
        over = self._exact.named(over)
        whole = self._whole(over, under)
        rest = self._exact.named(self._rest(over, whole, under))
        twice, divisor = self._exact.of_one_width(self._exact.sum(rest, rest), under)
        whole = self._on(base, whole, most)

        def is_up(twice: Words, d: Words, odd: Words) -> Words:
            return (twice > d) | ((twice == d) & odd)

        up = self._plan.join(is_up, twice.term, divisor.term, self._odd(whole))
        return self._one_off(add, whole, up)

    def _nearest_by_constant(
        self, base: Number | None, over: Number, under: Number, most: int
    ) -> Number:
        half = self._exact.constant(under.bound // 2, over.scale)
        over = self._exact.named(self._exact.sum(over, half))
        whole = self._whole(over, under)
        if under.bound % 2:
            return self._on(base, whole, most)
        back = self._multiplied_back(whole, over, under)
        same = self._exact.compared("==", back, over)
        whole = self._on(base, whole, most)
        tie = self._plan.join(and_, same, self._odd(whole))
        return self._one_off(sub, whole, tie)

    def _on(self, base: Number | None, whole: Number, most: int) -> Number:
        """A quotient on top of the part that was divided before."""
        if base is None:
            return whole
        together = self._exact.sum(base, whole)
        return self._exact.named(evolve(together, bound=min(together.bound, most), step=1))

    def _whole(self, over: Number, under: Number) -> Number:
        """The quotient rounded down."""
        one, other = self._exact.of_one_width(over, under)
        term = self._plan.divided(
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
        return self._exact.named(self._exact.settled(whole))

    def _multiplied_back(self, whole: Number, over: Number, under: Number) -> Number:
        """The quotient times the divisor: no larger than what was divided, and once the divisor."""
        bound = over.bound + under.bound
        one, other = self._exact.of_one_width(whole, under, bound=bound)
        term = self._plan.join(mul, one.term, other.term)
        return Number(term, over.scale, bound, one.is_wide, over.is_signed)

    def _rest(self, over: Number, whole: Number, under: Number) -> Number:
        """What the quotient leaves: less than the divisor, so that it never outgrows `over`."""
        back = self._multiplied_back(whole, over, under)
        one, other = self._exact.of_one_width(over, back)
        term = self._plan.join(sub, one.term, other.term)
        bound = min(under.bound, over.bound) if not over.is_signed else under.bound
        rest = Number(term, 0, bound, one.is_wide, is_signed=False, origins=over.origins)
        return self._exact.settled(rest)

    def _odd(self, whole: Number) -> Term:
        two, nought = (self._exact.literal(each, wide=whole.is_wide) for each in (2, 0))
        return self._plan.join(lambda q: q % two != nought, whole.term)

    def _one_off(self, operator: Callable[[Any, Any], Any], whole: Number, where: Term) -> Number:
        one, nought = (self._exact.literal(each, wide=whole.is_wide) for each in (1, 0))
        term = self._plan.join(
            lambda q, c: operator(q, self._words.where(c, one, nought)), whole.term, where
        )
        return evolve(whole, term=term)

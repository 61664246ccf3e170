"""Arithmetic of the rule language on columns of units: what the interpreter computes, exactly.

A number has at most 36 digits, as in `rules.kind`; what would have more is null, which is unknown.
How large a term can get is known when the expression is compiled. What fits 64 bits on all its way
is computed in 64, what fits 38 digits in a wide integer, and what may not fit those by hand's rules
(`long_numbers`): nothing is wrapped, and nothing is left to an engine's own overflow.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from operator import eq, ge, gt, le, lt, ne, or_
from typing import Any

from attrs import evolve

from relationship_core.rules.compile_frame.exact import Exact
from relationship_core.rules.compile_frame.long_numbers import BEYOND, LongNumbers
from relationship_core.rules.compile_frame.number import WIDEST, Number
from relationship_core.rules.compile_frame.plan import Plan, Term
from relationship_core.rules.compile_frame.rounding import Rounding

_QUOTIENTS = 10**32
"""What a whole quotient stays below on Spark."""

_SYMBOLS: dict[str, Callable[[Any, Any], Any]] = {
    "<": lt,
    "<=": le,
    ">": gt,
    ">=": ge,
    "==": eq,
    "!=": ne,
}
_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}


class Arithmetician:
    """Computes with numbers in columns, adding to a plan what it needs in between."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._words = plan.dialect
        self._exact = Exact(plan)
        self._rounding = Rounding(self._exact)
        self._long = LongNumbers(self._exact)

    def constant(self, units: int, scale: int) -> Number:
        """The same number for everyone."""
        return self._exact.constant(units, scale)

    def widened(self, number: Number) -> Number:
        """The same number as a wide integer."""
        return self._exact.widened(number)

    # -- comparisons --------------------------------------------------------------------------
    def compared(self, symbol: str, left: Number, right: Number) -> Term:
        """Whether `left symbol right`."""
        if right.constant is not None and left.constant is None:
            return self._beside_constant(symbol, left, right.constant, right.scale)
        if left.constant is not None and right.constant is None:
            return self._beside_constant(_TURNED[symbol], right, left.constant, left.scale)
        one, other = self.alike(left, right)
        return self._plan.join(_SYMBOLS[symbol], one.term, other.term)

    def _beside_constant(self, symbol: str, number: Number, units: int, scale: int) -> Term:
        """The comparison in the column's own units, whatever unit the constant is in."""
        finer = number.scale - scale
        limit, rest = divmod(units * 10 ** max(finer, 0), 10 ** max(-finer, 0))
        if rest:
            # No number is the constant: what is below it is at most the whole units below it.
            symbol = {"<": "<=", ">=": ">"}.get(symbol, symbol)
        if abs(limit) > number.bound or (rest and symbol in {"==", "!="}):
            holds = _SYMBOLS[symbol](0, limit) if symbol not in {"==", "!="} else symbol == "!="
            return self._where_known(number, is_true=holds)
        literal = self._exact.literal(limit, wide=number.is_wide)
        return self._plan.join(lambda x: _SYMBOLS[symbol](x, literal), number.term)

    def _where_known(self, number: Number, *, is_true: bool) -> Term:
        words = self._words
        return self._plan.join(
            lambda x: words.where(~x.is_null(), words.value(is_true)), number.term
        )

    def alike(self, left: Number, right: Number) -> tuple[Number, Number]:
        """Both in one unit and one width, so that they compare as they did."""
        scale = max(left.scale, right.scale)
        one, other = self._exact.alike(
            self._fine(left, scale, self._clipped), self._fine(right, scale, self._clipped)
        )
        return one, other

    def _fine(self, number: Number, scale: int, cut: Callable[[Number, int], Number]) -> Number:
        """The number in units of a finer scale; cut first where it would grow too wide."""
        factor = 10 ** (scale - number.scale)
        if number.bound * factor >= 10 * BEYOND and factor > 1:
            # What is cut is still ten times what any other number can be.
            number = cut(self.widened(number), 10 * BEYOND // factor)
        return self._exact.at_scale(number, scale)

    def _clipped(self, number: Number, most: int) -> Number:
        high, low = (self._exact.literal(each, wide=True) for each in (most, -most))
        term = self._plan.join(
            lambda x: self._words.where(x > high, high, self._words.where(x < low, low, x)),
            self._plan.named(number.term),
        )
        return evolve(number, term=term, bound=most, constant=None, step=1)

    def _dropped(self, number: Number, most: int) -> Number:
        return evolve(number, term=self._long.within(number.term, most), bound=most, constant=None)

    def listed(self, number: Number, values: list[int]) -> Term:
        """Whether the units are among some."""
        within = [value for value in values if abs(value) <= number.bound]
        if not within:
            # Not every engine says of null that it is unknown whether it is among none.
            return self._where_known(number, is_true=False)
        if not number.is_wide:
            return self._plan.join(lambda x: x.is_in(within), number.term)
        term = self._plan.named(number.term)
        literals = [self._exact.literal(value, wide=True) for value in within]
        each = [self._plan.join(partial(eq, literal), term) for literal in literals]
        return self._plan.balanced(or_, each)

    def coalesced(self, number: Number, default: Number) -> Number:
        """The number where it is known, else the default, both of one kind."""
        return self._exact.first_known(number, default)

    def small(self, number: Number, most: int) -> Term:
        """The number as Int64 where its magnitude is at most that, else null."""
        if number.bound <= most:
            return self._exact.settled(number).term
        within = self._plan.join(
            lambda x: self._words.where((x <= most) & (x >= -most), x),
            self._plan.named(number.term),
        )
        return self._exact.settled(evolve(number, term=within, bound=most, constant=None)).term

    # -- arithmetic ---------------------------------------------------------------------------
    def computed(self, symbol: str, left: Number, right: Number, scale: int) -> Number:
        """What `left symbol right` comes to, rounded half-even at a scale."""
        operations = {
            "+": self.sum,
            "-": self.difference,
            "*": self.product,
            "/": self.quotient,
        }
        return operations[symbol](left, right, scale)

    def sum(self, left: Number, right: Number, scale: int) -> Number:
        """The sum of two."""
        # A number too large to be brought to the finer scale leaves too many digits in any sum.
        one, other = (self._fine(each, scale, self._dropped) for each in (left, right))
        return self._held(self._exact.sum(one, other))

    def difference(self, left: Number, right: Number, scale: int) -> Number:
        """What is left of one without the other."""
        one, other = (self._fine(each, scale, self._dropped) for each in (left, right))
        return self._held(self._exact.difference(one, other))

    def product(self, left: Number, right: Number, scale: int) -> Number:
        """The product of two, rounded half-even at a scale."""
        most, shift = left.bound * right.bound, 10 ** (left.scale + right.scale - scale)
        if most + shift < WIDEST:
            return self._held(self._rounding.rounded(self._exact.product(left, right), scale))
        one, other = self._exact.named(left), self._exact.named(right)
        magnitude = self._long.product(one, other, shift)
        return self._signed(magnitude, one, other, scale, most // shift + 1)

    def quotient(self, left: Number, right: Number, scale: int) -> Number:
        """The quotient of two, rounded half-even at a scale; null where the divisor is zero."""
        shift = 10 ** (scale - left.scale + right.scale)
        most = left.bound * shift
        if most < _QUOTIENTS:
            return self._held(self._rounding.quotient(left, right, scale))
        one, other = self._exact.named(left), self._exact.named(right)
        magnitude = self._long.quotient(one, other, shift)
        return self._signed(magnitude, one, other, scale, most + 1)

    def _signed(
        self, magnitude: Term, left: Number, right: Number, scale: int, bound: int
    ) -> Number:
        def negative(number: Number) -> Term:
            return self._plan.join(lambda x: x < 0, number.term)

        one, minus_one = (self._exact.literal(each, wide=True) for each in (1, -1))
        term = self._plan.join(
            lambda minus, x: self._words.where(minus, minus_one, one) * x,
            self._plan.join(ne, negative(left), negative(right)),
            magnitude,
        )
        return self._held(Number(term, scale, bound, is_wide=True))

    def _held(self, number: Number) -> Number:
        """A result; null where it has too many digits."""
        if number.bound < BEYOND:
            return self._exact.settled(number)
        return self._dropped(self.widened(number), BEYOND - 1)

"""Exact arithmetic on columns of units, within integers of 38 digits.

Every number is a whole number of units of its kind. A number has at most 36 digits, as in
`rules.kind`; what would have more is null, which is unknown. How large a term can get is known when
the expression is compiled: a fact's column holds 63 bits. Where two factors may be too large for
one multiplication they are multiplied in parts, as by hand, and a long division takes as many
digits at a time as fit: nothing is wrapped, and nothing is left to an engine's own overflow.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from operator import add, and_, eq, mul, ne

import narwhals as nw
from attrs import evolve, frozen

from relationship_core.rules.compile_frame.cells import LARGEST
from relationship_core.rules.compile_frame.plan import Plan, Term
from relationship_core.rules.kind import HELD_DIGITS

BEYOND = 10**HELD_DIGITS
"""The least number with too many digits."""

WIDEST = 10**38
"""What every engine's wide integers stay below."""

_QUOTIENTS = 10**32
"""What a whole quotient stays below on Spark."""

_LIMB = 10**12


@frozen
class Number:
    """A number of units in a column.

    Args:
        term: The units; null where unknown.
        scale: The decimals that a unit stands for.
        bound: What its magnitude stays at or below.
        is_wide: Whether the term is a wide integer, not one of 64 bits.
        constant: The units, where they are the same for everyone.
    """

    term: Term
    scale: int
    bound: int
    is_wide: bool = False
    constant: int | None = None


class Arithmetician:
    """Computes with numbers in columns, adding to a plan what it needs in between."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._wide = plan.dialect.wide

    def constant(self, units: int, scale: int) -> Number:
        """The same number for everyone."""
        is_wide = abs(units) > LARGEST
        expression = self._literal(units) if is_wide else nw.lit(units)
        return Number(Term(expression), scale, abs(units), is_wide, units)

    def _literal(self, units: int) -> nw.Expr:
        # As text: not every engine takes so large a number from Python.
        return nw.lit(str(units)).cast(self._wide)

    def widened(self, number: Number) -> Number:
        """The same number as a wide integer."""
        if number.is_wide:
            return number
        if number.constant is not None:
            return evolve(number, term=Term(self._literal(number.constant)), is_wide=True)
        cast = self._plan.join(lambda x: x.cast(self._wide), number.term)
        return evolve(number, term=cast, is_wide=True)

    def alike(self, left: Number, right: Number) -> tuple[Number, Number]:
        """Both in one unit and one width, so that they compare as they did."""
        scale = max(left.scale, right.scale)
        if left.is_wide != right.is_wide or left.scale != right.scale:
            left, right = self.widened(left), self.widened(right)
        return self._fine(left, scale, self._clipped), self._fine(right, scale, self._clipped)

    def _fine(self, number: Number, scale: int, cut: Callable[[Number, int], Number]) -> Number:
        """The number in units of a finer scale; cut first where it would grow too wide."""
        factor = 10 ** (scale - number.scale)
        if factor == 1:
            return number
        if number.bound * factor >= 10 * BEYOND:
            # What is cut is still ten times what any other number can be.
            number = cut(number, 10 * BEYOND // factor)
        elif number.constant is not None:
            return self.widened(self.constant(number.constant * factor, scale))
        term = self._plan.join(lambda x: x * self._literal(factor), number.term)
        return Number(term, scale, number.bound * factor, is_wide=True)

    def _clipped(self, number: Number, most: int) -> Number:
        high, low = self._literal(most), self._literal(-most)
        term = self._plan.join(
            lambda x: (
                nw.when(x > high).then(high).otherwise(nw.when(x < low).then(low).otherwise(x))
            ),
            self._plan.named(number.term),
        )
        return evolve(number, term=term, bound=most)

    def _dropped(self, number: Number, most: int) -> Number:
        return evolve(number, term=self._within(number.term, most), bound=most)

    def _within(self, term: Term, most: int) -> Term:
        """The term where its magnitude is at most that, else null."""
        high, low = self._literal(most), self._literal(-most)
        return self._plan.join(
            lambda x: nw.when((x <= high) & (x >= low)).then(x), self._plan.named(term)
        )

    def _held(self, term: Term, scale: int, bound: int) -> Number:
        """A result; null where it has too many digits."""
        if bound < BEYOND:
            return Number(term, scale, bound, is_wide=True)
        return Number(self._within(term, BEYOND - 1), scale, BEYOND - 1, is_wide=True)

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
        one, other = (self._fine(self.widened(x), scale, self._dropped) for x in (left, right))
        return self._held(
            self._plan.join(add, one.term, other.term), scale, one.bound + other.bound
        )

    def difference(self, left: Number, right: Number, scale: int) -> Number:
        """What is left of one without the other."""
        wide = self.widened(right)
        zero = self._literal(0)
        negative = self._plan.join(lambda x: zero - x, wide.term)
        return self.sum(left, evolve(wide, term=negative, constant=None), scale)

    def product(self, left: Number, right: Number, scale: int) -> Number:
        """The product of two, rounded half-even at a scale."""
        left, right = self._named(left), self._named(right)
        shift = 10 ** (left.scale + right.scale - scale)
        most = left.bound * right.bound
        if most + shift >= WIDEST:
            magnitude = self._long_product(left, right, shift)
        elif shift == 1:
            one, other = self.widened(left), self.widened(right)
            return self._held(self._plan.join(mul, one.term, other.term), scale, most)
        else:
            half = self._literal(shift // 2)
            factors = self._magnitude(left), self._magnitude(right)
            magnitude = self._rounded(self._plan.join(lambda x, y: x * y + half, *factors), shift)
        return self._signed(magnitude, left, right, scale, most // shift + 1)

    def quotient(self, left: Number, right: Number, scale: int) -> Number:
        """The quotient of two, rounded half-even at a scale; null where the divisor is zero."""
        left, right = self._named(left), self._named(right)
        shift = 10 ** (scale - left.scale + right.scale)
        divisor = self._plan.join(lambda x: nw.when(x > 0).then(x), self._magnitude(right))
        most = left.bound * shift
        if most < _QUOTIENTS:
            twice = partial(mul, self._literal(2 * shift))
            over = self._plan.join(lambda x, d: twice(x) + d, self._magnitude(left), divisor)
            magnitude = self._rounded(over, self._plan.join(lambda d: d + d, divisor))
        else:
            magnitude = self._long_quotient(left, divisor, right.bound, shift)
        return self._signed(magnitude, left, right, scale, most + 1)

    def _named(self, number: Number) -> Number:
        """The same number in a column of its own, as its sign and its magnitude are both asked."""
        return evolve(number, term=self._plan.named(number.term))

    def _magnitude(self, number: Number) -> Term:
        if number.constant is not None:
            return Term(self._literal(abs(number.constant)))
        return self._plan.join(lambda x: x.abs(), self.widened(number).term)

    def _signed(
        self, magnitude: Term, left: Number, right: Number, scale: int, bound: int
    ) -> Number:
        def negative(number: Number) -> Term:
            return self._plan.join(lambda x: x < 0, number.term)

        one, minus_one = self._literal(1), self._literal(-1)
        term = self._plan.join(
            lambda minus, x: nw.when(minus).then(minus_one).otherwise(one) * x,
            self._plan.join(ne, negative(left), negative(right)),
            magnitude,
        )
        return self._held(term, scale, bound)

    def _rounded(self, half_more: Term, under: Term | int) -> Term:
        """A quotient that isn't negative, rounded half-even; half a divisor is added already."""
        nearest = self._plan.divided(half_more, under)
        one, nought = self._literal(1), self._literal(0)

        def to_even(q: nw.Expr, x: nw.Expr, d: nw.Expr) -> nw.Expr:
            is_odd_tie = (x == q * d) & (q % 2 == 1)
            return q - nw.when(is_odd_tie).then(one).otherwise(nought)

        return self._plan.join(to_even, nearest, half_more, self._term(under))

    def _term(self, divisor: Term | int) -> Term:
        return Term(self._literal(divisor)) if isinstance(divisor, int) else divisor

    def _divided(self, over: Term, under: Term | int) -> tuple[Term, Term]:
        """The whole quotient and the remainder."""
        over = self._plan.named(over)
        under = under if isinstance(under, int) else self._plan.named(under)
        whole = self._plan.divided(over, under)
        return whole, self._plan.join(lambda x, q, d: x - q * d, over, whole, self._term(under))

    def _nearest(self, whole: Term, rest: Term, under: Term | int) -> Term:
        one, nought = self._literal(1), self._literal(0)

        def to_even(q: nw.Expr, twice: nw.Expr, d: nw.Expr) -> nw.Expr:
            is_up = (twice > d) | ((twice == d) & (q % 2 == 1))
            return q + nw.when(is_up).then(one).otherwise(nought)

        twice = self._plan.named(self._plan.join(lambda x: x + x, rest))
        return self._plan.join(to_even, whole, twice, self._term(under))

    def _limbs(self, number: Number) -> list[Term]:
        """The magnitude in parts of twelve digits, the lowest first."""
        top, rest = self._divided(self._magnitude(number), _LIMB**2)
        middle, low = self._divided(rest, _LIMB)
        return [low, middle, top]

    def _long_product(self, left: Number, right: Number, shift: int) -> Term:
        """The magnitude of a product whose digits may be more than a wide integer holds."""
        ones, others = self._limbs(left), self._limbs(right)

        def of_weight(place: int) -> list[Term]:
            pairs = [(i, place - i) for i in range(3) if 0 <= place - i < 3]
            return [self._plan.join(mul, ones[i], others[j]) for i, j in pairs]

        digits, carried = list[Term](), list[Term]()
        for place in range(4):
            whole = self._plan.balanced(add, [*of_weight(place), *carried])
            carry, rest = self._divided(whole, _LIMB)
            carried = [carry]
            digits.append(self._plan.named(rest))
        digits.append(self._plan.balanced(add, [*of_weight(4), *carried]))
        return self._composed(digits, shift)

    def _composed(self, digits: list[Term], shift: int) -> Term:
        """Parts of twelve digits, the lowest first, as one number; null where it has too many."""
        limit = self._literal(shift)
        fits = self._plan.join(lambda x, top: (x < limit) & (top == 0), digits[3], digits[4])
        # The part above vanishes, and with it the sum, where the number has too many digits.
        high = self._plan.join(lambda fit, x: nw.when(fit).then(x), fits, digits[3])
        low, rest = (digits[0], None) if shift == 1 else self._divided(digits[0], shift)
        weights = [1, *(_LIMB**n // shift for n in (1, 2, 3))]
        parts = [
            self._plan.join(partial(mul, self._literal(weight)), part)
            for part, weight in zip([low, *digits[1:3], high], weights, strict=True)
        ]
        whole = self._plan.named(self._plan.balanced(add, parts))
        return whole if rest is None else self._nearest(whole, rest, shift)

    def _long_quotient(self, left: Number, divisor: Term, bound: int, shift: int) -> Term:
        """The magnitude of a quotient, by long division: first the whole, then digits after it."""
        divisor = self._plan.named(divisor)
        half = 10 ** (HELD_DIGITS // 2)
        high, low = self._divided(self._magnitude(left), half)
        first, rest = self._divided(high, divisor)
        scale_up = self._literal(half)
        rest = self._plan.join(lambda r, x: r * scale_up + x, rest, low)
        second, rest = self._divided(rest, divisor)
        whole = self._plan.join(lambda x, y: x * scale_up + y, first, second)
        whole = self._within(whole, BEYOND // shift)
        at_a_time = min(WIDEST // max(bound, 1), shift)
        while shift > 1:
            step = 10 ** min(len(str(at_a_time)) - 1, len(str(shift)) - 1)
            up = partial(mul, self._literal(step))
            digits, rest = self._divided(self._plan.join(up, rest), divisor)
            whole = self._plan.join(add, self._plan.join(up, whole), digits)
            shift //= step
        return self._nearest(self._plan.named(whole), rest, divisor)

    def listed(self, number: Number, values: list[int]) -> Term:
        """Whether the units are among some."""
        if not number.is_wide:
            fitting = [value for value in values if abs(value) <= LARGEST]
            if fitting:
                return self._plan.join(lambda x: x.is_in(fitting), number.term)
            # Not every engine says of null that it is unknown whether it is among none.
            return self._plan.join(lambda x: nw.when(~x.is_null()).then(nw.lit(False)), number.term)
        term = self._plan.named(number.term)
        each = [self._plan.join(partial(eq, self._literal(value)), term) for value in values]
        return self._plan.balanced(lambda x, y: x | y, each)

    def coalesced(self, number: Number, default: Number) -> Number:
        """The number where it is known, else the default, both of one kind."""
        one, other = self.alike(number, default)
        term = self._plan.join(nw.coalesce, one.term, other.term)
        return Number(term, one.scale, max(one.bound, other.bound), one.is_wide)

    def small(self, number: Number, most: int) -> Term:
        """The number as Int64 where its magnitude is at most that, else null."""
        within = self._plan.join(
            lambda x: nw.when(and_(x <= most, x >= -most)).then(x), self._plan.named(number.term)
        )
        return self._plan.join(lambda x: x.cast(nw.Int64()), within)

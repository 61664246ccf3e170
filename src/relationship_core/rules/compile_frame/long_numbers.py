"""Products and quotients whose digits on the way are more than a wide integer holds.

Factors are multiplied in parts of twelve digits, as by hand, and a long division takes as many
digits at a time as fit. A result of more than 36 digits is null.
"""

from __future__ import annotations

from functools import partial
from operator import add, mul

from relationship_core.rules.compile_frame.dialect import Words
from relationship_core.rules.compile_frame.exact import Exact
from relationship_core.rules.compile_frame.number import WIDEST, Number
from relationship_core.rules.compile_frame.plan import Term
from relationship_core.rules.kind import HELD_DIGITS

BEYOND = 10**HELD_DIGITS
"""The least number with too many digits."""

_LIMB = 10**12


class LongNumbers:
    """Multiplies and divides magnitudes by hand's rules."""

    def __init__(self, exact: Exact) -> None:
        self._exact = exact
        self._plan = exact.plan
        self._words = exact.plan.dialect

    def _literal(self, units: int) -> Words:
        return self._exact.literal(units, wide=True)

    def within(self, term: Term, most: int) -> Term:
        """The wide term where its magnitude is at most that, else null."""
        high, low = self._literal(most), self._literal(-most)
        return self._plan.join(
            lambda x: self._words.where((x <= high) & (x >= low), x), self._plan.named(term)
        )

    def _magnitude(self, number: Number) -> Term:
        return self._exact.magnitude(self._exact.widened(number)).term

    def _term(self, divisor: Term | int) -> Term:
        return Term(self._literal(divisor)) if isinstance(divisor, int) else divisor

    def _divided(self, over: Term, under: Term | int) -> tuple[Term, Term]:
        """The whole quotient and the remainder."""
        over = self._plan.named(over)
        under = under if isinstance(under, int) else self._plan.named(under)
        whole = self._plan.divided(
            over, under, most=WIDEST, divisor=WIDEST, is_wide=True, is_signed=False
        )
        return whole, self._plan.join(lambda x, q, d: x - q * d, over, whole, self._term(under))

    def _nearest(self, whole: Term, rest: Term, under: Term | int) -> Term:
        one, nought = self._literal(1), self._literal(0)

        def to_even(q: Words, twice: Words, d: Words) -> Words:
            is_up = (twice > d) | ((twice == d) & (q % 2 == 1))
            return q + self._words.where(is_up, one, nought)

        twice = self._plan.named(self._plan.join(lambda x: x + x, rest))
        return self._plan.join(to_even, whole, twice, self._term(under))

    def _limbs(self, number: Number) -> list[Term]:
        """The magnitude in parts of twelve digits, the lowest first."""
        top, rest = self._divided(self._magnitude(number), _LIMB**2)
        middle, low = self._divided(rest, _LIMB)
        return [low, middle, top]

    def product(self, left: Number, right: Number, shift: int) -> Term:
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
        high = self._plan.join(self._words.where, fits, digits[3])
        low, rest = (digits[0], None) if shift == 1 else self._divided(digits[0], shift)
        weights = [1, *(_LIMB**n // shift for n in (1, 2, 3))]
        parts = [
            self._plan.join(partial(mul, self._literal(weight)), part)
            for part, weight in zip([low, *digits[1:3], high], weights, strict=True)
        ]
        whole = self._plan.named(self._plan.balanced(add, parts))
        return whole if rest is None else self._nearest(whole, rest, shift)

    def quotient(self, left: Number, right: Number, shift: int) -> Term:
        """The magnitude of a quotient, by long division: first the whole, then digits after it."""
        above_zero = self._plan.join(lambda x: self._words.where(x > 0, x), self._magnitude(right))
        divisor = self._plan.named(above_zero)
        half = 10 ** (HELD_DIGITS // 2)
        high, low = self._divided(self._magnitude(left), half)
        first, rest = self._divided(high, divisor)
        scale_up = self._literal(half)
        rest = self._plan.join(lambda r, x: r * scale_up + x, rest, low)
        second, rest = self._divided(rest, divisor)
        whole = self._plan.join(lambda x, y: x * scale_up + y, first, second)
        whole = self.within(whole, BEYOND // shift)
        at_a_time = min(WIDEST // max(right.bound, 1), shift)
        while shift > 1:
            step = 10 ** min(len(str(at_a_time)) - 1, len(str(shift)) - 1)
            up = partial(mul, self._literal(step))
            digits, rest = self._divided(self._plan.join(up, rest), divisor)
            whole = self._plan.join(add, self._plan.join(up, whole), digits)
            shift //= step
        return self._nearest(self._plan.named(whole), rest, divisor)

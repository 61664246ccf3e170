"""Constants of account-months as columns: only those that differ, in whole numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from math import lcm
from typing import Final

import narwhals as nw

from relationship_core.decisions.terms import Terms
from relationship_core.portfolio.tables import Frame
from relationship_core.portfolio.worth.literal import literal_frame
from relationship_core.rules import EXACT
from relationship_core.rules.compile_frame import Computation, Condition, Number
from relationship_core.rules.compile_frame.cells import LARGEST

KEY: Final = "terms"
"""The column by which an account-month finds its terms."""

IS_PRICED: Final = ~nw.col("is_priced").is_null()
"""Whether the terms of a row that was joined are in force."""


def decimals(values: Iterable[Decimal | None]) -> int:
    """The decimals that all values can be written with."""
    known = [value.normalize(EXACT) for value in values if value is not None]
    return max([0, *[-int(value.as_tuple().exponent) for value in known]])


def in_units(value: Decimal | None, scale: int) -> int | None:
    """A value in whole units of so many decimals."""
    return None if value is None else int(EXACT.scaleb(value, scale))


class TermTable:
    """A small table with a row for each of some terms, and a column for each constant asked for.

    A constant that is the same in all rows is no column but a literal, which engines compute with
    much faster.

    Args:
        rows: The terms, and the numbers by which account-months find them.
    """

    def __init__(self, rows: Iterable[tuple[int, Terms]]) -> None:
        listed = list(rows)
        self._keys = [key for key, _ in listed]
        self._terms = [terms for _, terms in listed]
        self._columns: dict[str, list[int | None]] = {}
        self._largest: dict[str, Fraction] = {}

    def add(self, name: str, value: Callable[[Terms], int | None]) -> None:
        """Take a whole number of each row's terms as a column."""
        self._columns[name] = [value(terms) for terms in self._terms]

    def add_ratio(self, name: str, value: Callable[[Terms], Fraction], bound: int) -> None:
        """Take a fraction of each row's terms, by which an amount is to be multiplied.

        Args:
            name: Of the fraction.
            value: The fraction.
            bound: What the amount's magnitude stays at or below.
        """
        fractions = [value(terms) for terms in self._terms]
        self._largest[name] = max(map(abs, fractions), default=Fraction(0))
        apart = [each.denominator for each in fractions]
        common = lcm(*apart)
        alone = [each.numerator for each in fractions]
        together = [each.numerator * (common // each.denominator) for each in fractions]
        # One divisor for all is much faster, unless it takes wider numbers than their own do.
        own = _room(bound, alone, 2 * max(apart, default=0))
        if _room(bound, together, common) > LARGEST >= own:
            together, common = alone, 0
        self._columns[_over(name)] = [*together]
        self._columns[_under(name)] = [common or each for each in apart]

    def join(self, rows: Frame) -> Frame:
        """The rows with the columns that differ; null where terms aren't in force."""
        differing: dict[str, Sequence[int | None]] = {
            name: values for name, values in self._columns.items() if not _is_constant(values)
        }
        # Of the key alone nothing would be known, so one column is always there.
        always = {KEY: self._keys, "is_priced": [1] * len(self._keys)}
        table = literal_frame(rows, {**always, **differing})
        return rows.join(table, on=KEY, how="left")

    def number(self, computed: Computation, name: str) -> Number:
        """A constant as a number of a computation on rows that were joined."""
        values = self._columns[name]
        if not _is_constant(values):
            is_signed = any(value is not None and value < 0 for value in values)
            return computed.number(name, scale=0, bound=self.magnitude(name), is_signed=is_signed)
        value = values[0] if values else None
        if value is None:
            return unknown(computed)
        return computed.constant(value)

    def is_known(self, name: str) -> bool:
        """Whether a constant is known in all rows."""
        return None not in self._columns[name]

    def times(self, computed: Computation, amount: Number, ratio: str) -> Number:
        """An amount times fractions, rounded half-even to a whole number, once."""
        over, under = self._columns[_over(ratio)], self._columns[_under(ratio)]
        if all(above == below for above, below in zip(over, under, strict=True)):
            return amount
        product = computed.product(amount, self.number(computed, _over(ratio)))
        if all(each == 1 for each in under):
            return product
        quotient = computed.quotient(product, self.number(computed, _under(ratio)), 0)
        # Of a quotient by a column nothing is known but what was divided.
        return computed.within(quotient, int(amount.bound * self._largest[ratio]) + 1)

    def is_zero(self, computed: Computation, ratio: str) -> Condition:
        """Whether a fraction is zero."""
        return computed.compared("==", self.number(computed, _over(ratio)), computed.constant(0))

    def magnitude(self, name: str) -> int:
        """What a constant's magnitude stays at or below."""
        return max([abs(value) for value in self._columns[name] if value is not None], default=0)


def _room(bound: int, factors: Sequence[int], divisor: int) -> int:
    """What a product stays at or below, with room to round its quotient."""
    return bound * max(map(abs, factors), default=0) + divisor


def _over(ratio: str) -> str:
    return f"{ratio}_over"


def _under(ratio: str) -> str:
    return f"{ratio}_under"


def quotient_of(over: Decimal, under: Decimal, power: int = 0) -> Fraction:
    """A quotient times ten to any whole power, exact."""
    (a, b), (c, d) = over.as_integer_ratio(), under.as_integer_ratio()
    return Fraction(a * d * 10 ** max(power, 0), b * c * 10 ** max(-power, 0))


def _is_constant(values: Sequence[int | None]) -> bool:
    return len(set(values)) <= 1


def unknown(computed: Computation) -> Number:
    """What nobody knows in any row."""
    return computed.where(computed.holds(nw.lit(False)), computed.constant(0))

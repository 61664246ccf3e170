"""Exact arithmetic on the columns of a lazy frame, for whoever computes amounts over tables."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from functools import reduce
from operator import and_, invert, or_
from typing import Any

import narwhals as nw
from attrs import evolve

from relationship_core.errors import KindError
from relationship_core.rules.compile_frame.cells import LARGEST
from relationship_core.rules.compile_frame.dialect import dialect_of
from relationship_core.rules.compile_frame.exact import Exact
from relationship_core.rules.compile_frame.number import WIDEST, Number, Origin
from relationship_core.rules.compile_frame.plan import Plan, Term
from relationship_core.rules.compile_frame.rounding import Rounding
from relationship_core.rules.kind import EXACT

_NARROW = (nw.Int64, nw.Int32, nw.Int16, nw.Int8, nw.UInt32, nw.UInt16, nw.UInt8)

Condition = Term
"""True, false or null in each row, as `Computation.holds` and its comparisons make it."""


class Computation:
    """Numbers and conditions computed row by row from a frame's columns, exact to the last unit.

    A number is a whole number of units in a column: 1250 at scale 2 is 12.50. Its scale and the
    most its magnitude can come to are known before anything runs, so that it is computed in 64 bits
    where nothing on the way can pass those, in 128 where something might, and refused where it
    might pass 10**38: overflow is checked, never wrapped. Null is unknown, and so is whatever is
    computed of it.

        computed = Computation(frame)
        average = computed.number("credit_average", scale=2, bound=10**15)
        spread = computed.number("spread", scale=8, bound=10**8)
        interest = computed.quotient(computed.product(average, spread), computed.constant(365), 2)
        frame = computed.carried_out({"interest": interest})

    Args:
        frame: A lazy frame of Polars, DuckDB or Spark.
    """

    def __init__(self, frame: nw.LazyFrame[Any]) -> None:
        self._frame = frame
        self._schema = frame.collect_schema()
        self._plan = Plan(dialect_of(frame))
        self._exact = Exact(self._plan)
        self._rounding = Rounding(self._exact)
        self._given: dict[str, nw.Expr] = {}

    # -- what it starts from ------------------------------------------------------------------
    def number(
        self, column: str, *, scale: int, bound: int = LARGEST, is_signed: bool = True
    ) -> Number:
        """A column of whole units.

        Args:
            column: Its name; of whole numbers, of 64 bits or fewer, or as wide as the engine has.
            scale: The decimals that a unit stands for.
            bound: The largest magnitude of its units. It is trusted: a larger one would wrap.
            is_signed: Whether it can be below zero.

        Raises:
            KindError: The column isn't of whole numbers.
        """
        dtype = self._schema[column]
        is_wide = dtype == self._plan.dialect.wide
        term = Term(self._plan.dialect.column(column), column=column)
        if dtype != nw.Int64 and not is_wide:
            if dtype not in _NARROW:
                raise KindError(
                    f"{dtype} is no whole number",
                    where=f"column {column}",
                    mend="give units as Int64 or, if those aren't enough, as Int128",
                )
            term = self._plan.join(lambda x: x.cast(nw.Int64()), term)
        origin = frozenset({Origin(column, scale, bound)})
        number = Number(term, scale, bound, is_wide, is_signed, origins=origin)
        return self._exact.settled(number)

    def constant(self, value: Decimal | int) -> Number:
        """The same number for every row, at the scale it is written in."""
        exponent = value.as_tuple().exponent if isinstance(value, Decimal) else 0
        scale = max(0, -int(exponent))
        return self._exact.constant(int(EXACT.scaleb(Decimal(value), scale)), scale)

    def holds(self, condition: nw.Expr) -> Condition:
        """A condition on the frame's own columns."""
        awaited = self._plan.awaited()
        self._given[awaited.column] = condition
        return awaited

    # -- numbers ------------------------------------------------------------------------------
    def product(self, *factors: Number) -> Number:
        """The product, exact; its scale is the sum of theirs.

        Raises:
            KindError: It may come to 10**38 or more.
        """
        return reduce(self._product, factors)

    def _product(self, left: Number, right: Number) -> Number:
        _require_room(left.bound * right.bound, "a product", left, right)
        return self._exact.product(left, right)

    def sum(self, *numbers: Number) -> Number:
        """The sum, exact, at the finest scale of all.

        Raises:
            KindError: It may come to 10**38 or more.
        """
        return reduce(self._sum, numbers)

    def _sum(self, left: Number, right: Number) -> Number:
        return self._exact.sum(*self._fine(left, right))

    def difference(self, left: Number, right: Number) -> Number:
        """What is left of one without the other, exact.

        Raises:
            KindError: It may come to 10**38 or more.
        """
        return self._exact.difference(*self._fine(left, right))

    def _fine(self, left: Number, right: Number) -> tuple[Number, Number]:
        scale = max(left.scale, right.scale)
        bounds = [each.bound * 10 ** (scale - each.scale) for each in (left, right)]
        _require_room(sum(bounds), "a sum", left, right)
        return left, right

    def negated(self, number: Number) -> Number:
        """The number with the other sign."""
        return self._exact.negated(number)

    def magnitude(self, number: Number) -> Number:
        """The number without its sign."""
        return self._exact.magnitude(number)

    def rounded(self, number: Number, scale: int) -> Number:
        """The number at a scale, rounded half-even if that is coarser.

        Raises:
            KindError: In finer units it may come to 10**38 or more.
        """
        if scale < number.scale:
            _require_room(number.bound + 10 ** (number.scale - scale), "a number", number)
            return self._rounding.rounded(number, scale)
        _require_room(number.bound * 10 ** (scale - number.scale), "a number", number)
        return self._exact.at_scale(number, scale)

    def quotient(self, left: Number, right: Number, scale: int) -> Number:
        """The quotient of two, rounded half-even at a scale, once; null where the divisor is zero.

        Raises:
            KindError: What is divided may come to 10**38 or more in the units that takes.
        """
        finer = scale + right.scale - left.scale
        under = right.bound * 10 ** max(-finer, 0)
        _require_room(left.bound * 10 ** max(finer, 0) + 2 * under, "a quotient", left, right)
        return self._rounding.quotient(left, right, scale)

    def where(
        self, condition: Condition, number: Number, otherwise: Number | None = None
    ) -> Number:
        """The number where a condition holds; where it doesn't or is null, another, or null."""
        return self._exact.chosen(condition, number, otherwise)

    def first_known(self, *numbers: Number) -> Number:
        """The first of the numbers that isn't null."""
        return self._exact.first_known(*numbers)

    def largest(self, *numbers: Number) -> Number:
        """The largest of the numbers; null where one is."""
        return reduce(lambda left, right: self._exact.extreme(">", left, right), numbers)

    def least(self, *numbers: Number) -> Number:
        """The least of the numbers; null where one is."""
        return reduce(lambda left, right: self._exact.extreme("<", left, right), numbers)

    def within(self, number: Number, bound: int) -> Number:
        """The same number, of which the caller knows more than its bound says. It is trusted."""
        return self._exact.settled(evolve(number, bound=min(bound, number.bound)))

    # -- conditions ---------------------------------------------------------------------------
    def compared(self, symbol: str, left: Number, right: Number) -> Condition:
        """Whether `left symbol right`, of <, <=, >, >=, == and !=; null where one is."""
        return self._exact.compared(symbol, *self._fine(left, right))

    def is_missing(self, number: Number) -> Condition:
        """Whether a number is null."""
        return self._plan.join(lambda x: x.is_null(), number.term)

    def all_of(self, *conditions: Condition) -> Condition:
        """Whether all hold: false where one doesn't, else null where one is."""
        return self._plan.balanced(and_, conditions)

    def any_of(self, *conditions: Condition) -> Condition:
        """Whether one holds: true where one does, else null where one is."""
        return self._plan.balanced(or_, conditions)

    def none_of(self, condition: Condition) -> Condition:
        """Whether a condition doesn't hold; null where it is."""
        return self._plan.join(invert, condition)

    # -- results ------------------------------------------------------------------------------
    def reused(self, number: Number) -> Number:
        """The same number, computed once however often it is used from here on."""
        return self._exact.named(number)

    def carried_out(self, results: Mapping[str, Number | Condition | nw.Expr]) -> nw.LazyFrame[Any]:
        """The frame with the results as columns beside its own.

        A number is Int64 where its bound fits 64 bits, else of the engine's widest integers. A
        result of a column's name stands in its place.
        """
        terms = {name: self._result(each) for name, each in results.items()}
        frame = self._frame.with_columns(**self._given) if self._given else self._frame
        return self._plan.carried_out(frame, terms)

    def _result(self, result: Number | Condition | nw.Expr) -> Term:
        if isinstance(result, Number):
            number = self._exact.settled(result)
            return number.term if number.fits else self._exact.widened(number).term
        return result if isinstance(result, Term) else self.holds(result)


def _require_room(bound: int, what: str, *numbers: Number) -> None:
    """Refuse what 38 digits may not hold, naming the column that has the most digits to give."""
    if bound < WIDEST:
        return
    origins = sorted(
        {origin for each in numbers for origin in each.origins},
        key=lambda origin: (-origin.bound, origin.column),
    )
    names = ", ".join(origin.column for origin in origins) or "constants"
    digits = len(str(bound)) - 38
    mend = "give narrower columns"
    if origins and (kept := len(str(origins[0].bound)) - digits) >= max(origins[0].scale, 1):
        mend = f"give {origins[0].column} as decimal({kept}, {origins[0].scale}) or narrower"
    raise KindError(f"{what} of {names} may come to more than 38 digits", mend=mend)

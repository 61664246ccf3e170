"""Means, ratios and changes of amounts in columns, at the scale facts are kept in.

What `decisions.observe.amounts` says of one customer's amounts; of what is null, so is the result.
"""

from __future__ import annotations

from decimal import Decimal

import narwhals as nw

from relationship_core.rules import Kind
from relationship_core.rules.compile_frame import Computation, Number
from relationship_core.rules.compile_frame.cells import LARGEST
from relationship_core.rules.compile_frame.dialect import Dialect

_MONEY = Kind.MONEY.scale
_RATIO = Kind.RATIO.scale
_HALF_A_CENT = Decimal("0.005")


def sized(units: nw.Expr, bound: int, dialect: Dialect) -> nw.Expr:
    """Whole units in an integer that holds a sum of them, which stays at or below a bound."""
    return units if bound <= LARGEST else units.cast(dialect.wide)


def money(computed: Computation, amount: Number) -> Number:
    """An amount as facts of money are kept."""
    return _held(computed, computed.rounded(amount, _MONEY))


def mean(computed: Computation, amount: Number, parts: int) -> Number:
    """A sum divided by the number of its parts, as money."""
    return _held(computed, computed.quotient(amount, computed.constant(parts), _MONEY))


def ratio(computed: Computation, part: Number, whole: Number) -> Number:
    """A part of a whole, as facts of ratios are kept; null where the whole is zero."""
    return _held(computed, computed.quotient(part, whole, _RATIO))


def fraction(computed: Computation, part: Number) -> Number:
    """A part of one, as facts of ratios are kept."""
    return _held(computed, computed.rounded(part, _RATIO))


def change(computed: Computation, now: Number, before: Number) -> Number:
    """By what part of its earlier size an amount has changed; null where that was no cent."""
    least = computed.constant(0 if before.scale <= _MONEY else _HALF_A_CENT)
    some = computed.where(computed.compared(">", before, least), before)
    return ratio(computed, computed.difference(now, some), some)


def _held(computed: Computation, number: Number) -> Number:
    """A fact's column holds 64 bits; what would be more is null, rather than wrong."""
    if number.fits:
        return number
    number = computed.reused(number)
    fits = computed.compared("<=", computed.magnitude(number), _units(computed, LARGEST, number))
    return computed.within(computed.where(fits, number), LARGEST)


def _units(computed: Computation, units: int, like: Number) -> Number:
    return computed.constant(Decimal(units).scaleb(-like.scale))

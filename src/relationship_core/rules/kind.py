"""Kinds of value a fact can have, and exact arithmetic at each kind's scale."""

from __future__ import annotations

import decimal
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cache

from relationship_core.errors import KindError, RuleError

FactValue = Decimal | int | bool | str | date
"""A known value: Decimal (money, ratio, number), int (count, days, months), bool, str or date."""


class Kind(StrEnum):
    """What a value measures; it fixes the Python type and the decimals kept."""

    MONEY = "money"
    RATIO = "ratio"
    NUMBER = "number"
    COUNT = "count"
    DAYS = "days"
    MONTHS = "months"
    FLAG = "flag"
    CATEGORY = "category"
    DATE = "date"

    @property
    def is_numeric(self) -> bool:
        """Whether values have an order and a distance in numbers."""
        return self in NUMERIC

    @property
    def scale(self) -> int:
        """Decimals kept: 2 for money, 6 for ratios and numbers, else 0."""
        return _SCALES.get(self, 0)


_SCALES = {Kind.MONEY: 2, Kind.RATIO: 6, Kind.NUMBER: 6}
PLAIN = frozenset({Kind.RATIO, Kind.NUMBER, Kind.COUNT})
"""Kinds without a unit: they may be compared with and added to each other."""
WHOLE = frozenset({Kind.COUNT, Kind.DAYS, Kind.MONTHS})
NUMERIC = frozenset({Kind.MONEY}) | PLAIN | WHOLE

EXACT = decimal.Context(
    prec=100,
    rounding=decimal.ROUND_HALF_EVEN,
    Emin=-999999,
    Emax=999999,
    capitals=1,
    clamp=0,
    flags=[],
    traps=[decimal.InvalidOperation, decimal.DivisionByZero, decimal.Overflow],
)
"""The context all amounts are computed in, so that the host's own never shows in a result."""

HELD_DIGITS = 36
"""The digits that a number may have."""

_HELD = EXACT.copy()
_HELD.prec = HELD_DIGITS
"""Refuses what has more digits, so that EXACT rounds no product or quotient ahead of its kind."""

_BEYOND = 10**HELD_DIGITS
_ZEROS = {kind: Decimal(0).scaleb(-kind.scale, context=EXACT) for kind in NUMERIC}


class exact:  # noqa: N801 - reads as a statement: `with exact():`
    """Install the exact decimal context for a block of code."""

    __slots__ = ("_outer",)

    def __enter__(self) -> None:
        """Remember the caller's context and put the exact one in its place."""
        self._outer = decimal.getcontext()
        decimal.setcontext(EXACT)

    def __exit__(self, *_: object) -> None:
        """Give the caller's context back."""
        decimal.setcontext(self._outer)


def quantise(value: FactValue, kind: Kind) -> FactValue:
    """Bring an observed or computed value to its kind's type and scale.

    Numbers are rounded half-even at the kind's scale. Binary floats are refused: a caller that has
    one decides itself which decimal it means.

    Raises:
        KindError: The value's type doesn't belong to the kind.
        RuleError: The value is NaN or infinite, or has more than 36 digits.
    """
    if kind in NUMERIC:
        return _quantised_number(value, kind)
    expected = {Kind.FLAG: bool, Kind.CATEGORY: str, Kind.DATE: date}[kind]
    if not isinstance(value, expected) or isinstance(value, datetime):
        raise KindError(
            f"a {kind} can't hold a {type(value).__name__}",
            mend=f"give a {expected.__name__}",
        )
    # An enumeration's member is a text too; a rule and its JSON keep the text alone.
    return str.__str__(value) if isinstance(value, str) else value


def _quantised_number(value: FactValue, kind: Kind) -> FactValue:
    if isinstance(value, bool) or not isinstance(value, (Decimal, int)):
        hint = "Decimal(repr(x))" if isinstance(value, float) else "a Decimal or an int"
        raise KindError(f"a {kind} can't hold a {type(value).__name__}", mend=f"give {hint}")
    if kind in WHOLE and isinstance(value, int) and -_BEYOND < value < _BEYOND:
        return int(value)
    number = Decimal(value) if isinstance(value, int) else value
    if not number.is_finite():
        raise RuleError(f"a {kind} can't be {number}", mend="leave the fact missing (None) instead")
    rounded = _rounded(number, kind)
    if rounded is None:
        raise RuleError(
            f"a {kind} can't have more than {HELD_DIGITS} digits", mend="look for a slip of scale"
        )
    return rounded


def _rounded(number: Decimal, kind: Kind) -> Decimal | int | None:
    """The number at its kind's scale; None where that takes too many digits."""
    zero = _ZEROS[kind]
    try:
        settled = _HELD.quantize(number, zero)
    except decimal.InvalidOperation:
        return None
    # -0.00 becomes 0.00, which prints as people expect.
    return int(settled) if kind in WHOLE else settled or zero


def literal_value(value: object, kind: Kind) -> FactValue:
    """Read a Python literal as a constant of a kind; a float by its shortest decimal form.

    Raises:
        KindError: The literal doesn't belong to the kind, or has more decimals than it keeps.
        RuleError: The literal is NaN or infinite, or has more than 36 digits.
    """
    if value is None:
        raise RuleError("None is no value to compare with", mend="use .is_missing()")
    if isinstance(value, float):
        # A subclass, NumPy's for one, may spell itself otherwise.
        value = Decimal(float.__repr__(value))
    if not isinstance(value, (Decimal, int, str, date)):
        raise KindError(
            f"a {type(value).__name__} can't stand in a rule",
            mend="use a number, a text, a date, True or False",
        )
    settled = quantise(value, kind)
    if kind in NUMERIC and settled != value:
        raise KindError(
            f"{value} has more decimals than a {kind} keeps ({kind.scale})",
            mend=f"write {settled}",
        )
    return settled


def write_value(value: FactValue | None) -> bool | int | str | None:
    """A value's JSON form: decimals and dates as text, so that nothing is lost."""
    return value if value is None or isinstance(value, bool | int | str) else str(value)


def literal_kind(operator: str, value: object, beside: Kind) -> Kind:
    """The kind of a bare literal in `literal operator other`, where the other's kind is `beside`.

    It adds in the unit of what it stands beside, and multiplies as a plain number.
    """
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    if operator in "+-":
        return Kind.DAYS if beside is Kind.DATE and is_whole else beside
    return Kind.COUNT if is_whole else Kind.NUMBER


def require_comparable(operator: str, left: Kind, right: Kind) -> None:
    """Check that `left operator right` has a meaning.

    Raises:
        KindError: The kinds differ, or have no order that the operator asks for.
    """
    if left is not right and not (left in PLAIN and right in PLAIN):
        raise KindError(
            f"a {left} can't be compared with a {right}", mend="compare values of one kind"
        )
    if operator not in {"==", "!="} and left not in NUMERIC and left is not Kind.DATE:
        raise KindError(f"a {left} has no order", mend="use ==, != or is_in()")


def result_kind(operator: str, left: Kind, right: Kind) -> Kind:
    """The kind of `left operator right`.

    Raises:
        KindError: The operation has no meaning for these kinds.
    """
    kind = _RESULT_KINDS[operator](left, right)
    if kind is None:
        raise KindError(
            f"{left} {operator} {right} has no meaning",
            mend="bring both sides to kinds that belong together",
        )
    return kind


def _sum_kind(left: Kind, right: Kind) -> Kind | None:
    if left is right and left in NUMERIC:
        return left
    if left in PLAIN and right in PLAIN:
        return Kind.NUMBER
    return Kind.DATE if (left, right) == (Kind.DATE, Kind.DAYS) else None


def _difference_kind(left: Kind, right: Kind) -> Kind | None:
    return Kind.DAYS if left is right is Kind.DATE else _sum_kind(left, right)


def _product_kind(left: Kind, right: Kind) -> Kind | None:
    if left in PLAIN and right in PLAIN:
        return left if left is right else Kind.NUMBER
    for one, other in ((left, right), (right, left)):
        if one is Kind.MONEY and other in PLAIN:
            return Kind.MONEY
        if one in WHOLE and other is Kind.COUNT:
            return one
    return None


def _quotient_kind(left: Kind, right: Kind) -> Kind | None:
    if left is Kind.MONEY and right in PLAIN:
        return Kind.MONEY
    if left in NUMERIC and (left is right or (left in PLAIN and right in PLAIN)):
        return Kind.RATIO
    return None


_RESULT_KINDS: dict[str, Callable[[Kind, Kind], Kind | None]] = {
    "+": _sum_kind,
    "-": _difference_kind,
    "*": _product_kind,
    "/": _quotient_kind,
}


@cache
def arithmetic(operator: str, kind: Kind) -> Callable[[FactValue, FactValue], FactValue | None]:
    """The function that computes `a operator b` for known operands.

    The result is rounded half-even at the scale of `kind`; a quotient by zero, a date outside the
    calendar and a number of more than 36 digits are unknown (None).
    """
    function = _OPERATIONS[operator]

    def compute(left: FactValue, right: FactValue) -> FactValue | None:
        result = function(left, right)
        return _rounded(result, kind) if isinstance(result, Decimal) else result

    return compute


def _plus(left: FactValue, right: FactValue) -> FactValue | None:
    if isinstance(left, date):
        return _shifted(left, _number(right))
    return EXACT.add(_number(left), _number(right))


def _minus(left: FactValue, right: FactValue) -> FactValue | None:
    if isinstance(left, date):
        if isinstance(right, date):
            return (left - right).days
        return _shifted(left, EXACT.minus(_number(right)))
    return EXACT.subtract(_number(left), _number(right))


def _shifted(day: date, days: Decimal) -> date | None:
    try:
        return day + timedelta(days=int(days))
    except OverflowError:  # outside the calendar there is no such day: unknown
        return None


def _times(left: FactValue, right: FactValue) -> FactValue:
    return EXACT.multiply(_number(left), _number(right))


def _over(left: FactValue, right: FactValue) -> FactValue | None:
    return EXACT.divide(_number(left), _number(right)) if right else None


_OPERATIONS: dict[str, Callable[[FactValue, FactValue], FactValue | None]] = {
    "+": _plus,
    "-": _minus,
    "*": _times,
    "/": _over,
}


def _number(value: FactValue) -> Decimal:
    if isinstance(value, Decimal):
        return value
    if isinstance(value, int):
        return Decimal(value)
    raise KindError(f"a {type(value).__name__} can't be computed with")

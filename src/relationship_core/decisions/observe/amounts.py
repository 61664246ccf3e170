"""Sums, means and changes of amounts that may be unknown, at the scale facts are kept in.

Call everything here inside `exact()`.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from relationship_core.domain.validation import ZERO

_CENT = Decimal("0.01")
_MILLIONTH = Decimal("0.000001")


def total(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """The sum; unknown where one amount is."""
    whole = ZERO
    for amount in amounts:
        if amount is None:
            return None
        whole += amount
    return whole


def money(amount: Decimal | None) -> Decimal | None:
    """An amount rounded half-even to two places, as facts of money are kept."""
    return None if amount is None else amount.quantize(_CENT)


def mean(amount: Decimal | None, parts: int) -> Decimal | None:
    """A sum divided by the number of its parts, as money."""
    return None if amount is None else money(amount / parts)


def ratio(part: Decimal | int, whole: Decimal | int) -> Decimal:
    """A part of a whole that isn't zero, rounded half-even to six places."""
    # Adding zero turns -0.000000 into 0.000000.
    return (Decimal(part) / Decimal(whole)).quantize(_MILLIONTH) + ZERO


def change(now: Decimal | None, before: Decimal | None) -> Decimal | None:
    """By what part of its earlier size an amount has changed; unknown where that was no cent."""
    if now is None or before is None or not money(before):
        return None
    return ratio(now - before, before)

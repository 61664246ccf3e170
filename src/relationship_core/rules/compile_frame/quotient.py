"""A whole quotient of two columns, as an engine is asked for it."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen


@frozen
class Quotient:
    """A whole quotient of two columns, rounded down.

    Args:
        over: The column that is divided.
        under: The column it is divided by, or a number; positive.
        most: What the magnitude of `over` stays at or below.
        divisor: What `under` stays at or below.
        least: What it stays at or above.
        is_wide: Whether both are wide integers, not of 64 bits.
        is_signed: Whether `over` can be below zero.
    """

    over: str
    under: str | int
    most: int
    divisor: int
    least: int
    is_wide: bool
    is_signed: bool


Quotients = Mapping[str, Quotient]
"""New columns by name."""

"""A number in a column: whole units, and how large they can get."""

from __future__ import annotations

from attrs import frozen

from relationship_core.rules.compile_frame.cells import LARGEST
from relationship_core.rules.compile_frame.plan import Term

WIDEST = 10**38
"""What every engine's wide integers stay below."""


@frozen
class Origin:
    """A column of numbers that somebody gave.

    Args:
        column: Its name.
        scale: The decimals that a unit stands for.
        bound: The largest magnitude of its units.
    """

    column: str
    scale: int
    bound: int


@frozen
class Number:
    """A number of units in a column.

    Args:
        term: The units; null where unknown.
        scale: The decimals that a unit stands for.
        bound: What its magnitude stays at or below.
        is_wide: Whether the term is a wide integer, not one of 64 bits.
        is_signed: Whether it can be below zero.
        constant: The units, where they are the same for everyone.
        step: What every value is a whole multiple of.
        origins: The columns it is computed of.
    """

    term: Term
    scale: int
    bound: int
    is_wide: bool = False
    is_signed: bool = True
    constant: int | None = None
    step: int = 1
    origins: frozenset[Origin] = frozenset()

    @property
    def fits(self) -> bool:
        """Whether 64 bits hold it."""
        return self.bound <= LARGEST

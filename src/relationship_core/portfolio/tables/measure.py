"""How a column of whole units is to be read: the decimals of a unit, and how large it can get."""

from __future__ import annotations

from attrs import frozen

LARGEST_NARROW = 2**63 - 1
"""The most units that a column of 64 bits holds, of either sign."""

MOST_DIGITS = 38
"""The most decimal digits that every engine's integers of 128 bits hold."""


@frozen
class Measure:
    """The unit of a column of numbers.

    Args:
        scale: The decimals that a unit stands for: 2 for hundredths.
        bound: What the magnitude of a number of units stays at or below.
    """

    scale: int
    bound: int

    @property
    def is_narrow(self) -> bool:
        """Whether 64 bits hold it."""
        return self.bound <= LARGEST_NARROW

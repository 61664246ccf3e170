"""One source of chance for the whole sample, and the few shapes that money and dates take."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from math import exp, sqrt
from random import Random
from typing import Final, TypeVar

T = TypeVar("T")

CENT: Final = Decimal("0.01")


class Chance:
    """Draws that depend on the seed alone.

    Args:
        seed: Any whole number.
    """

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)  # noqa: S311 - it must be repeatable, and guards nothing

    def happens(self, probability: float) -> bool:
        """Whether something of a probability happens this time."""
        return self._random.random() < probability

    def share(self) -> float:
        """A number from 0 to 1."""
        return self._random.random()

    def between(self, low: float, high: float) -> float:
        """A number between two others."""
        return low + (high - low) * self._random.random()

    def whole(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return low + int((high - low + 1) * self._random.random())

    def one_of(self, items: Sequence[T]) -> T:
        """One of some items, all as likely."""
        return items[int(len(items) * self._random.random())]

    def weighted(self, items: Sequence[tuple[T, float]]) -> T:
        """One of some items by their weights, which add up to 1."""
        point = self._random.random()
        for item, weight in items:
            point -= weight
            if point < 0:
                return item
        return items[-1][0]

    def around(self, middle: float, spread: float) -> float:
        """A positive number around a middle, as often half as double for a spread of ln 2."""
        return middle * exp(self._random.gauss(0.0, spread))

    def fortune(self, least: float, alpha: float, most: float) -> float:
        """A fortune by Pareto's law: few have much."""
        return min(least * self._random.paretovariate(alpha), most)

    def count(self, mean: float) -> int:
        """A count around a mean, spread like Poisson's, never negative."""
        if not mean:
            return 0
        draw = self._random.random
        # Three even draws together have a variance of a quarter and nearly the bell's shape.
        return max(0, int(mean + (draw() + draw() + draw() - 1.5) * 2 * sqrt(mean) + 0.5))

    def day(self, first: date, last: date) -> date:
        """A day from `first` to `last`, both included."""
        return first + timedelta(days=self.whole(0, (last - first).days))


def money(amount: float) -> Decimal:
    """An amount to the cent."""
    return Decimal(f"{amount:.2f}")

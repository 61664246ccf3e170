"""The bank's internal price of funds, found by currency, product, term and day."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from relationship_core.decisions.parameters import TransferPrice


class Curve:
    """The prices of one currency and product on every day, by term."""

    __slots__ = ("_days", "_rates", "_tenors")

    def __init__(self, prices: Iterable[TransferPrice]) -> None:
        self._days: list[date] = []
        self._tenors: list[tuple[int, ...]] = []
        self._rates: list[tuple[Decimal, ...]] = []
        by_day: dict[date, dict[int, Decimal]] = defaultdict(dict)
        for price in prices:
            by_day[price.valid_from][price.tenor_months] = price.rate
        holding: dict[int, Decimal] = {}
        for day in sorted(by_day):
            holding |= by_day[day]
            tenors = tuple(sorted(holding))
            self._days.append(day)
            self._tenors.append(tenors)
            self._rates.append(tuple(holding[tenor] for tenor in tenors))

    def rate(self, on: date, months: int) -> Decimal | None:
        """The price of funds for a term on a day; None before the first price.

        It is that of the shortest listed term that is no shorter, else of the longest listed.
        """
        place = bisect_right(self._days, on) - 1
        if place < 0:
            return None
        tenors = self._tenors[place]
        return self._rates[place][min(bisect_left(tenors, months), len(tenors) - 1)]


def arrange_curves(prices: Iterable[TransferPrice]) -> dict[tuple[str, str], Curve]:
    """The curves by currency and product."""
    grouped: dict[tuple[str, str], list[TransferPrice]] = defaultdict(list)
    for price in prices:
        grouped[price.currency, price.product].append(price)
    return {key: Curve(group) for key, group in grouped.items()}


def first_rate(curves: Iterable[Curve], on: date, months: int) -> Decimal | None:
    """The price of funds by the first curve that had begun by a day; None if none had."""
    for curve in curves:
        rate = curve.rate(on, months)
        if rate is not None:
            return rate
    return None

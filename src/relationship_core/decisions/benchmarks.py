"""Where a contribution stands among a bank's customers: the cut-offs of a portfolio run."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from heapq import merge

import attrs

from relationship_core.domain.customer import CustomerKind
from relationship_core.domain.validation import (
    ZERO,
    freeze_items,
    refuse,
    require_amount,
    require_count,
    require_date,
    require_each,
    require_member,
)
from relationship_core.rules import EXACT

STEPS = 1000
"""Cut-offs are kept for each permille."""

_CENT = Decimal("0.01")
# Sorted runs of this many are merged at the end: eight bytes a customer instead of a Decimal's 104.
_RUN = 65_536
_MOST_CENTS = 2**63 - 1


@attrs.frozen
class KindBenchmark:
    """The cut-offs of one kind of customer.

    Args:
        kind: The kind.
        population: Customers of the kind whose contribution is known.
        positive: Those among them whose contribution is above zero.
        cutoffs: The k-th is the least contribution of the best (1000 - k) permille of the positive
            ones, at least one customer: ascending, 1000 of them, or none where nobody is positive.

    Raises:
        InvalidValueError: A field is of the wrong kind, or the numbers don't fit together.
    """

    kind: CustomerKind
    population: int
    positive: int
    cutoffs: tuple[Decimal, ...]

    def __attrs_post_init__(self) -> None:
        require_member(self.kind, CustomerKind, "KindBenchmark.kind")
        require_count(self.population, "KindBenchmark.population")
        require_count(self.positive, "KindBenchmark.positive")
        freeze_items(self, "cutoffs")
        for cutoff in self.cutoffs:
            require_amount(cutoff, "KindBenchmark.cutoffs", signed=False)
        if self.positive > self.population or len(self.cutoffs) != (STEPS if self.positive else 0):
            refuse("the numbers don't fit together", "KindBenchmark", "use from_contributions")
        if any(a > b for a, b in zip(self.cutoffs, self.cutoffs[1:], strict=False)):
            refuse("the cut-offs don't ascend", "KindBenchmark.cutoffs", "use from_contributions")


@attrs.frozen
class Benchmarks:
    """What a portfolio run leaves behind, so that one customer can be placed between runs.

    Args:
        as_of: The day of the run.
        kinds: One entry for each kind that was seen.

    Raises:
        InvalidValueError: A field is of the wrong kind, or a kind is given twice.
    """

    as_of: date
    kinds: tuple[KindBenchmark, ...] = ()

    def __attrs_post_init__(self) -> None:
        require_date(self.as_of, "Benchmarks.as_of")
        freeze_items(self, "kinds")
        require_each(self.kinds, KindBenchmark, "Benchmarks.kinds")
        if len({one.kind for one in self.kinds}) != len(self.kinds):
            refuse("a kind is given twice", "Benchmarks.kinds", "keep one of them")

    @classmethod
    def from_contributions(
        cls, as_of: date, contributions: Iterable[tuple[CustomerKind, Decimal | None]]
    ) -> Benchmarks:
        """Take the cut-offs of a portfolio, in one pass and in any order.

        Amounts are compared at the cent, the scale of the fact. Memory is about eight bytes for
        each customer with a positive contribution.

        Args:
            as_of: The day of the run.
            contributions: Kind and contribution of twelve months; unknown ones don't count.

        Raises:
            InvalidValueError: An amount is no finite Decimal, or above 92 quadrillion.
        """
        tallies: defaultdict[CustomerKind, _Tally] = defaultdict(_Tally)
        for kind, amount in contributions:
            if amount is not None:
                tallies[kind].add(amount)
        kinds = sorted(tallies, key=list(CustomerKind).index)
        return cls(as_of, tuple(tallies[kind].benchmark(kind) for kind in kinds))

    def percentile(self, kind: CustomerKind, amount: Decimal) -> Decimal | None:
        """Where an amount stands among the kind's customers with a positive contribution.

        The amount belongs to the best 5 % exactly if the answer is 0.95 or more: the largest
        permille whose cut-off it reaches, so that equal amounts stand together, in the better
        place. The best 5 % of n are the smallest whole number not below n / 20.

        Args:
            kind: The customer's.
            amount: Contribution of twelve months, compared at the cent.

        Returns:
            0 to 0.999; 0 for an amount of zero or below; None where the kind was never seen, or
            nobody of it was positive and this is.
        """
        for one in self.kinds:
            if one.kind is kind:
                cents = amount.quantize(_CENT, context=EXACT)
                if cents <= 0:
                    return ZERO
                if not one.cutoffs:
                    return None
                reached = bisect_right(one.cutoffs, cents) - 1
                return Decimal(max(reached, 0)).scaleb(-3, context=EXACT)
        return None


class _Tally:
    """The positive contributions of one kind in cents, kept small while they stream by."""

    def __init__(self) -> None:
        self._population = 0
        self._runs: list[array[int]] = []
        self._run: list[int] = []

    def add(self, amount: Decimal) -> None:
        self._population += 1
        require_amount(amount, "Benchmarks.from_contributions")
        cents = int(amount.quantize(_CENT, context=EXACT).scaleb(2, context=EXACT))
        if cents > _MOST_CENTS:
            refuse("a contribution is beyond any ledger", "Benchmarks", "check its unit")
        if cents > 0:
            self._run.append(cents)
            if len(self._run) == _RUN:
                self._close_run()

    def _close_run(self) -> None:
        self._runs.append(array("q", sorted(self._run)))
        self._run.clear()

    def benchmark(self, kind: CustomerKind) -> KindBenchmark:
        self._close_run()
        positive = sum(len(run) for run in self._runs)
        ranks = [positive * step // STEPS for step in range(STEPS)] if positive else []
        cutoffs = _at_ranks(merge(*self._runs), ranks)
        return KindBenchmark(kind, self._population, positive, tuple(cutoffs))


def _at_ranks(ascending: Iterator[int], ranks: list[int]) -> Iterator[Decimal]:
    """The values at ascending ranks, which may repeat, of a stream read once."""
    place = -1
    value = 0
    for rank in ranks:
        while place < rank:
            value = next(ascending)
            place += 1
        yield Decimal(value).scaleb(-2, context=EXACT)

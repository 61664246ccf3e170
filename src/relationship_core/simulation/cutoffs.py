"""The cut-offs that percentiles are measured against, on several days in one pass."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import cast

from relationship_core.decisions.benchmarks import Benchmarks
from relationship_core.decisions.retention import WORTH_FACT
from relationship_core.domain import CustomerKind, Dossier
from relationship_core.engine import Engine
from relationship_core.errors import InvalidValueError
from relationship_core.rules import EXACT, Kind, quantise
from relationship_core.simulation.sides import Side

Cutoffs = Mapping[date, Benchmarks]
"""Cut-offs by their day; none where a book asks for no percentile."""

_CENT = Decimal("0.01")


def need_a_pass(sides: Iterable[Side]) -> bool:
    """Whether the cut-offs of any book have to be taken before its reviews begin."""
    return any(side.reads_percentiles for side in sides)


def cutoffs_of(
    sides: Sequence[Side], dossiers: Iterable[Dossier], days: Sequence[date]
) -> list[Cutoffs]:
    """The cut-offs that each book measures by, as `Engine.benchmarks` takes them.

    Books with the same contribution parameters share theirs. Memory is eight bytes for each
    customer and day.

    Args:
        sides: The books.
        dossiers: The whole portfolio, read once.
        days: The days, each once.
    """
    worths: list[_Worths] = []
    for side in sides:
        if side.reads_percentiles and not any(each.are_of(side) for each in worths):
            worths.append(_Worths(side.engine, days))
    if worths:
        for dossier in dossiers:
            for each in worths:
                each.add(dossier)
    taken = [(each, each.benchmarks()) for each in worths]
    return [
        next((known for each, known in taken if side.reads_percentiles and each.are_of(side)), {})
        for side in sides
    ]


class _Worths:
    """What all customers bring in by one book on some days, in cents."""

    def __init__(self, engine: Engine, days: Sequence[date]) -> None:
        self._engine = engine
        self._cents: dict[date, defaultdict[CustomerKind, array[int]]] = {
            day: defaultdict(lambda: array("q")) for day in days
        }

    def are_of(self, side: Side) -> bool:
        return self._engine.rule_book.contribution == side.book.contribution

    def add(self, dossier: Dossier) -> None:
        given = dossier.supplied.get(WORTH_FACT)
        for day, kinds in self._cents.items():
            if given is None:
                worth = self._engine.contribution(dossier, day).total_12m
            else:
                worth = cast(Decimal, quantise(given, Kind.MONEY))
            if worth is not None:
                kinds[dossier.customer.kind].append(_in_cents(worth))

    def benchmarks(self) -> Cutoffs:
        return {
            day: Benchmarks.from_contributions(day, _amounts(kinds))
            for day, kinds in self._cents.items()
        }


def _in_cents(worth: Decimal) -> int:
    cents = int(worth.quantize(_CENT, context=EXACT).scaleb(2, context=EXACT))
    if abs(cents) >= 2**63:
        raise InvalidValueError(
            "a contribution is beyond any ledger", where="simulation", mend="check its unit"
        )
    return cents


def _amounts(
    kinds: Mapping[CustomerKind, array[int]],
) -> Iterator[tuple[CustomerKind, Decimal]]:
    for kind, cents in kinds.items():
        for amount in cents:
            yield kind, Decimal(amount).scaleb(-2, context=EXACT)

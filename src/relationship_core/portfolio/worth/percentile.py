"""Where a contribution stands among a portfolio's, in columns, as `decisions.benchmarks` says it.

Frames have `kind`, the customer's, and `contribution_12m` in hundredths, null where unknown. A
contribution that was supplied stands in place of the one reckoned, as in `Engine.benchmarks`: put
it into the column first.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from math import ceil
from typing import Any, Final

import narwhals as nw

from relationship_core.decisions.benchmarks import STEPS, Benchmarks, KindBenchmark
from relationship_core.domain.customer import CustomerKind
from relationship_core.domain.validation import refuse
from relationship_core.portfolio.tables import Frame
from relationship_core.portfolio.worth.literal import with_step
from relationship_core.rules import EXACT, Kind
from relationship_core.rules.compile_frame.cells import LARGEST, as_value

AMOUNT: Final = "contribution_12m"
PERCENTILE: Final = "contribution_percentile"

_PERMILLE: Final = 10**Kind.RATIO.scale // STEPS
"""A permille in units of a ratio."""


def with_percentile(portfolio: Frame) -> Frame:
    """A whole portfolio with each customer's place among those of the kind, lazily.

    Args:
        portfolio: Every customer of it.

    Returns:
        It with `contribution_percentile` in millionths: 0 for amounts of zero and below, null where
        the contribution isn't known.
    """
    amount = nw.col(AMOUNT)
    placed = portfolio.with_columns(positive=nw.when(amount > 0).then(amount)).with_columns(
        reached=nw.col("positive").rank("max").over("kind").cast(nw.Int64()),
        among=nw.col("positive").count().over("kind").cast(nw.Int64()),
    )
    # The largest step that leaves no fewer behind: at 950, of 20 positive ones 19.
    permille = (nw.col("reached") * STEPS - 1) // nw.col("among")
    return placed.with_columns(_percentile(permille * _PERMILLE, nw.lit(0))).drop(
        "positive", "reached", "among"
    )


def with_percentile_by(frame: Frame, benchmarks: Benchmarks) -> Frame:
    """Any customers with their places in the portfolio that benchmarks were taken of, lazily.

    Args:
        frame: The customers.
        benchmarks: What the run over the portfolio left behind.

    Returns:
        They with `contribution_percentile`, as `Benchmarks.percentile` says it, in millionths, in
        any order.

    Raises:
        InvalidValueError: A cut-off is beyond any ledger.
    """
    kinds = {one.kind: number for number, one in enumerate(benchmarks.kinds)}
    cutoffs = [[_cents(each) for each in one.cutoffs] for one in benchmarks.kinds]
    top = max([cents for each in cutoffs for cents in each], default=0) + 1
    if top * (len(kinds) + 1) > LARGEST:
        refuse("a cut-off is beyond any ledger", "Benchmarks", "check its unit")
    number, nobody = nw.lit(None, dtype=nw.Int64()), nw.lit(None, dtype=nw.Int64())
    for kind, place in kinds.items():
        number = nw.when(nw.col("kind") == kind.value).then(nw.lit(place)).otherwise(number)
    # One ascending number for kind and amount, so that one search serves all kinds.
    amount = nw.col(AMOUNT).clip(0, top)
    sought = (number * (top + 1) + amount).cast(nw.Int64()).fill_null(-1)
    steps = [
        (place * (top + 1) + cents, reached)
        for place, each in enumerate(cutoffs)
        for cents, reached in _steps(each)
    ]
    placed = with_step(
        frame.with_columns(sought=sought),
        "sought",
        [-1, *[key for key, _ in steps]],
        "reached",
        [None, *[step for _, step in steps]],
    )
    seen = nw.col("kind").is_in([kind.value for kind in kinds]) if kinds else nw.lit(False)
    return placed.with_columns(
        _percentile(nw.col("reached") * _PERMILLE, nw.when(seen).then(nw.lit(0)).otherwise(nobody))
    ).drop("sought", "reached")


def _percentile(positive: nw.Expr, other: nw.Expr) -> nw.Expr:
    amount = nw.col(AMOUNT)
    place = nw.when(amount > 0).then(positive).otherwise(nw.when(amount <= 0).then(other))
    return place.cast(nw.Int64()).alias(PERCENTILE)


def _steps(cutoffs: list[int]) -> Iterator[tuple[int, int | None]]:
    """Amounts, ascending, from which on permilles are reached."""
    yield 0, 0 if cutoffs else None
    for cents in sorted(set(cutoffs)):
        yield cents, bisect_right(cutoffs, cents) - 1


def benchmarks_of(portfolio: Frame, as_of: date) -> Benchmarks:
    """The cut-offs of a portfolio, the same as `Benchmarks.from_contributions` takes.

    Its contributions are computed for this: eight bytes are held of each that is positive.

    Args:
        portfolio: Every customer of it.
        as_of: The day of the run.
    """
    amount = nw.col(AMOUNT)
    known = portfolio.filter(~amount.is_null()).select("kind", AMOUNT)
    kinds = list(CustomerKind)
    number = nw.lit(0)
    for place, kind in enumerate(kinds):
        number = nw.when(nw.col("kind") == kind.value).then(nw.lit(place)).otherwise(number)
    held = known.select(kind=number.cast(nw.Int8()), cents=amount).collect("pyarrow").to_native()
    found = (_benchmark(kind, _of_kind(held, place)) for place, kind in enumerate(kinds))
    return Benchmarks(as_of, tuple(one for one in found if one is not None))


def _of_kind(held: Any, place: int) -> Any:
    import pyarrow.compute as pc  # noqa: PLC0415 - slow to import, and only needed here

    return held.column("cents").filter(pc.equal(held.column("kind"), place)).combine_chunks()


def _benchmark(kind: CustomerKind, cents: Any) -> KindBenchmark | None:
    import pyarrow.compute as pc  # noqa: PLC0415

    if not len(cents):
        return None
    positive = cents.filter(pc.greater(cents, 0))
    count = len(positive)
    if not count:
        return KindBenchmark(kind, len(cents), 0, ())
    ascending = positive.take(pc.sort_indices(positive))
    ranks = [count * step // STEPS for step in range(STEPS)]
    cutoffs = [as_value(each, Kind.MONEY) for each in ascending.take(ranks).to_pylist()]
    return KindBenchmark(kind, len(cents), count, tuple(cutoffs))  # type: ignore[arg-type]


def _cents(cutoff: Decimal) -> int:
    """The least amount at the cent that reaches a cut-off."""
    return ceil(EXACT.scaleb(cutoff, Kind.MONEY.scale))

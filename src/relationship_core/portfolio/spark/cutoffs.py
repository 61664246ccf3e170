"""The cut-offs of a portfolio, found where its contributions are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from relationship_core.decisions.benchmarks import STEPS, Benchmarks, KindBenchmark
from relationship_core.domain import CustomerKind
from relationship_core.rules import EXACT

# Whether the place of a permille, k * positive / 1000 rounded down, lies among those of an amount's
# customers: the least k whose place isn't below them is asked. In whole numbers, never by floats.
_HOLDS_A_STEP: Final = (
    f"((below * {STEPS} + positive - 1) div positive) * positive < {STEPS} * (below + count)"
)


def cutoffs_of(worth: Any, as_of: date) -> Benchmarks:
    """The cut-offs that `Benchmarks.from_contributions` would take; runs a query.

    No more than a thousand amounts of each kind come to the driver.

    Args:
        worth: A DataFrame of `kind` and `contribution_12m` in hundredths, null where unknown.
        as_of: The day.
    """
    from pyspark.sql import Window  # noqa: PLC0415
    from pyspark.sql import functions as F  # noqa: N812, PLC0415

    cents = F.col("contribution_12m")
    counted = worth.where(cents.isNotNull()).groupBy("kind", cents.alias("cents")).count()
    counted = counted.persist()
    try:
        is_positive = F.col("cents") > 0
        populations = counted.groupBy("kind").agg(
            F.sum("count").alias("population"),
            F.sum(F.when(is_positive, F.col("count")).otherwise(0)).alias("positive"),
        )
        sizes = {row["kind"]: (row["population"], row["positive"]) for row in populations.collect()}
        upwards = Window.partitionBy("kind").orderBy("cents")
        ranked = counted.where(is_positive).withColumn(
            "below", F.sum("count").over(upwards) - F.col("count")
        )
        totals = populations.select("kind", "positive")
        held = ranked.join(F.broadcast(totals), "kind").where(_HOLDS_A_STEP)
        steps: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
        for row in held.select("kind", "below", "cents").collect():
            steps[row["kind"]].append((row["below"], row["cents"]))
    finally:
        counted.unpersist()
    kinds = [kind for kind in CustomerKind if kind.value in sizes]
    return Benchmarks(
        as_of, tuple(_benchmark(kind, *sizes[kind.value], steps[kind.value]) for kind in kinds)
    )


def _benchmark(
    kind: CustomerKind, population: int, positive: int, held: Sequence[tuple[int, int]]
) -> KindBenchmark:
    ascending = sorted(held)
    cutoffs = []
    place = 0
    for step in range(STEPS if positive else 0):
        rank = positive * step // STEPS
        while place + 1 < len(ascending) and ascending[place + 1][0] <= rank:
            place += 1
        cutoffs.append(Decimal(ascending[place][1]).scaleb(-2, context=EXACT))
    return KindBenchmark(kind, population, positive, tuple(cutoffs))

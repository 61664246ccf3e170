"""A run's summary, counted from the files it left."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import duckdb

from relationship_core.decisions.accrual import Component
from relationship_core.decisions.tariff import tariff_of
from relationship_core.domain import CustomerKind
from relationship_core.engine import Engine
from relationship_core.portfolio.run.sql import only_row, rows_in
from relationship_core.portfolio.summary import Summary, Waterfall
from relationship_core.rules import exact

_NONE: Final = "none"
_UNDETERMINED: Final = ("stage", "tier", "retention")


def count_reviews(
    connection: duckdb.DuckDBPyConnection,
    reviews: Path,
    *,
    engine: Engine,
    as_of: date,
    rejected: Iterable[tuple[str, int]],
) -> Summary:
    """Count the reviews in a folder of Parquet files and add up what they come to.

    Args:
        connection: Where to count.
        reviews: The folder.
        engine: The bank's rules, which give the order of the counts.
        as_of: The review date.
        rejected: Rows and cells left out, by file.
    """
    source = rows_in(reviews / "*.parquet")
    waterfalls = _waterfalls(connection, source)
    book = engine.rule_book
    counts: dict[str, Mapping[str, int]] = {
        "kind": dict.fromkeys((kind.value for kind in CustomerKind), 0),
        "stage": dict.fromkeys((stage.id for stage in book.lifecycle.stages), 0),
        "tier": dict.fromkeys(book.tiering.ladder, 0),
        "match": {},
        "treatment": {},
        "retention_risk": dict.fromkeys(book.retention.levels, 0),
    }
    for name, expected in counts.items():
        found = connection.execute(
            f"SELECT coalesce({name}, '{_NONE}'), count(*) FROM {source} GROUP BY 1 ORDER BY 1"
        ).fetchall()
        counts[name] = {**expected, **dict(found)}
    open_ = ", ".join(f"count(*) FILTER ({name}_undetermined)" for name in _UNDETERMINED)
    told = only_row(connection, f"SELECT {open_} FROM {source}")
    counts["undetermined"] = dict(zip(_UNDETERMINED, told, strict=True))
    return Summary(
        as_of=as_of,
        customers=sum(counts["kind"].values()),
        currency=tariff_of(book.contribution).currency,
        counts=tuple((name, tuple(counted.items())) for name, counted in counts.items()),
        waterfall=_together(waterfalls.values()),
        waterfall_by_kind=tuple((kind, waterfalls[kind]) for kind in CustomerKind),
        rejected=tuple(rejected),
        rule_book=book.fingerprint,
        plugins=book.plugins,
        skipped=engine.skipped,
    )


def _waterfalls(
    connection: duckdb.DuckDBPyConnection, source: str
) -> dict[CustomerKind, Waterfall]:
    """The contribution of each kind, of those customers whose contribution is known."""
    sums = ", ".join(f"sum({one}) FILTER (contribution_12m IS NOT NULL)" for one in Component)
    rows = connection.execute(
        f"SELECT kind, count(contribution_12m), count(*) - count(contribution_12m), {sums}"
        f" FROM {source} GROUP BY kind"
    ).fetchall()
    found: dict[str, list[Any]] = {kind: rest for kind, *rest in rows}
    nothing = [0, 0, *[None] * len(Component)]
    return {kind: _waterfall(found.get(kind, nothing)) for kind in CustomerKind}


def _waterfall(row: Iterable[Any]) -> Waterfall:
    known, unknown, *amounts = row
    sums = [Decimal(0) if amount is None else amount for amount in amounts]
    return Waterfall(known, unknown, tuple(zip(Component, sums, strict=True)))


def _together(waterfalls: Iterable[Waterfall]) -> Waterfall:
    all_of_them = list(waterfalls)
    with exact():
        components = tuple(
            (one, sum((dict(each.components)[one] for each in all_of_them), Decimal(0)))
            for one in Component
        )
    return Waterfall(
        sum(each.customers for each in all_of_them),
        sum(each.unknown for each in all_of_them),
        components,
    )

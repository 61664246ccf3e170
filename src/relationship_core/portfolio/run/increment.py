"""Rows of an earlier run that stand, put together with those made anew."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pyarrow as pa

from relationship_core.decisions.benchmarks import Benchmarks
from relationship_core.portfolio.run.durable import lasting
from relationship_core.portfolio.run.sql import copy, only_row, rows_in
from relationship_core.portfolio.run.stages import CUSTOMER, KIND, WORTH


def stand(earlier: Path, to: Path) -> None:
    """Take a part's file of an earlier run as it is."""
    with lasting(to) as half:
        shutil.copyfile(earlier, half)


def merge(
    connection: duckdb.DuckDBPyConnection,
    *,
    earlier: Path,
    fresh: Path | None,
    inputs: Path,
    to: Path,
) -> None:
    """Write a part's fresh rows, and an earlier run's of its other customers who are still there.

    Args:
        connection: A database to work in.
        earlier: The earlier run's file of the part.
        fresh: The rows made anew; None for none.
        inputs: A file of who is in the part now.
        to: The file to write.
    """
    rows = (
        f"SELECT * FROM {rows_in(earlier)}"
        f" WHERE {CUSTOMER} IN (SELECT {CUSTOMER} FROM {rows_in(inputs)})"
    )
    if fresh is not None:
        rows += f" AND {CUSTOMER} NOT IN (SELECT {CUSTOMER} FROM {rows_in(fresh)})"
        rows = f"SELECT * FROM {rows_in(fresh)} UNION ALL BY NAME {rows}"
    with lasting(to) as half:
        copy(connection, f"SELECT * FROM ({rows}) ORDER BY {CUSTOMER}", half)


def pick_moved(
    connection: duckdb.DuckDBPyConnection,
    *,
    facts: Path,
    fresh: Path | None,
    before: Benchmarks,
    now: Benchmarks,
    to: Path,
) -> int:
    """Write the facts of those to decide on anew, and say how many they are.

    They are those who were observed anew, and those whose percentile isn't what it was.

    Args:
        connection: A database to work in.
        facts: The facts of a part.
        fresh: Those that were observed anew; None for none.
        before: The cut-offs of the earlier run.
        now: The cut-offs of this one.
        to: The file to write.
    """
    also = f" UNION SELECT {CUSTOMER} FROM {rows_in(fresh)}" if fresh else ""
    connection.register("places_before", _places(before))
    connection.register("places_now", _places(now))
    with lasting(to) as half:
        copy(
            connection,
            f"SELECT * FROM {rows_in(facts)} WHERE {CUSTOMER} IN ({_moved(facts)}{also})",
            half,
        )
    connection.unregister("places_before")
    connection.unregister("places_now")
    return int(only_row(connection, f"SELECT count(*) FROM {rows_in(to)}")[0])


def _moved(facts: Path) -> str:
    """In SQL: those whose contribution reaches another of the cut-offs now.

    Who brings in nothing stands at the very bottom, wherever the cut-offs are.
    """
    joins = " ".join(
        f"ASOF LEFT JOIN places_{when} AS {when}"
        f" ON f.{KIND} = {when}.kind AND f.worth >= {when}.cutoff"
        for when in ("before", "now")
    )
    return (
        f"SELECT f.{CUSTOMER} FROM (SELECT *, CAST({WORTH} AS BIGINT) AS worth"
        f" FROM {rows_in(facts)} WHERE {WORTH} > 0) AS f {joins}"
        " WHERE before.place IS DISTINCT FROM now.place"
    )


def _places(benchmarks: Benchmarks) -> pa.Table:
    """Each cut-off in hundredths, and the best place that reaching it gives."""
    places = {
        (one.kind.value, int(cutoff.scaleb(2))): place
        for one in benchmarks.kinds
        for place, cutoff in enumerate(one.cutoffs)
    }
    return pa.table(
        {
            "kind": pa.array([kind for kind, _ in places], pa.string()),
            "cutoff": pa.array([cutoff for _, cutoff in places], pa.int64()),
            "place": pa.array(list(places.values()), pa.int64()),
        }
    )

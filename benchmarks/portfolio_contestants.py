"""Who takes part: the floor, queries written by hand, and the library, Parquet to Parquet."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

Job = Callable[[Path, Path], None]

TIER: Final = ("customer_id", "contribution_12m", "contribution_percentile", "tier")
"""The columns of the job "contribution, rank and tier"."""


class Cost(NamedTuple):
    """What one run of a job took.

    Args:
        wall: Seconds on the clock.
        cpu: Seconds of processors, those of child processes included.
        peak: The most MiB of memory the process has held, and each child process.
    """

    wall: float
    cpu: float
    peak: float


def _floor_polars(folder: Path, out: Path) -> None:
    import polars as pl

    scanned = pl.scan_parquet(folder / "positions.parquet")
    scanned.select(pl.col("closing_balance").sum()).sink_parquet(out)


def _floor_duckdb(folder: Path, out: Path) -> None:
    import duckdb

    with duckdb.connect() as database:
        database.execute(
            f"COPY (SELECT sum(closing_balance) FROM '{folder / 'positions'}.parquet')"
            f" TO '{out}' (FORMAT parquet)"
        )


def _by_hand(module: str) -> Job:
    def job(folder: Path, out: Path) -> None:
        __import__(module).answer(folder, out)

    return job


def _ours_polars(columns: tuple[str, ...] | None) -> Job:
    def job(folder: Path, out: Path) -> None:
        import polars as pl
        from portfolio_data import AS_OF

        from relationship_core import Engine
        from relationship_core.portfolio.review import review
        from relationship_core.portfolio.tables import Tables

        tables = {file.stem: pl.scan_parquet(file) for file in sorted(folder.glob("*.parquet"))}
        book = Engine.from_plugins().rule_book
        exact = Tables.of(tables).measured()
        review(exact, book, AS_OF, columns=columns).sink_parquet(out)

    return job


def _ours_duckdb(columns: tuple[str, ...] | None) -> Job:
    def job(folder: Path, out: Path) -> None:
        import duckdb
        from portfolio_data import AS_OF

        from relationship_core import Engine
        from relationship_core.portfolio.review import review
        from relationship_core.portfolio.tables import Tables

        with duckdb.connect() as database:
            database.execute("SET preserve_insertion_order = false")
            tables = {
                file.stem: database.read_parquet(str(file))
                for file in sorted(folder.glob("*.parquet"))
            }
            book = Engine.from_plugins().rule_book
            exact = Tables.of(tables).measured()
            review(exact, book, AS_OF, columns=columns).write_parquet(str(out))

    return job


def _command(engine: str) -> Job:
    """The command line, from folder to folder, every row checked first."""

    def job(folder: Path, out: Path) -> None:
        import shutil

        from portfolio_data import AS_OF

        from relationship_core.cli import main

        shutil.rmtree(out, ignore_errors=True)
        told = ["--as-of", AS_OF.isoformat(), "--out", str(out), "--engine", engine]
        sys.argv = ["relationship-core", "review", str(folder), *told]
        try:
            main()
        except SystemExit as end:
            if end.code:
                raise

    return job


FLOORS: Final[dict[str, Job]] = {
    "floor: sum of a column, Polars": _floor_polars,
    "floor: sum of a column, DuckDB": _floor_duckdb,
}
BY_HAND: Final[dict[str, Job]] = {
    "by hand, Polars": _by_hand("portfolio_polars"),
    "by hand, DuckDB": _by_hand("portfolio_duckdb"),
    "by hand, pandas": _by_hand("portfolio_pandas"),
    "by hand, PySpark": _by_hand("portfolio_spark"),
}
OURS: Final[dict[str, Job]] = {
    "ours, Polars": _ours_polars(TIER),
    "ours, DuckDB": _ours_duckdb(TIER),
}
WHOLE: Final[dict[str, Job]] = {
    "whole review, Polars": _ours_polars(None),
    "whole review, DuckDB": _ours_duckdb(None),
}
COMMANDS: Final[dict[str, Job]] = {
    "command, Polars": _command("polars"),
    "command, DuckDB": _command("duckdb"),
}
JOBS: Final = {**FLOORS, **BY_HAND, **OURS, **WHOLE, **COMMANDS}


def cost_of(job: Job, folder: Path, out: Path, *, is_warm: bool) -> Cost:
    """Do a job once, or a second time where it is to be warm, and tell what that took."""
    if is_warm:
        job(folder, out)
    cpu, wall = _cpu_seconds(), time.perf_counter()
    job(folder, out)
    wall = time.perf_counter() - wall
    return Cost(wall, _cpu_seconds() - cpu, max(map(_peak, _processes())))


def _processes() -> Iterator[int]:
    """This process and those it started that still run: PySpark's Java is one."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            after_name = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(stat.parent.name)] = int(after_name[1])
    for process in parents:
        above = process
        while above in parents and above != os.getpid():
            above = parents[above]
        if above == os.getpid():
            yield process


def _cpu_seconds() -> float:
    ticks = 0
    for process in _processes():
        after_name = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        # Its own in user and system mode, and those of its children that have ended.
        ticks += sum(map(int, after_name[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


def _peak(process: int) -> float:
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0

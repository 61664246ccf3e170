"""A portfolio reviewed with columns, from folder to folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Final

import duckdb
from attrs import frozen

from relationship_core.engine import Engine
from relationship_core.errors import InvalidValueError
from relationship_core.portfolio.run.carrying_out import Carrying
from relationship_core.portfolio.run.counts import count_reviews
from relationship_core.portfolio.run.division import Earlier
from relationship_core.portfolio.run.giving_up import told_plainly
from relationship_core.portfolio.run.job import MEMORY, Follow, Job, unfollowed
from relationship_core.portfolio.run.journal import Journal
from relationship_core.portfolio.run.manifest import SUCCESS, Manifest, read_manifest
from relationship_core.portfolio.run.publishing import put_in_place, require_ours
from relationship_core.portfolio.run.snapshot import Snapshot
from relationship_core.portfolio.run.stages import REVIEWS, Stages, WholeStages
from relationship_core.portfolio.summary import Summary

_PUBLISHED: Final = "whole but for its place"


@frozen
class Outcome:
    """What a run left.

    Args:
        folder: Where it is.
        manifest: What it says of itself.
        engine: The bank's rules.
    """

    folder: Path
    manifest: Manifest
    engine: Engine

    def summary(self) -> Summary:
        """Count the reviews and add up what they come to."""
        with duckdb.connect() as connection:
            connection.execute("SET enable_progress_bar = false")
            return count_reviews(
                connection,
                self.folder / REVIEWS,
                engine=self.engine,
                as_of=self.manifest.as_of,
                rejected=self.manifest.rejected.items(),
            )


def run_review(
    source: Path | str,
    out: Path | str,
    *,
    engine: Engine,
    as_of: date,
    on: str = "duckdb",
    since: Path | str | None = None,
    is_strict: bool = False,
    memory: str = MEMORY,
    master: str | None = None,
    follow: Follow = unfollowed,
) -> Outcome:
    """Review every customer of a portfolio folder with columns, and leave a folder of the outcome.

    What is decided is what `review_folder` decides, customer by customer. A run that was ended, by
    whatever, goes on where it was when it is started again with the same source, rules and day:
    parts that are finished stay. The outcome takes its place once all of it is there, the mark
    `_SUCCESS` last. Observers aren't told, as no review is built.

    Args:
        source: The portfolio folder.
        out: Where to write: a new or empty folder, or one that holds an earlier run's outcome only.
            Beside it a hidden folder is at work, which only its owner can read.
        engine: The bank's rules.
        as_of: The review date.
        on: What computes it: "duckdb", "polars", or "spark".
        since: The folder of an earlier run, which may be `out` itself. Of the same day, rules and
            versions, only customers of whom something changed are reviewed again; the outcome is
            that of a full run.
        is_strict: Whether any row or cell left out stops the run before it begins.
        memory: What DuckDB may hold before it goes to the disk, as it writes it.
        master: Where Spark runs, as it writes it: "local[4]", "yarn"; by default where its own
            configuration says, or the session that is active. Its workers must see the folder of
            the outcome, and the one beside it, at the same place.
        follow: Is told what is being done, for how many customers it is done, and how many there
            are.

    Raises:
        DataError: The source makes no portfolio or changed meanwhile, something else is in the way
            of the outcome, another run is writing it, there is no finished run to go on from, or
            the run is strict and something was left out.
        ReviewError: A standing comes from a later review or from other rules, a model fails, or
            the engine gives up, for want of memory, say.
        ParameterError: A parameter that a position needs is not in force.
        InvalidValueError: There is no such engine.
        MissingExtraError: It isn't installed.
    """
    job = Job(
        source=Path(source),
        out=Path(out),
        engine=engine,
        as_of=as_of,
        since=None if since is None else Path(since),
        is_strict=is_strict,
        memory=memory,
        master=master,
    )
    if on not in _ENGINES:
        raise InvalidValueError(
            "there is no such engine", where="on", mend=f"one of {', '.join(_ENGINES)}"
        )
    return Outcome(job.out, carry_out(job, _ENGINES[on](job), follow), engine)


def carry_out(job: Job, stages: Stages | WholeStages, follow: Follow = unfollowed) -> Manifest:
    """Carry out a run, or what is left of it, and put its outcome in place.

    Args:
        job: What is asked for.
        stages: What computes it.
        follow: Follows the run.

    Raises:
        DataError: The source makes no portfolio or changed meanwhile, something else is in the way
            of the outcome, another run is writing it, or the run is strict and something was left
            out.
    """
    out = job.out.absolute()
    require_ours(out)
    with told_plainly(), Journal(job.work, out) as journal:
        work = journal.place
        if journal.entry(_PUBLISHED) is not None:
            put_in_place(work, out)
            if not (out / SUCCESS).exists():
                # Somebody took it away before the work folder was gone.
                journal.forget()
        earlier = None if job.since is None else Earlier(job.since, read_manifest(job.since))
        snapshot = Snapshot.of(job.source)
        journal.begin(
            job.identity(
                snapshot,
                None if earlier is None else earlier.manifest,
                is_whole=isinstance(stages, WholeStages),
            )
        )
        if journal.entry(_PUBLISHED) is None:
            spill = str(work / "spill")
            with duckdb.connect(
                config={"memory_limit": job.memory, "temp_directory": spill}
            ) as connection:
                # In a notebook or at a prompt it would draw among what the host prints.
                connection.execute("SET enable_progress_bar = false")
                Carrying(job, stages, connection, journal, snapshot, earlier, follow).carry_out()
            require_ours(out)
            journal.note(_PUBLISHED, True)
            put_in_place(work, out)
        journal.remove()
    return read_manifest(out)


def _duckdb(job: Job) -> Stages:
    from relationship_core.portfolio.run.engines import DuckDBStages  # noqa: PLC0415

    return DuckDBStages(job.engine.rule_book, job.as_of, job.memory, job.work / "spill")


def _polars(job: Job) -> Stages:
    from relationship_core.portfolio.run.engines import PolarsStages  # noqa: PLC0415

    return PolarsStages(job.engine.rule_book, job.as_of)


def _spark(job: Job) -> WholeStages:
    from relationship_core.portfolio.spark.stages import SparkStages  # noqa: PLC0415

    return SparkStages(job.engine.rule_book, job.as_of, job.master)


_ENGINES: Final[Mapping[str, Callable[[Job], Stages | WholeStages]]] = MappingProxyType(
    {"duckdb": _duckdb, "polars": _polars, "spark": _spark}
)
"""Makers of the stages of each engine; none is imported before it is asked for."""

"""A portfolio reviewed with columns, from folder to folder."""

from __future__ import annotations

import duckdb

from relationship_core.portfolio.run.carrying_out import Carrying
from relationship_core.portfolio.run.job import Follow, Job, unfollowed
from relationship_core.portfolio.run.journal import Journal
from relationship_core.portfolio.run.manifest import Manifest, read_manifest
from relationship_core.portfolio.run.preparing import Earlier
from relationship_core.portfolio.run.publishing import put_in_place, require_ours
from relationship_core.portfolio.run.snapshot import Snapshot
from relationship_core.portfolio.run.stages import Stages, WholeStages

_PUBLISHED = "whole but for its place"


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
    with Journal(job.work, out) as journal:
        work = journal.place
        if journal.entry(_PUBLISHED) is not None:
            put_in_place(work, out)
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

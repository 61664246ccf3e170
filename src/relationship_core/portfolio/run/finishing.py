"""The last step of a run: what it says of itself, and the mark that it is whole."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Final

import duckdb

from relationship_core.portfolio.run.branches import BRANCHES_FILE
from relationship_core.portfolio.run.content import HASHED_BY
from relationship_core.portfolio.run.counts import count_reviews
from relationship_core.portfolio.run.division import Division, Earlier
from relationship_core.portfolio.run.durable import write_json, write_text
from relationship_core.portfolio.run.inputs import INPUTS
from relationship_core.portfolio.run.job import Job, versions
from relationship_core.portfolio.run.manifest import (
    MANIFEST,
    SUCCESS,
    Manifest,
    RunFile,
    content_of_all,
)
from relationship_core.portfolio.run.preparing import REJECTED
from relationship_core.portfolio.run.publishing import BENCHMARKS, RULE_BOOK, SUMMARY
from relationship_core.portfolio.run.snapshot import Snapshot, sha256_of
from relationship_core.portfolio.run.stages import REVIEWS

_BESIDE: Final = (BENCHMARKS, SUMMARY, REJECTED, RULE_BOOK, BRANCHES_FILE)


def finish(
    job: Job,
    connection: duckdb.DuckDBPyConnection,
    made: Path,
    division: Division,
    *,
    snapshot: Snapshot,
    engines: Collection[str],
    files: Sequence[RunFile],
    since: Earlier | None,
    again: int,
) -> None:
    """Write the summary, the rule book, the manifest and, last of all, the mark of success.

    Args:
        job: What was asked for.
        connection: A database to work in.
        made: The folder that is the outcome.
        division: What was read.
        snapshot: The files that were read.
        engines: What computed it.
        files: The files of rows.
        since: The run whose customers stood.
        again: How many customers were decided on anew.
    """
    summary = count_reviews(
        connection,
        made / REVIEWS,
        engine=job.engine,
        as_of=job.as_of,
        rejected=division.rejected,
    )
    write_json(made / SUMMARY, summary.to_json())
    # On one line: what machines read alone is written several times as fast.
    write_text(made / RULE_BOOK, json.dumps(job.engine.rule_book.to_json(), ensure_ascii=False))
    benchmarks = (made / BENCHMARKS).read_text(encoding="utf-8")
    in_order = tuple(sorted(files, key=lambda file: file.file))
    book = job.engine.rule_book
    manifest = Manifest(
        as_of=job.as_of,
        customers=division.customers,
        parts=len(division.parts),
        rule_book=book.fingerprint,
        plugins=book.plugins,
        skipped=job.engine.skipped,
        engines=tuple(sorted(engines)),
        versions=versions(),
        hashed_by=HASHED_BY,
        content=content_of_all([one for one in in_order if one.table != INPUTS], benchmarks),
        basis=division.basis,
        source=tuple(snapshot.to_json()),
        rejected=dict(division.rejected),
        since=None if since is None else since.manifest.content,
        reviewed_again=again,
        files=in_order,
        beside={name: sha256_of(made / name) for name in _BESIDE if (made / name).exists()},
    )
    write_json(made / MANIFEST, manifest.to_json())
    write_text(made / SUCCESS, "")

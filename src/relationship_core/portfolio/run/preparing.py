"""The first step of a run: the folder read, checked and divided, and who is to be reviewed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import duckdb
from attrs import evolve, frozen

from relationship_core.portfolio.rejected import require_clean, write_rejected
from relationship_core.portfolio.run.branches import BRANCHES_FILE
from relationship_core.portfolio.run.content import digest_of_all
from relationship_core.portfolio.run.dividing import (
    divide,
    keep_together,
    part_count,
    part_file,
    tables_of,
)
from relationship_core.portfolio.run.durable import lasting
from relationship_core.portfolio.run.inputs import INPUTS, digest_inputs, keep_changed, write_inputs
from relationship_core.portfolio.run.job import Job
from relationship_core.portfolio.run.manifest import Manifest
from relationship_core.portfolio.run.opening import (
    Measures,
    Opened,
    PartTables,
    measures_from,
    measures_json,
)
from relationship_core.portfolio.run.sql import copy, only_row, rows_in
from relationship_core.portfolio.run.stages import FACTS
from relationship_core.portfolio.schema import BRANCHES, CUSTOMERS
from relationship_core.portfolio.tables import read_tables

REJECTED: Final = "rejected.csv"
TABLES_FOLDER: Final = "tables"


@frozen
class Earlier:
    """A finished run, whose customers stand where nothing of them changed.

    Args:
        folder: Where it is.
        manifest: What it says of itself.
    """

    folder: Path
    manifest: Manifest

    def can_stand(self, basis: str) -> bool:
        """Whether its customers can, in a run of this basis: there is a file for each part."""
        has_parts = len(self.manifest.files_of(FACTS)) == self.manifest.parts
        return has_parts and self.manifest.basis == basis


@frozen
class Part:
    """How many customers of a part there are.

    Args:
        customers: All of them.
        changed: Those to be observed, as nothing earlier stands for them.
        is_as_before: Whether the part holds the very customers that an earlier run's part holds,
            unchanged.
    """

    customers: int
    changed: int
    is_as_before: bool


@frozen
class Division:
    """A folder that has been read, checked and divided.

    Args:
        parts: The parts of its customers.
        names: The tables that it has.
        measures: How their columns of numbers are to be read.
        rejected: Rows and cells left out, by file.
        basis: All that every customer's outcome depends on but for their own records.
        is_increment: Whether the parts' tables hold only those who changed since an earlier run.
    """

    parts: tuple[Part, ...]
    names: tuple[str, ...]
    measures: Measures
    rejected: tuple[tuple[str, int], ...]
    basis: str
    is_increment: bool

    @property
    def customers(self) -> int:
        """How many customers there are in all."""
        return sum(part.customers for part in self.parts)

    def tables(self, work: Path, part: int) -> PartTables:
        """The tables of a part in a run's work folder."""
        return PartTables(tables_of(work / TABLES_FOLDER, self.names, part), self.measures)

    def to_json(self) -> dict[str, Any]:
        """As plain JSON data."""
        return {
            "parts": [[one.customers, one.changed, one.is_as_before] for one in self.parts],
            "names": self.names,
            "measures": measures_json(self.measures),
            "rejected": self.rejected,
            "basis": self.basis,
            "is_increment": self.is_increment,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Division:
        """The division that `to_json` wrote."""
        return cls(
            tuple(Part(*one) for one in data["parts"]),
            tuple(data["names"]),
            measures_from(data["measures"]),
            tuple((file, count) for file, count in data["rejected"]),
            data["basis"],
            data["is_increment"],
        )


def prepare(
    job: Job,
    connection: duckdb.DuckDBPyConnection,
    work: Path,
    made: Path,
    *,
    earlier: Earlier | None,
    is_whole: bool,
) -> Division:
    """Read and check the folder and write its parts' tables, and the digests of their inputs.

    Args:
        job: What is asked for.
        connection: A database to work in.
        work: The run's work folder, where the tables go.
        made: The folder that is to be the outcome.
        earlier: A run whose customers stand if nothing of them changed.
        is_whole: Whether everybody is to be in one part, and nobody of an earlier run stands.

    Raises:
        DataError: The files make no portfolio, or the run is strict and something was left out.
    """
    book = job.engine.rule_book
    with read_tables(job.source, as_of=job.as_of, facts=book.catalogue, engine="duckdb") as folder:
        opened = Opened.of(folder.tables)
        if job.is_strict:
            require_clean(folder.rejections)
        with lasting(made / REJECTED) as half:
            rejected = write_rejected(half, folder.rejections)
        basis = digest_of_all([], *job.basis(opened.shape(connection)))
        if is_whole or earlier is None or not earlier.can_stand(basis):
            earlier = None
        parts = 1 if is_whole else _part_count(connection, opened, job, earlier)
        digest_inputs(connection, opened.queries, parts)
        write_inputs(connection, made / INPUTS, parts)
        if BRANCHES.name in opened.queries:
            with lasting(made / BRANCHES_FILE) as half:
                copy(connection, opened.queries[BRANCHES.name], half)
        counted = _counted(connection, parts, earlier)
        if parts == 1 and earlier is None:
            keep_together(connection, opened.queries, work / TABLES_FOLDER)
        else:
            divide(connection, opened.queries, INPUTS, work / TABLES_FOLDER)
    return Division(
        parts=counted,
        names=tuple(opened.queries),
        measures=opened.measures,
        rejected=tuple(rejected.items()),
        basis=basis,
        is_increment=earlier is not None,
    )


def _part_count(
    connection: duckdb.DuckDBPyConnection, opened: Opened, job: Job, earlier: Earlier | None
) -> int:
    if earlier is not None:
        # So that each part's unchanged customers are in one file.
        return earlier.manifest.parts
    (count,) = only_row(connection, f"SELECT count(*) FROM ({opened.queries[CUSTOMERS.name]})")
    return part_count(count, job.part_customers)


def _counted(
    connection: duckdb.DuckDBPyConnection, parts: int, earlier: Earlier | None
) -> tuple[Part, ...]:
    """Count the customers by part, and leave of the inputs those who changed."""
    before = _by_part(connection, parts)
    if earlier is None:
        return tuple(Part(count, count, is_as_before=False) for count in before)
    keep_changed(connection, earlier.folder / INPUTS)
    changed = _by_part(connection, parts)
    counted = []
    for number, (count, new) in enumerate(zip(before, changed, strict=True)):
        part = Part(count, new, is_as_before=False)
        if not new:
            known = part_file(earlier.folder / INPUTS, number)
            (before_count,) = only_row(connection, f"SELECT count(*) FROM {rows_in(known)}")
            # None is new, so that as many as before are the same ones.
            part = evolve(part, is_as_before=before_count == count)
        counted.append(part)
    return tuple(counted)


def _by_part(connection: duckdb.DuckDBPyConnection, parts: int) -> list[int]:
    found = connection.execute(f"SELECT part, count(*) FROM {INPUTS} GROUP BY part").fetchall()
    counts = dict(found)
    return [counts.get(part, 0) for part in range(parts)]

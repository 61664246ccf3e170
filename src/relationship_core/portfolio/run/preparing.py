"""The first step of a run: the folder read, checked and divided, and who is to be reviewed."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import duckdb

from relationship_core.portfolio.rejected import require_clean, write_rejected
from relationship_core.portfolio.run.branches import BRANCHES_FILE
from relationship_core.portfolio.run.content import digest_of_all
from relationship_core.portfolio.run.dividing import (
    divide,
    keep_together,
    part_count,
    part_file,
    part_of,
    tables_of,
)
from relationship_core.portfolio.run.division import TABLES_FOLDER, Division, Earlier, Part
from relationship_core.portfolio.run.durable import lasting
from relationship_core.portfolio.run.inputs import INPUTS, digest_inputs, keep_changed, write_inputs
from relationship_core.portfolio.run.job import Job
from relationship_core.portfolio.run.opening import Opened
from relationship_core.portfolio.run.sql import copy, only_row, rows_below, rows_in
from relationship_core.portfolio.schema import BRANCHES, CUSTOMERS
from relationship_core.portfolio.tables import read_tables

REJECTED: Final = "rejected.csv"


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
        if BRANCHES.name in opened.queries:
            with lasting(made / BRANCHES_FILE) as half:
                copy(connection, opened.queries[BRANCHES.name], half)
        dividing = _Dividing(connection, opened, work / TABLES_FOLDER, made / INPUTS)
        is_increment = not is_whole and earlier is not None and earlier.can_stand(basis)
        if is_increment and earlier is not None:
            parts = dividing.those_who_changed_since(earlier)
        else:
            parts = dividing.everybody(1 if is_whole else None, job.part_customers)
    return Division(
        parts=parts,
        names=tuple(opened.queries),
        measures=opened.measures,
        rejected=tuple(rejected.items()),
        basis=basis,
        is_increment=is_increment,
    )


class _Dividing:
    """Customers on their way into parts.

    Args:
        connection: A database to work in.
        opened: The folder's tables.
        tables: Where the parts' tables go.
        inputs: Where the digests of inputs go.
    """

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, opened: Opened, tables: Path, inputs: Path
    ) -> None:
        self._connection = connection
        self._queries = opened.queries
        self._tables = tables
        self._inputs = inputs

    def everybody(self, parts: int | None, part_customers: int) -> tuple[Part, ...]:
        """Put everybody into parts, so many or as many as it takes."""
        customers = self._queries[CUSTOMERS.name]
        if parts is None:
            (count,) = only_row(self._connection, f"SELECT count(*) FROM ({customers})")
            parts = part_count(count, part_customers)
        if parts == 1:
            keep_together(self._connection, self._queries, self._tables)
        else:
            self._divide(customers, parts)
        return tuple(self._digested(part) for part in range(parts))

    def _digested(self, part: int) -> Part:
        """A part that was written, of whose inputs digests are taken too.

        All that concerns a customer is in the part, in types that take no more reckoning.
        """
        written = tables_of(self._tables, self._queries, part).items()
        queries = {name: f"SELECT * FROM {rows_below(path)}" for name, path in written}
        digest_inputs(self._connection, queries)
        write_inputs(self._connection, part_file(self._inputs, part))
        (count,) = only_row(self._connection, f"SELECT count(*) FROM {INPUTS}")
        return Part(count, count, is_as_before=False)

    def those_who_changed_since(self, earlier: Earlier) -> tuple[Part, ...]:
        """Put into the earlier run's parts those whose inputs it doesn't hold alike."""
        parts = earlier.manifest.parts
        digest_inputs(self._connection, self._queries)
        for part in range(parts):
            in_part = f"{part_of('customer_id', parts)} = {part}"
            write_inputs(self._connection, part_file(self._inputs, part), in_part)
        keep_changed(self._connection, earlier.folder / INPUTS)
        self._divide(f"SELECT * FROM {INPUTS}", parts)
        return tuple(self._compared(part, parts, earlier) for part in range(parts))

    def _compared(self, part: int, parts: int, earlier: Earlier) -> Part:
        now, before = (
            only_row(self._connection, f"SELECT count(*) FROM {rows_in(part_file(folder, part))}")
            for folder in (self._inputs, earlier.folder / INPUTS)
        )
        (changed,) = only_row(
            self._connection,
            f"SELECT count(*) FROM {INPUTS} WHERE {part_of('customer_id', parts)} = {part}",
        )
        # Where none is new, as many as before are the same ones.
        return Part(now[0], changed, is_as_before=not changed and now == before)

    def _divide(self, customers: str, parts: int) -> None:
        self._connection.execute(
            "CREATE OR REPLACE TEMP TABLE people AS"
            f" SELECT customer_id, {part_of('customer_id', parts)} AS part FROM ({customers})"
        )
        divide(self._connection, self._queries, "people", self._tables)
        self._connection.execute("DROP TABLE people")

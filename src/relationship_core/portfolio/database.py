"""A temporary database on disk, in which the rows of a folder are checked and put in order.

It holds personal data, so its folder is the owner's alone and goes when the reader is closed.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from relationship_core.portfolio.file_table import FileTable
from relationship_core.portfolio.rejection import Rejection
from relationship_core.portfolio.schema import TABLES, Table
from relationship_core.portfolio.source import BATCH_ROWS, LINE, PART_LINES

MEMORY: Final = "256MB"
THREADS: Final = 2
_REJECTIONS_HELD: Final = 10_000
_NAMES: Final = tuple(TABLES)
_NUMBERS: Final = {name: number for number, name in enumerate(TABLES)}

_REJECTION_COLUMNS: Final = pa.schema(
    [
        ("table_number", pa.int32()),
        (LINE, pa.int64()),
        ("field", pa.string()),
        ("reason", pa.string()),
        ("mend", pa.string()),
        ("anchor", pa.string()),
    ]
)


class Database:
    """The tables of one folder as text, each row with its line, and what was rejected of them.

    Args:
        files: Of each table, the files that hold its rows, in order.
        is_small: Whether it most likely fits into memory; what doesn't fit goes to the disk anyway.
        memory: How much of it may be taken.
    """

    def __init__(
        self, files: Mapping[str, Sequence[str]], *, is_small: bool, memory: str = MEMORY
    ) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="portfolio-", ignore_cleanup_errors=True)
        place = self.place
        self._connection = duckdb.connect(
            ":memory:" if is_small else str(place / "portfolio.duckdb"),
            config={
                "memory_limit": memory,
                "threads": THREADS,
                "temp_directory": str(place / "spill"),
                "preserve_insertion_order": True,
            },
        )
        # In a notebook or at a prompt it would draw its own progress among what the host prints.
        self.run("SET enable_progress_bar = false")
        self._files = files
        self._first_lines = {
            name: {file: number * PART_LINES for number, file in enumerate(of_table)}
            for name, of_table in files.items()
        }
        self._in_files: dict[str, FileTable] = {}
        self._held: list[tuple[int, int, str, str, str, str | None]] = []
        self.run("BEGIN")
        for table in TABLES.values():
            columns = ", ".join(f'"{name}" VARCHAR' for name in table.column_names)
            self.run(f'CREATE TABLE "{table.name}" ("{LINE}" BIGINT, {columns})')
        self.run(
            f'CREATE TABLE rejections (table_number INTEGER, "{LINE}" BIGINT,'
            " field VARCHAR, reason VARCHAR, mend VARCHAR, anchor VARCHAR)"
        )
        self.run("COMMIT")

    @property
    def place(self) -> Path:
        """The folder that goes with the database; nobody but its owner can look into it."""
        return Path(self._folder.name)

    def close(self) -> None:
        """Remove everything from the disk."""
        self._connection.close()
        self._folder.cleanup()

    def run(self, statement: str, parameters: Sequence[object] = ()) -> None:
        """Run a statement that gives no rows."""
        self._connection.execute(statement, list(parameters))

    def number(self, query: str, parameters: Sequence[object] = ()) -> int:
        """Run a query that gives one whole number."""
        ((found,),) = self._connection.execute(query, list(parameters)).fetchall()
        return int(found)

    def rows(self, query: str, parameters: Sequence[object] = ()) -> pa.Table:
        """Run a query in a cursor of its own, so that readers don't disturb each other."""
        with self._connection.cursor() as cursor:
            return cursor.sql(query, params=list(parameters)).to_arrow_table()

    def batches(self, query: str) -> Iterator[pa.RecordBatch]:
        """Give a query's rows batch by batch, while what reads them may change the tables."""
        self.run(f"CREATE TABLE batches AS {query}")
        for first in range(0, self.number("SELECT count(*) FROM batches"), BATCH_ROWS):
            rows = self.rows(
                "SELECT * FROM batches WHERE rowid >= ? AND rowid < ? ORDER BY rowid",
                [first, first + BATCH_ROWS],
            )
            yield from rows.combine_chunks().to_batches()
        self.run("DROP TABLE batches")

    def hold_in_files(self, table: FileTable) -> None:
        """Let a table's rows stay in their files."""
        self._in_files[table.table.name] = table
        table.create(self)

    def insert(self, table: Table, file: str, rows: pa.RecordBatch) -> None:
        """Add rows of one of a table's files."""
        if rows.num_rows:
            first = self._first_lines[table.name][file]
            if first:
                lines = pc.add(rows.column(LINE), first)
                rows = rows.set_column(rows.schema.get_field_index(LINE), LINE, lines)
            self._append(f'"{table.name}"', pa.Table.from_batches([rows]))

    def append(self, name: str, columns: Mapping[str, pa.Array]) -> None:
        """Add rows to a table beside a portfolio's; its name is quoted."""
        self._append(name, pa.table(columns))

    def _append(self, name: str, rows: pa.Table) -> None:
        self._connection.register("incoming", rows)
        self.run(f"INSERT INTO {name} SELECT * FROM incoming")
        self._connection.unregister("incoming")

    def reject(
        self, table: Table, rejections: Iterable[Rejection], anchor: str | None = None
    ) -> None:
        """Note rejections of a table's row; the anchor is the id by which others depend on it."""
        first = self._first_lines[table.name]
        number = _NUMBERS[table.name]
        self._held += [
            (number, first[r.file] + r.line, r.field, r.reason, r.mend, anchor) for r in rejections
        ]
        if len(self._held) >= _REJECTIONS_HELD:
            self.settle_rejections()

    def reject_selected(self, table: Table, field: str, mend: str, found: str) -> None:
        """Note rows of a table and remove them.

        Args:
            table: The table.
            field: The column at fault.
            mend: What can be done about it.
            found: A query that gives of each row its line, the reason and the anchor.
        """
        self.run(f"CREATE TEMP TABLE found AS {found}")
        if self.number("SELECT count(*) FROM found"):
            self._note(table, field, mend, "found")
            self.remove(table, "found")
        self.run("DROP TABLE found")

    def remove(self, table: Table, found: str) -> None:
        """Remove the rows of a table whose lines another table has."""
        held = self._in_files.get(table.name)
        if held is not None:
            held.remove(self, found)
        else:
            self.run(f'DELETE FROM "{table.name}" WHERE "{LINE}" IN (SELECT "{LINE}" FROM {found})')

    def clear(self, table: Table, column: str, condition: str) -> None:
        """Take a column's cells out of a table's rows for which a condition in SQL holds."""
        held = self._in_files.get(table.name)
        if held is not None:
            held.clear(self, column, condition)
        else:
            self.run(f'UPDATE "{table.name}" SET "{column}" = NULL WHERE {condition}')

    def note_selected(self, table: Table, field: str, mend: str, found: str) -> None:
        """Note rows of a table and keep them; all is as in `reject_selected`."""
        self._note(table, field, mend, f"({found})")

    def _note(self, table: Table, field: str, mend: str, found: str) -> None:
        self.run(
            f'INSERT INTO rejections SELECT ?, "{LINE}", ?, reason, ?, anchor FROM {found}',
            [_NUMBERS[table.name], field, mend],
        )

    def named_line(self, table: Table, line: str) -> str:
        """A row's place in words, in SQL: the line, and the file where there are several.

        Args:
            table: The table.
            line: The row's line in the database, in SQL.
        """
        files = self._files.get(table.name, ())
        if len(files) < 2:
            return f"'line ' || {line}"
        listed = ", ".join(map(sql_text, files))
        file = f"[{listed}][{line} // {PART_LINES} + 1]"
        return f"'line ' || ({line} % {PART_LINES}) || ' of ' || {file}"

    def settle_rejections(self) -> None:
        """Bring the noted rejections to the table, where queries see them."""
        if self._held:
            columns = list(zip(*self._held, strict=True))
            self._held = []
            arrays = [
                pa.array(column, kind)
                for column, kind in zip(columns, _REJECTION_COLUMNS.types, strict=True)
            ]
            self._append("rejections", pa.Table.from_arrays(arrays, schema=_REJECTION_COLUMNS))

    def has_rejections(self) -> bool:
        """Whether anything was noted so far."""
        return bool(self._held) or self.number("SELECT count(*) FROM rejections") > 0

    def rejected_anchors(self, name: str) -> str:
        """A query in SQL: the ids of a table's rejected rows."""
        return (
            f"SELECT anchor FROM rejections WHERE table_number = {_NUMBERS[name]}"
            " AND anchor IS NOT NULL"
        )

    def order_rejections(self) -> None:
        """Put all rejections in their order, by table, line and field, once no more will come."""
        self.settle_rejections()
        self.run(
            "CREATE TABLE rejected AS SELECT * FROM rejections"
            f' ORDER BY table_number, "{LINE}", field, reason'
        )
        self.run("DROP TABLE rejections")

    def rejections(self) -> Iterator[Rejection]:
        """Stream all rejections in their order."""
        for first in range(0, self.rejection_count(), _REJECTIONS_HELD):
            yield from self._rejections_where(
                "rowid >= ? AND rowid < ?", [first, first + _REJECTIONS_HELD]
            )

    def rejections_of(self, table: Table, anchor: str) -> Iterator[Rejection]:
        """Stream the rejections of a table's rows on which others depend by an id."""
        return self._rejections_where(
            "table_number = ? AND anchor = ?", [_NUMBERS[table.name], anchor]
        )

    def _rejections_where(
        self, condition: str, parameters: Sequence[object]
    ) -> Iterator[Rejection]:
        rows = self.rows(
            f'SELECT table_number, "{LINE}", field, reason, mend FROM rejected'
            f" WHERE {condition} ORDER BY rowid",
            parameters,
        )
        columns = [column.to_pylist() for column in rows.columns]
        for number, line, *told in zip(*columns, strict=True):
            part, line_in_part = divmod(line, PART_LINES)
            yield Rejection(self._files[_NAMES[number]][part], line_in_part, *told)

    def rejection_count(self) -> int:
        """How many rows and cells were left out."""
        return self.number("SELECT count(*) FROM rejected")


def sql_text(text: str) -> str:
    """A constant text in SQL."""
    return "'" + text.replace("'", "''") + "'"

"""Rows of a portfolio folder's tables, written to CSV files."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from contextlib import ExitStack
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from relationship_core.portfolio.schema import TABLES

# What prints otherwise than the folder wants it; the csv module knows the rest.
_SPELT_OUT: Final = frozenset({bool, Decimal, tuple})


def as_cell(value: object) -> object:
    """A value as the csv module is to write it."""
    return _as_text(value) if type(value) in _SPELT_OUT else value


def _as_text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, tuple):
        return ";".join(map(str, value))
    return str(value)


class RowWriter:
    """Writes rows to the files of their tables, each of which begins with its header.

    Args:
        folder: An empty folder.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files = ExitStack()
        self._writers: dict[str, Any] = {}
        self._lines: dict[str, int] = {}

    def __enter__(self) -> Self:
        """Return the writer, to be finished at the end of the block."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Write what is known only at the end, and close the files."""
        with self._files:
            if kind is None:
                self._finish()

    def begin(self, table: str, columns: Sequence[str] | None = None) -> None:
        """Make a table's file, if it isn't there yet, with the first so many of its columns."""
        self._writer(table, columns)

    def write_row(self, table: str, cells: Sequence[object]) -> None:
        """Add one row: values in the order of the table's columns, None where missing."""
        self._writer(table).writerow([as_cell(cell) for cell in cells])
        self._lines[table] += 1

    def line_of_last_row(self, table: str) -> int:
        """The line of the row last added to a table, if no cell before it spans several."""
        return self._lines[table]

    def _finish(self) -> None:
        """Write what is known only at the end."""

    def _writer(self, table: str, columns: Sequence[str] | None = None) -> Any:
        writer = self._writers.get(table)
        if writer is None:
            stream = self._files.enter_context(
                (self._folder / f"{table}.csv").open("w", encoding="utf-8", newline="")
            )
            writer = self._writers[table] = csv.writer(stream, lineterminator="\n")
            writer.writerow(columns or TABLES[table].column_names)
            self._lines[table] = 1
        return writer

"""One file of a table, and the batches of rows it is read in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, Protocol

import attrs
import pyarrow as pa
import pyarrow.compute as pc

from relationship_core.portfolio.header import check_header
from relationship_core.portfolio.rejection import Rejection
from relationship_core.portfolio.schema import Table

BATCH_ROWS: Final = 20_000
LINE: Final = "line"

PART_LINES: Final = 2**40
"""More lines than any file has: of several files, lines are counted on from one to the next by it,
so that one number tells a row's place."""

Wanted = Mapping[str, frozenset[str]]
"""Columns, and of each the ids to keep; any one of them is enough. Empty keeps every row."""


@attrs.frozen
class Batch:
    """Some rows of one file.

    Args:
        rows: `line` and every column of the table as trimmed text; null is missing.
        rejections: Rows that could not even be told into cells, and cells that are not UTF-8.
    """

    rows: pa.RecordBatch
    rejections: tuple[Rejection, ...] = ()


class Part(Protocol):
    """One file of a table: all of it, or one of several.

    Raises:
        DataError: On reading: the file as a whole can't be read, or its columns aren't the table's.
    """

    place: FilePlace

    def header(self) -> frozenset[str]:
        """Read the names of the columns it has, those among them that its folders' names give."""

    def batches(self, wanted: Wanted) -> Iterator[Batch]:
        """Read its rows in order, from the start."""


@attrs.frozen
class FilePlace:
    """Where a file of a table is, and what its folders' names say of all its rows.

    Args:
        table: The table.
        path: The file.
        file: Its path within the portfolio folder.
        partition: Columns of the table that are folders' names, and the cell that each row has
            there; a null is None.
    """

    table: Table
    path: Path
    file: str
    partition: Mapping[str, str | None]

    @property
    def size(self) -> int:
        """The file's size in bytes."""
        return self.path.stat().st_size

    def check_header(self, names: list[str], line: int | None) -> frozenset[str]:
        """Check that the columns in the file and those of its folders make up the table's.

        Raises:
            DataError: They don't.
        """
        everything = [*names, *self.partition]
        check_header(self.table, everything, self.file, line)
        return frozenset(everything)

    def same_cell(self, name: str, count: int) -> pa.Array:
        """A column that isn't in the file: what the folders' names give, or nothing."""
        return pa.repeat(pa.scalar(self.partition.get(name), pa.string()), count)


def tidy(cells: pa.Array) -> pa.Array:
    """Trim cells of text; what is left empty is missing."""
    if cells.null_count == len(cells):
        return cells
    trimmed = pc.utf8_trim_whitespace(cells)
    return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed)

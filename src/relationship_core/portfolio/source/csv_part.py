"""A table's rows in a CSV file: commas, double quotes, in UTF-8 or GB18030.

The csv module reads CSV, since nothing faster keeps count of lines where a quoted cell spans
several, and sees a row that has too many cells or too few.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any, Final, TextIO

import pyarrow as pa

from relationship_core.errors import DataError
from relationship_core.portfolio.line_search import lines_holding
from relationship_core.portfolio.rejection import Rejection
from relationship_core.portfolio.source.encoding import encoding_of
from relationship_core.portfolio.source.part import (
    BATCH_ROWS,
    LINE,
    Batch,
    FilePlace,
    Wanted,
    tidy,
)

_QUOTING: Final = "put cells that hold commas, line ends or quotes in quotes, quotes doubled"
_MARK: Final = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""A byte-order mark, which GB18030 has too."""


class CsvPart:
    """A CSV file of a table.

    Args:
        place: Where it is.
    """

    def __init__(self, place: FilePlace) -> None:
        self.place = place

    @cached_property
    def _encoding(self) -> str:
        return encoding_of(self.place.path, self.place.file)

    def header(self) -> frozenset[str]:
        """Read the names of the columns it has."""
        with self._open() as stream:
            return frozenset([*self._header(csv.reader(stream, strict=True)), *self._partition])

    @property
    def _partition(self) -> frozenset[str]:
        return frozenset(self.place.partition)

    def _open(self) -> TextIO:
        # Bytes that are no UTF-8 become lone surrogates, so that their row can still be named.
        return self.place.path.open(newline="", encoding=self._encoding, errors="surrogateescape")

    def batches(self, wanted: Wanted) -> Iterator[Batch]:
        """Read its rows in order, from the start."""
        with self._open() as stream:
            reader = csv.reader(stream, strict=True)
            header = self._header(reader)
            in_rows = self._wanted_in_rows(wanted)
            if in_rows is None:
                return
            keep = _sieve(header, in_rows)
            pending = _Pending(self.place, header)
            for began, row in self._records(reader, in_rows):
                if isinstance(row, csv.Error):
                    pending.reject(began, f"the CSV is malformed: {row}", _QUOTING)
                elif row and keep(row):
                    pending.add(began, row)
                    if len(pending.rows) == BATCH_ROWS:
                        yield pending.flush()
            yield pending.flush()

    def _wanted_in_rows(self, wanted: Wanted) -> Wanted | None:
        """What is still to be looked for in each row; None if no row can be wanted."""
        partition = self.place.partition
        if any(partition.get(name) in ids for name, ids in wanted.items() if name in partition):
            return {}
        in_rows = {name: ids for name, ids in wanted.items() if name not in partition}
        return None if wanted and not in_rows else in_rows

    def _records(self, reader: Any, wanted: Wanted) -> Iterator[tuple[int, list[str] | csv.Error]]:
        found = None
        if wanted:
            ids = frozenset[str]().union(*wanted.values())
            found = lines_holding(self.place.path, ids, self._encoding.removesuffix("-sig"))
        if found is None:
            while True:
                began = reader.line_num + 1
                row = _next_row(reader)
                if row is None:
                    return
                yield began, row
        for number, line in found:
            yield number, _next_row(csv.reader([line], strict=True)) or []

    def _header(self, reader: Any) -> list[str]:
        try:
            header = [name.strip() for name in next(reader, [])]
        except csv.Error:
            header = []
        if header:
            header[0] = header[0].removeprefix(_MARK)
        if not header:
            raise DataError("the header is missing", file=self.place.file, line=1)
        if any(_has_undecoded(name) or "\0" in name for name in header):
            raise DataError(
                "the file is neither UTF-8 nor GB18030",
                file=self.place.file,
                line=1,
                mend="save it as UTF-8",
            )
        self.place.check_header(header, 1)
        return header


def _next_row(reader: Any) -> list[str] | csv.Error | None:
    """The next row, what is wrong with it, or None at the end."""
    try:
        row: list[str] | None = next(reader, None)
    except csv.Error as error:
        return error
    return row


def _sieve(header: list[str], wanted: Wanted) -> Callable[[list[str]], bool]:
    places = [(header.index(name), ids) for name, ids in wanted.items()]

    def keep(row: list[str]) -> bool:
        return not places or any(
            place < len(row) and row[place].strip() in ids for place, ids in places
        )

    return keep


class _Pending:
    """Rows of a CSV on their way into a batch."""

    def __init__(self, place: FilePlace, header: list[str]) -> None:
        self._file = place.file
        self._place = place
        self._table = place.table
        self._places = {name: place for place, name in enumerate(header)}
        self._width = len(header)
        self._lines: list[int] = []
        self._rejections: list[Rejection] = []
        self.rows: list[list[str]] = []

    def add(self, line: int, row: list[str]) -> None:
        if len(row) == self._width:
            self._lines.append(line)
            self.rows.append(row)
        else:
            self.reject(line, f"{len(row)} cells where the header has {self._width}", _QUOTING)

    def reject(self, line: int, what: str, mend: str) -> None:
        self._rejections.append(Rejection.of_row(self._file, line, "", what, mend))

    def flush(self) -> Batch:
        try:
            columns = self._columns()
        except UnicodeEncodeError:
            self._drop_undecoded()
            columns = self._columns()
        rows = pa.RecordBatch.from_arrays(
            [pa.array(self._lines, pa.int64()), *columns], [LINE, *self._table.column_names]
        )
        batch = Batch(rows, tuple(self._rejections))
        self.rows, self._lines, self._rejections = [], [], []
        return batch

    def _columns(self) -> list[pa.Array]:
        cells = list(zip(*self.rows, strict=True)) if self.rows else [()] * self._width
        count = len(self.rows)
        return [
            tidy(pa.array(cells[self._places[name]], pa.string()))
            if name in self._places
            else self._place.same_cell(name, count)
            for name in self._table.column_names
        ]

    def _drop_undecoded(self) -> None:
        kept_rows, kept_lines = [], []
        for line, row in zip(self._lines, self.rows, strict=True):
            if self._settle_undecoded(line, row):
                kept_rows.append(row)
                kept_lines.append(line)
        self.rows, self._lines = kept_rows, kept_lines

    def _settle_undecoded(self, line: int, row: list[str]) -> bool:
        is_kept = True
        for column in self._table.columns:
            place = self._places.get(column.name)
            if place is None or not _has_undecoded(row[place]):
                continue
            told = (self._file, line, column.name, "is not UTF-8", "save the file as UTF-8")
            if column.is_spared:
                row[place] = ""
                self._rejections.append(Rejection.of_cell(*told))
            else:
                is_kept = False
                self._rejections.append(Rejection.of_row(*told))
        return is_kept


def _has_undecoded(text: str) -> bool:
    return any("\udc80" <= character <= "\udcff" for character in text)

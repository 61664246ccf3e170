"""The files of a portfolio folder as batches of text, whatever their format.

The csv module reads CSV, since nothing faster keeps count of lines where a quoted cell spans
several, and sees a row that has too many cells or too few.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final, Protocol, TextIO

import attrs
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from relationship_core.errors import DataError
from relationship_core.portfolio.header import check_header
from relationship_core.portfolio.line_search import lines_holding
from relationship_core.portfolio.rejection import Rejection
from relationship_core.portfolio.schema import REQUIRED_TABLES, TABLES, Column, Table

BATCH_ROWS: Final = 20_000
LINE: Final = "line"
_ENDINGS: Final = (".csv", ".parquet")
_FILES: Final = frozenset(f"{name}{ending}" for name in TABLES for ending in _ENDINGS)
_NEARLY: Final = 0.85
"""As alike as one letter lost from the shorter names; `accounts_2025` isn't."""

Wanted = Mapping[str, frozenset[str]]
"""Columns, and of each the ids to keep; any one of them is enough. Empty keeps every row."""


@attrs.frozen
class Batch:
    """Some rows of one table.

    Args:
        rows: `line` and every column of the table as trimmed text; null is missing.
        rejections: Rows that could not even be told into cells, and cells that are not UTF-8.
    """

    rows: pa.RecordBatch
    rejections: tuple[Rejection, ...] = ()


class Source(Protocol):
    """One table's file.

    Raises:
        DataError: On reading: the file as a whole can't be read, or its columns aren't the table's.
    """

    @property
    def file(self) -> str:
        """The file's name within its folder."""

    @property
    def size(self) -> int:
        """The file's size in bytes."""

    def header(self) -> frozenset[str]:
        """Read the names of the columns it has."""

    def batches(self, wanted: Wanted) -> Iterator[Batch]:
        """Read its rows in order, from the start."""


def find_sources(folder: Path) -> dict[str, Source]:
    """Find the files of the tables that a folder holds.

    Raises:
        DataError: There is no such folder, a required table is missing, one is there twice, one is
            there without those that it needs, or a file's name is nearly that of a table.
    """
    if not folder.is_dir():
        raise DataError(
            "there is no such folder", file=folder.name, mend="give the folder that holds the files"
        )
    _refuse_misspelt(folder)
    sources = {}
    for table in TABLES.values():
        source = _find_source(folder, table)
        if source is not None:
            sources[table.name] = source
    for name in REQUIRED_TABLES:
        if name not in sources:
            raise DataError("the file is missing", file=f"{name}.csv", mend="it is required")
    for name, source in sources.items():
        for needed in TABLES[name].needs:
            if needed not in sources:
                raise DataError(
                    f"it means nothing without {needed}",
                    file=source.file,
                    mend=f"add {needed}.csv or {needed}.parquet",
                )
    return sources


def _refuse_misspelt(folder: Path) -> None:
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() not in _ENDINGS or path.name in _FILES:
            continue
        near = get_close_matches(path.stem.lower(), TABLES, n=1, cutoff=_NEARLY)
        if near:
            raise DataError(
                f"no table's file, which would be read by nobody; the nearest is {near[0]}",
                file=path.name,
                mend="rename or remove it",
            )


def _find_source(folder: Path, table: Table) -> Source | None:
    as_csv = folder / f"{table.name}.csv"
    as_parquet = folder / f"{table.name}.parquet"
    if as_csv.is_file() and as_parquet.is_file():
        raise DataError(
            "the table is there twice", file=as_parquet.name, mend=f"remove it or {as_csv.name}"
        )
    if as_csv.is_file():
        return CsvSource(table, as_csv)
    return ParquetSource(table, as_parquet) if as_parquet.is_file() else None


class _TableFile:
    """What a table's file is, whatever its form."""

    def __init__(self, table: Table, path: Path) -> None:
        self._table = table
        self._path = path

    @property
    def file(self) -> str:
        """The file's name within its folder."""
        return self._path.name

    @property
    def size(self) -> int:
        """The file's size in bytes."""
        return self._path.stat().st_size


class CsvSource(_TableFile):
    """A table in a CSV file: commas, double quotes, UTF-8 with or without a byte order mark."""

    def header(self) -> frozenset[str]:
        """Read the names of the columns it has."""
        with self._open() as stream:
            return frozenset(self._header(csv.reader(stream, strict=True)))

    def _open(self) -> TextIO:
        # Bytes that are no UTF-8 become lone surrogates, so that their row can still be named.
        return self._path.open(newline="", encoding="utf-8-sig", errors="surrogateescape")

    def batches(self, wanted: Wanted) -> Iterator[Batch]:
        """Read its rows in order, from the start."""
        with self._open() as stream:
            reader = csv.reader(stream, strict=True)
            header = self._header(reader)
            keep = _sieve(header, wanted)
            pending = _Pending(self._table, self.file, header)
            for began, row in self._records(reader, wanted):
                if isinstance(row, csv.Error):
                    pending.reject(began, f"the CSV is malformed: {row}")
                elif row and keep(row):
                    pending.add(began, row)
                    if len(pending.rows) == BATCH_ROWS:
                        yield pending.flush()
            yield pending.flush()

    def _records(self, reader: Any, wanted: Wanted) -> Iterator[tuple[int, list[str] | csv.Error]]:
        found = None
        if wanted:
            found = lines_holding(self._path, frozenset().union(*wanted.values()))
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
        if not header:
            raise DataError("the header is missing", file=self.file, line=1)
        if any(_has_undecoded(name) or "\0" in name for name in header):
            raise DataError("the file is not UTF-8", file=self.file, mend="save it as UTF-8")
        check_header(self._table, header, self.file, 1)
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

    def __init__(self, table: Table, file: str, header: list[str]) -> None:
        self._file = file
        self._table = table
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
            self.reject(line, f"{len(row)} cells where the header has {self._width}")

    def reject(self, line: int, what: str) -> None:
        self._rejections.append(Rejection.of_row(self._file, line, "", what))

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
            _tidy(pa.array(cells[self._places[name]], pa.string()))
            if name in self._places
            else pa.nulls(count, pa.string())
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
            what = "is not UTF-8"
            if column.is_spared:
                row[place] = ""
                self._rejections.append(Rejection.of_cell(self._file, line, column.name, what))
            else:
                is_kept = False
                self._rejections.append(Rejection.of_row(self._file, line, column.name, what))
        return is_kept


class ParquetSource(_TableFile):
    """A table in a Parquet file; columns of any plain type, taken by what they print as."""

    def header(self) -> frozenset[str]:
        """Read the names of the columns it has."""
        with self._open() as parquet:
            return frozenset(self._header(parquet))

    def _open(self) -> pq.ParquetFile:
        try:
            return pq.ParquetFile(self._path)
        except (pa.ArrowException, OSError) as error:
            raise DataError("it is no readable Parquet file", file=self.file) from error

    def _header(self, parquet: pq.ParquetFile) -> list[str]:
        present: list[str] = parquet.schema_arrow.names
        check_header(self._table, present, self.file, None)
        return present

    def batches(self, wanted: Wanted) -> Iterator[Batch]:
        """Read its rows in order, from the start; a row's line is its number."""
        with self._open() as parquet:
            present = self._header(parquet)
            first = 1
            for batch in parquet.iter_batches(batch_size=BATCH_ROWS):
                lines = pa.array(range(first, first + batch.num_rows), pa.int64())
                first += batch.num_rows
                columns = [
                    self._as_text(batch.column(column.name), column)
                    if column.name in present
                    else pa.nulls(batch.num_rows, pa.string())
                    for column in self._table.columns
                ]
                rows = pa.RecordBatch.from_arrays(
                    [lines, *columns], [LINE, *self._table.column_names]
                )
                yield Batch(_sifted(rows, wanted))

    def _as_text(self, values: pa.Array, column: Column) -> pa.Array:
        if pa.types.is_timestamp(values.type) and values.type.tz is None:
            values = pc.replace_substring_regex(
                values.cast(pa.string()), pattern=r" 00:00:00(\.0+)?$", replacement=""
            )
        try:
            return _tidy(values.cast(pa.string()))
        except pa.ArrowException as error:
            raise DataError(
                f"a column of {values.type} can't be read", file=self.file, field=column.name
            ) from error


def _sifted(rows: pa.RecordBatch, wanted: Wanted) -> pa.RecordBatch:
    if not wanted:
        return rows
    masks = [
        pc.is_in(rows.column(name), value_set=pa.array(sorted(ids), pa.string()))
        for name, ids in wanted.items()
    ]
    mask = masks[0]
    for other in masks[1:]:
        mask = pc.or_(mask, other)
    return rows.filter(mask)


def _tidy(cells: pa.Array) -> pa.Array:
    if cells.null_count == len(cells):
        return cells
    trimmed = pc.utf8_trim_whitespace(cells)
    return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed)


def _has_undecoded(text: str) -> bool:
    return any("\udc80" <= character <= "\udcff" for character in text)

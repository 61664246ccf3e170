"""Rows of typed files that aren't sound at first sight, examined one by one as text."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

import pyarrow as pa
import pyarrow.compute as pc
from attrs import frozen

from relationship_core.portfolio.database import Database
from relationship_core.portfolio.examine import Cells, Examiner, Reading
from relationship_core.portfolio.file_table import FileTable
from relationship_core.portfolio.loading import anchor_of
from relationship_core.portfolio.source import LINE, PART_LINES
from relationship_core.portfolio.source.parquet_part import ParquetPart
from relationship_core.portfolio.tables.typed_files import TypedFiles


@frozen
class _Doubtful:
    """A row as text, and whether its cells stand so in the file."""

    line: int
    cells: Cells
    is_as_in_file: bool


def look_closer(
    database: Database,
    files: TypedFiles,
    held: FileTable,
    condition: str,
    reading: Reading,
) -> None:
    """Examine the rows of a table for which a condition doesn't hold, and leave out what is bad.

    Args:
        database: Where the table is held in its files.
        files: Those files.
        held: How they are held.
        condition: What is true of rows that are sound, in SQL.
        reading: What is known beside the folder.
    """
    doubtful = f"SELECT * FROM ({files.rows}) WHERE NOT coalesce({condition}, false)"
    is_changed = False
    for batch in database.batches(doubtful):
        aside: list[int] = []
        mended: list[tuple[int, Cells]] = []
        for part, rows in _by_part(batch, files):
            examiner = Examiner(files.table, files.parts[part].place.file, reading)
            for row in rows:
                verdict = examiner.examine(row.line, row.cells)
                line = part * PART_LINES + row.line
                if verdict.rejections:
                    anchor = None if verdict.cells else anchor_of(files.table, row.cells)
                    database.reject(files.table, verdict.rejections, anchor)
                if verdict.cells is None:
                    aside.append(line)
                elif verdict.cells != row.cells or not row.is_as_in_file:
                    mended.append((line, verdict.cells))
        _hold(database, held, aside, mended)
        is_changed = is_changed or bool(aside or mended)
    if is_changed:
        held.show(database)


def _by_part(batch: pa.RecordBatch, files: TypedFiles) -> Iterator[tuple[int, list[_Doubtful]]]:
    lines = batch.column(LINE).to_pylist()
    start = 0
    for part, run in groupby(line // PART_LINES for line in lines):
        count = len(list(run))
        reader = files.parts[part]
        if isinstance(reader, ParquetPart):
            yield part, _as_text(reader, batch.slice(start, count))
        start += count


def _as_text(reader: ParquetPart, rows: pa.RecordBatch) -> list[_Doubtful]:
    numbers = pc.bit_wise_and(rows.column(LINE), PART_LINES - 1)
    text = reader.as_text(numbers, rows)
    as_in_file = pa.array([True] * rows.num_rows)
    for name in rows.schema.names[1:]:
        raw = rows.column(name)
        if pa.types.is_string(raw.type) or pa.types.is_large_string(raw.type):
            same = pc.equal(raw, text.column(name).cast(raw.type))
            as_in_file = pc.and_(as_in_file, pc.fill_null(same, pc.is_null(raw)))
    columns = [column.to_pylist() for column in text.columns[1:]]
    return [
        _Doubtful(line, list(cells), same)
        for line, cells, same in zip(
            text.column(LINE).to_pylist(),
            zip(*columns, strict=True),
            as_in_file.to_pylist(),
            strict=True,
        )
    ]


def _hold(
    database: Database, held: FileTable, aside: list[int], mended: list[tuple[int, Cells]]
) -> None:
    lines = [line for line, _ in mended]
    if aside or lines:
        database.append(held.set_aside, {LINE: pa.array([*aside, *lines], pa.int64())})
    if mended:
        columns = zip(*(cells for _, cells in mended), strict=True)
        texts = [pa.array(column, pa.string()) for column in columns]
        named = dict(zip(held.table.column_names, texts, strict=True))
        database.append(held.mended, {LINE: pa.array(lines, pa.int64()), **named})

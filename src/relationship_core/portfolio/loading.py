"""From the files of a folder to a database of good rows, with everything else named."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from relationship_core.domain import Branch, BranchTree
from relationship_core.errors import DataError, InvalidValueError
from relationship_core.portfolio.cells import SURELY_GOOD
from relationship_core.portfolio.database import Database
from relationship_core.portfolio.examine import Examiner, Reading
from relationship_core.portfolio.linking import link
from relationship_core.portfolio.rejection import Rejection
from relationship_core.portfolio.schema import BRANCHES, TABLES, Column, Table
from relationship_core.portfolio.source import LINE, Source, Wanted

_EVERY_ROW: Final[Wanted] = {}
SMALL: Final = 16 * 2**20
"""Bytes of files that needn't be brought to the disk a second time."""


def load_all(sources: Mapping[str, Source], reading: Reading) -> Database:
    """Read every row of every file into a new database and leave out what is bad.

    Raises:
        DataError: A file as a whole can't be read, or the branches make no tree.
    """
    size = sum(source.size for source in sources.values())
    database = Database(files_of(sources), is_small=size < SMALL)
    try:
        for name in sources:
            load(database, TABLES[name], sources[name], reading)
        link(database, sources)
    except BaseException:
        database.close()
        raise
    return database


def files_of(sources: Mapping[str, Source]) -> Mapping[str, tuple[str, ...]]:
    """The names of each table's files, in order."""
    return {
        name: tuple(part.place.file for part in source.parts) for name, source in sources.items()
    }


def load_one(sources: Mapping[str, Source], reading: Reading, customer_id: str) -> Database:
    """Read into a new database what concerns one customer and those tied to them.

    What the others have beside is passed over, so their dossiers would be incomplete.

    Raises:
        DataError: A file as a whole can't be read, or the branches make no tree.
    """
    own = {"customer_id": frozenset({customer_id})}
    tied = own | {"other_id": frozenset({customer_id})}
    accounts = {"account_id": _ids(sources, "owners", "account_id", own)}
    people = _ids(sources, "owners", "customer_id", accounts) | _ids(
        sources, "relations", "customer_id", tied
    )
    wanted: dict[str, Wanted] = {
        "customers": {"customer_id": people | own["customer_id"]},
        "accounts": accounts,
        "owners": accounts,
        "positions": accounts,
        # A booking's number may be in use on another account too, and only the first one counts.
        "transactions": {
            "transaction_id": _ids(sources, "transactions", "transaction_id", accounts)
        },
        "interactions": own,
        "relations": tied,
        "standings": own,
        "supplied": own,
    }
    database = Database(files_of(sources), is_small=True)
    try:
        for name in sources:
            load(database, TABLES[name], sources[name], reading, wanted.get(name, _EVERY_ROW))
        link(database, sources)
    except BaseException:
        database.close()
        raise
    return database


def _ids(sources: Mapping[str, Source], name: str, column: str, wanted: Wanted) -> frozenset[str]:
    if name not in sources:
        return frozenset()
    ids: set[str] = set()
    for part in sources[name].parts:
        for batch in part.batches(wanted):
            ids.update(pc.drop_null(batch.rows.column(column)).to_pylist())
    return frozenset(ids)


def read_branch_tree(sources: Mapping[str, Source], reading: Reading) -> BranchTree | None:
    """Read the bank's tree; None where there is no such table.

    Raises:
        DataError: A row is bad, or the rows make no tree.
    """
    source = sources.get(BRANCHES.name)
    if source is None:
        return None
    source.header()
    branches = []
    for part in source.parts:
        examiner = Examiner(BRANCHES, part.place.file, reading)
        for batch in part.batches(_EVERY_ROW):
            _stop_at(batch.rejections)
            for line, cells in _as_rows(batch.rows):
                _stop_at(examiner.examine(line, cells).rejections)
                branches.append(Branch(*examiner.values(cells)))
    try:
        return BranchTree(branches)
    except InvalidValueError as error:
        raise DataError(error.what, file=source.file, mend=error.mend) from error


def _stop_at(rejections: tuple[Rejection, ...]) -> None:
    for bad in rejections:
        raise DataError(bad.fault, file=bad.file, line=bad.line, field=bad.field)


def load(
    database: Database,
    table: Table,
    source: Source,
    reading: Reading,
    wanted: Wanted = _EVERY_ROW,
) -> None:
    """Read rows of one table's files into a database and leave out what is bad of itself.

    Args:
        database: Where to.
        table: The table.
        source: Its files.
        reading: What is known beside the folder.
        wanted: The rows to read.

    Raises:
        DataError: A file as a whole can't be read.
    """
    source.header()
    for part in source.parts:
        examiner = Examiner(table, part.place.file, reading)
        for batch in part.batches(wanted):
            database.reject(table, batch.rejections)
            _insert(database, table, examiner, batch.rows)


def _insert(database: Database, table: Table, examiner: Examiner, rows: pa.RecordBatch) -> None:
    if table.cells_suffice:
        is_good = _surely_good(table, rows)
        database.insert(table, examiner.file, rows.filter(is_good))
        rows = rows.filter(pc.invert(is_good))
    database.insert(table, examiner.file, _examined(database, table, examiner, rows))


def _surely_good(table: Table, rows: pa.RecordBatch) -> pa.Array:
    is_good = pa.array([True] * rows.num_rows, pa.bool_())
    for column in table.columns:
        cells = rows.column(column.name)
        if column.required or cells.null_count < len(cells):
            is_good = pc.and_(is_good, _good_cells(column, cells))
    return is_good


def _good_cells(column: Column, cells: pa.Array) -> pa.Array:
    if column.choices is not None:
        good = pc.is_in(cells, value_set=pa.array(list(column.choices), pa.string()))
    else:
        good = pc.match_substring_regex(cells, f"^({SURELY_GOOD[column.kind]})$")
        good = pc.fill_null(good, False)
    return good if column.required else pc.or_(good, pc.is_null(cells))


def _examined(
    database: Database, table: Table, examiner: Examiner, rows: pa.RecordBatch
) -> pa.RecordBatch:
    lines: list[int] = []
    kept: list[list[str | None]] = []
    for line, cells in _as_rows(rows):
        verdict = examiner.examine(line, cells)
        if verdict.rejections:
            database.reject(
                table, verdict.rejections, None if verdict.cells else anchor_of(table, cells)
            )
        if verdict.cells is not None:
            lines.append(line)
            kept.append(verdict.cells)
    columns = list(zip(*kept, strict=True)) if kept else [()] * len(table.columns)
    return pa.RecordBatch.from_arrays(
        [pa.array(lines, pa.int64()), *(pa.array(column, pa.string()) for column in columns)],
        rows.schema.names,
    )


def anchor_of(table: Table, cells: list[str | None]) -> str | None:
    """The id by which rows of other tables depend on a row; None if none does."""
    if table.names_row is None:
        return None
    return cells[table.column_names.index(table.names_row)]


def _as_rows(rows: pa.RecordBatch) -> list[tuple[int, list[str | None]]]:
    lines = rows.column(LINE).to_pylist()
    columns = [column.to_pylist() for column in rows.columns[1:]]
    return list(zip(lines, map(list, zip(*columns, strict=True)), strict=True))

"""A folder's rows checked, with as little copied as what is wrong with them allows."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, localcontext
from pathlib import Path
from typing import Final

import duckdb
import pyarrow.parquet as pq
from attrs import frozen

from relationship_core.portfolio.database import Database, sql_text
from relationship_core.portfolio.examine import Reading
from relationship_core.portfolio.file_table import FileTable
from relationship_core.portfolio.linking import link
from relationship_core.portfolio.loading import SMALL, files_of, load
from relationship_core.portfolio.schema import (
    BRANCHES,
    COUNTS,
    CUSTOMERS,
    SUPPLIED,
    TABLES,
    Table,
)
from relationship_core.portfolio.source import Source
from relationship_core.portfolio.tables.casting import measure_numbers, typed_rows
from relationship_core.portfolio.tables.closer_look import look_closer
from relationship_core.portfolio.tables.measure import Measure
from relationship_core.portfolio.tables.sound_identifiers import sound_identifiers
from relationship_core.portfolio.tables.sound_links import are_surely_linked, references
from relationship_core.portfolio.tables.sound_supplied import sound_supplied
from relationship_core.portfolio.tables.soundness import ends_in_range, sound_cells
from relationship_core.portfolio.tables.tables import Tables
from relationship_core.portfolio.tables.typed_files import TypedFiles

_MEMORY: Final = "2GB"


@frozen
class Checked:
    """The good rows of a folder.

    Args:
        database: With the rejections; what was written goes with it.
        tables: Of each table, the bank's own files, or one that was written.
        measures: How the columns of numbers that were written are to be read.
    """

    database: Database
    tables: Mapping[str, TypedFiles | Path]
    measures: Mapping[tuple[str, str], Measure]


def check(sources: Mapping[str, Source], reading: Reading) -> Checked:
    """Check every row of every file, and write anew the tables in which not all is well.

    Args:
        sources: The files, by table.
        reading: What is known beside the folder.

    Raises:
        DataError: A file as a whole can't be read, or a column's numbers are too long.
    """
    typed = {
        name: files
        for name, source in sources.items()
        if name != BRANCHES.name and (files := TypedFiles.of(source)) is not None
    }
    try:
        return _checked(sources, typed, reading)
    except duckdb.InvalidInputException:
        # A file that DuckDB can't read: the reader of rows can, or says what is wrong with it.
        return _checked(sources, {}, reading)


def _checked(
    sources: Mapping[str, Source], typed: Mapping[str, TypedFiles], reading: Reading
) -> Checked:
    size = sum(source.size for name, source in sources.items() if name not in typed)
    database = Database(files_of(sources), is_small=size < SMALL, memory=_MEMORY)
    try:
        held = _hold(database, sources, typed, reading)
        return _written(database, sources, typed, held)
    except BaseException:
        database.close()
        raise


def _hold(
    database: Database,
    sources: Mapping[str, Source],
    typed: Mapping[str, TypedFiles],
    reading: Reading,
) -> Mapping[str, FileTable]:
    held = {}
    for name, source in sources.items():
        if name in typed:
            held[name] = FileTable(TABLES[name], typed[name].rows, typed[name].view_types)
            database.hold_in_files(held[name])
        else:
            load(database, TABLES[name], source, reading)
    is_linked = are_surely_linked(database, sources)
    changed: set[str] = set()
    for name, files in typed.items():
        homes = references(files.table, sources) if is_linked else {}
        sure = [column for column, home in homes.items() if home not in changed]
        condition = _condition(database, files, sure, reading)
        look_closer(database, files, held[name], condition, reading)
        if held[name].is_changed(database):
            changed.add(name)
    if is_linked and not changed and not database.has_rejections():
        database.order_rejections()
    else:
        link(database, sources)
    return held


def _condition(database: Database, files: TypedFiles, sure: list[str], reading: Reading) -> str:
    conditions = sound_cells(files.table, files.types, sure, _in_range(database, files))
    if files.table is CUSTOMERS:
        conditions.append(sound_identifiers(database, files.rows, reading.as_of))
    if files.table is SUPPLIED:
        conditions.append(sound_supplied(database, files.rows, reading))
    return " AND ".join(conditions)


def _in_range(database: Database, files: TypedFiles) -> list[str]:
    ends = ends_in_range(files.table, files.types)
    if not ends:
        return []
    columns = ", ".join(f'{condition} AS "{name}"' for name, condition in ends.items())
    (found,) = database.rows(f"SELECT {columns} FROM ({files.rows})").to_pylist()
    return [name for name, is_in_range in found.items() if is_in_range]


def _written(
    database: Database,
    sources: Mapping[str, Source],
    typed: Mapping[str, TypedFiles],
    held: Mapping[str, FileTable],
) -> Checked:
    tables: dict[str, TypedFiles | Path] = {}
    measures: dict[tuple[str, str], Measure] = {}
    for name, source in sources.items():
        table = TABLES[name]
        if name in typed and not held[name].is_changed(database):
            tables[name] = typed[name]
            continue
        given = _kept_columns(table, source.header())
        if name in typed:
            columns = ", ".join(f'"{column}"' for column in given)
            rows = f'SELECT {columns} FROM "{name}"'
        else:
            own = measure_numbers(database, table, source, given)
            measures |= {(name, column): measure for column, measure in own.items()}
            rows = typed_rows(table, given, own)
        tables[name] = database.place / f"{name}.parquet"
        database.run(f"COPY ({rows}) TO {sql_text(str(tables[name]))} (FORMAT parquet)")
    return Checked(database, tables, measures)


def _kept_columns(table: Table, given: frozenset[str]) -> tuple[str, ...]:
    """All columns, but for the counts of acts where nobody counted.

    What is found out, a document's scheme say, may stand where the files have no such column.
    """
    return tuple(
        name for name in table.column_names if name not in COUNTS or not COUNTS.isdisjoint(given)
    )


def measured(tables: Tables, checked: Checked) -> Tables:
    """Tables of checked files, measured by what the files say of their columns.

    Args:
        tables: Frames of the files.
        checked: The files.
    """
    measures = {}
    for name, held in checked.tables.items():
        there = held.types if isinstance(held, TypedFiles) else pq.read_schema(held).names
        columns = [one for table, one in tables.measures if table == name and one in there]
        if not columns:
            continue
        rows = held.rows if isinstance(held, TypedFiles) else f"FROM {sql_text(str(held))}"
        ends = ", ".join(
            f'max("{column}") AS "{column} max", min("{column}") AS "{column} min"'
            for column in columns
        )
        (found,) = checked.database.rows(f"SELECT {ends} FROM ({rows})").to_pylist()
        for column in columns:
            scale = tables.measure(name, column).scale
            bound = max(_units(found[f"{column} {end}"], scale) for end in ("max", "min"))
            written = checked.measures.get((name, column))
            measures[name, column] = Measure(written.scale if written else scale, bound)
    return tables.measured_as(measures)


def _units(number: Decimal | int | None, scale: int) -> int:
    with localcontext(prec=80):
        return abs(int(Decimal(number or 0).scaleb(scale)))

"""A portfolio folder as tables: the rows and cells that its dossiers are made from, no others."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any, Literal, Self

import duckdb

from relationship_core.domain import BranchTree
from relationship_core.errors import InvalidValueError, MissingExtraError
from relationship_core.facts import CATALOGUE
from relationship_core.portfolio.database import Database, sql_text
from relationship_core.portfolio.examine import Reading
from relationship_core.portfolio.folder import Rejections
from relationship_core.portfolio.loading import load_all, read_branch_tree
from relationship_core.portfolio.schema import TABLES
from relationship_core.portfolio.source import Source, find_sources
from relationship_core.portfolio.tables.casting import measure_numbers, typed_columns
from relationship_core.portfolio.tables.measure import Measure
from relationship_core.portfolio.tables.tables import Tables
from relationship_core.rules import Fact

FrameEngine = Literal["polars", "duckdb"]


def read_tables(
    path: Path | str,
    *,
    as_of: date | None = None,
    facts: Mapping[str, Fact] | None = None,
    engine: FrameEngine = "polars",
) -> FolderTables:
    """Open a portfolio folder as tables; its rows are read when they are first asked for.

    Args:
        path: The folder, as `read_folder` takes it.
        as_of: The day of the review: an identity number of somebody born later is bad. None if no
            day is known.
        facts: The facts that the table `supplied` may name, by name: those of the rule book. None
            for the built-in ones.
        engine: Whose frames the tables are.

    Raises:
        DataError: There is no such folder, or its files don't make a portfolio.
        InvalidValueError: There is no such engine.
        MissingExtraError: The engine isn't installed.
    """
    if engine not in _OPENERS:
        raise InvalidValueError(
            "there is no such engine", where="engine", mend=f"one of {', '.join(_OPENERS)}"
        )
    return FolderTables(
        find_sources(Path(path)),
        Reading(date.max if as_of is None else as_of, CATALOGUE if facts is None else facts),
        engine,
    )


class FolderTables:
    """The tables of a portfolio folder; `read_tables` makes one.

    The first look at them reads every file and checks every row. What is left is held as Parquet
    in a temporary folder that only its owner can read, and which goes when this is closed: frames
    made from the tables can be collected until then.
    """

    def __init__(
        self, sources: Mapping[str, Source], reading: Reading, engine: FrameEngine
    ) -> None:
        self._sources = sources
        self._reading = reading
        self._engine: FrameEngine = engine
        self._open = ExitStack()
        self._loaded: tuple[Database, Tables] | None = None
        self._branch_tree: BranchTree | None = None
        self._is_tree_read = False

    def __enter__(self) -> Self:
        """Return the tables, to be closed at the end of the block."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close them."""
        self.close()

    def close(self) -> None:
        """Remove what was written; what is asked for later is read anew."""
        self._loaded = None
        self._open.close()

    @property
    def tables(self) -> Tables:
        """The tables, with good rows only and their numbers measured.

        Raises:
            DataError: A file as a whole can't be read, or a column's numbers are too long.
        """
        return self._load()[1]

    @property
    def rejections(self) -> Rejections:
        """Every row and cell that was left out.

        Raises:
            DataError: A file as a whole can't be read, or a column's numbers are too long.
        """
        return Rejections(self._load()[0])

    @property
    def branch_tree(self) -> BranchTree | None:
        """The bank's tree; None where the folder has no branches.

        Raises:
            DataError: A row of it is bad, or the rows make no tree.
        """
        if not self._is_tree_read:
            self._branch_tree = read_branch_tree(self._sources, self._reading)
            self._is_tree_read = True
        return self._branch_tree

    def _load(self) -> tuple[Database, Tables]:
        if self._loaded is None:
            _ = self.branch_tree
            with ExitStack() as opened:
                database = load_all(self._sources, self._reading)
                opened.callback(database.close)
                measures = {
                    name: self._export(database, name, source)
                    for name, source in self._sources.items()
                }
                files = {name: _file_of(database, name) for name in self._sources}
                frames = _OPENERS[self._engine](files, opened)
                self._loaded = (database, _measured(Tables.of(frames), measures))
                self._open = opened.pop_all()
        return self._loaded

    def _export(self, database: Database, name: str, source: Source) -> Mapping[str, Measure]:
        table = TABLES[name]
        given = source.header()
        measures = measure_numbers(database, table, source, given)
        columns = typed_columns(table, given, measures)
        database.run(
            f'COPY (SELECT {columns} FROM "{name}")'
            f" TO {sql_text(str(_file_of(database, name)))} (FORMAT parquet)"
        )
        database.run(f'DROP TABLE "{name}"')
        return measures


def _file_of(database: Database, name: str) -> Path:
    return database.place / f"{name}.parquet"


def _measured(tables: Tables, measures: Mapping[str, Mapping[str, Measure]]) -> Tables:
    return tables.measured_as(
        MappingProxyType(
            {
                (name, column): measure
                for name, of_table in measures.items()
                for column, measure in of_table.items()
            }
        )
    )


def _open_in_polars(files: Mapping[str, Path], opened: ExitStack) -> Mapping[str, Any]:
    del opened
    try:
        import polars as pl  # noqa: PLC0415 - only this engine needs it
    except ImportError:
        raise MissingExtraError("batch", needed_for="tables on Polars") from None
    return {name: pl.scan_parquet(file, glob=False) for name, file in files.items()}


def _open_in_duckdb(files: Mapping[str, Path], opened: ExitStack) -> Mapping[str, Any]:
    connection = duckdb.connect()
    opened.callback(connection.close)
    # In a notebook or at a prompt it would draw its own progress among what the host prints.
    connection.execute("SET enable_progress_bar = false")
    return {name: connection.read_parquet(str(file)) for name, file in files.items()}


_OPENERS: dict[FrameEngine, Any] = {"polars": _open_in_polars, "duckdb": _open_in_duckdb}

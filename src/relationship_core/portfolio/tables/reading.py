"""A portfolio folder as tables: the rows and cells that its dossiers are made from, no others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Final, Literal, Self

import duckdb

from relationship_core.domain import BranchTree
from relationship_core.errors import InvalidValueError, MissingExtraError
from relationship_core.facts import CATALOGUE
from relationship_core.portfolio.database import Database
from relationship_core.portfolio.examine import Reading
from relationship_core.portfolio.folder import Rejections
from relationship_core.portfolio.loading import read_branch_tree
from relationship_core.portfolio.source import Source, find_sources
from relationship_core.portfolio.tables.checking import Checked, check, measured
from relationship_core.portfolio.tables.tables import Tables
from relationship_core.portfolio.tables.typed_files import TypedFiles
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

    The first look at them checks every row of every file. Parquet files of typed columns in which
    all is well are used where they are; what is left of others is held as Parquet in a temporary
    folder that only its owner can read, and which goes when this is closed: frames made from the
    tables can be collected until then.
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
                checked = check(self._sources, self._reading)
                opened.callback(checked.database.close)
                self._loaded = (checked.database, _OPENERS[self._engine](checked, opened))
                self._open = opened.pop_all()
        return self._loaded


def _open_in_polars(checked: Checked, opened: ExitStack) -> Tables:
    del opened
    try:
        import polars as pl  # noqa: PLC0415 - only this engine needs it
    except ImportError:
        raise MissingExtraError("batch", needed_for="tables on Polars") from None
    frames = {
        name: held.in_polars()
        if isinstance(held, TypedFiles)
        else pl.scan_parquet(held, glob=False)
        for name, held in checked.tables.items()
    }
    return measured(Tables.of(frames), checked)


def _open_in_duckdb(checked: Checked, opened: ExitStack) -> Tables:
    connection = duckdb.connect()
    opened.callback(connection.close)
    # In a notebook or at a prompt it would draw its own progress among what the host prints.
    connection.execute("SET enable_progress_bar = false")
    frames = {
        name: held.in_duckdb(connection)
        if isinstance(held, TypedFiles)
        else connection.read_parquet(str(held))
        for name, held in checked.tables.items()
    }
    return measured(Tables.of(frames), checked)


_OPENERS: Final[Mapping[FrameEngine, Callable[[Checked, ExitStack], Tables]]] = MappingProxyType(
    {"polars": _open_in_polars, "duckdb": _open_in_duckdb}
)

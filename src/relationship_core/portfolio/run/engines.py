"""The stages of a run on the engines of one machine: DuckDB and Polars."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb
import narwhals as nw

from relationship_core.decisions.benchmarks import Benchmarks
from relationship_core.decisions.rule_book import RuleBook
from relationship_core.domain import BranchTree
from relationship_core.errors import MissingExtraError
from relationship_core.portfolio.run.columns import (
    decided_columns,
    decided_tables,
    observed_columns,
)
from relationship_core.portfolio.run.opening import PartTables
from relationship_core.portfolio.run.stages import KIND, WORTH
from relationship_core.portfolio.worth import benchmarks_of

Frame = nw.LazyFrame[Any]


class Session(ABC):
    """An engine at work on some files."""

    @abstractmethod
    def scan(self, paths: str | list[str]) -> Any:
        """A lazy frame of Parquet files."""

    @abstractmethod
    def held(self, frame: Frame) -> Frame:
        """What a lazy frame gives, computed once to be asked several times."""

    @abstractmethod
    def write(self, frame: Frame, to: Path) -> None:
        """Write what a lazy frame gives to a Parquet file, without holding all of it."""


class _OnDuckDB(Session):
    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def scan(self, paths: str | list[str]) -> Any:
        return self._connection.read_parquet(paths)

    def held(self, frame: Frame) -> Frame:
        frame.to_native().create("held")
        kept: Frame = nw.from_native(self._connection.table("held"))
        return kept

    def write(self, frame: Frame, to: Path) -> None:
        frame.to_native().write_parquet(str(to), compression="zstd")


class _OnPolars(Session):
    def __init__(self) -> None:
        try:
            import polars as pl  # noqa: PLC0415 - only this engine needs it
        except ImportError:
            raise MissingExtraError("batch", needed_for="a review on Polars") from None
        self._polars = pl

    def scan(self, paths: str | list[str]) -> Any:
        return self._polars.scan_parquet(paths)

    def held(self, frame: Frame) -> Frame:
        kept: Frame = nw.from_native(frame.to_native().collect(engine="streaming").lazy())
        return kept

    def write(self, frame: Frame, to: Path) -> None:
        frame.to_native().sink_parquet(to, compression="zstd")


class ColumnStages(ABC):
    """The stages of a run over columns of one engine.

    Args:
        rule_book: What the bank decides by.
        as_of: The review date.
    """

    def __init__(self, rule_book: RuleBook, as_of: date) -> None:
        self._rule_book = rule_book
        self._as_of = as_of

    @property
    @abstractmethod
    def engine(self) -> str:
        """The engine's name and version."""

    @abstractmethod
    def _session(self) -> Any:
        """A context in which the engine is at work."""

    def observe(self, tables: PartTables, to: Path) -> None:
        """Write what is known of each customer before any of them is compared with the others."""
        with self._session() as session:
            opened = tables.opened_by(session.scan)
            session.write(observed_columns(opened, self._rule_book, self._as_of), to)

    def benchmarks(self, facts: Sequence[Path]) -> Benchmarks:
        """Take the cut-offs of the whole portfolio."""
        with self._session() as session:
            frame: Frame = nw.from_native(session.scan([str(path) for path in facts]))
            return benchmarks_of(frame.select(WORTH, kind=nw.col(KIND)), self._as_of)

    def decide(
        self,
        facts: Path,
        tree: BranchTree | None,
        benchmarks: Benchmarks,
        to: Mapping[str, Path],
    ) -> None:
        """Decide on what was observed."""
        book, day = self._rule_book, self._as_of
        with self._session() as session:
            observed: Frame = nw.from_native(session.scan(str(facts)))
            held = session.held(decided_columns(observed, book, day, tree, benchmarks))
            for name, frame in decided_tables(held, book, day).items():
                session.write(frame, to[name])


class DuckDBStages(ColumnStages):
    """The stages of a run on DuckDB, which goes to the disk where memory doesn't suffice.

    Args:
        rule_book: What the bank decides by.
        as_of: The review date.
        memory: What it may hold, as DuckDB writes it.
        spill: The folder where it may put the rest meanwhile.
    """

    def __init__(self, rule_book: RuleBook, as_of: date, memory: str, spill: Path) -> None:
        super().__init__(rule_book, as_of)
        self._memory = memory
        self._spill = spill

    @property
    def engine(self) -> str:
        """The engine's name and version."""
        return f"duckdb {duckdb.__version__}"

    @contextmanager
    def _session(self) -> Iterator[Session]:
        with duckdb.connect(
            config={"memory_limit": self._memory, "temp_directory": str(self._spill)}
        ) as connection:
            connection.execute("SET enable_progress_bar = false")
            yield _OnDuckDB(connection)


class PolarsStages(ColumnStages):
    """The stages of a run on Polars, which streams its files."""

    @property
    def engine(self) -> str:
        """The engine's name and version."""
        return f"polars {version('polars')}"

    @contextmanager
    def _session(self) -> Iterator[Session]:
        yield _OnPolars()

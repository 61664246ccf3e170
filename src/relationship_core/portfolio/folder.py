"""A portfolio folder: a bank's customers as files, read as a stream of dossiers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Self

from relationship_core.domain import BranchTree, Dossier
from relationship_core.errors import DataError
from relationship_core.facts import CATALOGUE
from relationship_core.portfolio.database import Database
from relationship_core.portfolio.examine import Reading
from relationship_core.portfolio.loading import load_all, load_one, read_branch_tree
from relationship_core.portfolio.rejection import Rejection
from relationship_core.portfolio.schema import COUNTS, CUSTOMERS, POSITIONS
from relationship_core.portfolio.shelf import Shelf
from relationship_core.portfolio.source import Source, find_sources
from relationship_core.rules import Fact


def read_folder(
    path: Path | str, *, as_of: date | None = None, facts: Mapping[str, Fact] | None = None
) -> PortfolioFolder:
    """Open a portfolio folder; its rows are read when they are first asked for.

    Args:
        path: The folder, with a NAME.csv or NAME.parquet for each table it has.
        as_of: The day of the review: an identity number of somebody born later is bad. None if no
            day is known.
        facts: The facts that the table `supplied` may name, by name: those of the rule book. None
            for the built-in ones.

    Raises:
        DataError: There is no such folder, or its files don't make a portfolio.
    """
    return PortfolioFolder(
        find_sources(Path(path)),
        Reading(date.max if as_of is None else as_of, CATALOGUE if facts is None else facts),
    )


class PortfolioFolder:
    """The customers of a portfolio folder; `read_folder` makes one.

    The first look at all customers reads every file, checks every row and puts them in order in a
    temporary database on disk, which goes when the folder is closed. Memory doesn't grow with the
    number of customers.
    """

    def __init__(self, sources: dict[str, Source], reading: Reading) -> None:
        self._sources = sources
        self._reading = reading
        self._loaded: tuple[Database, Shelf] | None = None
        self._branch_tree: BranchTree | None = None
        self._is_tree_read = False

    def __enter__(self) -> Self:
        """Return the folder, to be closed at the end of the block."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the folder."""
        self.close()

    def close(self) -> None:
        """Remove the temporary database; what is asked for later is read anew."""
        if self._loaded is not None:
            self._loaded[0].close()
            self._loaded = None

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

    @property
    def customer_count(self) -> int:
        """How many customers have a dossier.

        Raises:
            DataError: A file as a whole can't be read.
        """
        return self._shelf.customer_count

    @property
    def rejections(self) -> Rejections:
        """Every row and cell that was left out.

        Raises:
            DataError: A file as a whole can't be read.
        """
        return Rejections(self._database)

    def dossiers(self) -> Iterator[Dossier]:
        """Stream the dossiers in the order of customer ids; may be called again and again.

        Raises:
            DataError: A file as a whole can't be read.
        """
        return self._shelf.dossiers()

    def dossier(self, customer_id: str) -> Dossier:
        """Read one customer's dossier, without putting all the others in order.

        Raises:
            DataError: There is no such customer, their row was left out, or a file as a whole
                can't be read.
        """
        if self._loaded is not None:
            return self._found(*self._loaded, customer_id)
        tree = self.branch_tree
        database = load_one(self._sources, self._reading, customer_id)
        try:
            return self._found(database, self._shelved(database, tree), customer_id)
        finally:
            database.close()

    def _found(self, database: Database, shelf: Shelf, customer_id: str) -> Dossier:
        number = shelf.number_of(customer_id)
        if number is not None:
            return next(shelf.dossiers(number, number + 1))
        for bad in database.rejections_of(CUSTOMERS, customer_id):
            raise DataError(bad.reason, file=bad.file, line=bad.line, field=bad.field)
        raise DataError(
            "there is no customer of that id",
            file=self._sources[CUSTOMERS.name].file,
            field="customer_id",
        )

    @property
    def _database(self) -> Database:
        return self._load()[0]

    @property
    def _shelf(self) -> Shelf:
        return self._load()[1]

    def _load(self) -> tuple[Database, Shelf]:
        if self._loaded is None:
            tree = self.branch_tree
            database = load_all(self._sources, self._reading)
            self._loaded = (database, self._shelved(database, tree))
        return self._loaded

    def _shelved(self, database: Database, tree: BranchTree | None) -> Shelf:
        positions = self._sources.get(POSITIONS.name)
        return Shelf(
            database,
            frozenset(self._sources),
            self._reading,
            tree,
            are_acts_counted=positions is not None and bool(COUNTS & positions.header()),
        )


class Rejections:
    """Rows and cells that were left out, by table and line; can be iterated again and again."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def __len__(self) -> int:
        """How many there are."""
        return self._database.rejection_count()

    def __iter__(self) -> Iterator[Rejection]:
        """Stream them."""
        return self._database.rejections()

"""What a run has computed for it, engine by engine: the seam between files and columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, Protocol, runtime_checkable

from relationship_core.decisions.benchmarks import Benchmarks
from relationship_core.domain import BranchTree
from relationship_core.portfolio.run.opening import PartTables

CUSTOMER: Final = "customer_id"
KIND: Final = "recorded_kind"
WORTH: Final = "contribution_12m"
"""Columns that every file of facts has; the worth is in whole hundredths of the currency."""

FACTS: Final = "facts"
REVIEWS: Final = "reviews"
STANDINGS: Final = "standings"
SCORES: Final = "scores"
DECIDED: Final = (REVIEWS, STANDINGS, SCORES)
"""What deciding may make of a part, each a file of rows that `customer_id` tells apart."""


class Stages(Protocol):
    """The computing of a run on one engine, part by part; each file it writes is Parquet.

    The same tables give the same rows on every engine, in columns of the same types.
    """

    @property
    def engine(self) -> str:
        """The engine's name and version."""

    def observe(self, tables: PartTables, to: Path) -> None:
        """Write what is known of each customer before any of them is compared with the others.

        Args:
            tables: Some customers and all that concerns them. Rows of accounts and relations name
                others too, who get no row.
            to: The file to write.
        """

    def benchmarks(self, facts: Sequence[Path]) -> Benchmarks:
        """Take the cut-offs of the whole portfolio.

        Args:
            facts: What `observe` wrote of every customer.
        """

    def decide(
        self,
        facts: Path,
        tree: BranchTree | None,
        benchmarks: Benchmarks,
        to: Mapping[str, Path],
    ) -> None:
        """Decide on what was observed.

        Args:
            facts: A file that `observe` wrote, or some of its rows.
            tree: The bank's branches; None where it gave none.
            benchmarks: The cut-offs of the whole portfolio.
            to: The files to write, by the names in `DECIDED`; what the rule book has none of is
                left unwritten.
        """


@runtime_checkable
class WholeStages(Protocol):
    """The computing of a run on an engine that divides the work itself."""

    @property
    def engine(self) -> str:
        """The engine's name and version."""

    def review(self, tables: PartTables, to: Mapping[str, Path]) -> Benchmarks:
        """Review everybody and say by which cut-offs.

        Args:
            tables: Everybody.
            to: A folder for the facts and each name in `DECIDED`, to be filled with Parquet files.
        """

"""The stages of a run from folder to folder on Spark, which divides the work itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from relationship_core.decisions.benchmarks import Benchmarks
from relationship_core.decisions.rule_book import RuleBook
from relationship_core.domain import BranchTree
from relationship_core.errors import MissingExtraError
from relationship_core.portfolio.review import branch_tree
from relationship_core.portfolio.run.opening import PartTables
from relationship_core.portfolio.run.stages import FACTS, KIND, WORTH
from relationship_core.portfolio.spark.arrow_schema import quoted, spark_schema
from relationship_core.portfolio.spark.cutoffs import cutoffs_of
from relationship_core.portfolio.spark.faults import worker_faults
from relationship_core.portfolio.spark.review import BATCH_CUSTOMERS
from relationship_core.portfolio.spark.run_worker import (
    Deciding,
    Observing,
    decided,
    observed,
)
from relationship_core.portfolio.spark.session import session_of
from relationship_core.portfolio.spark.travelling import TravellingBook
from relationship_core.portfolio.spark.whole_customers import SMALL, whole_customers
from relationship_core.portfolio.tables import Tables

_WRITTEN: Final = {"compression": "zstd"}
_READ: Final = {"datetimeRebaseMode": "CORRECTED"}
"""Days are those of the one calendar that everybody else counts by, however long ago."""


class SparkStages:
    """The stages of a run on Spark; the folder must be at the same place for all workers.

    Args:
        rule_book: What the bank decides by.
        as_of: The review date.
        master: Where Spark runs, as it writes it; None where its configuration says.
    """

    def __init__(self, rule_book: RuleBook, as_of: date, master: str | None = None) -> None:
        self._rule_book = rule_book
        self._as_of = as_of
        self._master = master
        self._book = TravellingBook.of(rule_book)

    @property
    def engine(self) -> str:
        """The engine's name and version."""
        try:
            import pyspark  # noqa: PLC0415
        except ImportError:
            raise MissingExtraError("spark", needed_for="a review on Spark") from None
        return f"spark {pyspark.__version__}, polars {version('polars')}"

    def review(self, tables: PartTables, to: Mapping[str, Path]) -> Benchmarks:
        """Review everybody and say by which cut-offs.

        What was observed goes to the disk before anything is decided, so that the tables are
        brought together once.

        Args:
            tables: Everybody.
            to: A folder for the facts and each kind of row that is decided.
        """
        planned = _without_rows(tables)
        tree = branch_tree(planned)
        facts = observed(planned, self._rule_book, self._as_of)
        with session_of(self._master) as session, worker_faults():
            self._observe(session, tables, facts.schema, to[FACTS])
            known = session.read.options(**_READ).parquet(_uri(to[FACTS]))
            benchmarks = cutoffs_of(known.select(known[KIND].alias("kind"), WORTH), self._as_of)
            self._decide(known, facts, tree, benchmarks, to)
        return benchmarks

    def _observe(self, session: Any, tables: PartTables, schema: pa.Schema, to: Path) -> None:
        large = {
            name: session.read.options(**_READ).parquet(_uri(file))
            for name, file in tables.files.items()
            if name not in SMALL
        }
        small = {name: pq.read_table(tables.files[name]) for name in SMALL if name in tables.files}
        work = Observing(self._book, self._as_of, small, tables.measures, schema, BATCH_CUSTOMERS)
        known = whole_customers(large).mapInArrow(work, spark_schema(schema))
        known.write.options(**_WRITTEN).parquet(_uri(to))

    def _decide(
        self,
        known: Any,
        facts: pa.Table,
        tree: BranchTree | None,
        benchmarks: Benchmarks,
        to: Mapping[str, Path],
    ) -> None:
        import polars as pl  # noqa: PLC0415
        from pyspark import StorageLevel  # noqa: PLC0415

        none = pl.DataFrame(facts).lazy()
        schema = decided(none, self._rule_book, self._as_of, tree, benchmarks).schema
        work = Deciding(self._book, self._as_of, tree, benchmarks, schema, BATCH_CUSTOMERS)
        rows = (
            _as_one_column(known)
            .mapInArrow(work, spark_schema(schema))
            .persist(StorageLevel.DISK_ONLY)
        )
        try:
            for name in schema.names:
                rows.select(f"{name}.*").write.options(**_WRITTEN).parquet(_uri(to[name]))
        finally:
            rows.unpersist()


def _without_rows(tables: PartTables) -> Tables:
    """The small tables as they are and the others empty, by which columns are planned."""
    import polars as pl  # noqa: PLC0415 - as on the workers

    def scan(path: str) -> Any:
        rows = pl.scan_parquet(path)
        return rows if Path(path).stem in SMALL else rows.clear()

    return tables.opened_by(scan)


def _as_one_column(known: Any) -> Any:
    """A DataFrame whose columns may have dots in their names, as `mapInArrow` takes none such."""
    from pyspark.sql import functions as F  # noqa: N812, PLC0415

    return known.select(F.struct(*map(quoted, known.columns)).alias(FACTS))


def _uri(path: Path) -> str:
    return f"file:{path.absolute()}"

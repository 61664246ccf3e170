"""What a worker does for a run from folder to folder: the columns of a run, on rows in memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

import narwhals as nw
import pyarrow as pa
from attrs import frozen

from relationship_core.decisions.benchmarks import Benchmarks
from relationship_core.decisions.rule_book import RuleBook
from relationship_core.domain import BranchTree
from relationship_core.portfolio.run.columns import (
    decided_columns,
    decided_tables,
    observed_columns,
)
from relationship_core.portfolio.run.stages import FACTS
from relationship_core.portfolio.spark.arrow_schema import in_spark
from relationship_core.portfolio.spark.faults import telling_faults
from relationship_core.portfolio.spark.gathering import gathered, polars_of_a_worker
from relationship_core.portfolio.spark.travelling import TravellingBook
from relationship_core.portfolio.spark.worker import MOST_ROWS, Measures, tables_of
from relationship_core.portfolio.tables import Frame, Tables


def observed(tables: Tables, book: RuleBook, as_of: date) -> pa.Table:
    """The rows of a file of facts.

    Args:
        tables: Some whole customers, in frames of Polars.
        book: What the bank decides by.
        as_of: The review date.

    Raises:
        ParameterError: A parameter that a position needs is not in force.
    """
    return _in_arrow(observed_columns(tables, book, as_of))


def decided(
    facts: Any, book: RuleBook, as_of: date, tree: BranchTree | None, benchmarks: Benchmarks
) -> pa.Table:
    """What is decided on those who were observed: a structure for each kind of row.

    Args:
        facts: A lazy frame of Polars with what was observed.
        book: What the bank decides by.
        as_of: The review date.
        tree: The bank's branches; None where it gave none.
        benchmarks: The cut-offs of the whole portfolio.

    Raises:
        ReviewError: A standing comes from a later review or from other rules, or a model fails.
    """
    frame = decided_columns(nw.from_native(facts), book, as_of, tree, benchmarks)
    held: Frame = nw.from_native(frame.to_native().collect().lazy())
    tables = decided_tables(held, book, as_of)
    return pa.table({name: _folded(_in_arrow(table)) for name, table in tables.items()})


def _in_arrow(frame: Frame) -> pa.Table:
    table: pa.Table = frame.to_native().collect().to_arrow()
    return table.cast(in_spark(table.schema))


def _folded(table: pa.Table) -> pa.Array:
    columns = [pa.concat_arrays(column.chunks or [_none_of(column)]) for column in table.columns]
    return pa.StructArray.from_arrays(columns, fields=list(table.schema))


def _none_of(column: pa.ChunkedArray) -> pa.Array:
    return pa.array([], column.type)


@frozen
class Observing:
    """A worker's part of observing; it travels with the code.

    Args:
        book: The rules.
        as_of: The review date.
        small: The tables that every worker has whole.
        measures: How columns of whole units are to be read.
        schema: The columns to give, by their Arrow types.
        batch: How many customers are observed at a time.
    """

    book: TravellingBook
    as_of: date
    small: Mapping[str, pa.Table]
    measures: Measures
    schema: pa.Schema
    batch: int

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """The facts of each customer."""
        with telling_faults():
            book = self.book.arrived()
            for customers in gathered(batches, self.batch):
                tables = tables_of(customers, self.small, self.measures)
                found = observed(tables, book, self.as_of)
                yield from found.cast(self.schema).to_batches(MOST_ROWS)


@frozen
class Deciding:
    """A worker's part of deciding; it travels with the code.

    Args:
        book: The rules.
        as_of: The review date.
        tree: The bank's branches; None where it gave none.
        benchmarks: The cut-offs of the whole portfolio.
        schema: The structures to give, by their Arrow types.
        batch: How many customers are decided on at a time.
    """

    book: TravellingBook
    as_of: date
    tree: BranchTree | None
    benchmarks: Benchmarks
    schema: pa.Schema
    batch: int

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """The rows of each customer, by the kinds in `DECIDED`."""
        with telling_faults():
            book = self.book.arrived()
            for facts in gathered(batches, self.batch):
                frame = polars_of_a_worker().from_arrow(facts).unnest(FACTS).lazy()
                found = decided(frame, book, self.as_of, self.tree, self.benchmarks)
                yield from found.cast(self.schema).to_batches(MOST_ROWS)

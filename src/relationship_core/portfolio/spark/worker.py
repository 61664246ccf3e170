"""What a worker does: batches of whole customers in, columns of what was found of them out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import partial
from typing import Final

import narwhals as nw
import pyarrow as pa
from attrs import field, frozen

from relationship_core.decisions.benchmarks import Benchmarks
from relationship_core.decisions.rule_book import RuleBook
from relationship_core.decisions.tariff import tariff_of
from relationship_core.portfolio.decide import faults
from relationship_core.portfolio.output import RECORDED, output
from relationship_core.portfolio.review import branch_tree, compared, decided, known
from relationship_core.portfolio.spark.faults import telling_faults
from relationship_core.portfolio.spark.gathering import frames_of, gathered
from relationship_core.portfolio.spark.travelling import TravellingBook
from relationship_core.portfolio.tables import Frame, Measure, Tables
from relationship_core.portfolio.worth.faults import require_parameters

Measures = Mapping[tuple[str, str], Measure]

MOST_ROWS: Final = 10_000
"""How many rows go back to Spark at a time."""


@frozen
class Task:
    """What a worker needs beside its customers; it travels with the code.

    Args:
        book: The rules.
        as_of: The review date.
        small: The tables that every worker has whole.
        schema: The columns to give, by their Arrow types.
        batch: How many customers are reviewed at a time.
        benchmarks: The cut-offs; None while they are still looked for.
        measures: How columns of whole units are to be read, where the tables hold such.
    """

    book: TravellingBook
    as_of: date
    small: Mapping[str, pa.Table]
    schema: pa.Schema
    batch: int
    benchmarks: Benchmarks | None = None
    measures: Measures = field(factory=dict)

    def worth(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """What each customer is worth, of the kind, in the columns of the schema."""
        return self._worked(batches, _worth)

    def reviewed(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """What each customer's review says, in the columns of the schema."""
        return self._worked(batches, partial(_reviewed, benchmarks=self.benchmarks))

    def _worked(
        self, batches: Iterable[pa.RecordBatch], work: Callable[[Task, RuleBook, Tables], Frame]
    ) -> Iterator[pa.RecordBatch]:
        with telling_faults():
            book = self.book.arrived()
            for customers in gathered(batches, self.batch):
                tables = tables_of(customers, self.small, self.measures).measured()
                found = work(self, book, tables).collect().to_native()
                yield from found.to_arrow().cast(self.schema).to_batches(MOST_ROWS)


def tables_of(customers: pa.Table, small: Mapping[str, pa.Table], measures: Measures) -> Tables:
    """The portfolio of some whole customers.

    Args:
        customers: A row for each, as `whole_customers` makes them.
        small: The tables that every worker has whole.
        measures: How columns of whole units are to be read.
    """
    tables = Tables.of(frames_of(customers, small))
    return tables.measured_as(measures) if measures else tables


def _worth(task: Task, book: RuleBook, tables: Tables) -> Frame:
    require_parameters(tables, task.as_of, book.contribution)
    facts = known(tables, book, task.as_of).with_columns(kind=nw.col(RECORDED + "kind"))
    return facts.select(*task.schema.names)


def _reviewed(task: Task, book: RuleBook, tables: Tables, benchmarks: Benchmarks | None) -> Frame:
    tree, names = branch_tree(tables), task.schema.names
    observed = compared(known(tables, book, task.as_of), task.as_of, benchmarks).collect()
    facts = observed.lazy()
    faults(facts, book, task.as_of)
    currency = tariff_of(book.contribution).currency
    found = decided(facts, book, task.as_of, tree, names)
    return output(found, task.as_of, currency, book.tiering.ladder, names)

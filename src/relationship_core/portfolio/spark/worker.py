"""What a worker does: batches of whole customers in, columns of what was found of them out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import partial
from typing import Any, Final

import narwhals as nw
import pyarrow as pa
from attrs import field, frozen

from relationship_core.decisions.benchmarks import Benchmarks
from relationship_core.decisions.rule_book import RuleBook
from relationship_core.decisions.tariff import tariff_of
from relationship_core.errors import MissingExtraError
from relationship_core.portfolio.decide import faults
from relationship_core.portfolio.output import RECORDED, output
from relationship_core.portfolio.review import branch_tree, compared, decided, known
from relationship_core.portfolio.schema import ACCOUNTS, CUSTOMERS
from relationship_core.portfolio.spark.travelling import TravellingBook
from relationship_core.portfolio.spark.whole_customers import HELD, OF_ACCOUNTS, OF_CUSTOMERS
from relationship_core.portfolio.tables import Frame, Measure, Tables
from relationship_core.portfolio.worth.faults import require_parameters

Measures = Mapping[tuple[str, str], Measure]

_MOST_ROWS: Final = 10_000


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
        book = self.book.arrived()
        for customers in _gathered(batches, self.batch):
            tables = Tables.of(_tables(customers, self.small))
            exact = tables.measured_as(self.measures) if self.measures else tables
            found = work(self, book, exact.measured()).collect().to_native()
            yield from found.to_arrow().cast(self.schema).to_batches(_MOST_ROWS)


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


def _gathered(batches: Iterable[pa.RecordBatch], customers: int) -> Iterator[pa.Table]:
    """Batches put together, since it takes as long to plan the columns of ten as of a million."""
    waiting: list[pa.RecordBatch] = []
    count = 0
    for batch in batches:
        waiting.append(batch)
        count += batch.num_rows
        if count >= customers:
            yield pa.Table.from_batches(waiting)
            waiting, count = [], 0
    if count:
        yield pa.Table.from_batches(waiting)


def _tables(customers: pa.Table, small: Mapping[str, pa.Table]) -> dict[str, Any]:
    """The tables that rows of whole customers are made of, each record once, and the small ones."""
    try:
        import polars as pl  # noqa: PLC0415 - only workers need it
    except ImportError:
        raise MissingExtraError("batch", needed_for="a review on a worker of Spark") from None

    def unfolded(frame: Any, column: str) -> Any:
        return frame.select(column).explode(column).drop_nulls().unnest(column).lazy()

    whole: Any = pl.from_arrow(customers)
    tables: dict[str, Any] = {name: pl.DataFrame(table).lazy() for name, table in small.items()}
    tables[CUSTOMERS.name] = whole.select(CUSTOMERS.name).unnest(CUSTOMERS.name).lazy()
    if HELD in whole.columns:
        held = whole.select(HELD).explode(HELD).drop_nulls().unnest(HELD)
        # An account of two customers of one batch has come with both.
        account = pl.col(ACCOUNTS.name).struct.field("account_id").alias("account_id")
        once = held.with_columns(account).unique("account_id")
        tables[ACCOUNTS.name] = once.select(ACCOUNTS.name).unnest(ACCOUNTS.name).lazy()
        for name in OF_ACCOUNTS[1:]:
            if name in held.columns:
                tables[name] = unfolded(once, name)
    for name in OF_CUSTOMERS:
        if name in whole.columns:
            tables[name] = unfolded(whole, name)
    return tables

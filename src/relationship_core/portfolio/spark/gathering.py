"""Rows of whole customers, batch by batch, put together as the tables that they were."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import pyarrow as pa

from relationship_core.errors import MissingExtraError
from relationship_core.portfolio.schema import ACCOUNTS, CUSTOMERS
from relationship_core.portfolio.spark.whole_customers import HELD, OF_ACCOUNTS, OF_CUSTOMERS

MOST_BYTES: Final = 256 * 2**20
"""How much is gathered at most before it is worked on, a last batch apart."""


def gathered(batches: Iterable[pa.RecordBatch], customers: int) -> Iterator[pa.Table]:
    """Batches put together, since it takes as long to plan the columns of ten as of a million.

    Args:
        batches: A row for each customer.
        customers: How many are put together; fewer where their records are many.
    """
    waiting: list[pa.RecordBatch] = []
    count = size = 0
    for batch in batches:
        waiting.append(batch)
        count += batch.num_rows
        size += batch.nbytes
        if count >= customers or size >= MOST_BYTES:
            yield pa.Table.from_batches(waiting)
            waiting, count, size = [], 0, 0
    if count:
        yield pa.Table.from_batches(waiting)


def frames_of(customers: pa.Table, small: Mapping[str, pa.Table]) -> dict[str, Any]:
    """The tables that rows of whole customers are made of, each record once, and the small ones.

    Args:
        customers: What `whole_customers` made.
        small: The tables that every worker has whole.
    """
    pl = polars_of_a_worker()
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
                tables[name] = _unfolded(once, name)
    for name in OF_CUSTOMERS:
        if name in whole.columns:
            tables[name] = _unfolded(whole, name)
    return tables


def polars_of_a_worker() -> Any:
    """Polars, with no more threads than Spark gave the task, unless somebody said otherwise."""
    from pyspark import TaskContext  # noqa: PLC0415 - it is there where a task is

    task = TaskContext.get()
    if task is not None:
        os.environ.setdefault("POLARS_MAX_THREADS", str(task.cpus()))
    try:
        import polars as pl  # noqa: PLC0415 - only workers need it
    except ImportError:
        raise MissingExtraError("batch", needed_for="a review on a worker of Spark") from None
    return pl


def _unfolded(frame: Any, column: str) -> Any:
    return frame.select(column).explode(column).drop_nulls().unnest(column).lazy()

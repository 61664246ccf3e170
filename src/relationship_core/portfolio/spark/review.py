"""A review of DataFrames of Spark: lazy, and the same as on every other engine."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, Final

import pyarrow as pa

from relationship_core.decisions.benchmarks import Benchmarks
from relationship_core.decisions.rule_book import RuleBook
from relationship_core.decisions.tariff import tariff_of
from relationship_core.decisions.window import latest_month
from relationship_core.errors import DataError
from relationship_core.portfolio.output import output_names
from relationship_core.portfolio.review_table import review_columns
from relationship_core.portfolio.schema import CUSTOMERS, SUPPLIED
from relationship_core.portfolio.spark.arrow_schema import spark_schema
from relationship_core.portfolio.spark.cutoffs import cutoffs_of
from relationship_core.portfolio.spark.faults import worker_faults
from relationship_core.portfolio.spark.travelling import TravellingBook
from relationship_core.portfolio.spark.whole_customers import OF_ACCOUNTS, SMALL, whole_customers
from relationship_core.portfolio.spark.worker import Measures, Task
from relationship_core.portfolio.tables import Tables

BATCH_CUSTOMERS: Final = 50_000
"""How many customers a worker reviews at a time: some 300 MB of memory with thirty records each."""

_OF_WORTH: Final = frozenset({CUSTOMERS.name, SUPPLIED.name, *OF_ACCOUNTS})
_WORTH: Final = pa.schema([("kind", pa.string()), ("contribution_12m", pa.int64())])


def review_on_spark(
    tables: Mapping[str, Any],
    rule_book: RuleBook,
    as_of: date,
    *,
    benchmarks: Benchmarks | None = None,
    columns: Collection[str] | None = None,
    batch: int = BATCH_CUSTOMERS,
    measures: Measures | None = None,
) -> Any:
    """Review every customer of a portfolio on Spark, as `portfolio.review` does on one machine.

    The customers' records are brought together by Spark, and each worker reviews whole customers
    as columns of Polars; so the workers need this library with its extra `batch`, and the plugins
    whose models compute. What comes out is lazy. Without benchmarks the portfolio is read once
    more, at once, for its cut-offs. Nothing is cached. What a worker raises is in the text of
    Spark's error; `worker_faults` raises it again as it was.

    Args:
        tables: DataFrames by the names of the portfolio's tables.
        rule_book: What the bank decides by; it travels as its JSON.
        as_of: The review date.
        benchmarks: The cut-offs that percentiles are measured against; by default those of this
            very portfolio.
        columns: The columns to give; by default all.
        batch: How many customers a worker reviews at a time.
        measures: How columns of whole units are to be read, where the tables hold such.

    Returns:
        A DataFrame with the columns of a table of reviews.

    Raises:
        DataError: The tables make no portfolio, a column can't be held exactly, or there is no
            column of a name asked for.
        InvalidValueError: The day is no date.
    """
    latest_month(as_of)
    _check_engine(tables)
    currency, ladder = tariff_of(rule_book.contribution).currency, rule_book.tiering.ladder
    names = output_names(currency, ladder, columns)
    kinds = {column.name: column.kind for column in review_columns(currency, ladder)}
    small = {name: tables[name].toArrow() for name in SMALL if name in tables}
    # Columns of a wrong type are told before anything large is moved.
    Tables.of(
        {
            name: small[name] if name in small else each.limit(0).toArrow()
            for name, each in tables.items()
        }
    )
    large = {name: each for name, each in tables.items() if name not in SMALL}
    book = TravellingBook.of(rule_book)

    def task(schema: pa.Schema, cutoffs: Benchmarks | None) -> Task:
        return Task(book, as_of, small, schema, batch, cutoffs, measures or {})

    if benchmarks is None:
        of_worth = whole_customers({name: large[name] for name in large if name in _OF_WORTH})
        worth = of_worth.mapInArrow(task(_WORTH, None).worth, spark_schema(_WORTH))
        with worker_faults():
            benchmarks = cutoffs_of(worth, as_of)
    schema = pa.schema([(name, kinds[name]) for name in names])
    whole = whole_customers(large)
    return whole.mapInArrow(task(schema, benchmarks).reviewed, spark_schema(schema))


def _check_engine(tables: Mapping[str, Any]) -> None:
    for name, table in tables.items():
        if not hasattr(table, "mapInArrow"):
            raise DataError(
                f"it is a {type(table).__name__}, but others are DataFrames of Spark",
                file=name,
                mend="give all tables as one kind of frame",
            )

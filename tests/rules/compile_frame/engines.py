"""One table of customers on every engine, and what a computed column says, row by row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from relationship_core.rules import Fact, Kind
from relationship_core.rules.compile_frame import as_cell, as_value
from relationship_core.rules.kind import NUMERIC
from tests.rules.strategies import ALL, Facts, known_facts

Frame = Any

_UNITS = st.sampled_from([0, 1, -1, 5 * 10**17, 10**18, 2**63 - 1, 1 - 2**63])
_ANY_UNITS = _UNITS | st.integers(1 - 2**63, 2**63 - 1)


@st.composite
def _huge(draw: DrawFn) -> Facts:
    facts = draw(known_facts)
    numbers = [fact for fact in ALL if fact.kind in NUMERIC]
    return facts | {fact.name: as_value(draw(_ANY_UNITS), fact.kind) for fact in numbers}


huge_facts: SearchStrategy[Facts] = _huge()
"""Everything is known, and numbers are as large as a column holds."""

_ARROW = {
    Kind.FLAG: pa.bool_(),
    Kind.CATEGORY: pa.string(),
    Kind.DATE: pa.date32(),
}


def arrow_of(customers: Sequence[Facts], facts: Iterable[Fact] = ALL) -> pa.Table:
    """A column for each fact, a row for each customer."""
    return pa.table(
        {
            fact.name: pa.array(
                [as_cell(each[fact.name], fact.kind) for each in customers],
                _ARROW.get(fact.kind, pa.int64()),
            )
            for fact in facts
        }
    )


def _duckdb(table: pa.Table) -> duckdb.DuckDBPyRelation:
    # A table of its own: a view would lose the Arrow table once this function has ended.
    connection = duckdb.connect()
    connection.register("customers", table)
    connection.execute("create table facts as from customers")
    return connection.table("facts")


ENGINES: Mapping[str, Callable[[pa.Table], Frame]] = {
    "polars": pl.from_arrow,
    "polars lazy": lambda table: pl.from_arrow(table).lazy(),  # type: ignore[union-attr]
    "duckdb": _duckdb,
    "pyarrow": lambda table: table,
    "pandas": lambda table: table.to_pandas(types_mapper=pd.ArrowDtype),
}


def columns(frame: Frame, names: Sequence[str]) -> dict[str, list[Any]]:
    """The cells of some columns, in the order of the rows, None where null."""
    if isinstance(frame, pl.LazyFrame):
        frame = frame.collect()
    if isinstance(frame, pl.DataFrame):
        return {name: frame[name].to_list() for name in names}
    if isinstance(frame, pd.DataFrame):
        return {name: pa.array(frame[name].array).to_pylist() for name in names}
    if isinstance(frame, pa.Table):
        return {name: frame[name].to_pylist() for name in names}
    if isinstance(frame, duckdb.DuckDBPyRelation):
        rows = frame.select(*map(duckdb.ColumnExpression, names)).fetchall()
    else:
        rows = frame.select(*[f"`{name}`" for name in names]).collect()
    return {name: [row[place] for row in rows] for place, name in enumerate(names)}


_TYPES = {Kind.FLAG: "boolean", Kind.CATEGORY: "string", Kind.DATE: "date"}
_SCHEMA = ", ".join(f"`{fact.name}` {_TYPES.get(fact.kind, 'bigint')}" for fact in ALL)


def spark_frame(session: Any, customers: Sequence[Facts]) -> Frame:
    """The same table on Spark."""
    rows = [tuple(as_cell(each[fact.name], fact.kind) for fact in ALL) for each in customers]
    return session.createDataFrame(rows, _SCHEMA).coalesce(1)

"""Months of columns are those of single days, on each engine and at each edge of the calendar."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from itertools import product
from typing import Any

import duckdb
import narwhals as nw
import polars as pl
import pyarrow as pa
import pytest

from relationship_core.decisions.window import first_day, last_day, month_index, months_between
from relationship_core.portfolio.observe import calendar
from relationship_core.rules.compile_frame.dialect import dialect_of

Engine = Callable[[pa.Table], nw.LazyFrame[Any]]

ENGINES: Mapping[str, Engine] = {
    "polars": lambda table: nw.from_native(pl.DataFrame(table).lazy()),
    "duckdb": lambda table: nw.from_native(duckdb.from_arrow(table)),
}
EDGES = [
    date(1, 1, 1),
    date(1899, 12, 31),
    date(1900, 2, 28),
    date(2000, 2, 29),
    *(
        last_day(index) + timedelta(days=off)
        for index in range(2023 * 12 + 1, 2025 * 12 + 3)
        for off in (-3, -2, -1, 0, 1)
    ),
    date(2100, 2, 28),
    date(9999, 12, 31),
]


@pytest.fixture(params=list(ENGINES))
def engine(request: pytest.FixtureRequest) -> Engine:
    return ENGINES[request.param]


def answers(frame: nw.LazyFrame[Any], expression: nw.Expr) -> Sequence[Any]:
    found = frame.select("place", answer=expression).sort("place").collect("pyarrow")
    return found["answer"].to_list()


def days(*columns: Sequence[date | None]) -> pa.Table:
    names = ["start", "end"][: len(columns)]
    table = {name: pa.array(each, pa.date32()) for name, each in zip(names, columns, strict=True)}
    return pa.table({"place": list(range(len(columns[0]))), **table})


@pytest.mark.parametrize(
    "end",
    [
        date(2025, 2, 28),
        date(2024, 2, 28),
        date(2024, 2, 29),
        date(2024, 4, 30),
        date(9999, 12, 31),
    ],
)
def test_months_to_one_day_are_those_of_single_days(engine: Engine, end: date) -> None:
    frame = engine(days([*EDGES, None]))
    expected = [*(months_between(start, end) for start in EDGES), None]
    assert answers(frame, calendar.months_between(nw.col("start"), end)) == expected


def test_months_between_days_of_each_row_are_those_of_single_days(engine: Engine) -> None:
    pairs = list(product(EDGES[::3], EDGES))
    frame = engine(
        days([*(a for a, _ in pairs), None, EDGES[0]], [*(b for _, b in pairs), EDGES[0], None])
    )
    between = calendar.months_between(nw.col("start"), nw.col("end"))
    expected = [months_between(a, b) for a, b in pairs]
    assert answers(frame, between) == [*expected, None, None]


def test_a_month_has_the_number_that_its_days_have(engine: Engine) -> None:
    expected = [*map(month_index, EDGES), None]
    assert answers(engine(days([*EDGES, None])), calendar.month_index(nw.col("start"))) == expected


def test_first_days_of_all_months_have_their_numbers(engine: Engine) -> None:
    indices = range(13, 10_000 * 12 + 1)
    frame = engine(days([*map(first_day, indices), None]))
    number = dialect_of(frame).day_number(nw.col("start"))
    assert answers(frame, calendar.index_of_first(number)) == [*indices, None]


def test_last_days_of_months_are_known(engine: Engine) -> None:
    expected = [day == last_day(month_index(day)) for day in EDGES]
    found = answers(engine(days(EDGES)), calendar.is_last_of_month(nw.col("start")))
    assert found == expected

"""Places among a portfolio's contributions are those that benchmarks give one by one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

import narwhals as nw
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relationship_core.decisions.benchmarks import Benchmarks
from relationship_core.domain.customer import CustomerKind
from relationship_core.errors import InvalidValueError
from relationship_core.portfolio.worth.percentile import (
    benchmarks_of,
    with_percentile,
    with_percentile_by,
)
from relationship_core.rules import Kind, quantise
from relationship_core.rules.compile_frame import as_cell, as_value
from tests.portfolio.worth.engines import ENGINES, frame_of, rows_of

AS_OF = date(2026, 6, 30)
PERSONAL, CORPORATE, INSTITUTIONAL = CustomerKind

Customers = Sequence[tuple[CustomerKind, int | None]]

AMOUNTS = st.none() | st.integers(-3, 12) | st.integers(-(10**14), 10**14)
CUSTOMERS = st.lists(st.tuples(st.sampled_from(CustomerKind), AMOUNTS), max_size=40)


def portfolio(engine: str, customers: Customers) -> nw.LazyFrame[Any]:
    return frame_of(
        engine,
        pa.table(
            {
                "place": pa.array(range(len(customers)), pa.int64()),
                "kind": pa.array([kind.value for kind, _ in customers], pa.string()),
                "contribution_12m": pa.array([cents for _, cents in customers], pa.int64()),
            }
        ),
    )


def benchmarks(customers: Customers) -> Benchmarks:
    return Benchmarks.from_contributions(
        AS_OF, ((kind, as_value(cents, Kind.MONEY)) for kind, cents in customers)
    )


def expected(customers: Customers, by: Benchmarks) -> list[int | None]:
    found = []
    for kind, cents in customers:
        amount = as_value(cents, Kind.MONEY)
        place = None if amount is None else by.percentile(kind, amount)
        found.append(None if place is None else as_cell(quantise(place, Kind.RATIO), Kind.RATIO))
    return found


def places(frame: nw.LazyFrame[Any]) -> list[int | None]:
    rows = sorted(rows_of(frame), key=lambda row: row["place"])
    return [row["contribution_percentile"] for row in rows]


def drawn(size: int, *, spread: int) -> Customers:
    random = Random(4)
    return [
        (
            random.choices(list(CustomerKind), [90, 8, 2])[0],
            None if random.random() < 0.05 else random.randrange(-spread // 4, spread),
        )
        for _ in range(size)
    ]


@pytest.mark.parametrize("engine", ENGINES)
@settings(max_examples=20, deadline=None)
@given(customers=CUSTOMERS)
def test_of_a_whole_portfolio(engine: str, customers: Customers) -> None:
    by = benchmarks(customers)
    frame = portfolio(engine, customers)
    assert places(with_percentile(frame)) == expected(customers, by)
    assert benchmarks_of(frame, AS_OF) == by


@pytest.mark.parametrize("engine", ENGINES)
@settings(max_examples=20, deadline=None)
@given(customers=CUSTOMERS, run=CUSTOMERS)
def test_by_the_benchmarks_of_another_run(
    engine: str, customers: Customers, run: Customers
) -> None:
    by = benchmarks(run)
    frame = with_percentile_by(portfolio(engine, customers), by)
    assert places(frame) == expected(customers, by)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("spread", [400, 10**10])
def test_of_a_large_portfolio_with_and_without_ties(engine: str, spread: int) -> None:
    customers = drawn(3_000, spread=spread)
    by = benchmarks(customers)
    frame = portfolio(engine, customers)
    assert benchmarks_of(frame, AS_OF) == by
    assert places(with_percentile(frame)) == expected(customers, by)
    assert places(with_percentile_by(frame, by)) == expected(customers, by)


def test_a_cut_off_beyond_any_ledger_is_refused() -> None:
    by = Benchmarks.from_contributions(AS_OF, [(PERSONAL, Decimal(2**56))])
    with pytest.raises(InvalidValueError, match="beyond any ledger"):
        with_percentile_by(portfolio("polars", []), by)

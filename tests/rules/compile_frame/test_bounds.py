"""What is computed in 64 bits under measured bounds is what the interpreter computes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relationship_core.rules import Expression, Kind, Literal, Rule, RuleSet, evaluate
from relationship_core.rules.compile_frame import as_value, rule_set_columns, value_columns
from relationship_core.rules.kind import NUMERIC
from tests.rules.compile_frame.engines import ENGINES, Frame, arrow_of, columns
from tests.rules.compile_frame.test_values import LARGEST, LONG, numbered
from tests.rules.strategies import (
    ALL,
    NOTHING_KNOWN,
    Facts,
    aum,
    debt,
    known_facts,
    products,
    share,
    value_expressions,
    visits,
)

NUMBERS = [fact for fact in ALL if fact.kind in NUMERIC]
ROOT = 3_037_000_499
"""The largest number whose square has 63 bits."""


def require_agreement(
    frame: Frame,
    named: Mapping[str, Expression],
    customers: Sequence[Facts],
    bounds: Mapping[str, int],
) -> None:
    """Each column holds what each expression is for each customer."""
    cells = columns(value_columns(frame, named, bounds=bounds), list(named)) if named else {}
    for name, expression in named.items():
        said = [as_value(cell, expression.kind) for cell in cells[name]]
        assert said == [evaluate(expression, facts) for facts in customers], expression


@st.composite
def measured(draw: st.DrawFn) -> tuple[dict[str, int], list[Facts]]:
    """Bounds of some facts, and customers at the very edge of them."""
    magnitudes = st.sampled_from([1, 2, 3, 10, 366, 10**6, ROOT, ROOT + 1, 10**12, 10**15])
    bounds = {
        fact.name: draw(magnitudes) for fact in NUMBERS if draw(st.integers(0, 3)) or fact is aum
    }
    customers = []
    for _ in range(draw(st.integers(1, 6))):
        facts = dict(draw(known_facts))
        for fact in NUMBERS:
            most = bounds.get(fact.name, LARGEST)
            edges = st.sampled_from([most, -most, most - 1, most // 2, 0, 1, -1])
            facts[fact.name] = as_value(draw(edges | st.integers(-most, most)), fact.kind)
        customers.append(facts)
    return bounds, customers


@pytest.mark.parametrize("engine", ["polars lazy", "duckdb"])
@settings(max_examples=25)
@given(measured(), st.data())
def test_narrow_columns_are_the_interpreted_values(
    engine: str, drawn: tuple[dict[str, int], list[Facts]], data: st.DataObject
) -> None:
    bounds, customers = drawn
    kinds = data.draw(st.lists(st.sampled_from(sorted(NUMERIC)), min_size=1, max_size=6))
    named = numbered([data.draw(value_expressions(Kind(kind), 3)) for kind in kinds])
    require_agreement(ENGINES[engine](arrow_of(customers)), named, customers, bounds)


@pytest.mark.parametrize("engine", ["polars lazy", "duckdb"])
@pytest.mark.parametrize("most", [1, 500_000, ROOT, ROOT + 1, 10**12, LARGEST // 2, LARGEST])
def test_the_edges_of_the_bounds_agree_to_the_last_digit(most: int, engine: str) -> None:
    customers = [
        NOTHING_KNOWN
        | {
            fact.name: as_value(signed if place % 2 else other, fact.kind)
            for place, fact in enumerate(NUMBERS)
        }
        for signed in (most, -most, most - 1)
        for other in (most, -most, 0, 1)
    ]
    bounds = {fact.name: most for fact in NUMBERS}
    frame = ENGINES[engine](arrow_of(customers))
    require_agreement(frame, numbered([*LONG, aum / 3, aum / -4]), customers, bounds)


LIMITS = [
    Literal(Decimal(limit), Kind.RATIO)
    for limit in ("0", "1", "0.5", "-2.5", "0.000001", "1e6", "-1e6", "1e18", "-1e20")
]
COMPARED: list[Expression] = [
    condition
    for limit in LIMITS
    for fact in (share, products)
    for condition in (
        *(fact < limit, fact <= limit, fact > limit, fact >= limit, fact == limit, fact != limit),
        *(limit < fact, limit >= fact, fact.between(limit, limit)),
    )
]


@pytest.mark.parametrize("engine", ["polars lazy", "duckdb"])
def test_comparisons_with_constants_of_another_unit_agree(engine: str) -> None:
    values = [-3, -2, -1, 0, 1, 2, 499_999, 500_000, 500_001, 10**12, None]
    customers = [
        NOTHING_KNOWN
        | {
            "share": as_value(units, Kind.RATIO),
            "products": units,
        }
        for units in values
    ]
    frame = ENGINES[engine](arrow_of(customers))
    for bounds in ({}, {"share": 10**12, "products": 10**12}):
        require_agreement(frame, numbered(COMPARED), customers, bounds)


@pytest.mark.parametrize("dtype", [pl.Int8, pl.Int16, pl.Int32, pl.UInt8, pl.UInt32])
def test_narrower_columns_are_computed_in_64_bits(dtype: Any) -> None:
    frame = pl.LazyFrame({"aum": pl.Series([100, 127], dtype=dtype)})
    added = value_columns(frame, {"square": aum * 100, "sum": aum + aum}, bounds={"aum": 127})
    assert columns(added, ["square", "sum"]) == {"square": [10_000, 12_700], "sum": [200, 254]}


@pytest.mark.parametrize("engine", ["polars lazy", "duckdb"])
def test_the_least_number_of_64_bits_has_a_magnitude(engine: str) -> None:
    """No fact is so low, but a column may hold it."""
    least = -(2**63)
    arrow = pa.table({"visits": [least, least, 1], "products": [least, 1, least]})
    named = {"ratio": visits / products, "less": 0 - visits, "double": visits + products}
    assert columns(value_columns(ENGINES[engine](arrow), named), list(named)) == {
        "ratio": [10**6, least * 10**6, 0],
        "less": [-least, -least, -1],
        "double": [2 * least, least + 1, least + 1],
    }


def test_bounds_hold_for_a_set_of_rules() -> None:
    customers = [NOTHING_KNOWN | {"aum": Decimal(5), "debt": Decimal(owed)} for owed in (5, -5)]
    rules = [Rule("rich", aum * 2 - debt > 10), Rule("square", aum / debt >= 1)]
    frame = ENGINES["duckdb"](arrow_of(customers))
    added, names = rule_set_columns(frame, RuleSet("rich", rules), bounds={"aum": 500, "debt": 500})
    assert columns(added, [names.place]) == {"rich_place": [1, 0]}


def test_a_bound_that_is_too_low_is_trusted() -> None:
    """So that whoever measures is asked nothing twice; it shows that 64 bits are used at all."""
    frame = pl.LazyFrame({"visits": [LARGEST], "products": [2]})
    named = {"product": visits * products}
    wrapped = value_columns(frame, named, bounds={"visits": 1, "products": 2})
    assert columns(wrapped, ["product"]) == {"product": [-2]}
    assert columns(value_columns(frame, named), ["product"]) == {"product": [2 * LARGEST]}

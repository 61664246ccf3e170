"""Columns of decimals become whole units without losing a digit, of whatever precision."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import duckdb
import narwhals as nw
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relationship_core.errors import KindError
from relationship_core.rules.compile_frame import unscaled
from relationship_core.rules.kind import EXACT
from tests.rules.compile_frame.engines import columns

SCALES = [0, 1, 2, 6, 9, 12, 14, 15, 38]


def polars(cells: list[Decimal | None], precision: int, scale: int) -> Any:
    return pl.LazyFrame({"a": pl.Series(cells, dtype=pl.Decimal(precision, scale)), "é b": 1})


def on_duckdb(cells: list[Decimal | None], precision: int, scale: int) -> Any:
    return duckdb.connect().from_arrow(polars(cells, precision, scale).collect().to_arrow())


ENGINES = {"polars": polars, "duckdb": on_duckdb}


def as_decimals(units: list[int | None], scale: int) -> list[Decimal | None]:
    return [None if each is None else EXACT.scaleb(Decimal(each), -scale) for each in units]


def units_of(frame: Any, scale: int) -> list[int | None]:
    return columns(unscaled(nw.from_native(frame), {"a": scale}).to_native(), ["a"])["a"]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("precision", [1, 4, 9, 16, 18, 19, 28, 38])
@settings(max_examples=3)
@given(st.data())
def test_units_are_what_the_decimals_are(precision: int, engine: str, data: st.DataObject) -> None:
    scale = data.draw(st.sampled_from([s for s in SCALES if s <= precision]))
    digits = st.integers(1, precision).map(lambda n: 10**n - 1)
    drawn = data.draw(st.lists(digits.flatmap(lambda n: st.integers(-n, n)), max_size=20))
    most = 10**precision - 1
    units = [0, most, -most, most // 2, 10 ** (precision - 1), None, *drawn]
    frame = ENGINES[engine](as_decimals(units, scale), precision, scale)
    assert units_of(frame, scale) == units


@pytest.mark.parametrize("engine", ENGINES)
def test_finer_units_are_more_of_them(engine: str) -> None:
    frame = ENGINES[engine]([Decimal("12.50"), Decimal("-0.01"), None], 9, 2)
    assert units_of(frame, 2) == [1_250, -1, None]
    assert units_of(frame, 6) == [12_500_000, -10_000, None]
    frame = ENGINES[engine]([Decimal(10**18 - 1)], 18, 0)
    assert units_of(frame, 20) == [(10**18 - 1) * 10**20]


@pytest.mark.parametrize("engine", ENGINES)
def test_few_digits_take_64_bits_and_other_columns_stay(engine: str) -> None:
    for precision, held in ((18, nw.Int64), (19, nw.Int128)):
        frame = nw.from_native(ENGINES[engine]([Decimal(1)], precision, 2))
        schema = unscaled(frame, {"a": 2}).collect_schema()
        assert schema["a"] == held
        assert schema.names() == ["a", "é b"]
        assert unscaled(frame, {}).collect_schema() == frame.collect_schema()


def test_what_no_units_hold_is_refused() -> None:
    frame = nw.from_native(polars([Decimal(1)], 37, 4))
    with pytest.raises(KindError, match="column a: Decimal.* can't be held in units of 2 decimals"):
        unscaled(frame, {"a": 2})
    with pytest.raises(KindError, match="at most 32 digits before the point and 6 after"):
        unscaled(frame, {"a": 6})
    with pytest.raises(KindError, match="column é b: Int32 is no decimal"):
        unscaled(frame, {"é b": 2})


def test_engines_that_nobody_tried_are_refused() -> None:
    class Foreign:
        """A lazy frame of somebody else's."""

        implementation = nw.Implementation.IBIS

    with pytest.raises(KindError, match="can't be taken for whole units"):
        unscaled(Foreign(), {})  # type: ignore[arg-type]

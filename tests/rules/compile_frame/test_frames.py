"""What is asked of a frame, and that its owner gets it back with columns more and nothing else."""

from __future__ import annotations

import builtins
import importlib
import sys
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, ClassVar

import duckdb
import narwhals as nw
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from relationship_core.errors import KindError, MissingExtraError, RuleError, UnknownFactError
from relationship_core.rules import Rule, RuleSet
from relationship_core.rules.compile_frame import rule_set_columns, value_columns
from relationship_core.rules.expression import Condition
from tests.rules.compile_frame.engines import ENGINES, arrow_of
from tests.rules.strategies import NOTHING_KNOWN, aum, branch, opened, salaried

FACTS = {**NOTHING_KNOWN, "aum": Decimal(300), "salaried": True}


@pytest.mark.parametrize("engine", ENGINES)
def test_a_frame_comes_back_as_its_own_kind_with_all_it_held(engine: str) -> None:
    frame = ENGINES[engine](arrow_of([FACTS] * 2))
    added = value_columns(frame, {"rich": aum > 5, "day": opened + 1, "sum": aum + 1})
    assert type(added) is type(frame)
    assert list(nw.from_native(added).collect_schema().names()) == [
        *nw.from_native(frame).collect_schema().names(),
        *("rich", "day", "sum"),
    ]


@pytest.mark.parametrize("engine", ["polars", "polars lazy", "pandas", "pyarrow"])
def test_a_frame_of_narwhals_comes_back_as_one(engine: str) -> None:
    frame = nw.from_native(ENGINES[engine](arrow_of([FACTS])))
    added, names = rule_set_columns(frame, RuleSet("tiers", [Rule("gold", aum > 5)]))
    assert type(added) is type(frame)
    assert set(names.all) < set(added.collect_schema().names())


def test_pandas_keeps_its_index_and_what_polars_could_not_hold() -> None:
    frame = pd.DataFrame({"aum": pd.array([1, None], "Int64"), "x": [object(), 3]}, index=[7, 7])
    added = value_columns(frame, {"rich": aum >= Decimal("0.01")})
    assert list(added.index) == [7, 7]
    assert added["x"].iloc[0] is frame["x"].iloc[0]
    assert pa.array(added["rich"].array).to_pylist() == [True, None]


def test_wide_numbers_are_of_the_widest_type_an_engine_has() -> None:
    kinds = {
        name: nw.from_native(
            value_columns(make(arrow_of([FACTS])), {"sum": aum + 1})
        ).collect_schema()["sum"]
        for name, make in ENGINES.items()
    }
    decimal = nw.Decimal(38, 0)
    assert kinds == {
        "polars": nw.Int128,
        "polars lazy": nw.Int128,
        "duckdb": nw.Int128,
        "pyarrow": decimal,
        "pandas": decimal,
    }


def test_a_column_that_a_fact_lacks_is_named_with_its_nearest() -> None:
    frame = pl.DataFrame({"aums": [1]})
    with pytest.raises(UnknownFactError, match=r"no fact 'aum'.*did you mean 'aums'"):
        value_columns(frame, {"rich": aum > 5})


@pytest.mark.parametrize(
    "cells",
    [
        pl.Series([1.5]),
        pl.Series([float("nan")]),
        pl.Series([Decimal("1.50")]),
        pl.Series(["1.50"]),
        pl.Series([1], dtype=pl.Int128),
        pl.Series([1], dtype=pl.UInt64),
        pl.Series([True]),
    ],
)
def test_an_amount_in_anything_but_whole_units_is_refused(cells: pl.Series) -> None:
    with pytest.raises(KindError, match="column aum: a money can't be held as .*Int64, in units"):
        value_columns(pl.DataFrame({"aum": cells}), {"rich": aum > 5})


@pytest.mark.parametrize("dtype", [pl.Int8, pl.Int32, pl.UInt32])
def test_narrower_whole_numbers_are_taken(dtype: Any) -> None:
    frame = pl.DataFrame({"aum": pl.Series([100], dtype=dtype)})
    added = value_columns(frame, {"rich": aum >= 1, "richer": aum > 10**9, "sum": aum * 10**9})
    assert added.row(0)[1:] == (True, False, 10**11)


def test_pandas_as_it_reads_whole_numbers_with_gaps_is_refused() -> None:
    """It holds them as floats, with NaN for what is missing."""
    with pytest.raises(KindError, match="can't be held as Float64"):
        value_columns(pd.DataFrame({"aum": [1, None]}), {"rich": aum > 5})


def test_a_moment_is_no_day_and_a_text_no_flag() -> None:
    frame = pl.DataFrame({"opened": [datetime(2026, 6, 30, tzinfo=UTC)], "salaried": ["true"]})
    with pytest.raises(KindError, match="column opened: a date can't be held as Datetime"):
        value_columns(frame, {"day": opened + 1})
    with pytest.raises(KindError, match=r"a flag can't be held as String \(give Boolean, null"):
        value_columns(frame, {"paid": ~salaried})


@pytest.mark.parametrize("taken", ["rich", "Rich", "RICH"])
def test_a_name_that_is_taken_is_refused_whatever_its_case(taken: str) -> None:
    frame = pl.DataFrame({"aum": [1], taken: [2]})
    with pytest.raises(RuleError, match="there is a column 'rich' already"):
        value_columns(frame, {"rich": aum > 5})


def test_two_new_names_that_differ_in_case_only_are_refused() -> None:
    with pytest.raises(RuleError, match="there is a column 'Rich' already"):
        value_columns(pl.DataFrame({"aum": [1]}), {"rich": aum > 5, "Rich": aum > 6})


def test_names_of_columns_in_between_are_ours() -> None:
    frame = pl.DataFrame({"aum": [1], "_Relationship_Core_0": [2]})
    with pytest.raises(RuleError, match="columns that begin with _relationship_core_ are ours"):
        value_columns(frame, {"rich": aum > 5})


@pytest.mark.parametrize("frame", [{"aum": [1]}, 7, pl.Series([1])])
def test_what_is_no_frame_is_refused(frame: Any) -> None:
    with pytest.raises(KindError, match="is no frame"):
        value_columns(frame, {"rich": aum > 5})


def test_an_engine_that_is_not_known_to_be_exact_is_refused() -> None:
    class Foreign:
        """A lazy frame of somebody else's."""

        implementation = nw.Implementation.IBIS

    from relationship_core.rules.compile_frame.dialect import dialect_of

    with pytest.raises(KindError, match="none that rules are computed on"):
        dialect_of(Foreign())  # type: ignore[arg-type]


class Curious(Condition):
    """A condition of somebody else's."""

    operator: ClassVar[str] = "curious"  # type: ignore[misc]


def test_a_condition_without_a_meaning_is_refused() -> None:
    with pytest.raises(RuleError, match="Curious has no meaning in columns"):
        value_columns(pl.DataFrame({"aum": [1]}), {"odd": Curious()})


@pytest.mark.parametrize("text", ['"', "'; drop table facts; --", "\\", "\n", "金牌", "é ", ""])
@pytest.mark.parametrize("engine", ENGINES)
def test_texts_are_values_never_code(engine: str, text: str) -> None:
    frame = ENGINES[engine](arrow_of([{**FACTS, "northern.branch": text}]))
    added = value_columns(frame, {"is": branch == text, "in": branch.is_in([text, "x"])})
    assert nw.from_native(added).lazy().collect().select("is", "in").row(0) == (True, True)


def test_duckdb_computes_nothing_before_it_is_asked() -> None:
    frame = ENGINES["duckdb"](arrow_of([FACTS]))
    assert isinstance(value_columns(frame, {"rich": aum > 5}), duckdb.DuckDBPyRelation)


def test_duckdb_is_left_as_it_was() -> None:
    connection = duckdb.connect()
    connection.execute("create table facts as select 300::bigint as aum, true as salaried")
    catalog = "select database_name, schema_name, view_name from duckdb_views() where not internal"
    added = value_columns(connection.table("facts"), {"rich": aum * Decimal("0.5") > 1})
    assert added.columns == ["aum", "salaried", "rich"]
    assert added.fetchall() == [(300, True, True)]
    assert connection.execute(catalog).fetchall() == []
    assert connection.execute("show tables").fetchall() == [("facts",)]


def without(monkeypatch: pytest.MonkeyPatch, library: str) -> None:
    genuine = builtins.__import__

    def refuse(name: str, *args: Any, **options: Any) -> Any:
        if name.partition(".")[0] == library:
            raise ImportError(name)
        return genuine(name, *args, **options)

    monkeypatch.setattr(builtins, "__import__", refuse)


def test_the_missing_extra_is_named_without_narwhals(monkeypatch: pytest.MonkeyPatch) -> None:
    module = "relationship_core.rules.compile_frame"
    monkeypatch.delitem(sys.modules, module)
    without(monkeypatch, "narwhals")
    with pytest.raises(MissingExtraError, match="a rule over a frame needs the extra 'batch'"):
        importlib.import_module(module)


def test_the_missing_extra_is_named_without_polars(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = ENGINES["pyarrow"](arrow_of([FACTS]))
    without(monkeypatch, "polars")
    with pytest.raises(MissingExtraError, match="a rule over this frame needs the extra 'batch'"):
        value_columns(frame, {"rich": aum > 5})

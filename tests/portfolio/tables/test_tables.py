"""Tables are taken exactly, whatever kind of frame they come as, or refused by name."""

from datetime import date
from decimal import Decimal

import duckdb
import narwhals as nw
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from relationship_core.errors import DataError, KindError
from relationship_core.portfolio.tables import Measure, Tables

MONTH = date(2026, 5, 1)
POSITIONS = pa.table(
    {
        "account_id": ["a1", "a1", "a2"],
        "month": pa.array([MONTH, date(2026, 6, 1), MONTH], pa.date32()),
        "credit_average": pa.array(
            [Decimal("12.34"), None, Decimal("9999999999999999.99")], pa.decimal128(18, 2)
        ),
        "debit_average": pa.array(
            [Decimal("-0.05"), None, Decimal("9" * 36 + ".99")], pa.decimal128(38, 2)
        ),
        "credit_rate": pa.array([Decimal("0.0125"), None, None], pa.decimal128(9, 6)),
        "fees": pa.array([3, None, -4], pa.int32()),
        "days_past_due": pa.array([1, None, 3], pa.int16()),
        "defaulted": [True, False, None],
    }
)
CUSTOMERS = pa.table({"customer_id": ["c1"], "kind": ["personal"]})
ACCOUNTS = pa.table(
    {
        "account_id": ["a1"],
        "product_id": ["p"],
        "currency": ["CNY"],
        "opened": pa.array([MONTH], pa.date32()),
    }
)
OWNERS = pa.table({"account_id": ["a1"], "customer_id": ["c1"]})
PRODUCTS = pa.table({"product_id": ["p"], "family": ["current"]})
GIVEN = {
    "customers": CUSTOMERS,
    "accounts": ACCOUNTS,
    "owners": OWNERS,
    "products": PRODUCTS,
    "positions": POSITIONS,
}


def in_duckdb(table: pa.Table) -> duckdb.DuckDBPyRelation:
    return duckdb.from_arrow(table)


KINDS = {
    "lazy polars": lambda table: pl.DataFrame(table).lazy(),
    "polars": pl.DataFrame,
    "duckdb": in_duckdb,
    "pandas": lambda table: table.to_pandas(types_mapper=pd.ArrowDtype),
    "pandas objects": lambda table: table.to_pandas(),
    "pyarrow": lambda table: table,
    "a stream of arrow": lambda table: table.to_reader(),
}
BACK = {
    "lazy polars": pl.LazyFrame,
    "polars": pl.DataFrame,
    "duckdb": duckdb.DuckDBPyRelation,
    "pandas": pd.DataFrame,
    "pyarrow": pa.Table,
    "a stream of arrow": pa.Table,
}


def tables_of(kind: str, **others: pa.Table) -> Tables:
    return Tables.of({name: KINDS[kind](table) for name, table in (GIVEN | others).items()})


def rows(frame: nw.LazyFrame) -> list[dict]:
    return frame.collect().rows(named=True)


@pytest.mark.parametrize("kind", sorted(BACK))
def test_amounts_are_whole_units_on_every_engine(kind):
    tables = tables_of(kind)
    found = rows(tables.frame("positions"))
    assert [row["credit_average"] for row in found] == [1234, None, 999999999999999999]
    assert [int(row["debit_average"] or 0) for row in found] == [-5, 0, int("9" * 38)]
    assert [row["credit_rate"] for row in found] == [12500, None, None]
    assert [row["fees"] for row in found] == [3, None, -4]
    assert [row["days_past_due"] for row in found] == [1, None, 3]
    assert [row["defaulted"] for row in found] == [True, False, None]
    assert [row["month"] for row in found] == [MONTH, date(2026, 6, 1), MONTH]
    assert tables.measure("positions", "credit_average") == Measure(2, 10**18 - 1)
    assert tables.measure("positions", "debit_average") == Measure(2, 10**38 - 1)
    assert tables.measure("positions", "impairment") == Measure(0, 0)


@pytest.mark.parametrize("kind", sorted(BACK))
def test_the_same_kind_is_given_back(kind):
    tables = tables_of(kind)
    assert isinstance(tables.kept.give_back(tables.frame("customers")), BACK[kind])


@pytest.mark.parametrize("kind", ["lazy polars", "duckdb"])
def test_measuring_narrows_what_fits(kind):
    small = POSITIONS.slice(0, 2)
    measured = tables_of(kind, positions=small).measured()
    assert measured.measure("positions", "debit_average") == Measure(2, 5)
    assert measured.measure("positions", "credit_average") == Measure(2, 1234)
    schema = measured.frame("positions").collect_schema()
    assert schema["debit_average"] == nw.Int64
    assert [row["debit_average"] for row in rows(measured.frame("positions"))] == [-5, None]
    wide = tables_of(kind).measured()
    assert wide.measure("positions", "debit_average") == Measure(2, 10**38 - 1)
    assert wide.frame("positions").collect_schema()["debit_average"] == nw.Int128


def test_floats_and_moments_are_refused_by_name():
    floats = POSITIONS.set_column(2, "credit_average", pa.array([1.5, None, 2.0]))
    with pytest.raises(DataError) as told:
        tables_of("pyarrow", positions=floats)
    assert "positions" in str(told.value)
    assert "credit_average" in str(told.value)
    assert "never floats" in str(told.value)
    moments = POSITIONS.set_column(1, "month", pa.array([0, 1, 2], pa.timestamp("us")))
    with pytest.raises(DataError, match="month"):
        tables_of("polars", positions=moments)


def test_pandas_objects_are_read_as_what_they_hold():
    objects = POSITIONS.drop_columns(["fees", "days_past_due"])
    found = rows(tables_of("pandas objects", positions=objects).frame("positions"))
    assert [row["credit_average"] for row in found] == [1234, None, 999999999999999999]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"accounts": ACCOUNTS}, "customers"),
        ({"customers": CUSTOMERS, "positions": POSITIONS}, "accounts"),
        ({"customers": CUSTOMERS, "clients": CUSTOMERS}, "clients"),
        ({"customers": CUSTOMERS.drop_columns(["kind"])}, "kind"),
        ({"customers": CUSTOMERS.append_column("knid", [["x"]])}, "kind"),
    ],
)
def test_what_makes_no_portfolio_is_refused(given, said):
    with pytest.raises(DataError, match=said):
        Tables.of(given)


def test_kinds_of_frames_are_not_mixed():
    mixed = {**GIVEN, "positions": pl.DataFrame(POSITIONS)}
    with pytest.raises(DataError, match="PyArrow"):
        Tables.of(mixed)
    with pytest.raises(KindError, match="dict"):
        Tables.of({"customers": {"customer_id": ["c1"]}})


def test_acts_are_counted_where_any_channel_is():
    assert not tables_of("polars").are_acts_counted
    counted = POSITIONS.append_column("transactions_mobile", pa.array([1, 2, None], pa.int32()))
    tables = tables_of("polars", positions=counted)
    assert tables.are_acts_counted
    assert [row["transactions_mobile"] for row in rows(tables.frame("positions"))] == [1, 2, None]
    assert [row["transactions_counter"] for row in rows(tables.frame("positions"))] == [None] * 3

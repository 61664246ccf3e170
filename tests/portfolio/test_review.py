"""A review of frames is the review of each dossier, whatever kind of frame the tables are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from relationship_core import Benchmarks, Engine
from relationship_core.errors import DataError, InvalidValueError, ParameterError, ReviewError
from relationship_core.portfolio import read_folder, read_tables, review, write_sample
from relationship_core.portfolio.review_table import review_columns

AS_OF = date(2026, 6, 30)
CUSTOMERS = 80
PLUGINS = ("star-levels", "retention-model")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("frames") / "bank"
    write_sample(place, customers=CUSTOMERS, seed=11)
    return place


@pytest.fixture(scope="module")
def tables(folder: Path) -> Iterator[dict[str, pa.Table]]:
    """The folder's good rows as the bank's own tables would hold them."""
    with read_tables(folder, as_of=AS_OF) as read:
        yield {name: as_decimals(read.tables, name) for name in read.tables.frames}


def as_decimals(tables: Any, name: str) -> pa.Table:
    frame = tables.frame(name).to_native().collect()
    for column in frame.columns:
        measure = tables.measures.get((name, column))
        if measure is not None and measure.scale:
            scale = measure.scale
            units = [None if n is None else Decimal(int(n)).scaleb(-scale) for n in frame[column]]
            as_held = pl.Series(column, units, dtype=pl.Decimal(18, scale))
            frame = frame.with_columns(as_held)
    return frame.to_arrow()


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine.discover(PLUGINS)


@pytest.fixture(scope="module")
def truth(folder: Path, engine: Engine) -> dict[str, list[Any]]:
    """Each customer's row as the reviews of dossiers give it."""
    columns = review_columns("CNY", engine.rule_book.tiering.ladder)
    with read_folder(folder, as_of=AS_OF, facts=engine.rule_book.catalogue) as read:
        benchmarks = engine.benchmarks(read.dossiers(), AS_OF)
        return {
            dossier.customer.id: [
                column.value(engine.review(dossier, AS_OF, benchmarks), dossier)
                for column in columns
            ]
            for dossier in read.dossiers()
        }


def rows_of(frame: Any) -> dict[str, list[Any]]:
    table = frame if isinstance(frame, pa.Table) else arrow_of(frame)
    rows = zip(*[column.to_pylist() for column in table.columns], strict=True)
    return {row[0]: list(row) for row in rows}


def arrow_of(frame: Any) -> pa.Table:
    if isinstance(frame, pl.LazyFrame):
        frame = frame.collect()
    if isinstance(frame, pl.DataFrame):
        return frame.to_arrow()
    if isinstance(frame, pd.DataFrame):
        return pa.Table.from_pandas(frame, preserve_index=False)
    return frame.to_arrow_table()


KINDS: dict[str, tuple[Callable[[pa.Table], Any], type]] = {
    "lazy polars": (lambda table: pl.DataFrame(table).lazy(), pl.LazyFrame),
    "polars": (pl.DataFrame, pl.DataFrame),
    "duckdb": (duckdb.from_arrow, duckdb.DuckDBPyRelation),
    "pandas": (lambda table: table.to_pandas(types_mapper=pd.ArrowDtype), pd.DataFrame),
    "pyarrow": (lambda table: table, pa.Table),
}


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_each_row_is_the_review_of_that_dossier(
    kind: str, tables: dict[str, pa.Table], engine: Engine, truth: dict[str, list[Any]]
) -> None:
    make, given_back = KINDS[kind]
    held = {name: make(table) for name, table in tables.items()}
    reviewed = review(held, engine.rule_book, AS_OF)
    assert isinstance(reviewed, given_back)
    assert hasattr(pl.DataFrame if kind == "lazy polars" else reviewed, "__arrow_c_stream__")
    assert rows_of(reviewed) == truth


def test_columns_can_be_chosen_and_stay_the_same(
    tables: dict[str, pa.Table], engine: Engine, truth: dict[str, list[Any]]
) -> None:
    names = ["tier", "customer_id", "contribution_12m", "care_due"]
    chosen = review(tables, engine.rule_book, AS_OF, columns=names)
    columns = [each.name for each in review_columns("CNY", engine.rule_book.tiering.ladder)]
    places = [place for place, name in enumerate(columns) if name in names]
    assert chosen.schema.names == [columns[place] for place in places]
    assert rows_of(chosen) == {
        customer: [row[place] for place in places] for customer, row in truth.items()
    }


def test_percentiles_are_measured_by_the_benchmarks_given(
    folder: Path, tables: dict[str, pa.Table], engine: Engine
) -> None:
    with read_folder(folder, as_of=AS_OF, facts=engine.rule_book.catalogue) as read:
        dossiers = list(read.dossiers())
    benchmarks = engine.benchmarks(dossiers[::3], AS_OF)
    wanted = ["customer_id", "contribution_percentile", "tier"]
    found = rows_of(review(tables, engine.rule_book, AS_OF, benchmarks=benchmarks, columns=wanted))
    for dossier in dossiers[:20]:
        alone = engine.review(dossier, AS_OF, benchmarks)
        percentile = alone.facts["contribution_percentile"]
        assert found[dossier.customer.id][1:] == [alone.tier.tier, percentile]


def test_what_is_supplied_stands_in_place_of_what_was_reckoned(
    tables: dict[str, pa.Table], engine: Engine
) -> None:
    customer = tables["customers"]["customer_id"][0].as_py()
    supplied = pa.table(
        {
            "customer_id": [customer] * 3,
            "fact": ["contribution_12m", "contribution_percentile", "churn.score"],
            "value": ["123456.785", "0.97", "0.5"],
        }
    )
    supplied = supplied if "churn.score" in engine.rule_book.catalogue else supplied.slice(0, 2)
    without = {**tables, "supplied": supplied}
    wanted = ["customer_id", "contribution_12m", "contribution_percentile"]
    found = rows_of(review(without, engine.rule_book, AS_OF, columns=wanted))
    reckoned = rows_of(review(tables, engine.rule_book, AS_OF, columns=wanted))
    assert found[customer][1] == reckoned[customer][1]
    assert found[customer][2] == Decimal("0.97")


def test_customers_alone_make_a_portfolio(tables: dict[str, pa.Table]) -> None:
    book = Engine.from_plugins().rule_book
    found = review({"customers": pl.DataFrame(tables["customers"])}, book, AS_OF)
    assert found["tier_undetermined"].all()
    assert found["contribution_12m"].null_count() == found.height


@pytest.mark.parametrize("kind", ["duckdb", "lazy polars"])
def test_tables_without_rows_are_none_of_their_kind(kind: str, tables: dict[str, pa.Table]) -> None:
    book = Engine.from_plugins().rule_book
    make, _ = KINDS[kind]
    emptied = tables.keys() - {"customers", "branches"}
    held = {
        name: make(table.slice(0, 0) if name in emptied else table)
        for name, table in tables.items()
    }
    found = rows_of(review(held, book, AS_OF, columns=["customer_id", "contribution_12m", "aum"]))
    assert {row[2] for row in found.values()} == {Decimal(0)}
    # The relationship costs something all the same.
    assert all(row[1] <= 0 for row in found.values())


def test_what_cannot_be_reviewed_is_refused(tables: dict[str, pa.Table], engine: Engine) -> None:
    book = engine.rule_book
    with pytest.raises(DataError, match="no such column"):
        review(tables, book, AS_OF, columns=["teir"])
    with pytest.raises(ReviewError, match="after the review date"):
        review(tables, book, AS_OF, benchmarks=Benchmarks(date(2026, 7, 1)))
    with pytest.raises(InvalidValueError):
        review(tables, book, date(1, 1, 1))
    with pytest.raises(ParameterError, match="parameter set"):
        review(tables, book, date(1999, 6, 30))
    customer = tables["customers"]["customer_id"][:1]
    later = pa.table({"customer_id": customer, "tier": ["star-1"], "reviewed": [AS_OF]})
    with pytest.raises(ReviewError, match="later day"):
        review({**tables, "standings": later}, book, date(2026, 6, 29))
    unknown = pa.table({"customer_id": customer, "tier": ["gold"]})
    with pytest.raises(ReviewError, match="no tier"):
        review({**tables, "standings": unknown}, book, AS_OF)

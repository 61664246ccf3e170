from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from relationship_core.errors import DataError
from relationship_core.portfolio import read_folder
from tests.portfolio.bank import SMALL, small, with_row, write_csv
from tests.portfolio.source.whole import as_parquet, read


def test_parquet_says_the_same_as_csv(tmp_path: Path) -> None:
    tables = with_row("positions", "A9", "2026-04-01", "1", "", "")
    dossiers, rejections = read(write_csv(tmp_path / "csv", tables))
    same, named = read(as_parquet(tmp_path / "parquet", tables))
    assert same == dossiers
    assert [(one.file, one.line, one.field) for one in named] == [
        ("positions.parquet", len(SMALL["positions"]), "account_id")
    ]
    assert [one.reason for one in named] == [one.reason for one in rejections]
    with read_folder(tmp_path / "parquet") as folder:
        assert folder.dossier("C2") == dossiers["C2"]


def test_parquet_columns_may_have_any_plain_type(tmp_path: Path) -> None:
    folder = write_csv(tmp_path, small(positions=None))
    months = [datetime(2026, 5, 1), datetime(2026, 6, 1), datetime(2026, 6, 1, 12)]  # noqa: DTZ001
    pq.write_table(
        pa.table(
            {
                "account_id": pa.array(["A1", "A1", "A2"]).dictionary_encode(),
                "month": pa.array(months, pa.timestamp("us")),
                "credit_average": pa.array([1e20, 0.1, None], pa.float64()),
                "closing_balance": pa.array([Decimal("-1.50"), None, None], pa.decimal128(20, 2)),
                "credit_rate": pa.array([0.0025, float("nan"), None], pa.float64()),
                "defaulted": [True, False, None],
                "days_past_due": pa.array([3.0, 0.0, None], pa.float64()),
            }
        ),
        folder / "positions.parquet",
    )
    dossiers, rejections = read(folder)
    (position,) = [p for p in dossiers["C1"].positions or () if p.account_id == "A1"]
    assert position.month == date(2026, 5, 1)
    assert position.credit_average == Decimal("1e20")
    assert position.closing_balance == Decimal("-1.50")
    assert position.credit_rate == Decimal("0.0025")
    assert (position.defaulted, position.days_past_due) == (True, 3)
    assert [(one.line, one.field) for one in rejections] == [(2, "credit_rate"), (3, "month")]


def test_a_parquet_column_without_a_text_is_refused(tmp_path: Path) -> None:
    table = pa.table({"customer_id": ["C1"], "kind": [["personal"]]})
    pq.write_table(table, tmp_path / "customers.parquet")
    with pytest.raises(DataError, match=r"customers\.parquet, kind: a column of list"):
        read(tmp_path)


def test_what_is_no_parquet_is_refused(tmp_path: Path) -> None:
    (tmp_path / "customers.parquet").write_bytes(b"customer_id,kind\n")
    with pytest.raises(DataError, match=r"customers\.parquet: it is no readable Parquet file"):
        read(tmp_path)

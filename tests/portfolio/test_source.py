from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest

from relationship_core.domain import Dossier
from relationship_core.errors import DataError
from relationship_core.portfolio import Rejection, read_folder
from tests.portfolio.bank import SMALL, small, with_row, write_csv

HEADER = b"customer_id,kind,name\n"


def read(path: Path) -> tuple[dict[str, Dossier], list[Rejection]]:
    with read_folder(path) as folder:
        found = {dossier.customer.id: dossier for dossier in folder.dossiers()}
        return found, list(folder.rejections)


def read_bytes(path: Path, content: bytes) -> tuple[dict[str, Dossier], list[Rejection]]:
    (path / "customers.csv").write_bytes(content)
    return read(path)


def test_a_byte_order_mark_and_windows_line_ends_make_no_difference(tmp_path: Path) -> None:
    content = HEADER + "C1,personal,王芳\n".encode()
    plain = read_bytes(tmp_path, content)
    marked = read_bytes(tmp_path, b"\xef\xbb\xbf" + content.replace(b"\n", b"\r\n"))
    assert plain == marked
    assert plain[0]["C1"].customer.name == "王芳"


@pytest.mark.parametrize(
    "name", ["position.csv", "Positions.csv", "positions.CSV", "branch.csv", "transactons.parquet"]
)
def test_a_file_whose_name_is_nearly_a_tables_is_refused(tmp_path: Path, name: str) -> None:
    write_csv(tmp_path, SMALL)
    (tmp_path / name).touch()
    with pytest.raises(DataError, match="the nearest is") as caught:
        read_folder(tmp_path)
    assert caught.value.file == name


@pytest.mark.parametrize("name", ["notes.txt", "position.txt", "accounts_2025.csv", "reviews.csv"])
def test_other_files_are_passed_over(tmp_path: Path, name: str) -> None:
    write_csv(tmp_path, SMALL)
    before = read(tmp_path)
    (tmp_path / name).write_text("anything", encoding="utf-8")
    assert read(tmp_path) == before


def test_blank_around_a_cell_and_blank_lines_mean_nothing(tmp_path: Path) -> None:
    content = b" customer_id ,kind, name\n\n C1 ,personal ,  \n\nC2,personal,x\n"
    dossiers, rejections = read_bytes(tmp_path, content)
    assert list(dossiers) == ["C1", "C2"]
    assert dossiers["C1"].customer.name is None
    assert rejections == []


def test_lines_are_counted_through_quoted_cells(tmp_path: Path) -> None:
    content = HEADER + b'C1,personal,"a\nb"\nC2,alien,x\n"C3","personal","Chen, ""Q"" Ltd"\n'
    dossiers, rejections = read_bytes(tmp_path, content)
    assert [(one.line, one.field) for one in rejections] == [(2, "name"), (4, "kind")]
    assert dossiers["C3"].customer.name == 'Chen, "Q" Ltd'


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (b"C1,personal", "2 cells where the header has 3; the row is left out"),
        (b"C1,personal,x,y", "4 cells where the header has 3; the row is left out"),
        (b'C1,personal,"x"y', "the CSV is malformed: "),
    ],
)
def test_a_row_that_is_no_row_is_named_and_the_next_one_read(
    tmp_path: Path, row: bytes, reason: str
) -> None:
    dossiers, rejections = read_bytes(tmp_path, HEADER + row + b"\nC2,personal,Li\n")
    assert list(dossiers) == ["C2"]
    assert [(one.file, one.line, one.field) for one in rejections] == [("customers.csv", 2, "")]
    assert rejections[0].reason.startswith(reason)


def test_a_quote_that_never_ends_is_named_where_it_began(tmp_path: Path) -> None:
    content = HEADER + b'C1,personal,x\nC2,personal,"y\nC3,personal,z\n'
    dossiers, rejections = read_bytes(tmp_path, content)
    assert list(dossiers) == ["C1"]
    assert [(one.line, one.field) for one in rejections] == [(3, "")]


def test_bytes_that_are_no_utf8_cost_their_cell_or_their_row(tmp_path: Path) -> None:
    name = "王芳".encode("gbk")
    content = HEADER + b"C1,personal," + name + b"\nC\xff2,personal,x\nC3,personal,z\n"
    dossiers, rejections = read_bytes(tmp_path, content)
    assert list(dossiers) == ["C1", "C3"]
    assert dossiers["C1"].customer.name is None
    assert [(one.line, one.field) for one in rejections] == [(2, "name"), (3, "customer_id")]
    assert rejections[0].reason == "is not UTF-8; the cell is left out, the row is kept"
    assert rejections[1].reason == "is not UTF-8; the row is left out"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32"])
def test_a_file_in_another_encoding_is_refused(tmp_path: Path, encoding: str) -> None:
    content = "customer_id,kind\nC1,personal\n".encode(encoding)
    with pytest.raises(DataError, match=r"customers\.csv: the file is not UTF-8"):
        read_bytes(tmp_path, content)


def test_a_header_that_is_no_csv_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="line 1: the header is missing"):
        read_bytes(tmp_path, b'"customer_id"x,kind\nC1,personal\n')


def as_parquet(folder: Path, tables: dict[str, list[list[str]]]) -> Path:
    """The same tables with the types that Arrow infers."""
    write_csv(folder, tables)
    for path in list(folder.iterdir()):
        pq.write_table(pa_csv.read_csv(path), path.with_suffix(".parquet"), row_group_size=2)
        path.unlink()
    return folder


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


def test_a_table_in_two_files_is_refused(tmp_path: Path) -> None:
    write_csv(tmp_path, SMALL)
    (tmp_path / "owners.parquet").write_bytes(b"")
    with pytest.raises(DataError, match=r"owners\.parquet: the table is there twice"):
        read(tmp_path)

"""What of a folder is copied and what is used where it is, and that numbers stay exact."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from relationship_core.errors import DataError, InvalidValueError
from relationship_core.portfolio import write_sample
from relationship_core.portfolio.tables import FrameEngine, Measure, read_tables
from tests.portfolio.bank import SMALL, small, with_row, write_csv
from tests.portfolio.source.test_encoding import CHINESE, recoded
from tests.portfolio.tables.same import ENGINES, check_same, read_the_same, rows
from tests.portfolio.tables.typed import as_typed_parquet

FILE = "customers.parquet"


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary folders are made."""
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(place))
    return place


def written(temporary: Path) -> set[str]:
    """The tables that were copied."""
    return {path.stem for path in temporary.glob("*/*.parquet")}


@pytest.mark.parametrize("engine", ENGINES)
def test_typed_files_in_which_all_is_well_are_used_where_they_are(
    tmp_path: Path, temporary: Path, engine: FrameEngine
) -> None:
    folder = as_typed_parquet(write_csv(tmp_path / "bank", SMALL))
    with read_the_same(folder, engine) as reading:
        assert len(rows(reading.tables, "positions")) == 4
        assert written(temporary) == {"branches"}
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize(
    ("table", "row", "copied"),
    [
        ("customers", ["C4", "personal", " Kim ", "1980-02-03", "B1"], {"customers"}),
        ("customers", ["C4", "personal", "Kim", "1980-02-03", "B9"], {"customers"}),
        ("positions", ["A1", "2026-05-01", "1", "", ""], {"positions"}),
        ("positions", ["A9", "2026-05-01", "1", "", ""], {"positions"}),
        ("positions", ["A1", "2026-04-01", "-1", "", ""], {"positions"}),
        ("owners", ["A3", "C9", "", ""], set()),
        ("owners", ["A3", "C\u200b2", "", ""], {"accounts", "owners", "positions", "transactions"}),
        ("products", ["CUR", "loan"], {"products"}),
    ],
)
def test_only_tables_that_lose_something_are_copied(
    tmp_path: Path,
    temporary: Path,
    table: str,
    row: list[str],
    copied: set[str],
) -> None:
    folder = as_typed_parquet(write_csv(tmp_path / "bank", with_row(table, *row)))
    with read_the_same(folder, "polars") as reading:
        assert len(reading.rejections) > 0 or row[2] == " Kim "
        assert written(temporary) == {"branches", *copied}


def test_files_of_text_and_typed_ones_are_read_together(tmp_path: Path, temporary: Path) -> None:
    folder = write_csv(tmp_path / "bank", with_row("owners", "A3", "C9", "", ""))
    typed = as_typed_parquet(write_csv(tmp_path / "typed", SMALL))
    for name in ("customers", "positions"):
        (folder / f"{name}.csv").unlink()
        (typed / f"{name}.parquet").rename(folder / f"{name}.parquet")
    with read_the_same(folder, "polars") as reading:
        assert len(reading.rejections) == 1
        assert written(temporary) == {*SMALL} - {"customers", "positions"}


def test_a_documents_scheme_that_was_found_out_is_kept_though_the_file_has_no_such_column(
    tmp_path: Path,
) -> None:
    customers = [["customer_id", "kind", "id_number"], ["C1", "personal", "11010519491231002x"]]
    for make in (lambda folder: folder, as_typed_parquet):
        folder = make(write_csv(tmp_path / make.__name__, {"customers": customers}))
        with read_the_same(folder, "duckdb") as reading:
            (row,) = reading.tables.frame("customers").collect().rows(named=True)
            assert row["id_scheme"] == "resident_id"
            assert row["id_number"] == "11010519491231002X"


def test_nobody_is_born_after_the_day_of_the_review(tmp_path: Path) -> None:
    number = "110101202606290019"
    customers = [["customer_id", "kind", "id_scheme", "id_number"]]
    customers += [["C1", "personal", "resident_id", with_check_digit(number)]]
    folder = as_typed_parquet(write_csv(tmp_path, {"customers": customers}))
    for day, count in ((date(2026, 6, 28), 1), (date(2026, 6, 29), 0), (None, 0)):
        with read_tables(folder, as_of=day) as reading:
            assert len(reading.rejections) == count


def with_check_digit(number: str) -> str:
    total = sum(int(digit) * 2 ** (17 - place) for place, digit in enumerate(number[:17]))
    return number[:17] + "10X98765432"[total % 11]


@pytest.mark.parametrize("engine", ENGINES)
def test_text_becomes_whole_units_of_the_finest_number(tmp_path: Path, engine: FrameEngine) -> None:
    meant = ["1e3", "+0.50", "12345678901234567890.125", "1.", "0.000", "7E-3", ""]
    header, first, *_ = SMALL["positions"]
    assert header[2] == "credit_average"
    cells = [
        [first[0], f"2026-{month:02d}-01", text, *first[3:]]
        for month, text in enumerate(meant, start=1)
    ]
    folder = write_csv(tmp_path, small(positions=[header, *cells]))
    with read_the_same(folder, engine) as reading:
        assert list(reading.rejections) == []
        tables = reading.tables
        units = 12345678901234567890125
        assert tables.measure("positions", "credit_average") == Measure(3, units)
        assert tables.measure("positions", "transactions_mobile") == Measure(0, 3)
        found = {row[1].month: row[2] for row in rows(tables, "positions")}
        assert [found[month] for month in range(1, len(meant) + 1)] == [
            Decimal(text) if text else None for text in meant
        ]


def test_numbers_that_no_engine_holds_together_are_refused_by_name(tmp_path: Path) -> None:
    header = ["account_id", "month", "fees"]
    cells = [["A1", "2026-05-01", "9" * 24], ["A2", "2026-06-01", "1e-15"]]
    write_csv(tmp_path, small(positions=[header, *cells]))
    with read_tables(tmp_path) as reading, pytest.raises(DataError, match="38 digits") as caught:
        _ = reading.tables
    assert (caught.value.file, caught.value.line) == ("positions.csv", 3)
    assert caught.value.field == "fees"


def test_acts_that_nobody_counted_stay_so(tmp_path: Path) -> None:
    positions = [["account_id", "month"], ["A1", "2026-06-01"]]
    for make in (lambda folder: folder, as_typed_parquet):
        folder = make(write_csv(tmp_path / make.__name__, small(positions=positions)))
        with read_the_same(folder, "polars") as reading:
            assert not reading.tables.are_acts_counted


@pytest.mark.parametrize(("ending", "engine"), [("csv", "duckdb"), ("parquet", "polars")])
def test_partitions_are_columns(tmp_path: Path, engine: FrameEngine, ending: str) -> None:
    folder = write_csv(tmp_path, small(positions=None, customers=None))
    header, *cells = SMALL["positions"]
    for number, row in enumerate([*cells, ["A1", "2026-04-01", "-1", "", ""]]):
        place = folder / "positions" / f"hour={number % 2}" / f"month={row[1]}"
        part = [[header[0], *header[2:]], [row[0], *row[2:]]]
        write_csv(place, {f"part{number}": part})
    for branch, people in (("B1", SMALL["customers"][1:3]), ("B2", SMALL["customers"][3:])):
        part = [["customer_id", "kind"], *(row[:2] for row in people)]
        write_csv(folder / "customers" / f"branch={branch}", {"part": part})
    if ending == "parquet":
        for path in [*folder.glob("positions/*/*/*.csv"), *folder.glob("customers/*/*.csv")]:
            as_parquet_part(path)
    with read_the_same(folder, engine) as reading:
        (bad,) = reading.rejections
        assert bad.file == f"positions/hour=0/month=2026-04-01/part4.{ending}"
        assert bad.line == (2 if ending == "csv" else 1)
        months = {row[1] for row in rows(reading.tables, "positions")}
        assert months == {date(2026, 5, 1), date(2026, 6, 1)}


@pytest.mark.parametrize("engine", ENGINES)
def test_partitions_of_sound_files_are_read_where_they_are(
    tmp_path: Path, temporary: Path, engine: FrameEngine
) -> None:
    folder = as_typed_parquet(write_csv(tmp_path / "bank", small(interactions=None)))
    for number, row in enumerate(SMALL["interactions"][1:] * 2):
        place = folder / "interactions" / f"kind={row[3]}" / f"occurred=2026-06-0{number + 1}"
        place.mkdir(parents=True)
        ids = pa.table({"interaction_id": [f"I{number}"], "customer_id": [row[1]]})
        pq.write_table(ids, place / "part.parquet")
    with read_the_same(folder, engine) as reading:
        days = [row[2] for row in rows(reading.tables, "interactions")]
        assert sorted(days) == [date(2026, 6, 1), date(2026, 6, 2)]
        assert written(temporary) == {"branches"}


def as_parquet_part(path: Path) -> None:
    header, *cells = [line.split(",") for line in path.read_text(encoding="utf-8").splitlines()]
    columns = {
        name: [read_typed(name, row[place]) for row in cells] for place, name in enumerate(header)
    }
    table = pa.table(columns)
    for place, name in enumerate(header):
        if name in TYPES:
            table = table.set_column(place, name, pa.array(columns[name], TYPES[name]))
    pq.write_table(table, path.with_suffix(".parquet"))
    path.unlink()


TYPES: Mapping[str, pa.DataType] = {
    "credit_average": pa.decimal128(18, 2),
    "debit_average": pa.decimal128(18, 2),
    "transactions_mobile": pa.int32(),
}


def read_typed(name: str, text: str) -> Any:
    if name not in TYPES:
        return text
    if not text:
        return None
    return int(text) if name == "transactions_mobile" else Decimal(text)


def test_another_encoding_makes_no_difference(tmp_path: Path) -> None:
    folder = recoded(write_csv(tmp_path, CHINESE), "gb18030")
    with read_the_same(folder, "duckdb") as reading:
        names = {row[2] for row in rows(reading.tables, "customers")}
    assert "王芳" in names


@pytest.mark.parametrize("is_typed", [False, True])
def test_a_samples_dirt_is_told_as_by_its_dossiers(tmp_path: Path, *, is_typed: bool) -> None:
    sample = write_sample(tmp_path / "bank", customers=120, seed=11)
    folder = as_typed_parquet(tmp_path / "bank", parts=2) if is_typed else tmp_path / "bank"
    assert sample.planted
    check_same(folder, "polars")


def test_tables_are_read_anew_after_they_were_closed(tmp_path: Path) -> None:
    reading = read_tables(write_csv(tmp_path, SMALL))
    first = reading.tables.frame("customers").collect()
    reading.close()
    assert reading.tables.frame("customers").collect().to_native().equals(first.to_native())
    reading.close()


def test_what_is_no_engine_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidValueError, match="polars, duckdb"):
        read_tables(write_csv(tmp_path, SMALL), engine="pandas")  # type: ignore[arg-type]


def test_a_bad_branch_stops_the_reading(tmp_path: Path) -> None:
    write_csv(tmp_path, with_row("branches", "B9", "Lost", "branch", "nowhere"))
    with read_tables(tmp_path) as reading, pytest.raises(DataError, match=r"branches\.csv"):
        _ = reading.tables


def test_frames_are_lazy(tmp_path: Path) -> None:
    with read_tables(write_csv(tmp_path, SMALL)) as reading:
        assert isinstance(reading.tables.frame("owners").to_native(), pl.LazyFrame)


def test_every_type_that_holds_numbers_exactly_is_used_as_it_is(
    tmp_path: Path, temporary: Path
) -> None:
    folder = as_typed_parquet(write_csv(tmp_path / "bank", small(positions=None)))
    decimals = {
        "credit_average": pa.decimal128(38, 0),
        "credit_rate": pa.decimal128(38, 37),
        "debit_rate": pa.decimal128(38, 38),
    }
    columns = {name: pa.array([Decimal(0)] * 2, kind) for name, kind in decimals.items()}
    table = pa.table(
        {
            "account_id": pa.array(["A1", "A2"]).dictionary_encode(),
            "month": pa.array([date(2026, 5, 1)] * 2, pa.date32()),
            "fees": pa.array([1, -2], pa.int32()),
            "days_past_due": pa.array([3, None], pa.uint8()),
            **columns,
        }
    )
    pq.write_table(table, folder / "positions.parquet")
    for engine in ENGINES:
        with read_the_same(folder, engine) as reading:
            assert reading.tables.measure("positions", "fees") == Measure(0, 2)
            assert reading.tables.measure("positions", "credit_rate") == Measure(37, 0)
            assert written(temporary) == {"branches"}


def test_text_that_is_no_utf8_is_refused_by_name(tmp_path: Path) -> None:
    held = pa.array([b"C1", b"C\xff"], pa.binary())
    ids = pa.Array.from_buffers(pa.string(), len(held), held.buffers())
    pq.write_table(pa.table({"customer_id": ids, "kind": ["personal"] * 2}), tmp_path / FILE)
    with read_tables(tmp_path) as reading, pytest.raises(DataError, match="not UTF-8") as caught:
        _ = reading.tables
    assert (caught.value.file, caught.value.field) == (FILE, "customer_id")

from __future__ import annotations

import csv
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from relationship_core.errors import DataError
from relationship_core.portfolio import read_folder
from tests.portfolio.bank import SMALL, small, with_row, write_csv
from tests.portfolio.source.whole import as_parquet, read


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


def test_a_table_in_two_files_is_refused(tmp_path: Path) -> None:
    write_csv(tmp_path, SMALL)
    (tmp_path / "owners.parquet").write_bytes(b"")
    with pytest.raises(DataError, match=r"owners\.parquet: the table is there twice"):
        read(tmp_path)


def in_parts(folder: Path, table: str, form: str) -> Path:
    """A table's CSV or Parquet file cut after its second row, as the two files of a form."""
    for path in folder.glob(f"{table}.*"):
        original = path.rename(folder / f"{table}_whole{path.suffix}")
        cut = cut_csv if path.suffix == ".csv" else cut_parquet
        cut(original, folder / form)
        original.unlink()
    return folder


def cut_csv(path: Path, target: Path) -> None:
    header, *rows = path.read_text(encoding="utf-8").splitlines()
    for number, part in enumerate((rows[:2], rows[2:])):
        file = Path(f"{target}{number}.csv")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("\n".join([header, *part]) + "\n", encoding="utf-8")


def cut_parquet(path: Path, target: Path) -> None:
    table = pq.read_table(path)
    for number, part in enumerate((table.slice(0, 2), table.slice(2))):
        file = Path(f"{target}{number}.parquet")
        file.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(part, file)


FORMS = [
    ("positions/part-", "csv"),
    ("positions-", "csv"),
    ("positions-", "parquet"),
    ("positions/load/deeper/part-", "parquet"),
    ("positions.parquet/part-", "parquet"),
    ("positions/extracted=2026-07-01/part-", "csv"),
]


@pytest.mark.parametrize(("form", "ending"), FORMS)
def test_a_table_in_several_files_is_read_as_in_one(tmp_path: Path, form: str, ending: str) -> None:
    tables = with_row("positions", "A9", "2026-04-01", "1", "", "")
    whole = write_csv(tmp_path / "whole", tables)
    dossiers, rejections = read(whole)
    make = write_csv if ending == "csv" else as_parquet
    folder = in_parts(make(tmp_path / "parts", tables), "positions", form)
    same, named = read(folder)
    assert same == dossiers
    assert [one.reason for one in named] == [one.reason for one in rejections]
    (bad,) = named
    assert (bad.file, bad.line) == (f"{form}1.{ending}", 4 if ending == "csv" else 3)
    with read_folder(folder) as portfolio:
        assert portfolio.dossier("C2") == dossiers["C2"]


def test_a_key_repeated_in_another_file_names_both(tmp_path: Path) -> None:
    tables = with_row("positions", *SMALL["positions"][1])
    folder = in_parts(write_csv(tmp_path, tables), "positions", "positions/part-")
    (bad,) = read(folder)[1]
    assert (bad.file, bad.line) == ("positions/part-1.csv", 4)
    assert bad.fault == "given twice, first in line 2 of positions/part-0.csv"


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_partition_that_is_a_column_counts_as_it(tmp_path: Path, ending: str) -> None:
    dossiers, _ = read(write_csv(tmp_path / "whole", SMALL))
    folder = write_csv(tmp_path / "parts", small(positions=None))
    header, *rows = SMALL["positions"]
    for number, row in enumerate(rows):
        cells = dict(zip(header, row, strict=True))
        place = folder / "positions" / f"month={cells.pop('month').replace('-', '%2D')}" / "hour=3"
        place.mkdir(parents=True, exist_ok=True)
        if ending == "parquet":
            pq.write_table(
                pa.table({name: [cell] for name, cell in cells.items()}),
                place / f"{number}.parquet",
            )
        else:
            with (place / f"{number}.csv").open("w", newline="", encoding="utf-8") as stream:
                csv.writer(stream).writerows([list(cells), list(cells.values())])
    (folder / "positions" / "_SUCCESS").touch()
    (folder / "positions" / ".hidden.crc").touch()
    same, named = read(folder)
    assert (same, named) == (dossiers, [])
    with read_folder(folder) as portfolio:
        assert portfolio.dossier("C1") == dossiers["C1"]


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_single_customer_is_found_by_the_folders_names(tmp_path: Path, ending: str) -> None:
    folder = write_csv(tmp_path, small(interactions=None))
    for customer in ("C1", "C2"):
        place = folder / "interactions" / f"customer_id={customer}"
        place.mkdir(parents=True)
        rows = [["interaction_id", "occurred", "kind"], ["I1", "2026-06-01", "contact"]]
        write_csv(place, {"part": rows})
        if ending == "parquet":
            as_parquet(place, {"part": rows})
    with read_folder(folder) as portfolio:
        dossier = portfolio.dossier("C2")
        assert [one.customer_id for one in dossier.interactions or ()] == ["C2"]
        assert dossier in list(portfolio.dossiers())


def test_hives_folder_for_no_value_is_a_missing_cell(tmp_path: Path) -> None:
    folder = write_csv(tmp_path, small(customers=None))
    for branch, customer in (("B1", "C1"), ("__HIVE_DEFAULT_PARTITION__", "C2")):
        rows = [["customer_id", "kind"], [customer, "personal"]]
        write_csv(folder / "customers" / f"branch={branch}", {"part": rows})
    dossiers = read(folder)[0]
    assert [dossiers[one].customer.branch for one in ("C1", "C2")] == ["B1", None]


@pytest.mark.parametrize(
    ("file", "rows", "said"),
    [
        ("positions/mnth=2026-05-01/a.csv", [], "the nearest is month"),
        ("positions/a.txt", [], "it is no part of the table"),
        ("positions/b.parquet", [], "it is no part of the table"),
        ("positions/month=2026-05-01/a.csv", [], "month: the column is there twice"),
        ("positions/z.csv", [["account_id", "month", "fees"]], "fees: the column is in some files"),
        ("positions-1.csv", [], "the table is there twice"),
        ("positions.parquet/a.parquet", [], "the table is there twice"),
        ("position/a.csv", [], "the nearest is positions"),
        ("position-1.csv", [], "the nearest is positions"),
        ("accounts/_SUCCESS", [], "the table is there twice|holds no part"),
    ],
)
def test_what_would_be_read_by_nobody_or_twice_is_refused(
    tmp_path: Path, file: str, rows: list[list[str]], said: str
) -> None:
    folder = write_csv(tmp_path, small(positions=None))
    header = [["account_id", "month"]]
    write_csv(folder / "positions", {"a": header})
    path = folder / file
    path.parent.mkdir(exist_ok=True, parents=True)
    write_csv(path.parent, {path.stem: rows or header})
    if path.suffix != ".csv":
        (path.parent / f"{path.stem}.csv").rename(path)
    with pytest.raises(DataError, match=said) as caught:
        read(folder)
    assert caught.value.file.replace("*", "1").partition("/")[0] == file.partition("/")[0]


def test_an_empty_folder_is_no_table(tmp_path: Path) -> None:
    folder = write_csv(tmp_path, small(positions=None))
    (folder / "positions").mkdir()
    with pytest.raises(DataError, match="positions/: the folder holds no part of the table"):
        read_folder(folder)

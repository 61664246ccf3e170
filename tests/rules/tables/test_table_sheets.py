"""Tables in CSV and XLSX go in and out unchanged, and a slip in a cell is told with its place."""

from __future__ import annotations

import builtins
import csv
import io
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given

from relationship_core.errors import MissingExtraError, TableError
from relationship_core.rules import Fact, Kind
from relationship_core.rules.tables import (
    DecisionTable,
    Input,
    Output,
    Row,
    TablePolicy,
    read_csv,
    read_table,
    read_xlsx,
    write_csv,
    write_table,
    write_xlsx,
)
from relationship_core.rules.tables.sheet import read_grid, write_grid
from tests.rules.strategies import FACTS, aum
from tests.rules.tables.table_strategies import decision_tables

FEES = (Path(__file__).with_name("sheets") / "fees.csv").read_text(encoding="utf-8")


def grid(text: str = FEES) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


def test_a_sheet_is_a_table() -> None:
    table = read_grid(grid(), "fees.csv", None)
    assert (table.name, table.policy) == ("Monthly fee", TablePolicy.COLLECT_SUM)
    assert [row.place.line for row in table.rows] == [9, 11]
    assert table.decide({"aum": Decimal(500), "tier": "silver"}) == Decimal("3.5")
    assert table.decide({"aum": Decimal(5000), "tier": "gold"}) == Decimal("4.9")
    assert table.rows[1].annotations == ("not gold,\nnor better",)
    made, tier = table.facts
    assert (made.kind, made.label.en, made.minimum) == (Kind.MONEY, "Assets", 0)
    assert tier.categories == ("gold", "silver")


def test_a_sheet_is_written_in_its_one_spelling() -> None:
    assert write_grid(read_grid(grid(), "fees.csv", None)) == [
        ["table", "Monthly fee", "", "", ""],
        ["policy", "collect sum", "", "", ""],
        ["column", "input", "input", "output", "annotation"],
        ["name", "aum", "tier", "fee", "reason"],
        ["kind", "money", "category", "money", ""],
        ["label", "Assets", "", "", ""],
        ["values", ">= 0", '"gold", "silver"', "", ""],
        ["default", "", "", "4.9", ""],
        ["1", "< 1000", "-", "1.5", "small balance"],
        ["2", "-", 'not("gold")', "2", "not gold,\nnor better"],
    ]


def test_empty_columns_at_the_end_are_passed_over() -> None:
    wider = [[*row, "", " "] for row in grid()]
    assert read_grid(wider, "fees.csv", None) == read_grid(grid(), "fees.csv", None)


@pytest.mark.parametrize(
    ("allowed", "ends"),
    [
        ("[0..100]", (0, 100)),
        ("[0..100)", (None, None)),
        (">= 5", (5, None)),
        ("<= 5", (None, 5)),
        ("> 5", (None, None)),
        ("not(5)", (None, None)),
        ("5, 7", (None, None)),
    ],
)
def test_what_a_column_allows_is_the_range_of_its_fact(allowed: str, ends: tuple[Any, Any]) -> None:
    cells = [[*row] for row in grid()]
    cells[6][1] = allowed
    [made, _] = read_grid(cells, "fees.csv", None).facts
    assert (made.minimum, made.maximum) == ends


def test_given_facts_are_taken() -> None:
    facts = {"aum": aum, "tier": FACTS["tier"]}
    assert read_grid(grid(), "fees.csv", facts).facts == (aum, FACTS["tier"])
    without_kinds = grid(FEES.replace("kind,money,category,money", "kind,,,money"))
    assert read_grid(without_kinds, "fees.csv", facts) == read_grid(grid(), "fees.csv", facts)
    # A cell may compare with a fact that has no column.
    compared = grid(FEES.replace("< 1000", "< debt"))
    assert "debt" in {fact.name for fact in read_grid(compared, "f", FACTS).facts}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("table,", "tabel,", "fees.csv, line 1: 'tabel' is no kind of row (did you mean 'table'?)"),
        ("default,", "xyz,", "line 8: 'xyz' is no kind of row (number the rules"),
        ("label,", "table,", "line 6: the row 'table' is there twice (take one out)"),
        ("\n\n", "\nlabel,,\n", "line 10: the row 'label' stands among the rules"),
        ("kind,money,category,money,\n", "", "fees.csv: it has no row 'kind' (the first column"),
        ("Collect  Sum", "best", "line 2: 'best' is no policy (write unique, first,"),
        ("Input,", "inptu,", "line 3, column aum: 'inptu' is no kind of column (write input,"),
        ("kind,money", "kind,euro", "line 5, column aum: 'euro' is no kind of value (write money,"),
        ("kind,money", "kind,", "line 5, column aum: its kind isn't told (write money,"),
        ("category,money", "category,", "line 5, column fee: '' is no kind of value"),
        ("name,aum", "name,AUM", "line 4, column AUM: 'AUM' is no name for a fact"),
        (">= 0", ">= nil", "line 7, column aum: there is no fact 'nil'"),
        ("4.90", "4.901", "line 8, column fee: 4.901 has more decimals than a money keeps"),
        ("< 1000", "< 1000 000", "line 9, column aum: '000' can't stand at character 8"),
        ("< 1000", "", "line 9, column aum: the cell is empty (write -, which asks nothing)"),
        ("1.50,", ",", "line 9, column fee: the cell is empty (write the answer)"),
        ("1.50", "a lot", "line 9, column fee: the expression 'a lot' as an output"),
        ("not(gold)", "not(golden)", "line 11, column tier: 'golden' is none of its categories"),
        ("small balance", "small,balance", "line 9: a cell stands beside the last column"),
        ("label,Assets,,,", "label,Assets,,,,x", "line 6: a cell stands beside the last column"),
        ("Monthly fee", "", "fees.csv: a table has no name"),
        ("small balance", "small\x07", "line 9: 'small\\x07' holds a sign"),
    ],
)
def test_a_slip_is_told_with_its_place_and_how_to_mend_it(old: str, new: str, message: str) -> None:
    assert FEES.count(old) >= 1
    with pytest.raises(TableError) as caught:
        read_grid(grid(FEES.replace(old, new, 1)), "fees.csv", None)
    assert message in str(caught.value)
    assert caught.value.file == "fees.csv"


def test_a_fact_that_was_not_given_is_told_with_the_nearest() -> None:
    with pytest.raises(TableError, match=r"line 4, column aum: there is no fact 'aum'"):
        read_grid(grid(), "fees.csv", {"aumm": Fact("aumm", Kind.MONEY)})
    with pytest.raises(TableError, match=r"line 5, column aum: the fact is a count, the column a"):
        read_grid(grid(), "fees.csv", {"aum": Fact("aum", Kind.COUNT)})


def test_a_column_that_tests_an_expression_fits_no_sheet() -> None:
    table = DecisionTable("t", [Input(aum * 2)], [Output("o", "flag")], [])
    with pytest.raises(TableError, match="table t, column .*: a file can only hold columns"):
        write_grid(table)


def test_one_fact_may_have_two_columns() -> None:
    twice = DecisionTable(
        "t", [Input(aum), Input(aum)], [Output("o", "flag")], [Row(["> 1", "< 3"], [True])]
    )
    assert read_grid(write_grid(twice), "t.csv", None) == twice


Write = Callable[[DecisionTable, Path], None]


@given(decision_tables())
def test_a_table_comes_back_from_csv(
    tmp_path_factory: pytest.TempPathFactory, table: DecisionTable
) -> None:
    path = tmp_path_factory.getbasetemp() / "law.csv"
    write_csv(table, path)
    first = path.read_bytes()
    back = read_csv(path, FACTS)
    assert back == table
    write_csv(back, path)
    assert path.read_bytes() == first
    # Read without the facts, the columns tell enough to make them.
    if all(len(test.facts()) == 0 for row in table.rows for test in row.when):
        assert read_csv(path) == table


def cells(path: Path) -> list[list[Any]]:
    sheet = openpyxl.load_workbook(path).active
    assert sheet is not None
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


@given(decision_tables())
def test_a_table_comes_back_from_xlsx(
    tmp_path_factory: pytest.TempPathFactory, table: DecisionTable
) -> None:
    path = tmp_path_factory.getbasetemp() / "law.xlsx"
    write_xlsx(table, path)
    first = cells(path)
    back = read_xlsx(path, FACTS)
    assert back == table
    write_xlsx(back, path)
    assert cells(path) == first


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_file_may_be_encoded_as_the_bank_does(tmp_path: Path, encoding: str) -> None:
    table = read_grid(grid(FEES.replace("small balance", "余额小")), "fees.csv", None)
    write_csv(table, tmp_path / "fees.csv", encoding)
    assert read_csv(tmp_path / "fees.csv", encoding=encoding) == table
    if encoding == "utf-8-sig":
        assert read_csv(tmp_path / "fees.csv") == table


def test_a_csv_file_that_is_encoded_otherwise_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "fees.csv"
    path.write_bytes(FEES.replace("small balance", "余额小").encode("gb18030"))
    with pytest.raises(TableError, match=r"can't be read as utf-8 \(.*gb18030"):
        read_csv(path)
    with pytest.raises(TableError, match="can't be read as klingon"):
        read_csv(path, encoding="klingon")
    with pytest.raises(TableError, match="ascii has no '余'"):
        write_csv(read_csv(path, encoding="gb18030"), path, "ascii")


def test_a_file_that_is_not_there_or_no_csv_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TableError, match=r"none\.csv: the file can't be read"):
        read_csv(tmp_path / "none.csv")
    (tmp_path / "odd.csv").write_text('table,"a"b')
    with pytest.raises(TableError, match=r"odd\.csv: it is no CSV"):
        read_csv(tmp_path / "odd.csv")


@pytest.mark.parametrize("sign", [";", "\t"])
def test_cells_that_are_parted_otherwise_are_told(tmp_path: Path, sign: str) -> None:
    (tmp_path / "fees.csv").write_text(FEES.replace(",", sign))
    with pytest.raises(TableError, match=r"line 1: its cells are parted by .*commas"):
        read_csv(tmp_path / "fees.csv")


# A workbook knows of no time zone.
JANUARY = datetime.combine(date(2026, 1, 31), time())
HALF_A_DAY = timedelta(hours=12)


def workbook(path: Path, changes: dict[str, Any]) -> Path:
    """A workbook as a person would fill it, numbers and days in cells of their own type."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in grid():
        sheet.append([cell or None for cell in row])
    for place, value in changes.items():
        sheet[place] = value
    book.save(path)
    return path


def test_a_workbook_may_hold_numbers_and_truths(tmp_path: Path) -> None:
    path = workbook(tmp_path / "fees.xlsx", {"D9": 1.5, "D11": 2, "D8": 4.9, "E9": True})
    back = read_xlsx(path)
    assert [row.outputs for row in back.rows] == [(Decimal("1.5"),), (Decimal(2),)]
    assert back.rows[0].annotations == ("true",)


def test_a_workbook_may_hold_days(tmp_path: Path) -> None:
    changes = {"B5": "date", "B7": None, "B9": JANUARY, "B11": ">= 2026-01-31"}
    [first, second] = read_xlsx(workbook(tmp_path / "days.xlsx", changes)).rows
    assert first.when[0].text() == 'date("2026-01-31")'
    assert second.when[0].text() == '>= date("2026-01-31")'


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"D9": "=1+1"}, "line 9, column D: it holds a formula (write the value itself)"),
        ({"D9": "#DIV/0!"}, "line 9, column D: it holds an error"),
        ({"D9": JANUARY + HALF_A_DAY}, "line 9, column D: it holds a time of day"),
        ({"C9": time(12)}, "line 9, column C: it holds a time of day"),
        ({"C9": HALF_A_DAY}, "line 9, column C: it holds a time of day (write a day, or make"),
        ({"A1": "tables"}, "0 of its sheets begin with the cell 'table'"),
        ({"A1": 5}, "0 of its sheets begin with the cell 'table'"),
        ({"B9": "<"}, "line 9, column aum: the end can't stand"),
    ],
)
def test_a_workbook_is_refused_with_its_place(
    tmp_path: Path, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(TableError) as caught:
        read_xlsx(workbook(tmp_path / "fees.xlsx", changes))
    assert message in str(caught.value)


def test_other_sheets_may_hold_anything(tmp_path: Path) -> None:
    path = workbook(tmp_path / "fees.xlsx", {})
    book = openpyxl.load_workbook(path)
    book.create_sheet("notes", 0)["A1"] = "ask the tariff desk"
    book.save(path)
    assert read_xlsx(path).name == "Monthly fee"
    book.create_sheet("another")["A1"] = "Table"
    book.save(path)
    with pytest.raises(TableError, match="2 of its sheets"):
        read_xlsx(path)


def test_a_note_that_looks_like_a_formula_stays_a_note(tmp_path: Path) -> None:
    rows = [Row([], [True], ["=1+1"])]
    table = DecisionTable("t", [], [Output("o", "flag")], rows, "any", ["n"])
    write_xlsx(table, tmp_path / "t.xlsx")
    assert read_xlsx(tmp_path / "t.xlsx") == table


def test_what_is_no_workbook_is_refused(tmp_path: Path) -> None:
    (tmp_path / "t.xlsx").write_text(FEES)
    with pytest.raises(TableError, match=r"t\.xlsx: it can't be read as a workbook"):
        read_xlsx(tmp_path / "t.xlsx")


def test_without_the_extra_it_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *given: Any, **named: Any) -> Any:
        if name == "openpyxl":
            raise ModuleNotFoundError(name)
        return real(name, *given, **named)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingExtraError, match="reading fees.xlsx needs the extra 'tables'"):
        read_xlsx(tmp_path / "fees.xlsx")
    with pytest.raises(MissingExtraError, match="writing fees.xlsx needs the extra 'tables'"):
        write_xlsx(read_grid(grid(), "f", None), tmp_path / "fees.xlsx")


@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".dmn", ".CSV"])
def test_the_ending_says_what_a_file_is(tmp_path: Path, ending: str) -> None:
    table = read_grid(grid(), "fees.csv", None)
    write_table(table, tmp_path / f"fees{ending}")
    assert read_table(tmp_path / f"fees{ending}") == table


def test_another_ending_is_refused(tmp_path: Path) -> None:
    for name, told in (("fees.ods", r"\.ods is"), ("fees", "a file without an ending is")):
        with pytest.raises(TableError, match=rf"{told} no form of table \(use \.csv"):
            read_table(tmp_path / name)
        with pytest.raises(TableError, match=f"{told} no form of table"):
            write_table(read_grid(grid(), "f", None), tmp_path / name)


def test_an_encoding_goes_through_the_one_door(tmp_path: Path) -> None:
    table = read_grid(grid(FEES.replace("small balance", "余额小")), "fees.csv", None)
    write_table(table, tmp_path / "fees.csv", encoding="gb18030")
    assert read_table(tmp_path / "fees.csv", encoding="gb18030") == table
    with pytest.raises(TableError):
        read_table(tmp_path / "fees.csv")

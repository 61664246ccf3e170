"""The files' fields: dates, birth numbers, codes, and faults that name the place and no value."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from examples.berka_bank.source import Row, read_rows
from relationship_core.errors import DataError


def row(**fields: str) -> Row:
    return Row("file.asc", 7, fields)


@pytest.mark.parametrize(
    ("number", "born", "sex"),
    [
        ("706213", date(1970, 12, 13), "female"),
        ("450204", date(1945, 2, 4), "male"),
        ("125101", date(1912, 1, 1), "female"),
        ("991231", date(1999, 12, 31), "male"),
    ],
)
def test_a_birth_number_holds_the_day_and_the_sex(number: str, born: date, sex: str) -> None:
    assert row(birth_number=number).born("birth_number") == (born, sex)


def test_a_day_may_carry_an_empty_time() -> None:
    assert row(issued="931107 00:00:00").day("issued") == date(1993, 11, 7)


def test_blanks_around_a_code_say_nothing() -> None:
    assert row(k_symbol=" ").code("k_symbol", {"": "none"}) == "none"


@pytest.mark.parametrize(
    ("read", "written"),
    [
        (lambda r: r.day("f"), "931301"),
        (lambda r: r.day("f"), "19931107"),
        (lambda r: r.day("f"), "९३१२०१"),
        (lambda r: r.born("f"), "709913"),
        (lambda r: r.born("f"), "706332"),
        (lambda r: r.whole("f"), "1.5"),
        (lambda r: r.amount("f"), "-1"),
        (lambda r: r.amount("f"), "NaN"),
        (lambda r: r.amount("f"), "12,50"),
        (lambda r: r.balance("f"), "Infinity"),
        (lambda r: r.balance("f"), "x"),
        (lambda r: r.code("f", {"OWNER": 1}), "owner?"),
    ],
)
def test_a_fault_names_the_row_and_field_and_not_the_value(
    read: Callable[[Row], object], written: str
) -> None:
    with pytest.raises(DataError) as caught:
        read(row(f=written))
    assert (caught.value.file, caught.value.line, caught.value.field) == ("file.asc", 7, "f")
    assert written not in str(caught.value)


def test_amounts_are_exact() -> None:
    assert row(f="14.60").amount("f") == Decimal("14.60")
    assert row(f="-0.10").balance("f") == Decimal("-0.10")


def test_a_row_shows_none_of_its_fields() -> None:
    assert "706213" not in repr(row(birth_number="706213"))


def test_only_the_columns_asked_for_are_kept(tmp_path: Path) -> None:
    (tmp_path / "t.asc").write_text('"a";"b";"c"\r\n1;"two";3\r\n', encoding="utf-8", newline="")
    (read,) = read_rows(tmp_path, "t", "b")
    assert (read.line, dict(read.fields)) == (2, {"b": "two"})


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"t\.asc: the file"):
        list(read_rows(tmp_path, "t", "a"))
    (tmp_path / "t.asc").write_text('"a"\r\n', encoding="utf-8")
    with pytest.raises(DataError, match=r"t\.asc, b: the column"):
        list(read_rows(tmp_path, "t", "b"))
    (tmp_path / "t.asc").write_text('"a";"b"\r\n1\r\n', encoding="utf-8")
    with pytest.raises(DataError, match=r"t\.asc, line 2: the row has too few fields"):
        list(read_rows(tmp_path, "t", "a"))

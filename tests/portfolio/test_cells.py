from __future__ import annotations

import re
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relationship_core.errors import InvalidValueError
from relationship_core.portfolio.cells import (
    FORMS,
    SURELY_GOOD,
    CellKind,
    read_cell,
    settled_reader,
)
from relationship_core.portfolio.noun import ALONE
from relationship_core.portfolio.schema import TABLES, Column, Table

QUICK = [table for table in TABLES.values() if table.cells_suffice]


def quick_cells(column: Column) -> st.SearchStrategy[str | None]:
    """Cells that are taken without a closer look."""
    if column.choices is not None:
        good: st.SearchStrategy[str] = st.sampled_from([str(one) for one in column.choices])
    else:
        pattern = re.compile(SURELY_GOOD[column.kind], re.ASCII)
        good = st.from_regex(pattern, fullmatch=True)
    return good if column.required else st.none() | good


@pytest.mark.parametrize("table", QUICK, ids=lambda table: table.name)
@given(data=st.data())
def test_what_needs_no_closer_look_makes_a_noun(table: Table, data: st.DataObject) -> None:
    cells = data.draw(st.tuples(*map(quick_cells, table.columns)))
    closely = [
        None if text is None else read_cell(column.kind, text, column.name, column.choices)
        for column, text in zip(table.columns, cells, strict=True)
    ]
    readers = [settled_reader(column.kind, column.choices) for column in table.columns]
    quickly = [
        text if text is None or reader is None else reader(text)
        for reader, text in zip(readers, cells, strict=True)
    ]
    assert closely == quickly
    assert ALONE[table.name](*quickly) == ALONE[table.name](*closely)


@given(st.sampled_from(CellKind), st.text())
def test_a_cell_is_read_or_refused_without_being_told(kind: CellKind, text: str) -> None:
    fault = None
    try:
        read_cell(kind, text, "field", CellKind if kind is CellKind.CHOICE else None)
    except InvalidValueError as error:
        fault = error
    assert fault is None or fault.where == "field"
    assert fault is None or len(text) < 8 or text not in str(fault)


def test_a_wide_space_between_names_is_kept() -> None:
    assert (
        read_cell(CellKind.TEXT, "王\N{IDEOGRAPHIC SPACE}芳", "name") == "王\N{IDEOGRAPHIC SPACE}芳"
    )


@pytest.mark.parametrize("text", ["a\nb", "a\tb", "a\u200bb", "a\u202eb", "a\x00b", "a\udc80b"])
@pytest.mark.parametrize("kind", [CellKind.TEXT, CellKind.ID, CellKind.IDS])
def test_characters_that_cannot_be_seen_are_refused(kind: CellKind, text: str) -> None:
    with pytest.raises(InvalidValueError, match="can't be seen"):
        read_cell(kind, text, "field")


@pytest.mark.parametrize("kind", [CellKind.AMOUNT, CellKind.SIZE, CellKind.RATE, CellKind.COUNT])
@pytest.mark.parametrize(
    "text", ["1_000", "1,000", "٣", "0x10", "inf", "nan", "1e999", "--1", "1 0"]
)
def test_only_plain_decimals_are_numbers(kind: CellKind, text: str) -> None:
    with pytest.raises(InvalidValueError):
        read_cell(kind, text, "field")


def test_every_kind_has_its_form_in_words() -> None:
    class Answer(StrEnum):
        YES = "yes"

    assert set(FORMS) == set(CellKind)
    assert Column("c", CellKind.CHOICE, "", choices=Answer).form == "one of yes"
    assert Column("c", CellKind.COUNT, "").form == "whole number, 0 or more"

"""Decision tables in XLSX workbooks; the extra `tables` brings what reads them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from relationship_core.errors import MissingExtraError, TableError
from relationship_core.rules.fact import Fact
from relationship_core.rules.tables.decision_table import DecisionTable
from relationship_core.rules.tables.literal import write_literal
from relationship_core.rules.tables.sheet import TABLE, read_grid, write_grid

_UNREADABLE = {"f": "a formula", "e": "an error"}


def read_xlsx(path: Path, facts: Mapping[str, Fact] | None = None) -> DecisionTable:
    """The table in a workbook: on the one sheet whose first cell says `table`.

    Args:
        path: The file.
        facts: The facts that it may read, by name; without them it makes its own.

    Raises:
        MissingExtraError: The extra `tables` isn't installed.
        TableError: Naming row and column, and how to mend it.
    """
    openpyxl = _openpyxl(f"reading {path.name}")
    try:
        workbook = openpyxl.load_workbook(path)
    except Exception as error:  # openpyxl raises whatever its parts do
        raise TableError(
            "it can't be read as a workbook", file=str(path), mend="save it as .xlsx"
        ) from error
    sheets = [each for each in workbook.worksheets if _first_word(each) == TABLE]
    if len(sheets) != 1:
        raise TableError(
            f"{len(sheets)} of its sheets begin with the cell {TABLE!r}",
            file=str(path),
            mend="keep one table in a workbook",
        )
    grid = [[_text(cell, path) for cell in row] for row in sheets[0].iter_rows()]
    return read_grid(grid, str(path), facts)


def write_xlsx(table: DecisionTable, path: Path) -> None:
    """Write a table to a workbook, always in the same cells; each holds text.

    Args:
        table: The table.
        path: The file, replaced where it exists.

    Raises:
        MissingExtraError: The extra `tables` isn't installed.
        TableError: A column tests something else than a fact.
    """
    openpyxl = _openpyxl(f"writing {path.name}")
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "table"
    for number, row in enumerate(write_grid(table), start=1):
        for place, text in enumerate(row, start=1):
            if text:
                cell = sheet.cell(number, place, text)
                cell.data_type = "s"  # a note that begins with = is no formula
    workbook.save(path)


def _openpyxl(needed_for: str) -> Any:
    try:
        import openpyxl  # noqa: PLC0415 - only those who keep workbooks need it
    except ModuleNotFoundError as missing:
        raise MissingExtraError("tables", needed_for=needed_for) from missing
    return openpyxl


def _first_word(sheet: Any) -> str:
    value = sheet.cell(1, 1).value
    return value.strip().lower() if isinstance(value, str) else ""


def _text(cell: Any, path: Path) -> str:
    """What a cell holds, as it would be typed."""
    if cell.data_type in _UNREADABLE:
        raise _odd(cell, path, _UNREADABLE[cell.data_type], "write the value itself")
    match cell.value:
        case None:
            return ""
        case float() as number:
            return write_literal(Decimal(repr(number)))
        case datetime() as moment if moment.time() == time():
            return write_literal(moment.date())
        case datetime() | time() | timedelta():
            raise _odd(cell, path, "a time of day", "write a day, or make the cell one of text")
        case bool() | date() as value:
            return write_literal(value)
    return str(cell.value)


def _odd(cell: Any, path: Path, what: str, mend: str) -> TableError:
    return TableError(
        f"it holds {what}",
        file=str(path),
        line=cell.row,
        column=cell.column_letter,
        mend=mend,
    )

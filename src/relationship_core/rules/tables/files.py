"""One door to tables in files, whichever of the three forms they have."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike
from pathlib import Path

from relationship_core.errors import TableError
from relationship_core.rules.fact import Fact
from relationship_core.rules.tables.csv_file import read_csv, write_csv
from relationship_core.rules.tables.decision_table import DecisionTable
from relationship_core.rules.tables.dmn_model import read_dmn
from relationship_core.rules.tables.dmn_write import write_dmn
from relationship_core.rules.tables.xlsx_file import read_xlsx, write_xlsx

FORMS = (".csv", ".xlsx", ".dmn")


def read_tables(
    path: str | PathLike[str],
    *,
    facts: Mapping[str, Fact] | None = None,
    encoding: str = "utf-8",
) -> tuple[DecisionTable, ...]:
    """The tables in a file: one in .csv and .xlsx, one for each decision in .dmn.

    Args:
        path: The file; its ending says what it is.
        facts: The facts that it may read, by name; without them it makes its own.
        encoding: How a CSV file is encoded.

    Raises:
        TableError: The ending is none of the three, or the file can't be read.
        UnsupportedError: A DMN file holds what no table can.
        MissingExtraError: A workbook is asked for without the extra `tables`.
    """
    file = Path(path)
    match file.suffix.lower():
        case ".csv":
            return (read_csv(file, facts, encoding),)
        case ".xlsx":
            return (read_xlsx(file, facts),)
        case ".dmn":
            return tuple(read_dmn(file, facts=facts).tables.values())
    raise _no_form(file)


def read_table(
    path: str | PathLike[str],
    *,
    facts: Mapping[str, Fact] | None = None,
    encoding: str = "utf-8",
) -> DecisionTable:
    """The one table in a file.

    Args:
        path: The file; its ending says what it is.
        facts: The facts that it may read, by name; without them it makes its own.
        encoding: How a CSV file is encoded.

    Raises:
        TableError: As for `read_tables`, or it holds several.
        UnsupportedError: As for `read_tables`.
        MissingExtraError: As for `read_tables`.
    """
    tables = read_tables(path, facts=facts, encoding=encoding)
    if len(tables) != 1:
        named = ", ".join(repr(table.name) for table in tables)
        raise TableError(
            f"it holds {len(tables)} tables{': ' if named else ''}{named}",
            file=str(path),
            mend="use read_tables()",
        )
    return tables[0]


def write_table(
    table: DecisionTable, path: str | PathLike[str], *, encoding: str = "utf-8"
) -> None:
    """Write a table to a file.

    Args:
        table: The table.
        path: The file, replaced where it exists; its ending says what it becomes.
        encoding: How to encode a CSV file.

    Raises:
        TableError: The ending is none of the three, or the form can't hold the table.
        MissingExtraError: A workbook is asked for without the extra `tables`.
    """
    file = Path(path)
    match file.suffix.lower():
        case ".csv":
            write_csv(table, file, encoding)
        case ".xlsx":
            write_xlsx(table, file)
        case ".dmn":
            write_dmn(table, file)
        case _:
            raise _no_form(file)


def _no_form(file: Path) -> TableError:
    return TableError(
        f"{file.suffix or 'a file without an ending'} is no form of table",
        file=str(file),
        mend=f"use {', '.join(FORMS)}",
    )

"""Decision tables in CSV files."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path

from relationship_core.errors import TableError
from relationship_core.rules.fact import Fact
from relationship_core.rules.tables.decision_table import DecisionTable
from relationship_core.rules.tables.sheet import TABLE, read_grid, write_grid


def read_csv(
    path: Path, facts: Mapping[str, Fact] | None = None, encoding: str = "utf-8"
) -> DecisionTable:
    """The table in a CSV file.

    Args:
        path: The file.
        facts: The facts that it may read, by name; without them it makes its own.
        encoding: How the file is encoded; a mark of UTF-8 at its start is passed over.

    Raises:
        TableError: Naming row and column, and how to mend it.
    """
    try:
        text = path.read_bytes().decode(encoding).removeprefix("\ufeff")
    except (UnicodeDecodeError, LookupError) as error:
        raise TableError(
            f"it can't be read as {encoding}",
            file=str(path),
            mend="say how it is encoded: gb18030, for one",
        ) from error
    except OSError as error:
        raise TableError(
            "the file can't be read", file=str(path), mend="look whether it is there"
        ) from error
    try:
        grid = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise TableError(
            f"it is no CSV: {error}", file=str(path), mend="mend its quotes"
        ) from error
    for sign in ";\t":
        if text.lower().startswith(f"{TABLE}{sign}"):
            raise TableError(
                f"its cells are parted by {sign!r}",
                file=str(path),
                line=1,
                mend="save it with commas between the cells",
            )
    return read_grid(grid, str(path), facts)


def write_csv(table: DecisionTable, path: Path, encoding: str = "utf-8") -> None:
    """Write a table to a CSV file, always in the same bytes.

    Args:
        table: The table.
        path: The file, replaced where it exists.
        encoding: How to encode it; "utf-8-sig" puts the mark before it that Excel looks for.

    Raises:
        TableError: A column tests something else than a fact, or the encoding lacks a character.
    """
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(write_grid(table))
    try:
        written = text.getvalue().encode(encoding)
    except UnicodeEncodeError as error:
        raise TableError(
            f"{encoding} has no {error.object[error.start]!r}", file=str(path), mend="use utf-8"
        ) from error
    path.write_bytes(written)

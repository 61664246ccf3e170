"""What tables and which columns make a portfolio, whether they come as files or as frames."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from difflib import get_close_matches

from relationship_core.errors import DataError
from relationship_core.portfolio.schema import REQUIRED_TABLES, TABLES, Table


def check_tables(names: Collection[str]) -> None:
    """Check that frames of these names make a portfolio.

    Args:
        names: The names of the tables that are there.

    Raises:
        DataError: A table is unknown, a required one is missing, or one without which another
            means nothing.
    """
    for name in names:
        if name not in TABLES:
            raise DataError(
                "there is no such table", file=name, mend=f"the tables are {', '.join(TABLES)}"
            )
    for name in REQUIRED_TABLES:
        if name not in names:
            raise DataError("the table is missing", file=name, mend="it is required")
    for name in names:
        for needed in TABLES[name].needs:
            if needed not in names:
                raise DataError(
                    f"it means nothing without {needed}", file=name, mend=f"give {needed} too"
                )


def check_header(table: Table, header: Sequence[str], file: str, line: int | None = None) -> None:
    """Check that the columns there are the table's.

    Args:
        table: The table.
        header: The columns' names.
        file: Where they are, for the error.
        line: The line they stand in; None for a file or frame that has none.

    Raises:
        DataError: A required column is missing, a name is unknown, or is there twice.
    """
    # Required columns first: a file without a header must not have its first row told to a log.
    for column in table.columns:
        if column.required and column.name not in header:
            raise DataError(
                "the required column is missing", file=file, line=line, field=column.name
            )
    known = table.column_names
    for name in header:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            raise DataError(
                "unknown column, which would be read by nobody"
                + (f"; the nearest is {near[0]}" if near else ""),
                file=file,
                line=line,
                field=name if name.isprintable() and len(name) <= 60 else "",
                mend="rename or remove it",
            )
        if header.count(name) > 1:
            raise DataError(
                "the column is there twice", file=file, line=line, field=name, mend="remove one"
            )

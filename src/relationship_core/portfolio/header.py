"""What tables and which columns make a portfolio, whether they come as files or as frames."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from relationship_core.errors import DataError
from relationship_core.portfolio.schema import Table


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

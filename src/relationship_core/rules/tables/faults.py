"""Where in a table a fault was met: what was wrong within a cell is told with the cell's place."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from relationship_core.errors import RelationshipError, TableError, UnsupportedError


@contextmanager
def located(
    *, file: str = "", line: int | None = None, column: str = "", where: str = ""
) -> Iterator[None]:
    """Give every error raised within the place it was met at, unless it names one already.

    Raises:
        UnsupportedError: What was met is no part of the language of tables.
        TableError: Anything else was wrong.
    """
    try:
        yield
    except UnsupportedError as error:
        if error.where:
            raise
        raise UnsupportedError(
            error.part, file=file, line=line, column=column, where=where, mend=error.mend
        ) from error
    except RelationshipError as error:
        if isinstance(error, TableError) and error.where:
            raise
        raise TableError(
            error.what, file=file, line=line, column=column, where=where, mend=error.mend
        ) from error

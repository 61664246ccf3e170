"""What a database refuses, told without the values that it refused."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import SQLAlchemyError

from relationship_core.errors import StorageError

_MENDS = {
    "SQLITE_BUSY": "another unit of work is writing; run this one again",
    "SQLITE_CANTOPEN": "check that the folder exists and may be written to",
    "SQLITE_CONSTRAINT": "save through the repositories, which tell what is in the way",
    "SQLITE_NOTADB": "name a file that this library made, or none that exists",
    "SQLITE_READONLY": "save within unit_of_work()",
}


@contextmanager
def told_as_storage_errors(where: str) -> Iterator[None]:
    """Raise a StorageError for whatever the database refuses.

    A database's own message may hold the values of the row; the code of the fault doesn't. A
    ValueError is what a value in a column raises that isn't of the column's type.
    """
    try:
        yield
    except (SQLAlchemyError, ValueError) as error:
        cause = getattr(error, "orig", None) or error
        # The driver gives a code only for what the database itself refused.
        code = getattr(cause, "sqlite_errorname", type(cause).__name__)
        mend = next((mend for kind, mend in _MENDS.items() if code.startswith(kind)), "")
        raise StorageError(f"the database refused: {code}", where=where, mend=mend) from None

"""What ends an engine's work, told as an error of ours that holds no customer's data."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import duckdb

from relationship_core.errors import ReviewError

_ENGINES: Final = {"duckdb": "DuckDB", "_duckdb": "DuckDB", "polars": "Polars"}
_OF_THE_MACHINE: Final = (duckdb.OutOfMemoryException, duckdb.IOException)
"""What these say is about memory and disks; others may tell the cell that they stumbled on."""


@contextmanager
def told_plainly() -> Iterator[None]:
    """Within the block, raise what an engine raises as a `ReviewError`.

    Raises:
        ReviewError: DuckDB or Polars ended otherwise than by finishing.
    """
    try:
        yield
    except _OF_THE_MACHINE as error:
        raise ReviewError(
            str(error).partition("\n")[0],
            where="DuckDB",
            mend="give it more memory, or more room beside the outcome",
        ) from error
    except Exception as error:
        engine = _ENGINES.get(type(error).__module__.partition(".")[0])
        if engine is None:
            raise
        raise ReviewError(f"it ended with {type(error).__name__}", where=engine) from None

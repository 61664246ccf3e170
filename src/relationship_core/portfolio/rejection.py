"""Rows and cells that were left out, each with its place and the reason."""

from __future__ import annotations

from typing import Final

import attrs

ROW_LEFT_OUT: Final = "the row is left out"
CELL_LEFT_OUT: Final = "the cell is left out, the row is kept"
SHARES_KEPT: Final = "the other owners' shares stay as they are"


@attrs.frozen
class Rejection:
    """One row or cell of a portfolio folder that was left out; it never holds what stood there.

    Args:
        file: The file's path within the portfolio folder.
        line: Where the row begins, counted from 1 (a CSV's header is line 1); in Parquet, the
            row's number.
        field: The column; empty where the whole row is meant.
        reason: What was wrong, and what was left out for it.
        mend: What whoever made the file can do about it.
    """

    file: str
    line: int
    field: str
    reason: str
    mend: str = ""

    @property
    def fault(self) -> str:
        """What was wrong, without what was left out for it."""
        return self.reason.rpartition("; ")[0]

    @classmethod
    def of_row(cls, file: str, line: int, field: str, what: str, mend: str) -> Rejection:
        """Say why a row is left out."""
        return cls(file, line, field, f"{what}; {ROW_LEFT_OUT}", mend)

    @classmethod
    def of_cell(cls, file: str, line: int, field: str, what: str, mend: str) -> Rejection:
        """Say why a cell is left out of a row that is kept."""
        return cls(file, line, field, f"{what}; {CELL_LEFT_OUT}", mend)

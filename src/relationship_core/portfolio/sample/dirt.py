"""The sample's dirty rows: what real extracts hold, planted at a known rate and known places."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Final

import attrs

from relationship_core.domain import BranchTree, Dossier
from relationship_core.portfolio.schema import TABLES
from relationship_core.portfolio.writer import FolderWriter

ONE_IN: Final = 100
"""Of so many customers one brings something dirty."""


class Dirt(StrEnum):
    """What can be wrong with a row."""

    CHECK_DIGIT = "check_digit"
    IMPOSSIBLE_DATE = "impossible_date"
    REPEATED_ID = "repeated_id"
    UNKNOWN_PRODUCT = "unknown_product"
    NEGATIVE_AVERAGE = "negative_average"
    INVISIBLE_CHARACTER = "invisible_character"


@attrs.frozen
class Planted:
    """One dirty cell.

    Args:
        dirt: What is wrong.
        file: The file's name.
        line: The line, counted from 1.
        field: The column.
    """

    dirt: Dirt
    file: str
    line: int
    field: str


@attrs.frozen
class _Spot:
    table: str
    field: str
    soil: Callable[[str], str]


_SPOTS: Final = {
    Dirt.CHECK_DIGIT: _Spot(
        "customers", "id_number", lambda text: text[:-1] + ("1" if text[-1] != "1" else "2")
    ),
    Dirt.IMPOSSIBLE_DATE: _Spot("customers", "born", lambda text: f"{text[:4]}-02-30"),
    Dirt.REPEATED_ID: _Spot("customers", "customer_id", lambda text: text),
    Dirt.UNKNOWN_PRODUCT: _Spot("accounts", "product_id", lambda text: f"X{text}"),
    Dirt.NEGATIVE_AVERAGE: _Spot("positions", "credit_average", lambda text: f"-{text}"),
    Dirt.INVISIBLE_CHARACTER: _Spot(
        "customers", "name", lambda text: f"{text[:1]}\N{ZERO WIDTH SPACE}{text[1:]}"
    ),
}
_KINDS: Final = tuple(Dirt)


class DirtyWriter(FolderWriter):
    """Writes dossiers, and soils one cell of each hundredth customer's rows.

    What is to be soiled goes round; if a customer has no such cell, the next one's is taken.

    Args:
        folder: An empty folder.
        branch_tree: The bank's tree.
    """

    def __init__(self, folder: Path, branch_tree: BranchTree | None = None) -> None:
        super().__init__(folder, branch_tree)
        self.planted: list[Planted] = []
        self._customers = 0
        self._due: Dirt | None = None

    def write(self, dossier: Dossier) -> None:
        """Add a dossier."""
        self._customers += 1
        if self._customers % ONE_IN == 0 and self._due is None:
            self._due = _KINDS[len(self.planted) % len(_KINDS)]
        super().write(dossier)

    def write_row(self, table: str, cells: Sequence[object]) -> None:
        """Add one row, soiled if its turn has come."""
        spot = None if self._due is None else _SPOTS[self._due]
        if self._due is None or spot is None or spot.table != table:
            super().write_row(table, cells)
            return
        place = TABLES[table].column_names.index(spot.field)
        if not cells[place]:
            super().write_row(table, cells)
            return
        if self._due is Dirt.REPEATED_ID:
            super().write_row(table, cells)
        soiled = list(cells)
        soiled[place] = spot.soil(str(cells[place]))
        super().write_row(table, soiled)
        self.planted.append(
            Planted(self._due, f"{table}.csv", self.line_of_last_row(table), spot.field)
        )
        self._due = None

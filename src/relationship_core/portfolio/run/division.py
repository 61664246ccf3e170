"""A folder as a run divides it: its parts, and who of them is to be reviewed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from attrs import frozen

from relationship_core.portfolio.run.dividing import tables_of
from relationship_core.portfolio.run.manifest import Manifest
from relationship_core.portfolio.run.opening import (
    Measures,
    PartTables,
    measures_from,
    measures_json,
)
from relationship_core.portfolio.run.stages import FACTS

TABLES_FOLDER: Final = "tables"


@frozen
class Earlier:
    """A finished run, whose customers stand where nothing of them changed.

    Args:
        folder: Where it is.
        manifest: What it says of itself.
    """

    folder: Path
    manifest: Manifest

    def can_stand(self, basis: str) -> bool:
        """Whether its customers can, in a run of this basis: there is a file for each part."""
        has_parts = len(self.manifest.files_of(FACTS)) == self.manifest.parts
        return has_parts and self.manifest.basis == basis


@frozen
class Part:
    """How many customers of a part there are.

    Args:
        customers: All of them.
        changed: Those to be observed, as nothing earlier stands for them.
        is_as_before: Whether the part holds the very customers that an earlier run's part holds,
            unchanged.
    """

    customers: int
    changed: int
    is_as_before: bool


@frozen
class Division:
    """A folder that has been read, checked and divided.

    Args:
        parts: The parts of its customers.
        names: The tables that it has.
        measures: How their columns of numbers are to be read.
        rejected: Rows and cells left out, by file.
        basis: All that every customer's outcome depends on but for their own records.
        is_increment: Whether the parts' tables hold only those who changed since an earlier run.
    """

    parts: tuple[Part, ...]
    names: tuple[str, ...]
    measures: Measures
    rejected: tuple[tuple[str, int], ...]
    basis: str
    is_increment: bool

    @property
    def customers(self) -> int:
        """How many customers there are in all."""
        return sum(part.customers for part in self.parts)

    def tables(self, work: Path, part: int) -> PartTables:
        """The tables of a part in a run's work folder."""
        return PartTables(tables_of(work / TABLES_FOLDER, self.names, part), self.measures)

    def to_json(self) -> dict[str, Any]:
        """As plain JSON data."""
        return {
            "parts": [[one.customers, one.changed, one.is_as_before] for one in self.parts],
            "names": self.names,
            "measures": measures_json(self.measures),
            "rejected": self.rejected,
            "basis": self.basis,
            "is_increment": self.is_increment,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Division:
        """The division that `to_json` wrote."""
        return cls(
            tuple(Part(*one) for one in data["parts"]),
            tuple(data["names"]),
            measures_from(data["measures"]),
            tuple((file, count) for file, count in data["rejected"]),
            data["basis"],
            data["is_increment"],
        )

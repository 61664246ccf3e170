"""All the files of one table as one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from relationship_core.errors import DataError
from relationship_core.portfolio.source.part import Part


class Source:
    """The files that hold one table's rows, in their order.

    Args:
        file: What they are called together within the folder; a single file's own name.
        parts: The files, at least one.
    """

    def __init__(self, file: str, parts: Sequence[Part]) -> None:
        self.file = file
        self.parts = tuple(parts)

    @property
    def size(self) -> int:
        """The files' size in bytes."""
        return sum(part.place.size for part in self.parts)

    def header(self) -> frozenset[str]:
        """Read the names of the columns that the files have.

        Raises:
            DataError: A file as a whole can't be read, or its columns aren't those of the table and
                of the other files.
        """
        return self._header

    @cached_property
    def _header(self) -> frozenset[str]:
        first, *others = self.parts
        header = first.header()
        for part in others:
            differing = sorted(header ^ part.header())
            if differing:
                raise DataError(
                    f"the column is in some files of the table, but not in all; see"
                    f" {first.place.file}",
                    file=part.place.file,
                    field=differing[0],
                    mend="write all of them with the same columns",
                )
        return header

"""Where in a plugin or a table a rule was written, for findings that lead back to it."""

from __future__ import annotations

import sys

from attrs import frozen


@frozen
class Place:
    """A line of a file.

    Args:
        file: The file's path, as Python or the reader of a table knows it.
        line: The line or row, counted from 1.
    """

    file: str
    line: int

    def __str__(self) -> str:
        """The place as editors and compilers spell it."""
        return f"{self.file}:{self.line}"


def calling_place() -> Place:
    """The place of the code that builds the object whose default this is.

    To be called by attrs as a field's default: one frame up is the initialiser it generates.
    """
    frame = sys._getframe(2)
    return Place(frame.f_code.co_filename, frame.f_lineno)

"""Rules that make no rule book, as a finding with the plugin, the hook and the line at fault."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from traceback import walk_tb

import pluggy

from relationship_core.decisions.proof.codes import BROKEN
from relationship_core.errors import PluginError, RelationshipError, TableError
from relationship_core.rules.analysis import Finding
from relationship_core.rules.place import Place

_OURS = (Path(__file__).parents[1], Path(pluggy.__file__).parent)
_PYTHON = Path(metadata.__file__).parents[2]


def broken(error: RelationshipError) -> Finding:
    """What is wrong with rules that can't be loaded, or can't be proved as they are declared."""
    mend = error.mend or "mend what it says, then check again"
    if isinstance(error, PluginError):
        origin = f"{error.plugin} {error.version}".rstrip()
        place = _raised_at(error.__cause__)
        return Finding(BROKEN, error.what, mend, error.hook, origin=origin, place=place)
    if isinstance(error, TableError) and error.line is not None:
        where = f"column {error.column}" if error.column else ""
        return Finding(BROKEN, error.what, mend, where, place=Place(error.file, error.line))
    return Finding(BROKEN, error.what, mend, error.where.removeprefix("rule set "))


def _raised_at(error: BaseException | None) -> Place | None:
    """The line of a plugin that led to an error, the last one that is in the plugin's own files."""
    if isinstance(error, SyntaxError) and error.filename and error.lineno:
        return Place(error.filename, error.lineno)
    own: list[Place] = []
    for place in _outside(error):
        if not own or Path(own[0].file).parent in Path(place.file).parents:
            own.append(place)
    return own[-1] if own else None


def _outside(error: BaseException | None) -> Iterator[Place]:
    """The lines that led to an error, but for those that ask plugins and those of Python."""
    if error is None:
        return
    for frame, line in walk_tb(error.__traceback__):
        file = Path(frame.f_code.co_filename)
        is_python = _PYTHON in file.parents and "site-packages" not in file.parts
        is_ours = any(folder in file.parents for folder in _OURS)
        if file.is_absolute() and not is_ours and not is_python:
            yield Place(str(file), line)

"""A finished run put in the place of an earlier one, in steps that can be taken up again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from relationship_core.errors import DataError
from relationship_core.portfolio.review_run import OUTPUT_FILES
from relationship_core.portfolio.run.branches import BRANCHES_FILE
from relationship_core.portfolio.run.durable import settle
from relationship_core.portfolio.run.inputs import INPUTS
from relationship_core.portfolio.run.manifest import MANIFEST, SUCCESS
from relationship_core.portfolio.run.preparing import REJECTED
from relationship_core.portfolio.run.stages import DECIDED, FACTS

MADE: Final = "made"
BENCHMARKS: Final = "benchmarks.json"
SUMMARY: Final = "summary.json"
RULE_BOOK: Final = "rule_book.json"
RUN_FILES: Final = (
    SUCCESS,
    MANIFEST,
    BENCHMARKS,
    SUMMARY,
    RULE_BOOK,
    REJECTED,
    BRANCHES_FILE,
    INPUTS,
    FACTS,
    *DECIDED,
)
"""What a run leaves; a folder that holds nothing else may be replaced by the next run."""

_PATTERN: Final = frozenset("*?[")
"""What makes a path a pattern to the engines."""

_OLD: Final = "old"


def require_ours(out: Path) -> None:
    """Make sure that nothing but an earlier run's outcome is in the way.

    Raises:
        DataError: Something else is there, or the engines wouldn't take the path by its letters.
    """
    if not _PATTERN.isdisjoint(str(out)):
        raise DataError(
            "its path holds a character that stands for others",
            file=out.name,
            mend=f"name a folder without any of {' '.join(sorted(_PATTERN))}",
        )
    if not out.exists():
        return
    if not out.is_dir():
        raise DataError("there is a file where a folder shall be", file=out.name)
    names = {entry.name for entry in out.iterdir()}
    known = set(RUN_FILES) if _is_of_a_run(out) else set(OUTPUT_FILES)
    for stranger in sorted(names - known):
        raise DataError(
            f"the folder holds something else already: {stranger}",
            file=out.name,
            mend="name a new or an empty folder",
        )


def put_in_place(work: Path, out: Path) -> None:
    """Move what a run made to its place; done again after an interruption, it goes on.

    What was there before is moved aside, and is gone with the work folder.
    """
    made, old = work / MADE, work / _OLD
    if not made.exists():
        return
    if out.exists():
        out.rename(old)
    made.rename(out)
    settle(out.parent)


def _is_of_a_run(out: Path) -> bool:
    """Whether the folder says that a run made it; folders are replaced only then."""
    try:
        return "schema" in json.loads((out / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError, TypeError):
        return False

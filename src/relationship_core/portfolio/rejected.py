"""What a run says of the rows and cells that were left out: a file of them, or a refusal."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

from relationship_core.errors import DataError
from relationship_core.portfolio.folder import Rejections


def require_clean(rejections: Rejections) -> None:
    """Make sure that nothing was left out.

    Raises:
        DataError: Something was; the first of it is named.
    """
    for first in rejections:
        raise DataError(
            f"{first.fault}; the first of {len(rejections):,} rows and cells at fault",
            file=first.file,
            line=first.line,
            field=first.field,
            mend="mend them, or review without strict",
        )


def write_rejected(path: Path, rejections: Rejections) -> Counter[str]:
    """Write what was left out as CSV, and count it by file."""
    counts: Counter[str] = Counter()
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(("file", "line", "field", "reason"))
        for one in rejections:
            writer.writerow((one.file, one.line, one.field, one.reason))
            counts[one.file] += 1
    return counts

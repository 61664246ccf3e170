"""The bank's branches as a run keeps them, since they say whose rules hold for whom."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pyarrow.parquet as pq

from relationship_core.domain import Branch, BranchTree, Level

BRANCHES_FILE: Final = "branches.parquet"


def read_tree(folder: Path) -> BranchTree | None:
    """The tree that a run's folder keeps; None where the bank gave none."""
    file = folder / BRANCHES_FILE
    if not file.exists():
        return None
    return BranchTree(
        Branch(row["branch_id"], row["name"], Level(row["level"]), row["parent"])
        for row in pq.read_table(file).to_pylist()
    )

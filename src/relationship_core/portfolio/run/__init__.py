"""A portfolio reviewed with columns, from folder to folder, that can be taken up where it ended."""

from relationship_core.portfolio.run.job import MEMORY, Follow
from relationship_core.portfolio.run.manifest import (
    MANIFEST,
    SUCCESS,
    Manifest,
    RunFile,
    read_manifest,
)
from relationship_core.portfolio.run.publishing import RUN_FILES
from relationship_core.portfolio.run.review import Outcome, run_review
from relationship_core.portfolio.run.stored import stored_review

__all__ = [
    "MANIFEST",
    "MEMORY",
    "RUN_FILES",
    "SUCCESS",
    "Follow",
    "Manifest",
    "Outcome",
    "RunFile",
    "read_manifest",
    "run_review",
    "stored_review",
]

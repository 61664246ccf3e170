"""What a run is asked for, and what makes it the same run after an interruption."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from attrs import frozen

from relationship_core import __version__
from relationship_core.engine import Engine
from relationship_core.portfolio.run.content import HASHED_BY
from relationship_core.portfolio.run.dividing import PART_CUSTOMERS
from relationship_core.portfolio.run.manifest import MANIFEST_SCHEMA, Manifest
from relationship_core.portfolio.run.snapshot import Snapshot

Follow = Callable[[str, int, int], None]
"""Follows a run: what is being done, how many customers it is done for, how many there are."""

MEMORY: Final = "2GB"
"""What DuckDB may hold by default, whatever else runs on the machine."""

_BESIDE: Final = ("duckdb", "narwhals", "pyarrow")


def unfollowed(doing: str, done: int, total: int) -> None:
    """Follow nothing."""


@frozen
class Job:
    """What a run is asked for.

    Args:
        source: The portfolio folder.
        out: Where the outcome is to be.
        engine: The bank's rules.
        as_of: The review date.
        since: The folder of an earlier run, whose customers stand if nothing of them changed.
        is_strict: Whether any row or cell left out stops the run before it begins.
        part_customers: How many customers a part has at most, about.
        memory: What DuckDB may hold before it goes to the disk, as it writes it: "2GB".
        master: Where Spark runs, as it writes it; None where its own configuration says.
    """

    source: Path
    out: Path
    engine: Engine
    as_of: date
    since: Path | None = None
    is_strict: bool = False
    part_customers: int = PART_CUSTOMERS
    memory: str = MEMORY
    master: str | None = None

    @property
    def work(self) -> Path:
        """The folder beside the outcome in which it is made."""
        out = self.out.absolute()
        return out.with_name(f".{out.name}.run")

    def identity(
        self, snapshot: Snapshot, earlier: Manifest | None, *, is_whole: bool
    ) -> dict[str, Any]:
        """All that the outcome depends on, as JSON data; the engine isn't, as all decide alike.

        Args:
            snapshot: The files that are read.
            earlier: The run that is gone on from.
            is_whole: Whether everybody is in one part, since the engine divides the work.
        """
        return {
            "schema": MANIFEST_SCHEMA,
            "version": __version__,
            "hashed_by": HASHED_BY,
            "source": snapshot.to_json(),
            "rule_book": self.engine.rule_book.fingerprint,
            "plugins": list(self.engine.rule_book.plugins),
            "skipped": [str(report) for report in self.engine.skipped],
            "as_of": self.as_of.isoformat(),
            "is_strict": self.is_strict,
            "part_customers": None if is_whole else self.part_customers,
            "since": None if earlier is None else earlier.content,
        }

    def basis(self, types: str) -> list[str]:
        """All that every customer's outcome depends on but for their own records."""
        book = self.engine.rule_book
        skipped = [str(report) for report in self.engine.skipped]
        day = self.as_of.isoformat()
        return [__version__, HASHED_BY, book.fingerprint, *book.plugins, *skipped, day, types]


def versions() -> dict[str, str]:
    """The versions of what takes part in every run."""
    return {"relationship_core": __version__, **{name: version(name) for name in _BESIDE}}

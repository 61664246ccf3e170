"""From where to where customers move: a matrix of the current outcome against the proposed one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from enum import StrEnum

from attrs import frozen

from relationship_core.decisions.stage import StageDecision
from relationship_core.decisions.tier import TierDecision

Counts = tuple[tuple[int, ...], ...]


class Direction(StrEnum):
    """Where a customer goes whose tier differs between two books."""

    PROMOTED = "promoted"
    DEMOTED = "demoted"
    SIDEWAYS = "sideways"


@frozen
class Migration:
    """How many customers stand where by the one book and by the other.

    Args:
        sources: The tiers or stages of the current book, in its order.
        targets: Those of the proposed book, in its order.
        customers: For each source a row, in it for each target how many customers.
        undetermined: How many of these are left open by missing facts in one book or both.
        undetermined_current: How many the current book leaves open.
        undetermined_proposed: How many the proposed book leaves open.
        waiting_current: How many the current book moves on, once that is confirmed.
        waiting_proposed: How many the proposed book does.
    """

    sources: tuple[str, ...]
    targets: tuple[str, ...]
    customers: Counts
    undetermined: Counts
    undetermined_current: int
    undetermined_proposed: int
    waiting_current: int
    waiting_proposed: int

    def count(self, source: str, target: str) -> int:
        """How many customers have the one by the current book and the other by the proposed."""
        return self.customers[self.sources.index(source)][self.targets.index(target)]

    @property
    def moved(self) -> int:
        """How many have another name by the proposed book than by the current one."""
        return _off_diagonal(self, self.customers)

    @property
    def moved_undetermined(self) -> int:
        """Those among them that missing facts leave open."""
        return _off_diagonal(self, self.undetermined)

    @property
    def by_source(self) -> tuple[int, ...]:
        """How many customers each source has."""
        return tuple(map(sum, self.customers))

    @property
    def by_target(self) -> tuple[int, ...]:
        """How many customers each target has."""
        return tuple(map(sum, zip(*self.customers, strict=True)))


def _off_diagonal(migration: Migration, counts: Counts) -> int:
    return sum(
        count
        for source, row in zip(migration.sources, counts, strict=True)
        for target, count in zip(migration.targets, row, strict=True)
        if source != target
    )


class MigrationTally:
    """Counts outcomes of two books as they stream by.

    Args:
        sources: The outcomes that the current book has, in its order.
        targets: Those of the proposed book.
    """

    def __init__(self, sources: Sequence[str], targets: Sequence[str]) -> None:
        self._sources, self._targets = tuple(sources), tuple(targets)
        self._customers: Counter[tuple[str, str]] = Counter()
        self._open: Counter[tuple[str, str]] = Counter()
        self._totals: Counter[str] = Counter()

    def add(self, now: StageDecision | TierDecision, then: StageDecision | TierDecision) -> None:
        """Count what the two books decide of one customer."""
        cell = str(now), str(then)
        self._customers[cell] += 1
        self._open[cell] += now.is_undetermined or then.is_undetermined
        self._totals["open now"] += now.is_undetermined
        self._totals["open then"] += then.is_undetermined
        self._totals["waits now"] += now.pending is not None
        self._totals["waits then"] += then.pending is not None

    def closed(self) -> Migration:
        """The matrix of all that were counted."""
        return Migration(
            self._sources,
            self._targets,
            self._matrix(self._customers),
            self._matrix(self._open),
            *(self._totals[name] for name in ("open now", "open then", "waits now", "waits then")),
        )

    def _matrix(self, counted: Counter[tuple[str, str]]) -> Counts:
        return tuple(
            tuple(counted[source, target] for target in self._targets) for source in self._sources
        )


def direction_of(
    source: str, target: str, sources: Sequence[str], targets: Sequence[str]
) -> Direction | None:
    """Whether a customer goes up or down; None for one who stays.

    Told by the proposed ladder if both tiers are on it, else by the current one if both are on it;
    where neither holds both, nobody can say.

    Args:
        source: The tier by the current book.
        target: The tier by the proposed one.
        sources: The current ladder, best first.
        targets: The proposed ladder, best first.
    """
    if source == target:
        return None
    for ladder in (targets, sources):
        if source in ladder and target in ladder:
            is_up = ladder.index(target) < ladder.index(source)
            return Direction.PROMOTED if is_up else Direction.DEMOTED
    return Direction.SIDEWAYS

"""Who moves, and how many for what cause."""

from __future__ import annotations

from collections import Counter
from operator import attrgetter

from attrs import field, frozen

from relationship_core.simulation.causes import Cause


@frozen
class Move:
    """One customer who stands elsewhere by the proposed book.

    Args:
        customer_id: The customer; kept out of `repr`.
        source: The tier or stage by the current book.
        target: That by the proposed book.
        cause: Why.
    """

    customer_id: str = field(repr=False)
    source: str
    target: str
    cause: Cause


@frozen
class CauseCount:
    """How many customers move from one place to another for one cause."""

    source: str
    target: str
    cause: Cause
    customers: int


@frozen
class Moves:
    """All moves of one kind.

    Args:
        customers: How many customers move.
        causes: Who moves for the same cause, the most first; they sum to all.
        listed: The movers by id, all of them or the first of them.
    """

    customers: int
    causes: tuple[CauseCount, ...]
    listed: tuple[Move, ...]

    @property
    def is_complete(self) -> bool:
        """Whether every mover is listed."""
        return len(self.listed) == self.customers

    @property
    def by_condition(self) -> tuple[tuple[str, int], ...]:
        """How many move by each cause in one line, whatever rules decided; the most first."""
        counted: Counter[str] = Counter()
        for one in self.causes:
            counted[str(one.cause)] += one.customers
        return tuple(sorted(counted.items(), key=lambda item: (-item[1], item[0])))


_BY_ID = attrgetter("customer_id")


class MoveTally:
    """Collects moves as they stream by.

    Args:
        most: How many movers are listed, the first by id; None for all.
    """

    def __init__(self, most: int | None = None) -> None:
        self._most = most
        self._counted: Counter[tuple[str, str, Cause]] = Counter()
        # Movers of one cause share it, however many they are.
        self._causes: dict[Cause, Cause] = {}
        self._listed: list[Move] = []

    def add(self, customer_id: str, source: str, target: str, cause: Cause) -> None:
        """Count one mover."""
        cause = self._causes.setdefault(cause, cause)
        self._counted[source, target, cause] += 1
        if self._most != 0:
            self._listed.append(Move(customer_id, source, target, cause))
            if self._most is not None and len(self._listed) >= 2 * self._most:
                self._cut()

    def closed(self) -> Moves:
        """All that were counted."""
        self._cut()
        counts = [CauseCount(*key, customers) for key, customers in self._counted.items()]
        return Moves(
            sum(self._counted.values()),
            tuple(sorted(counts, key=_most_first)),
            tuple(self._listed),
        )

    def _cut(self) -> None:
        self._listed.sort(key=_BY_ID)
        del self._listed[len(self._listed) if self._most is None else self._most :]


def _most_first(count: CauseCount) -> tuple[object, ...]:
    cause = count.cause
    return (
        -count.customers,
        count.source,
        count.target,
        cause.turn.value,
        cause.rule_set,
        cause.rule,
        cause.scope,
        cause.conditions,
        cause.current_rule,
        cause.proposed_rule,
    )

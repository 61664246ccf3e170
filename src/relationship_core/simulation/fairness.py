"""Whether a change of tiers hits people of some age, or of some region, more than others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Final, cast

from attrs import frozen

from relationship_core.decisions.roll_up import UNKNOWN_GROUP
from relationship_core.domain import Customer
from relationship_core.errors import InvalidValueError
from relationship_core.rules import Kind, exact, quantise
from relationship_core.simulation.migration import Direction

AGE_BANDS: Final = (18, 25, 35, 45, 55, 65)
"""The ages at which the bands after the first one begin."""


@frozen
class FairnessGroup:
    """How the proposed book moves one group.

    Args:
        group: Its name.
        customers: How many are in it.
        promoted: How many get a better tier than by the current book.
        demoted: How many get a worse one.
        sideways: How many get one that neither ladder compares with theirs.
    """

    group: str
    customers: int
    promoted: int = 0
    demoted: int = 0
    sideways: int = 0

    @property
    def promoted_share(self) -> Decimal | None:
        """The part of the group that is promoted; None where nobody is in it."""
        return _part(self.promoted, self.customers)

    @property
    def demoted_share(self) -> Decimal | None:
        """The part of the group that is demoted."""
        return _part(self.demoted, self.customers)


@frozen
class Fairness:
    """A change of tiers, group by group.

    Args:
        overall: All groups together.
        groups: Those of an order first, the others by name.
    """

    overall: FairnessGroup
    groups: tuple[FairnessGroup, ...]

    def promoted_ratio(self, group: FairnessGroup) -> Decimal | None:
        """How many times the overall share a group is promoted; None where nobody is."""
        whole = self.overall
        return _part(group.promoted * whole.customers, group.customers * whole.promoted)

    def demoted_ratio(self, group: FairnessGroup) -> Decimal | None:
        """How many times the overall share a group is demoted; None where nobody is."""
        whole = self.overall
        return _part(group.demoted * whole.customers, group.customers * whole.demoted)


def _part(part: int, whole: int) -> Decimal | None:
    if not whole:
        return None
    with exact():
        return cast(Decimal, quantise(Decimal(part) / whole, Kind.RATIO))


class FairnessTally:
    """Counts by group who goes where.

    Args:
        order: Groups told first, in this order, where anybody is in them.
    """

    def __init__(self, order: Iterable[str] = ()) -> None:
        self._order = tuple(order)
        self._customers: Counter[str] = Counter()
        self._moved: Counter[tuple[str, Direction]] = Counter()

    def add(self, group: str, direction: Direction | None) -> None:
        """Count one customer."""
        self._customers[group] += 1
        if direction is not None:
            self._moved[group, direction] += 1

    def closed(self) -> Fairness:
        """All groups that were seen, and the whole that they sum to."""
        first = [group for group in self._order if group in self._customers]
        names = [*first, *sorted(set(self._customers).difference(first))]
        groups = tuple(self._group(name, [name]) for name in names)
        return Fairness(self._group("all", names), groups)

    def _group(self, name: str, of: Sequence[str]) -> FairnessGroup:
        moved = (sum(self._moved[each, direction] for each in of) for direction in Direction)
        return FairnessGroup(name, sum(self._customers[each] for each in of), *moved)


def band_names(begins: Sequence[int]) -> tuple[str, ...]:
    """The names of age bands, the youngest first, and of the group of unknown age.

    Args:
        begins: The ages at which the bands after the first one begin, ascending.

    Raises:
        InvalidValueError: They aren't whole numbers above zero, ascending.
    """
    bounds = (0, *begins)
    if len(bounds) < 2 or any(
        not isinstance(one, int) or one <= before for before, one in pairwise(bounds)
    ):
        raise InvalidValueError(
            "they aren't whole years above zero, ascending",
            where="age_bands",
            mend="give the ages at which bands begin: (18, 35, 65)",
        )
    middle = (f"{low} to {high - 1}" for low, high in pairwise(begins))
    return (f"under {begins[0]}", *middle, f"{begins[-1]} and over", UNKNOWN_GROUP)


def band_of(age: int | None, begins: Sequence[int], names: Sequence[str]) -> str:
    """The band of an age, of those that `band_names` named; unknown ages have one of their own."""
    if age is None:
        return names[-1]
    return names[sum(begin <= age for begin in begins)]


def region_of(customer: Customer, scope: Sequence[str]) -> str:
    """A customer's region: the node right below head office that their branch is under.

    That is the first name of the dossier's scope. Without a scope, as in a bank without a tree or
    at head office itself, the branch is taken; without one, the region is unknown.
    """
    return scope[0] if scope else customer.branch or UNKNOWN_GROUP

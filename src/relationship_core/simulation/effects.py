"""What a change costs and brings: entitlements and contribution, group by group."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import cast

from attrs import frozen

from relationship_core.decisions.retention import WORTH_FACT
from relationship_core.decisions.review import Review
from relationship_core.domain import Dossier
from relationship_core.rules import RuleSet, exact

_ZERO = Decimal(0)


@frozen
class Figures:
    """A group by one rule book.

    Args:
        customers: How many are in it.
        cost: What the entitlements granted to them cost a year, as far as that is known.
        cost_unknown: Customers of whose entitlements one has no known cost, or is left open.
        contribution: What they bring in in twelve months, as far as that is known.
        contribution_unknown: Customers whose contribution isn't; the sum is without them.
    """

    customers: int = 0
    cost: Decimal = _ZERO
    cost_unknown: int = 0
    contribution: Decimal = _ZERO
    contribution_unknown: int = 0


@frozen
class Effect:
    """A group by both rule books.

    Args:
        group: The tier, branch or industry.
        current: By the current book.
        proposed: By the proposed one; of a tier these are other customers.
    """

    group: str
    current: Figures
    proposed: Figures

    @property
    def cost_change(self) -> Decimal:
        """What the proposed book adds to the cost of entitlements a year."""
        with exact():
            return self.proposed.cost - self.current.cost

    @property
    def contribution_change(self) -> Decimal:
        """What the proposed book adds to the contribution of twelve months."""
        with exact():
            return self.proposed.contribution - self.current.contribution


@frozen
class Share:
    """What one customer adds to the figures of a group.

    Args:
        cost: The known cost of the customer's entitlements.
        is_cost_known: Whether that is all of it.
        contribution: What the customer brings in; None where unknown.
    """

    cost: Decimal
    is_cost_known: bool
    contribution: Decimal | None

    @classmethod
    def of(cls, dossier: Dossier, review: Review, entitlements: RuleSet) -> Share:
        """What a reviewed customer adds.

        Args:
            dossier: The customer's; a contribution that it supplies stands in place of the one
                reckoned.
            review: The review.
            entitlements: The rules that grant entitlements, in force at the customer's node.
        """
        granted, is_known = _ZERO, True
        for one in review.services.entitlements:
            cost = one.entitlement.annual_cost
            if cost is None:
                is_known = False
            else:
                with exact():
                    granted += cost
        # Rules that notice an occasion to care are named there too, some like one that grants.
        if is_known and review.services.undetermined:
            is_known = not entitlements.compiled(review.facts).unknown
        if WORTH_FACT in dossier.supplied:
            return cls(granted, is_known, cast(Decimal, review.facts[WORTH_FACT]))
        return cls(granted, is_known, review.contribution.total_12m)


class _Sums:
    def __init__(self) -> None:
        self.customers = self.cost_unknown = self.contribution_unknown = 0
        self.cost = self.contribution = _ZERO

    def add(self, share: Share) -> None:
        self.customers += 1
        self.cost_unknown += not share.is_cost_known
        self.contribution_unknown += share.contribution is None
        with exact():
            self.cost += share.cost
            self.contribution += share.contribution or _ZERO

    def closed(self) -> Figures:
        return Figures(
            self.customers,
            self.cost,
            self.cost_unknown,
            self.contribution,
            self.contribution_unknown,
        )


class EffectTally:
    """Adds up groups by both books as customers stream by."""

    def __init__(self) -> None:
        self._current: defaultdict[str, _Sums] = defaultdict(_Sums)
        self._proposed: defaultdict[str, _Sums] = defaultdict(_Sums)

    def add(self, group_now: str, now: Share, group_then: str, then: Share) -> None:
        """Add one customer, who is in a group by each book."""
        self._current[group_now].add(now)
        self._proposed[group_then].add(then)

    def closed(self, order: Iterable[str] = ()) -> tuple[Effect, ...]:
        """The groups: those of an order first, in it, though nobody is in them; others by name."""
        first = tuple(dict.fromkeys(order))
        others = sorted({*self._current, *self._proposed}.difference(first))
        return tuple(
            Effect(group, self._current[group].closed(), self._proposed[group].closed())
            for group in (*first, *others)
        )

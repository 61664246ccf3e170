"""What built-in service and retention take tiers for, whoever's ladder they are on."""

from __future__ import annotations

from attrs import field, frozen

from relationship_core.facts import tier
from relationship_core.rules import Expression
from relationship_core.rules.text import several

LADDER = ("vip", "key", "secondary", "ordinary", "small")
"""The built-in ladder, best first."""


@frozen
class Ranks:
    """The tiers of a ladder by their height, from 1 for the best one to 0 for the last.

    Args:
        ladder: The tiers, best first.
    """

    ladder: tuple[str, ...] = field(converter=several)

    @property
    def top(self) -> tuple[str, ...]:
        """The best tier, unless it is the only one."""
        return self.ladder[:1] if len(self.ladder) > 1 else ()

    @property
    def best(self) -> tuple[str, ...]:
        """The tiers of the upper quarter: VIP and key customers, of the built-in ones."""
        return self._from(3)

    @property
    def good(self) -> tuple[str, ...]:
        """The tiers of the upper half: with them the secondary customers."""
        return self._from(2)

    @property
    def others(self) -> tuple[str, ...]:
        """The tiers of the lower half: ordinary and small customers."""
        return self.ladder[len(self.good) :]

    @property
    def growing(self) -> tuple[str, ...]:
        """Those of the lower half that aren't the last: ordinary customers."""
        return self.others[:-1]

    def _from(self, quarters: int) -> tuple[str, ...]:
        steps = len(self.ladder) - 1
        return tuple(
            tier
            for place, tier in enumerate(self.ladder[:-1])
            if 4 * (steps - place) >= quarters * steps
        )


def is_one_of(tiers: tuple[str, ...]) -> Expression:
    """Whether a customer's tier is one of some."""
    return tier == tiers[0] if len(tiers) == 1 else tier.is_in(tiers)

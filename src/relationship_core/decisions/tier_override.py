"""Tiers set by people: which one is in force, and which has just ended."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from relationship_core.domain.standing import Standing, TierOverride


def override_in_force(overrides: Iterable[TierOverride], as_of: date) -> TierOverride | None:
    """The override that decides on a day: of several the one that starts last."""
    holding = [override for override in overrides if override.holds(as_of)]
    return max(holding, key=lambda override: override.starts, default=None)


def has_lapsed(standing: Standing, as_of: date) -> bool:
    """Whether an override that has ended is all that gave the tier at the review before.

    A tier held since before the override began was the customer's own, and isn't lost with it.
    """
    since = standing.tier_since
    if since is None:
        return False
    last = standing.reviewed or since
    return any(
        override.tier == standing.tier
        and override.ends <= as_of
        and override.starts <= since
        and override.holds(last)
        for override in standing.overrides
    )

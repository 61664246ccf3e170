"""The words of a tiering: how long a downgrade waits, and what a review decides."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from attrs import evolve, field, frozen

from relationship_core.decisions.hysteresis import Confirmation, require_whole
from relationship_core.decisions.stage import StageDecision
from relationship_core.domain.standing import Pending, Standing, TierOverride
from relationship_core.errors import RuleBookError
from relationship_core.rules import Text


@frozen
class Downgrade(Confirmation):
    """What must have happened before a customer loses a tier.

    Args:
        reviews: Days that must have indicated a lower tier, in a row.
        days_apart: Least days from one that counts to the next.
        minimum_hold_months: Completed months a tier is held at least. Reviews count meanwhile.

    Raises:
        RuleBookError: A number is too small, or no whole number.
    """

    minimum_hold_months: int = field(default=6)

    def __attrs_post_init__(self) -> None:
        Confirmation.__attrs_post_init__(self)
        require_whole(self.minimum_hold_months)
        if self.minimum_hold_months < 0:
            raise RuleBookError("a minimum hold is zero months or more", where="Downgrade")


class TierChange(StrEnum):
    """What a review did to a tier."""

    FIRST = "first"
    UPGRADE = "upgrade"
    DOWNGRADE = "downgrade"
    HELD = "held"
    WAITING = "waiting"


@frozen
class TierDecision:
    """The tier of one customer after a review.

    Args:
        tier: The tier.
        previous: The tier before; None on a first day.
        since: The day the tier began; where nobody knows, the first day it was reviewed in it.
        reviewed: The day of the review.
        change: What the review did; `waiting` where a lower tier is indicated but not yet due.
        earned: The tier by the rules alone; None where missing facts leave that open.
        rule: The rule that earned that; None for the last tier, and where it is open.
        origin: The plugin that rule came from.
        reason: That rule's reason.
        scope: The node of the organisation whose rule it is; empty for the head office.
        is_undetermined: Whether missing facts left the earned tier open; the tier before holds.
        is_provisional: Whether there was no tier before to hold, so that the best guess stands.
        missing: The names of those facts.
        pending: The downgrade that waits, with the days that indicated it.
        override: The tier set by a person that is in force, and decides.
        before: The standing that the review started from; no part of what was decided.
    """

    tier: str
    previous: str | None
    since: date
    reviewed: date
    change: TierChange = TierChange.HELD
    earned: str | None = None
    rule: str | None = None
    origin: str = ""
    reason: Text | None = None
    scope: tuple[str, ...] = ()
    is_undetermined: bool = False
    is_provisional: bool = False
    missing: tuple[str, ...] = ()
    pending: Pending | None = None
    override: TierOverride | None = None
    before: Standing | None = field(default=None, eq=False, repr=False)

    def __str__(self) -> str:
        """The tier's name."""
        return self.tier

    @property
    def standing(self) -> Standing:
        """The standing after the review; worked out when asked."""
        return self.applied_to(self.before)

    def applied_to(self, standing: Standing | None, stage: StageDecision | None = None) -> Standing:
        """A standing with this decision in it, and with that on the stage where it is given."""
        if stage is None:
            return evolve(
                Standing() if standing is None else standing,
                tier=self.tier,
                tier_since=self.since,
                tier_pending=self.pending,
                reviewed=self.reviewed,
            )
        return Standing(
            stage=stage.stage,
            stage_since=stage.since,
            tier=self.tier,
            tier_since=self.since,
            reviewed=self.reviewed,
            stage_pending=stage.pending,
            tier_pending=self.pending,
            overrides=() if standing is None else standing.overrides,
            stages_passed=stage.passed_after(standing),
        )

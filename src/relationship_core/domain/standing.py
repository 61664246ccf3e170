"""Where a relationship stands before a review: stage, tier and what is pending."""

from __future__ import annotations

from datetime import date

import attrs

from relationship_core.domain.validation import (
    freeze_items,
    refuse,
    require_date,
    require_each,
    require_id,
    require_text,
)
from relationship_core.errors import InvalidValueError


@attrs.frozen
class Pending:
    """A move that reviews have asked for and that still waits.

    Args:
        target: The stage or tier it would lead to.
        seen: The days on which it was indicated, ascending, each once. Days count, not runs.

    Raises:
        InvalidValueError: No day, a day twice, or days out of order.
    """

    target: str
    seen: tuple[date, ...]

    def __attrs_post_init__(self) -> None:
        require_id(self.target, "Pending.target")
        freeze_items(self, "seen")
        for index, day in enumerate(self.seen):
            require_date(day, f"Pending.seen[{index}]")
        if not self.seen:
            refuse("no day is given", "Pending.seen", "give the day it was first indicated")
        if any(later <= earlier for earlier, later in zip(self.seen, self.seen[1:], strict=False)):
            refuse("the days are not ascending", "Pending.seen", "sort them, each day once")


@attrs.frozen
class TierOverride:
    """A tier that a person set against the rules, for a time.

    Args:
        tier: The tier it gives.
        reason: Why; kept out of `repr`.
        requested_by: Who asked.
        approved_by: Who approved; never the one who asked.
        starts: The first day it holds.
        ends: The first day it no longer holds.

    Raises:
        InvalidValueError: A field is of the wrong kind, it doesn't end after it starts, or the
            approver is the requester.
    """

    tier: str
    reason: str = attrs.field(repr=False)
    requested_by: str
    approved_by: str
    starts: date
    ends: date

    def __attrs_post_init__(self) -> None:
        require_id(self.tier, "TierOverride.tier")
        require_text(self.reason, "TierOverride.reason")
        require_id(self.requested_by, "TierOverride.requested_by")
        require_id(self.approved_by, "TierOverride.approved_by")
        if self.approved_by == self.requested_by:
            refuse(
                "the approver is the requester",
                "TierOverride.approved_by",
                "a second person must approve",
            )
        require_date(self.starts, "TierOverride.starts")
        require_date(self.ends, "TierOverride.ends")
        if self.ends <= self.starts:
            refuse(
                "it doesn't end after it starts",
                "TierOverride.ends",
                "give the first day on which it no longer holds",
            )

    def holds(self, on: date) -> bool:
        """Say whether it is in force on a day; on the day it ends it no longer is."""
        return self.starts <= on < self.ends


@attrs.frozen
class Standing:
    """What earlier reviews decided about a customer.

    Args:
        stage: The stage of the lifecycle; None before the first review.
        stage_since: The day that stage began.
        tier: The tier.
        tier_since: The day that tier began.
        reviewed: The day of the latest review.
        stage_pending: A change of stage that waits for a second indication.
        tier_pending: A downgrade that waits for its grace to pass.
        overrides: Tiers set by people, past ones included.
        stages_passed: Every stage reached so far, in order.

    Raises:
        InvalidValueError: A field is of the wrong kind, or a day is given for no stage or tier.
    """

    stage: str | None = None
    stage_since: date | None = None
    tier: str | None = None
    tier_since: date | None = None
    reviewed: date | None = None
    stage_pending: Pending | None = None
    tier_pending: Pending | None = None
    overrides: tuple[TierOverride, ...] = ()
    stages_passed: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        _check_since(self.stage, self.stage_since, "Standing.stage", "Standing.stage_since")
        _check_since(self.tier, self.tier_since, "Standing.tier", "Standing.tier_since")
        if self.reviewed is not None:
            require_date(self.reviewed, "Standing.reviewed")
        if self.stage_pending is not None:
            require_each((self.stage_pending,), Pending, "Standing.stage_pending")
        if self.tier_pending is not None:
            require_each((self.tier_pending,), Pending, "Standing.tier_pending")
        freeze_items(self, "overrides")
        if self.overrides:
            require_each(self.overrides, TierOverride, "Standing.overrides")
        freeze_items(self, "stages_passed")
        for index, stage in enumerate(self.stages_passed):
            try:
                require_id(stage, "Standing.stages_passed")
            except InvalidValueError as error:
                error.where = f"{error.where}[{index}]"
                raise


def _check_since(name: str | None, since: date | None, where: str, where_since: str) -> None:
    if name is not None:
        require_id(name, where)
    if since is not None:
        require_date(since, where_since)
        if name is None:
            field = where.removeprefix("Standing.")
            refuse(f"a day is given for no {field}", where_since, f"give the {field}")

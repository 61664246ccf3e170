"""From facts and standings to what is decided on them, phase by phase, for every row at once.

What `decisions.deciding` decides of one customer, in the same order. Every phase takes a frame and
gives it back with columns more. What nobody asks for is left out: an engine wouldn't compute it,
but takes its time to plan it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import Final

import narwhals as nw

from relationship_core.decisions.retention import RISK_FACT
from relationship_core.decisions.rule_book import RuleBook
from relationship_core.errors import DataError
from relationship_core.facts import Phase
from relationship_core.portfolio.decide.choice import match_columns, treatment_columns
from relationship_core.portfolio.decide.columns import (
    PREFIX,
    Column,
    Frame,
    day,
    flag,
    where,
    with_columns,
)
from relationship_core.portfolio.decide.conditions import Conditions
from relationship_core.portfolio.decide.faults import is_sound
from relationship_core.portfolio.decide.nodes import Nodes, Scopes
from relationship_core.portfolio.decide.reasons import SHORT_OF, ReasonColumns
from relationship_core.portfolio.decide.retention import ActionColumns, RiskColumns
from relationship_core.portfolio.decide.service import CareColumns, EntitlementColumns
from relationship_core.portfolio.decide.stage import StageColumns
from relationship_core.portfolio.decide.tier import TierColumns
from relationship_core.rules.compile_frame.dialect import dialect_of

_MONTHS_IN_STAGE, _MONTHS_IN_TIER = "months_in_stage", "months_in_tier"
DECIDED: Final = ("stage", _MONTHS_IN_STAGE, "tier", _MONTHS_IN_TIER, RISK_FACT)
"""The facts that the decisions themselves set."""

_SOUND: Final = f"{PREFIX}is_sound"

_STAGE: Final = (
    "stage",
    "stage_since",
    "stage_previous",
    "stage_rule",
    "stage_rule_node",
    "stage_pending",
    "stage_undetermined",
    "stage_missing",
)
_TIER: Final = (
    "tier",
    "tier_since",
    "tier_previous",
    "tier_change",
    "tier_rule",
    "tier_rule_node",
    "tier_pending",
    "tier_undetermined",
    "tier_missing",
)
_RISK: Final = (
    "retention_risk",
    "retention_rule",
    "retention_rule_node",
    "retention_undetermined",
    "signals",
)
_ACTION: Final = ("action", "action_cost")
_CARE: Final = ("care", "care_due")
_STAGE_STANDING: Final = (
    "standing_stage",
    "standing_stage_since",
    "standing_stage_pending",
    "standing_stage_pending_seen",
    "standing_stages_passed",
)
_TIER_STANDING: Final = (
    "standing_tier",
    "standing_tier_since",
    "standing_tier_pending",
    "standing_tier_pending_seen",
)
_STANDING: Final = (*_STAGE_STANDING, *_TIER_STANDING, "standing_reviewed", "has_standing")


def decision_columns(ladder: Collection[str]) -> tuple[str, ...]:
    """The columns that `decide` can add, in their order.

    Args:
        ladder: The tiers, best first.
    """
    better = [*ladder][:-1]
    return (
        *_STAGE,
        *_TIER,
        "match",
        "treatment",
        "entitlements",
        *_CARE,
        *_RISK,
        *_ACTION,
        *(f"{SHORT_OF}{tier}" for tier in better),
        *_STANDING,
    )


def decide(
    frame: Frame,
    rule_book: RuleBook,
    as_of: date,
    scopes: Scopes | None = None,
    columns: Collection[str] | None = None,
) -> Frame:
    """A frame of customers with all that is decided of each: what `Engine.decide` decides.

    Args:
        frame: A row for each customer, on Polars or DuckDB: every fact up to the contribution and
            the models' scores, as `fact_columns` says, and the standings' columns as `observe`
            gives them. Columns that it has of the decisions' names are replaced.
        rule_book: What the bank decides by.
        as_of: The review date.
        scopes: For each branch, by the column `branch`, its path of names from the top, or the
            tree of branches; None where every customer is reviewed by the head office's rules.
        columns: The columns to add, of `decision_columns`; None for all.

    Returns:
        The frame with those columns: texts, days and flags; `action_cost` is whole units of the
        reporting currency's money scale. They are null in rows that `faults` would refuse. The
        columns of standings then hold the standing after the review.

    Raises:
        DataError: There is no decision of such a name.
        UnknownFactError: The frame has no column for a fact that is asked for.
    """
    names = _wanted(rule_book, columns)
    return _Course(Nodes.of(rule_book, scopes, as_of), as_of, names).run(frame)


def _wanted(rule_book: RuleBook, columns: Collection[str] | None) -> tuple[str, ...]:
    known = decision_columns(rule_book.tiering.ladder)
    for name in columns or ():
        if name not in known:
            raise DataError(
                "nothing of that name is decided",
                file="reviews",
                field=name,
                mend=f"the columns are {', '.join(known)}",
            )
    return tuple(name for name in known if columns is None or name in columns)


class _Course:
    """The phases that some columns take, each with all of its rules at hand.

    Args:
        nodes: The books of the bank's nodes.
        as_of: The review date.
        names: The columns asked for.
    """

    def __init__(self, nodes: Nodes, as_of: date, names: tuple[str, ...]) -> None:
        self._as_of, self._names, self._nodes = as_of, names, nodes
        self._conditions = conditions = Conditions(nodes.book)
        # The last first: what comes later says what it needs of what comes before.
        self._action = ActionColumns(nodes, conditions) if self._asks(_ACTION) else None
        is_risk_read = conditions.reads(RISK_FACT)
        self._risk = RiskColumns(nodes, conditions) if self._asks(_RISK) or is_risk_read else None
        self._care = CareColumns(nodes, conditions, as_of) if self._asks(_CARE) else None
        granted = self._asks(["entitlements"])
        self._entitlements = EntitlementColumns(nodes, conditions) if granted else None
        self._match = match_columns(nodes, conditions) if self._asks(["match"]) else None
        divided = self._asks(["treatment"])
        self._treatment = treatment_columns(nodes, conditions) if divided else None
        is_short = any(name.startswith(SHORT_OF) for name in names)
        self._reasons = ReasonColumns(nodes, conditions) if is_short else None
        is_tier_read = conditions.reads("tier", _MONTHS_IN_TIER) or divided or is_short
        asks_tier = self._asks((*_TIER, *_TIER_STANDING)) or is_tier_read
        self._tier = TierColumns(nodes, conditions, as_of) if asks_tier else None
        asks_stage = self._asks((*_STAGE, *_STAGE_STANDING))
        asks_stage = asks_stage or conditions.reads("stage", _MONTHS_IN_STAGE)
        self._stage = StageColumns(nodes, conditions, as_of) if asks_stage else None

    def _asks(self, names: Iterable[str]) -> bool:
        return not set(self._names).isdisjoint(names)

    def run(self, frame: Frame) -> Frame:
        """The frame with the columns asked for."""
        given = frame.collect_schema().names()
        frame = self._prepared(frame)
        frame = self._conditions.computed(frame, Phase.CONTRIBUTION)
        frame = self._staged(frame)
        frame = self._conditions.computed(frame, Phase.LIFECYCLE)
        frame = self._tiered(frame)
        frame = self._conditions.computed(frame, Phase.TIERING)
        frame = self._served(frame)
        frame = self._conditions.computed(frame, Phase.RETENTION)
        frame = self._action.decided(frame) if self._action else frame
        return self._told(frame, given)

    def _prepared(self, frame: Frame) -> Frame:
        # Decided facts that the frame has are those of the standing, and no rule may see them.
        sound = is_sound(self._nodes.book, self._as_of)
        columns = self._nodes.columns()
        for part in (self._stage, self._tier):
            columns |= part.before() if part else {}
        return frame.drop(DECIDED, strict=False).with_columns(**columns, **{_SOUND: sound})

    def _staged(self, frame: Frame) -> Frame:
        if self._stage is None:
            return frame
        frame = self._stage.decided(frame)
        if self._conditions.reads(_MONTHS_IN_STAGE):
            frame = frame.with_columns(self._stage.months().alias(_MONTHS_IN_STAGE))
        return frame

    def _tiered(self, frame: Frame) -> Frame:
        if self._tier is None:
            return frame
        frame = self._tier.decided(frame)
        if self._conditions.reads(_MONTHS_IN_TIER):
            frame = frame.with_columns(self._tier.months().alias(_MONTHS_IN_TIER))
        return frame

    def _served(self, frame: Frame) -> Frame:
        for part in (self._match, self._treatment, self._care, self._risk):
            frame = part.decided(frame) if part else frame
        return frame

    def _told(self, frame: Frame, given: list[str]) -> Frame:
        """The frame as it was given, with the columns asked for."""
        told = self._columns(frame)
        is_it = nw.col(_SOUND)
        frame = with_columns(frame, {name: where(is_it, told[name]) for name in self._names})
        replaced = {*self._names, *DECIDED}
        return frame.select(*[name for name in given if name not in replaced], *self._names)

    def _columns(self, frame: Frame) -> dict[str, Column]:
        told: dict[str, Column] = {
            "standing_reviewed": day(self._as_of),
            "has_standing": flag(True),
        }
        for part in (self._stage, self._tier, self._risk, self._action):
            told |= part.columns() if part else {}
        if self._care:
            told |= self._care.columns(dialect_of(frame))
        if self._entitlements:
            told["entitlements"] = self._entitlements.column()
        if self._match:
            told["match"] = self._match.column()
        if self._tier and self._treatment:
            told["treatment"] = self._treatment.column(~self._tier.is_one_of(self._gold))
        if self._tier and self._reasons:
            told |= self._reasons.columns(self._tier.place)
        return told

    @property
    def _gold(self) -> tuple[str, ...]:
        return self._nodes.book.tiering.gold

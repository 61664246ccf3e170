"""From facts and standings to what is decided on them, phase by phase, for every row at once.

What `decisions.deciding` decides of one customer, in the same order. Every phase takes a frame and
gives it back with columns more. What nobody asks for is left out: an engine wouldn't compute it,
but takes its time to plan it.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Final

from relationship_core.decisions.rule_book import RuleBook
from relationship_core.errors import DataError
from relationship_core.portfolio.decide.cell import YES, Cell, day, only
from relationship_core.portfolio.decide.choice import match, treatment
from relationship_core.portfolio.decide.faults import is_sound
from relationship_core.portfolio.decide.nodes import Nodes, Scopes
from relationship_core.portfolio.decide.reasons import ReasonColumns
from relationship_core.portfolio.decide.retention import RetentionColumns
from relationship_core.portfolio.decide.service import CareColumns, entitlements
from relationship_core.portfolio.decide.sheet import Sheet
from relationship_core.portfolio.decide.stage import StageColumns
from relationship_core.portfolio.decide.tier import TierColumns
from relationship_core.portfolio.decide.words import Frame, writer_for
from relationship_core.portfolio.review_table import SHORT_OF

_DECIDED: Final = ("stage", "months_in_stage", "tier", "months_in_tier", "retention_risk")
"""The facts that the decisions themselves set."""

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
        scopes: For each branch, by the column `recorded_branch`, its path of names from the top, or
            the tree of branches; None where every customer is reviewed by the head office's rules.
        columns: The columns to add, of `decision_columns`; None for all.

    Returns:
        The frame with those columns: texts, days and flags; `action_cost` is whole units of the
        reporting currency's money scale. They are null in rows that `faults` would refuse. The
        columns of standings then hold the standing after the review.

    Raises:
        DataError: There is no decision of such a name.
        UnknownFactError: The frame has no column for a fact that is asked for.
    """
    sheet, outcome = _planned(rule_book, as_of, scopes, columns)
    given = frame.collect_schema().names()
    # Facts of these names are those of the standing, and no rule may see them.
    frame = frame.drop([name for name in given if name in _DECIDED])
    kept = [name for name in given if name not in _DECIDED]
    return sheet.computed(frame, writer_for(frame), outcome, kept)


def columns_read(
    rule_book: RuleBook,
    as_of: date,
    scopes: Scopes | None = None,
    columns: Collection[str] | None = None,
) -> frozenset[str]:
    """The facts and other columns that `decide` reads for what is asked of it.

    Args:
        rule_book: What the bank decides by.
        as_of: The review date.
        scopes: As for `decide`.
        columns: As for `decide`.

    Raises:
        DataError: There is no decision of such a name.
    """
    sheet, outcome = _planned(rule_book, as_of, scopes, columns)
    return sheet.reads(outcome.values())


def _planned(
    rule_book: RuleBook, as_of: date, scopes: Scopes | None, columns: Collection[str] | None
) -> tuple[Sheet, dict[str, Cell]]:
    """What is computed for the columns asked for, and what each of them holds."""
    names = _wanted(rule_book, columns)
    sheet = Sheet(rule_book.facts)
    nodes = Nodes.of(sheet, rule_book, scopes, as_of)
    is_it = sheet.own("is_sound", is_sound(rule_book, as_of))
    cells = _columns(nodes, as_of)
    return sheet, {name: only(is_it, cells[name]) for name in names}


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


def _columns(nodes: Nodes, as_of: date) -> dict[str, Cell]:
    """What every column of a decision holds."""
    stage, tier = StageColumns(nodes, as_of), TierColumns(nodes, as_of)
    nodes.sheet.named("months_in_stage", stage.since.months_until(as_of))
    nodes.sheet.named("months_in_tier", tier.since.months_until(as_of))
    return {
        **stage.columns(),
        **tier.columns(),
        "match": match(nodes),
        "treatment": treatment(nodes, tier.is_one_of(nodes.book.tiering.gold)),
        "entitlements": entitlements(nodes),
        **CareColumns(nodes, as_of).columns(),
        **RetentionColumns(nodes).columns(),
        **ReasonColumns(nodes).columns(tier.place),
        "standing_reviewed": day(as_of),
        "has_standing": YES,
    }

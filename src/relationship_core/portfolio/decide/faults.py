"""Standings that no review can start from: found in one look at all rows."""

from __future__ import annotations

from datetime import date

import narwhals as nw

from relationship_core.decisions.hysteresis import require_in_time
from relationship_core.decisions.rule_book import RuleBook
from relationship_core.domain.standing import Standing
from relationship_core.errors import ReviewError
from relationship_core.portfolio.decide.columns import Frame, day, either, is_text, surely

_DAYS = ("standing_reviewed", "standing_stage_since", "standing_tier_since")


def is_sound(rule_book: RuleBook, as_of: date) -> nw.Expr:
    """Whether a review can start from a row's standing; never null."""
    known = _is_one_of("standing_stage", _stages(rule_book)) & _is_one_of(
        "standing_tier", rule_book.tiering.ladder
    )
    return known & ~either(surely(nw.col(name) > day(as_of)) for name in _DAYS)


def _stages(rule_book: RuleBook) -> tuple[str, ...]:
    return tuple(stage.id for stage in rule_book.lifecycle.stages)


def _is_one_of(name: str, known: tuple[str, ...]) -> nw.Expr:
    return nw.col(name).is_null() | surely(either(is_text(nw.col(name), each) for each in known))


def faults(frame: Frame, rule_book: RuleBook, as_of: date) -> None:
    """Refuse standings of a later day, or of a stage or tier that the book lacks.

    Args:
        frame: A row for each customer, with the columns of standings.
        rule_book: What the bank decides by.
        as_of: The review date.

    Raises:
        ReviewError: There is one; as a review of that customer alone would say.
    """
    stage = nw.when(~_is_one_of("standing_stage", _stages(rule_book))).then(
        nw.col("standing_stage")
    )
    tier = nw.when(~_is_one_of("standing_tier", rule_book.tiering.ladder)).then(
        nw.col("standing_tier")
    )
    latest = [nw.col(name).max() for name in _DAYS]
    found = frame.select(*latest, stage.min().alias("stage"), tier.min().alias("tier")).collect()
    (row,) = found.rows(named=True)
    for name in _DAYS:
        require_in_time(Standing(reviewed=row[name]), None, as_of)
    if row["stage"] is not None:
        rule_book.lifecycle.stage(row["stage"])
    if row["tier"] is not None:
        raise ReviewError(
            f"{row['tier']!r} is no tier of this ladder",
            where="Standing.tier",
            mend=f"the tiers are {', '.join(rule_book.tiering.ladder)}",
        )

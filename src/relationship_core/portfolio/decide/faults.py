"""Standings that no review can start from: found in one look at all rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

import narwhals as nw

from relationship_core.decisions.hysteresis import require_in_time
from relationship_core.decisions.rule_book import RuleBook
from relationship_core.domain.standing import Standing
from relationship_core.errors import ReviewError
from relationship_core.portfolio.decide.cell import Cell, col, day, either, surely, text
from relationship_core.portfolio.decide.words import Frame

_DAYS: Final = ("standing_reviewed", "standing_stage_since", "standing_tier_since")


def is_sound(rule_book: RuleBook, as_of: date) -> Cell:
    """Whether a review can start from a row's standing; never null."""
    is_known = _is_one_of("standing_stage", _stages(rule_book))
    is_known = is_known & _is_one_of("standing_tier", rule_book.tiering.ladder)
    return is_known & ~either(surely(col(name) > day(as_of)) for name in _DAYS)


def _stages(rule_book: RuleBook) -> list[str]:
    return [stage.id for stage in rule_book.lifecycle.stages]


def _is_one_of(name: str, known: Sequence[str]) -> Cell:
    is_it = surely(either(col(name).equals(text(each)) for each in known))
    return col(name).is_null() | is_it


def faults(frame: Frame, rule_book: RuleBook, as_of: date) -> None:
    """Refuse standings of a later day, or of a stage or tier that the book lacks.

    Args:
        frame: A row for each customer, with the columns of standings.
        rule_book: What the bank decides by.
        as_of: The review date.

    Raises:
        ReviewError: There is one; as a review of that customer alone would say.
    """
    stage, tier = nw.col("standing_stage"), nw.col("standing_tier")
    ladder = rule_book.tiering.ladder
    found = frame.select(
        *[nw.col(name).max() for name in _DAYS],
        nw.when(~stage.is_in(_stages(rule_book))).then(stage).min(),
        nw.when(~tier.is_in(ladder)).then(tier).min(),
    )
    (row,) = found.collect().rows(named=True)
    for name in _DAYS:
        require_in_time(Standing(reviewed=row[name]), None, as_of)
    if row["standing_stage"] is not None:
        rule_book.lifecycle.stage(row["standing_stage"])
    if row["standing_tier"] is not None:
        raise ReviewError(
            f"{row['standing_tier']!r} is no tier of this ladder",
            where="Standing.tier",
            mend=f"the tiers are {', '.join(ladder)}",
        )

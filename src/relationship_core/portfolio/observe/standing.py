"""What the standings tell, as columns: `decisions.observe.record` for all at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

import narwhals as nw

from relationship_core.portfolio.observe.calendar import months_between
from relationship_core.portfolio.schema import STANDINGS
from relationship_core.portfolio.tables import Frame, Tables
from relationship_core.portfolio.tables.units import physical

HAS_STANDING: Final = "has_standing"
"""The column that says whether earlier reviews decided anything about the customer."""

_OWN: Final = tuple(column for column in STANDINGS.columns if column.name not in STANDINGS.key)
_FACTS: Final[Mapping[str, nw.dtypes.DType]] = {
    "previous_stage": nw.String(),
    "months_in_previous_stage": nw.Int64(),
    "months_in_stage": nw.Int64(),
    "previous_tier": nw.String(),
    "months_in_previous_tier": nw.Int64(),
    "months_in_tier": nw.Int64(),
}


def with_standings(frame: Frame, tables: Tables, as_of: date) -> Frame:
    """The frame of customers with the facts of their standings, and the standings themselves.

    Args:
        frame: A row for each customer, keyed by `customer_id`.
        tables: The portfolio.
        as_of: The review date; a stage or tier that began later isn't read.

    Returns:
        Facts, null where there is no standing, `has_standing`, and each of the table's own columns
        after the word `standing_`. The days of a pending move are null where none is pending.
    """
    if not tables.has(STANDINGS.name):
        absent = {column_of(column.name): physical(column.kind) for column in _OWN}
        nothing = {name: nw.lit(None, dtype=kind) for name, kind in {**_FACTS, **absent}.items()}
        return frame.with_columns(**nothing, **{HAS_STANDING: nw.lit(False)})
    standings = tables.frame(STANDINGS.name).select(
        "customer_id",
        nw.lit(True).alias(HAS_STANDING),
        **_facts(as_of),
        **{column_of(column.name): _own(column.name) for column in _OWN},
    )
    joined: Frame = frame.join(standings, on="customer_id", how="left")
    return joined.with_columns(nw.col(HAS_STANDING).fill_null(value=False))


def column_of(name: str) -> str:
    """The name that a column of standings has beside facts."""
    return f"standing_{name}"


STANDING_COLUMNS: Final = (
    HAS_STANDING,
    *_FACTS,
    *(column_of(column.name) for column in _OWN),
)
"""What `with_standings` tells."""


def _own(name: str) -> nw.Expr:
    move, is_seen, _ = name.partition("_seen")
    return nw.when(~nw.col(move).is_null()).then(nw.col(name)) if is_seen else nw.col(name)


def _facts(as_of: date) -> dict[str, nw.Expr]:
    stage, since = nw.col("stage"), nw.col("stage_since")
    is_begun = since.is_null() | (since <= as_of)
    # A stage of the day itself was found by an earlier review of that day, which saw the one
    # before. Only then is it asked which stages were passed, as looking into texts takes time.
    passed = nw.when(since == as_of).then(nw.col("stages_passed"))
    is_of_today = (_last_of(passed) == stage).fill_null(value=False)
    months = nw.when(~is_of_today & (since <= as_of)).then(months_between(since, as_of))
    return {
        "previous_stage": nw.when(is_of_today)
        .then(_last_but_one_of(passed))
        .otherwise(nw.when(is_begun).then(stage)),
        "months_in_previous_stage": months,
        "months_in_stage": nw.when(since <= as_of).then(months_between(since, as_of)),
        **_facts_of_tier(as_of),
    }


def _facts_of_tier(as_of: date) -> dict[str, nw.Expr]:
    since = nw.col("tier_since")
    months = nw.when(since <= as_of).then(months_between(since, as_of))
    return {
        "previous_tier": nw.when(since.is_null() | (since <= as_of)).then(nw.col("tier")),
        "months_in_previous_tier": months,
        "months_in_tier": months,
    }


def _last_of(ids: nw.Expr) -> nw.Expr:
    """The last of ids joined by semicolons."""
    return ids.str.replace_all("^.*;", "")


def _last_but_one_of(ids: nw.Expr) -> nw.Expr:
    """The last but one; null where there is only one."""
    several = nw.when(ids.str.contains(";", literal=True)).then(ids)
    return _last_of(several.str.replace_all(";[^;]*$", ""))

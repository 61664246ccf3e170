"""What interactions and relations tell, as columns: `decisions.observe.contacts` for all at once.

A table that wasn't given leaves its facts missing. Where it was, who has no row in it has no
complaints and no relations.
"""

from __future__ import annotations

from datetime import date
from typing import Final

import narwhals as nw

from relationship_core.decisions.observe.review_day import review_day
from relationship_core.domain import InteractionKind
from relationship_core.domain.validation import LARGEST_AMOUNT
from relationship_core.portfolio.tables import Frame, Measure, Tables
from relationship_core.rules import Kind
from relationship_core.rules.compile_frame.cells import LARGEST
from relationship_core.rules.compile_frame.dialect import EPOCH, Dialect

_COMPLAINTS: Final = ("open_complaints", "overdue_complaints", "complaints_12m")
INTERACTION_FACTS: Final = (*_COMPLAINTS, "days_since_contact", "satisfaction")
"""The facts that interactions tell."""
_BY_A_MANAGER: Final = (InteractionKind.CONTACT.value, InteractionKind.VISIT.value)
_LARGEST_SCORE: Final = int(LARGEST_AMOUNT) * 10**Kind.NUMBER.scale
_DAYS: Final = (date.max - date.min).days + 1


def with_interactions(frame: Frame, tables: Tables, as_of: date) -> Frame:
    """The frame of customers with the facts that interactions tell.

    Args:
        frame: A row for each customer, keyed by `customer_id`.
        tables: The portfolio.
        as_of: The review date; what came of an interaction after it isn't read.
    """
    if not tables.has("interactions"):
        return frame.with_columns(
            **{name: nw.lit(None, dtype=nw.Int64()) for name in INTERACTION_FACTS}
        )
    occurred = nw.col("occurred")
    interactions = tables.frame("interactions").filter(occurred <= as_of)
    days_ago = (as_of - EPOCH).days - tables.dialect.day_number(occurred)
    by_a_manager = nw.col("kind").is_in(_BY_A_MANAGER)
    surveyed, satisfaction = _satisfaction(days_ago, tables)
    told = (
        interactions.select(
            "customer_id",
            **_complaints(as_of),
            days_since_contact=nw.when(by_a_manager).then(days_ago),
            satisfaction=surveyed,
        )
        .group_by("customer_id")
        .agg(
            nw.col(*_COMPLAINTS).sum().cast(nw.Int64()),
            nw.col("days_since_contact", "satisfaction").min(),
        )
        .with_columns(satisfaction=satisfaction)
    )
    joined: Frame = frame.join(told, on="customer_id", how="left")
    return joined.with_columns(nw.col(*_COMPLAINTS).fill_null(0))


def _complaints(as_of: date) -> dict[str, nw.Expr]:
    is_complaint = nw.col("kind") == InteractionKind.COMPLAINT.value
    is_open = is_complaint & (nw.col("resolved").is_null() | (nw.col("resolved") > as_of))
    counted = {
        "open_complaints": is_open,
        "overdue_complaints": is_open & (nw.col("due") < as_of).fill_null(value=False),
        "complaints_12m": is_complaint & (nw.col("occurred") > review_day(as_of).a_year_ago),
    }
    return {name: column.cast(nw.Int64()) for name, column in counted.items()}


def _satisfaction(days_ago: nw.Expr, tables: Tables) -> tuple[nw.Expr, nw.Expr]:
    """A number that is lowest for the lowest score of the latest day, and that score from it."""
    score, bound = _as_number(tables.measure("interactions", "score"), tables.dialect)
    scores = 2 * bound + 1
    wide = nw.Int64() if scores * _DAYS <= LARGEST else tables.dialect.wide
    is_survey = nw.col("kind") == InteractionKind.SURVEY.value
    rank = days_ago.cast(wide) * scores + (score.cast(wide) + bound)
    lowest = nw.col("satisfaction") % scores - bound
    # A fact's column holds 64 bits; what would be more is null, rather than wrong.
    fits = (lowest <= LARGEST) & (lowest >= -LARGEST)
    return nw.when(is_survey).then(rank), nw.when(fits).then(lowest).cast(nw.Int64())


def _as_number(measure: Measure, dialect: Dialect) -> tuple[nw.Expr, int]:
    """Scores as numbers, rounded half-even, and how large they get."""
    finer = measure.scale - Kind.NUMBER.scale
    shift = 10 ** abs(finer)
    most = measure.bound + shift if finer > 0 else measure.bound * shift
    held = nw.col("score").cast(nw.Int64() if most <= LARGEST else dialect.wide)
    if finer <= 0:
        return held * shift, min(most, _LARGEST_SCORE)
    half_more = held.abs() + shift // 2
    nearest = half_more // shift
    is_odd_tie = (nearest * shift == half_more) & (nearest % 2 == 1)
    rounded = nearest - is_odd_tie.cast(nw.Int64())
    signed = nw.when(held < 0).then(0 - rounded).otherwise(rounded)
    return signed, min(most // shift, _LARGEST_SCORE)


def with_relations(frame: Frame, tables: Tables, as_of: date) -> Frame:
    """The frame of customers with the facts that relations tell, whichever side they are on.

    Args:
        frame: A row for each customer, keyed by `customer_id`.
        tables: The portfolio.
        as_of: The review date.
    """
    if not tables.has("relations"):
        return frame.with_columns(related_customers=nw.lit(None, dtype=nw.Int64()))
    since, until = nw.col("since"), nw.col("until")
    relations = tables.frame("relations").filter(
        since.is_null() | (since <= as_of), until.is_null() | (until > as_of)
    )
    one, other = nw.col("customer_id"), nw.col("other_id")
    # Each pair once and in one direction first: there are half as many to look for twins among.
    pairs = relations.select(
        customer_id=nw.when(one < other).then(one).otherwise(other),
        other_id=nw.when(one < other).then(other).otherwise(one),
    ).unique()
    told = (
        nw.concat([pairs.select("customer_id"), pairs.select(customer_id=other)])
        .group_by("customer_id")
        .agg(related_customers=nw.len().cast(nw.Int64()))
    )
    joined: Frame = frame.join(told, on="customer_id", how="left")
    return joined.with_columns(nw.col("related_customers").fill_null(0))

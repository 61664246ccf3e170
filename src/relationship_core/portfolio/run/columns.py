"""What a run computes of a part, as columns of whichever engine."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

import narwhals as nw

from relationship_core.decisions.benchmarks import Benchmarks
from relationship_core.decisions.rule_book import RuleBook
from relationship_core.decisions.tariff import tariff_of
from relationship_core.domain import BranchTree
from relationship_core.portfolio.decide import faults
from relationship_core.portfolio.output import (
    RECKONED,
    RECKONED_NAMES,
    RECORDED,
    RECORDED_NAMES,
    output,
    output_names,
)
from relationship_core.portfolio.review import compared, decided, known
from relationship_core.portfolio.run.stages import CUSTOMER, REVIEWS, SCORES, STANDINGS
from relationship_core.portfolio.schema import STANDINGS as STANDINGS_TABLE
from relationship_core.portfolio.tables import Frame, Tables
from relationship_core.portfolio.worth import require_parameters

_WIDE_IN_FILES: Final = nw.Decimal(38, 0)
"""Parquet has no integer of 128 bits."""

_STANDING: Final = {
    one.name: f"standing_{one.name}" for one in STANDINGS_TABLE.columns if one.name != CUSTOMER
}
"""The columns of a frame of decisions that hold the standing after the review."""


def observed_columns(tables: Tables, book: RuleBook, as_of: date) -> Frame:
    """What is known of each customer, in types that Parquet has and that all engines share.

    Raises:
        ParameterError: A parameter that a position needs is not in force.
    """
    require_parameters(tables, as_of, book.contribution)
    frame = known(tables, book, as_of)
    columns = {}
    for name, held in frame.collect_schema().items():
        if held.is_integer():
            is_fact = name in book.catalogue
            columns[name] = nw.col(name).cast(nw.Int64() if is_fact else _WIDE_IN_FILES)
    return frame.with_columns(**columns)


def decided_columns(
    facts: Frame, book: RuleBook, as_of: date, tree: BranchTree | None, benchmarks: Benchmarks
) -> Frame:
    """All that is decided on what was observed, and what a table of reviews tells beside.

    Raises:
        ReviewError: A standing comes from a later review or from other rules, or a model fails.
    """
    faults(facts, book, as_of)
    frame = decided(compared(facts, as_of, benchmarks), book, as_of, tree)
    asked = {CUSTOMER, *_review_names(book), *_scores(book), *_STANDING.values()}
    asked |= {RECKONED + name for name in RECKONED_NAMES}
    asked |= {RECORDED + name for name in RECORDED_NAMES}
    return frame.select([name for name in frame.collect_schema().names() if name in asked])


def decided_tables(held: Frame, book: RuleBook, as_of: date) -> Mapping[str, Frame]:
    """The tables that a frame of decisions is written to, by name."""
    currency, ladder = tariff_of(book.contribution).currency, book.tiering.ladder
    standing = {name: nw.col(own) for name, own in _STANDING.items()}
    tables = {
        REVIEWS: output(held, as_of, currency, ladder, _review_names(book)),
        STANDINGS: held.select(CUSTOMER, **standing),
    }
    if book.models:
        tables[SCORES] = held.select(CUSTOMER, *_scores(book))
    return tables


def _review_names(book: RuleBook) -> tuple[str, ...]:
    return output_names(tariff_of(book.contribution).currency, book.tiering.ladder, None)


def _scores(book: RuleBook) -> list[str]:
    return [model.score.name for model in book.models]

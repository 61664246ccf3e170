"""A whole portfolio reviewed as frames: tables in, a table of reviews out."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, Final

import narwhals as nw

from relationship_core.decisions.benchmarks import Benchmarks
from relationship_core.decisions.model import Model
from relationship_core.decisions.rule_book import RuleBook
from relationship_core.decisions.tariff import tariff_of
from relationship_core.decisions.window import latest_month
from relationship_core.domain import Branch, BranchTree, Level
from relationship_core.errors import ReviewError
from relationship_core.portfolio.decide import columns_read, decide, decision_columns, faults
from relationship_core.portfolio.observe import observe
from relationship_core.portfolio.observe.standing import column_of
from relationship_core.portfolio.output import (
    RECKONED,
    RECKONED_NAMES,
    RECORDED,
    output,
    output_names,
)
from relationship_core.portfolio.schema import BRANCHES, STANDINGS
from relationship_core.portfolio.scores import score_column
from relationship_core.portfolio.tables import Frame, Tables
from relationship_core.portfolio.worth.contribution import contribution
from relationship_core.portfolio.worth.faults import require_parameters
from relationship_core.portfolio.worth.percentile import with_percentile, with_percentile_by
from relationship_core.rules.compile_frame import fact_columns, value_columns
from relationship_core.rules.compile_frame.frames import facts_of

_WORTH: Final = (
    "contribution_12m",
    "contribution_previous_12m",
    "contribution_growth",
    "raroc_12m",
    "fee_income_12m",
)
_PERCENTILE: Final = "contribution_percentile"
_KIND: Final = "kind"


def review(
    tables: Mapping[str, Any] | Tables,
    rule_book: RuleBook,
    as_of: date,
    *,
    benchmarks: Benchmarks | None = None,
    columns: Collection[str] | None = None,
) -> Any:
    """Review every customer of a portfolio: what `Engine.review` decides, a row for each customer.

    Frames that are lazy stay so: nothing is computed before the outcome is collected or written,
    but for the small tables of products and branches, the names of supplied facts, what shows that
    every parameter is in force and no standing is of a later day, and where DuckDB is to ask a
    model. Spark takes the cut-offs at once too, where none are given. Rows are taken to be good,
    as `read_tables` makes sure of a folder's.

    Args:
        tables: Frames by the names of the portfolio's tables, as `Tables.of` takes them, or
            DataFrames of Spark.
        rule_book: What the bank decides by, as an engine has it.
        as_of: The review date; rows dated later aren't read.
        benchmarks: The cut-offs that percentiles are measured against; by default those of this
            very portfolio.
        columns: The columns to give; by default all.

    Returns:
        A frame of the kind that came in, with the columns of a table of reviews: amounts as
        decimals of 38 digits in the reporting currency, days, texts, flags.

    Raises:
        DataError: The tables make no portfolio, a column can't be held exactly, or there is no
            column of a name asked for.
        ReviewError: The benchmarks or a standing are of a later day, a standing is of another stage
            or tier than the book's, or a model fails.
        ParameterError: A parameter that a position needs is not in force.
        InvalidValueError: The day is no date.
    """
    latest_month(as_of)
    if not isinstance(tables, Tables) and any(map(_is_of_spark, tables.values())):
        # Its workers come back here with the customers they are given.
        from relationship_core.portfolio.spark import review_on_spark  # noqa: PLC0415

        return review_on_spark(tables, rule_book, as_of, benchmarks=benchmarks, columns=columns)
    taken = tables if isinstance(tables, Tables) else _taken(tables)
    names = output_names(_currency(rule_book), rule_book.tiering.ladder, columns)
    _require_sound(taken, rule_book, as_of)
    tree = branch_tree(taken)
    read = None if columns is None else _columns_read(rule_book, as_of, tree, names)
    frame = compared(known(taken, rule_book, as_of, read), as_of, benchmarks)
    frame = decided(frame, rule_book, as_of, tree, names)
    return taken.kept.give_back(
        output(frame, as_of, _currency(rule_book), rule_book.tiering.ladder, names)
    )


def _require_sound(tables: Tables, rule_book: RuleBook, as_of: date) -> None:
    require_parameters(tables, as_of, rule_book.contribution)
    if tables.has(STANDINGS.name):
        standings = tables.frame(STANDINGS.name)
        faults(
            standings.select(
                **{column_of(name): nw.col(name) for name in standings.collect_schema().names()}
            ),
            rule_book,
            as_of,
        )


def _is_of_spark(frame: Any) -> bool:
    return type(frame).__module__.startswith("pyspark.sql.")


def _taken(frames: Mapping[str, Any]) -> Tables:
    tables = Tables.of(frames)
    # Rows that are there can be measured at once, and make for shorter numbers.
    return tables if tables.kept.is_lazy else tables.measured()


def _columns_read(
    rule_book: RuleBook, as_of: date, tree: BranchTree | None, names: Collection[str]
) -> frozenset[str]:
    """What must be known of the customers for some columns of a review to be told."""
    derived = {fact.name: fact.derived for fact in rule_book.facts if fact.derived is not None}
    read = set(names) | columns_read(rule_book, as_of, tree, _of_decisions(rule_book, names))
    for model in rule_book.models:
        read |= {model.score.name, *model.inputs}
        read |= facts_of([rule_book.catalogue[name] for name in model.inputs], derived).keys()
    return frozenset(read)


def known(
    tables: Tables, rule_book: RuleBook, as_of: date, columns: Collection[str] | None = None
) -> Frame:
    """What is known of each customer before any is compared with the others.

    Facts are columns of their names, as `fact_columns` says; beside them stand what the
    customer's record has, the columns of the standing, and the amounts reckoned, component by
    component.

    Args:
        tables: The portfolio.
        rule_book: What the bank decides by.
        as_of: The review date.
        columns: Those that are asked for; others may then be null. None for all.
    """
    observed = observe(tables, as_of, rule_book, columns)
    reckoned = contribution(tables, as_of, rule_book.contribution)
    beside = reckoned.with_columns(
        **{RECKONED + name: nw.col(name) for name in RECKONED_NAMES}
    ).rename({name: _own(name) for name in _WORTH})
    joined = observed.join(beside, on="customer_id", how="left")
    # What the bank supplies stands in place of what was reckoned.
    settled = {name: nw.coalesce(nw.col(name), nw.col(_own(name))) for name in _WORTH}
    return joined.with_columns(**settled).drop([_own(name) for name in _WORTH])


def compared(frame: Frame, as_of: date, benchmarks: Benchmarks | None = None) -> Frame:
    """What `known` gave, with each customer's place among those of their kind.

    Args:
        frame: The whole portfolio, or any part of it where there are benchmarks.
        as_of: The review date.
        benchmarks: The cut-offs; by default those of this very frame.

    Raises:
        ReviewError: The benchmarks are of a later day.
    """
    if benchmarks is not None and benchmarks.as_of > as_of:
        raise ReviewError(
            f"they are of {benchmarks.as_of}, after the review date {as_of}",
            where="Benchmarks.as_of",
            mend="give those of the last portfolio run before it",
        )
    supplied = frame.rename({name: _own(name) for name in (_PERCENTILE, _KIND)}).with_columns(
        nw.col(RECORDED + _KIND).alias(_KIND)
    )
    placed = with_percentile_by(supplied, benchmarks) if benchmarks else with_percentile(supplied)
    settled = nw.coalesce(_own(_PERCENTILE), _PERCENTILE)
    return placed.with_columns(settled.alias(_PERCENTILE), nw.col(_own(_KIND)).alias(_KIND)).drop(
        _own(_PERCENTILE), _own(_KIND)
    )


def decided(
    frame: Frame,
    rule_book: RuleBook,
    as_of: date,
    tree: BranchTree | None,
    names: Collection[str] | None = None,
) -> Frame:
    """What `compared` gave, with the models' scores and all that is decided.

    Args:
        frame: The facts.
        rule_book: What the bank decides by.
        as_of: The review date.
        tree: The bank's branches; None where every customer is the head office's.
        names: The columns to decide; None for all.
    """
    for model in rule_book.models:
        frame = _scored(frame, model, rule_book, as_of)
    return decide(frame, rule_book, as_of, tree, _of_decisions(rule_book, names))


def _of_decisions(rule_book: RuleBook, names: Collection[str] | None) -> list[str]:
    known_names = decision_columns(rule_book.tiering.ladder)
    return [name for name in known_names if names is None or name in names]


def _scored(frame: Frame, model: Model, rule_book: RuleBook, as_of: date) -> Frame:
    derived = {fact.name: fact.derived for fact in rule_book.facts if fact.derived is not None}
    asked = [name for name in model.inputs if name in derived]
    if asked:
        frame = value_columns(frame, {name: derived[name] for name in asked}, derived)
        (*held,) = fact_columns(rule_book.catalogue[name] for name in asked)
        frame = frame.with_columns(
            nw.col(each.name).cast(nw.Int64()) for each in held if each.physical == "Int64"
        )
    # Whoever decides works out for itself what is derived.
    return score_column(frame, model, as_of, rule_book.catalogue).drop(asked)


def branch_tree(tables: Tables) -> BranchTree | None:
    """The bank's tree of branches, read at once; None where there is no such table."""
    if not tables.has(BRANCHES.name):
        return None
    rows = tables.frame(BRANCHES.name).collect().rows(named=True)
    return BranchTree(
        Branch(row["branch_id"], row["name"], Level(row["level"]), row["parent"]) for row in rows
    )


def _currency(rule_book: RuleBook) -> str:
    return tariff_of(rule_book.contribution).currency


def _own(name: str) -> str:
    return f"{RECKONED}fact_{name}"

"""Customers drawn at random, many at once, and what is decided of them one by one and together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from types import SimpleNamespace
from typing import Any, Final

import duckdb
import narwhals as nw
import polars as pl
import pyarrow as pa
from attrs import frozen

from relationship_core import Engine, Standing
from relationship_core.decisions.parameters import reporting_currency
from relationship_core.decisions.rule_book import RuleBook
from relationship_core.decisions.rule_book_check import expressions_of
from relationship_core.domain import Pending
from relationship_core.portfolio.decide import decide, decision_columns
from relationship_core.portfolio.review_table import review_columns
from relationship_core.rules import EXACT, Fact, FactValue, Kind
from relationship_core.rules.compile_frame import as_cell, fact_columns
from relationship_core.testing.strategies.facts import derive, thresholds
from relationship_core.testing.strategies.known import Known
from relationship_core.testing.strategies.values import AS_OF

SCOPES: Final[Mapping[str, tuple[str, ...]]] = {
    "harbour": ("P2", "P2C1", "P2C1B1"),
    "lake": ("P1", "P1C3"),
    "hill": ("P1",),
    "north": ("north", "north-1"),
}
"""Where branches are; one that isn't among them is the head office's."""

_DECIDED: Final = {"stage", "months_in_stage", "tier", "months_in_tier", "retention_risk"}
_ORDINARY: Final[Mapping[Kind, Sequence[FactValue]]] = {
    Kind.MONEY: [Decimal(0), Decimal("0.01"), Decimal(-5), Decimal("1234567.89"), Decimal(60_000)],
    Kind.RATIO: [Decimal(0), Decimal("0.5"), Decimal("-0.333333"), Decimal(1)],
    Kind.NUMBER: [Decimal(0), Decimal("0.5"), Decimal(3)],
    Kind.COUNT: [0, 1, 2, 3],
    Kind.DAYS: [-3, 0, 1, 7, 30, 45, 10**10],
    Kind.MONTHS: [0, 1, 3, 6, 24],
    Kind.FLAG: [True, False],
    Kind.CATEGORY: ["another"],
    Kind.DATE: [AS_OF, date(2000, 2, 29)],
}


@frozen
class Person:
    """What is known of one customer."""

    facts: Known
    standing: Standing | None
    branch: str | None


def population(book: RuleBook, count: int, seed: int, *, missing: float = 0.1) -> list[Person]:
    """Customers whose facts lie often at thresholds, and who stand anywhere."""
    draw = Random(seed)
    expressions = [each for rule in book.rules() for each in expressions_of(rule)]
    pools = {
        fact.name: _pool(fact, expressions)
        for fact in book.catalogue.values()
        if fact.derived is None and fact.name not in _DECIDED
    }
    return [_person(book, pools, draw, missing) for _ in range(count)]


def _pool(fact: Fact, expressions: Iterable[Any]) -> list[FactValue]:
    if fact.categories is not None:
        return [*fact.categories]
    return [*thresholds(fact, expressions), *_ORDINARY[fact.kind]]


def _person(
    book: RuleBook, pools: Mapping[str, list[FactValue]], draw: Random, missing: float
) -> Person:
    # Of some everything is known, of others next to nothing.
    rate = draw.choice([0, missing, missing, missing, 6 * missing])
    known = Known(dict.fromkeys(book.catalogue))
    for name, pool in pools.items():
        if draw.random() >= rate:
            known[name] = draw.choice(pool)
    branch = draw.choice([*SCOPES, "elsewhere", None])
    known["branch"] = branch
    derive(known, book.catalogue)
    return Person(known, None if draw.random() < 0.15 else _standing(book, draw), branch)


def _standing(book: RuleBook, draw: Random) -> Standing:
    stages = [stage.id for stage in book.lifecycle.stages]
    stage = draw.choice([*stages, *stages, None])
    tier = draw.choice([*book.tiering.ladder, *book.tiering.ladder, None])
    passed = [draw.choice(stages) for _ in range(draw.randint(0, 2))]
    return Standing(
        stage,
        draw.choice([_day(draw), _day(draw), None]) if stage else None,
        tier,
        draw.choice([_day(draw), _day(draw), None]) if tier else None,
        draw.choice([_day(draw), None]),
        _pending(draw, [*stages, "nowhere"]),
        _pending(draw, [*book.tiering.ladder, "nowhere"]),
        stages_passed=tuple(passed),
    )


def _day(draw: Random) -> date:
    months = draw.choice([0, 0, 1, 5, 6, 6, 7, 40])
    return AS_OF - timedelta(days=draw.choice([0, 0, 1, 19, 20, 21]) + months * 30)


def _pending(draw: Random, targets: Sequence[str]) -> Pending | None:
    if draw.random() < 0.4:
        return None
    seen = {AS_OF - timedelta(days=draw.choice([0, 19, 20, 21, 50, 90])) for _ in range(3)}
    return Pending(draw.choice(targets), tuple(sorted(seen)[: draw.randint(1, 3)]))


# -- one by one -------------------------------------------------------------------------------
def expected(engine: Engine, person: Person, as_of: date = AS_OF) -> dict[str, Any]:
    """The row that a customer should have, by `Engine.decide`."""
    scope = SCOPES.get(person.branch or "", ())
    made = engine.decide(person.facts, as_of, standing=person.standing, scope=scope)
    tiering = engine.effective(scope, as_of).tiering
    better = tiering.missing_to_next(made.tier.tier, made.facts)
    currency = reporting_currency(engine.rule_book.contribution)
    known = decision_columns(tiering.ladder)
    told: Any = SimpleNamespace(
        **{name: getattr(made, name) for name in ("stage", "tier", "match", "treatment")},
        services=made.services,
        retention=made.retention,
        reason_codes={rule.rule_id: rule.reason_code for rule in better},
    )
    row = {
        column.name: column.value(told, None)  # type: ignore[arg-type]
        for column in review_columns(currency, tiering.ladder)
        if column.name in known
    }
    cost = row["action_cost"]
    row["action_cost"] = (
        None if cost is None else int(EXACT.scaleb(cost, -cost.as_tuple().exponent))
    )
    return row | standing_cells(made.standing)


def standing_cells(standing: Standing | None) -> dict[str, Any]:
    """A standing as the columns of a frame."""
    at = Standing() if standing is None else standing
    waits = {"stage": at.stage_pending, "tier": at.tier_pending}
    return {
        "has_standing": standing is not None,
        "standing_stage": at.stage,
        "standing_stage_since": at.stage_since,
        "standing_tier": at.tier,
        "standing_tier_since": at.tier_since,
        "standing_reviewed": at.reviewed,
        "standing_stages_passed": ";".join(at.stages_passed) or None,
        **{f"standing_{name}_pending": each and each.target for name, each in waits.items()},
        **{
            f"standing_{name}_pending_seen": each and ";".join(day.isoformat() for day in each.seen)
            for name, each in waits.items()
        },
    }


# -- all at once ------------------------------------------------------------------------------
_ARROW: Final = {
    "Int64": pa.int64(),
    "Boolean": pa.bool_(),
    "String": pa.string(),
    "Date": pa.date32(),
}
_STANDING: Final = {
    name: pa.bool_()
    if isinstance(cell, bool)
    else pa.date32()
    if name.endswith(("since", "reviewed"))
    else pa.string()
    for name, cell in standing_cells(None).items()
}


def arrow_of(book: RuleBook, people: Sequence[Person]) -> pa.Table:
    """A row for each customer: an id, facts, and the standing."""
    facts = [
        fact
        for fact in book.catalogue.values()
        if fact.derived is None and fact.name not in _DECIDED
    ]
    columns: dict[str, pa.Array] = {"customer_id": pa.array(range(len(people)), pa.int64())}
    for column in fact_columns(facts):
        cells = [as_cell(each.facts[column.name], column.kind) for each in people]
        columns[column.name] = pa.array(cells, _ARROW[column.physical])
    columns["recorded_branch"] = pa.array([each.branch for each in people], pa.string())
    rows = [standing_cells(each.standing) for each in people]
    for name, kind in _STANDING.items():
        columns[name] = pa.array([row[name] for row in rows], kind)
    return pa.table(columns)


def on_polars(table: pa.Table) -> nw.LazyFrame[Any]:
    """A table as a lazy frame of Polars."""
    return nw.from_native(pl.DataFrame(table).lazy())


def on_duckdb(table: pa.Table) -> nw.LazyFrame[Any]:
    """A table as a relation of DuckDB."""
    connection = duckdb.connect()
    connection.register("arrow", table)
    connection.execute("create table customers as from arrow")
    return nw.from_native(connection.table("customers"))


ENGINES: Final = {"polars": on_polars, "duckdb": on_duckdb}


def decided(
    engine: Engine, table: pa.Table, on: str, as_of: date = AS_OF, **asked: Any
) -> pa.Table:
    """The same table with what is decided, by customer."""
    frame = decide(ENGINES[on](table), engine.rule_book, as_of, SCOPES, **asked)
    found: pa.Table = frame.collect(backend="pyarrow").to_native()
    return found.sort_by("customer_id")

"""What interactions and relations tell in columns is what they tell of one customer."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from relationship_core.domain import InteractionKind, RelationKind
from relationship_core.portfolio.observe.contacts import with_interactions, with_relations
from tests.portfolio.observe.given import ENGINES, Rows, as_tables, computed, observed
from tests.portfolio.observe.test_standing import people

TALKS = [
    "open_complaints",
    "overdue_complaints",
    "complaints_12m",
    "days_since_contact",
    "satisfaction",
]
TODAY = date(2024, 2, 29)
A_YEAR_AGO = date(2023, 2, 28)
DAYS = [TODAY + timedelta(days=off) for off in (-1000, -60, -30, -1, 0, 0, 1, 60)]
DAYS += [A_YEAR_AGO, A_YEAR_AGO + timedelta(days=1)]


def interactions(seed: int, scores: list[Decimal], count: int = 100) -> Rows:
    random = Random(seed)
    rows = []
    for number in range(count * 4):
        occurred = random.choice(DAYS)
        later = [day for day in DAYS if day >= occurred]
        due, resolved = random.choice([None, *later]), random.choice([None, *later])
        kind = random.choice([*InteractionKind, InteractionKind.SURVEY])
        customer = f"c{random.randrange(count)}"
        score = random.choice([None, *scores])
        rows.append((f"i{number}", customer, occurred, kind, None, due, resolved, score))
    return {"customers": people(count), "interactions": rows}


def talks(rows: Rows, engine: str, scale: int) -> dict[str, dict[str, Any]]:
    tables = as_tables(rows, engine, scale=scale)
    for each in (tables, tables.measured()):
        frame = with_interactions(each.frame("customers").select("customer_id"), each, TODAY)
        found = computed(frame, TALKS)
    return found


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("scale", "scores"),
    [
        (0, ["-3", "0", "5", "9000000000000"]),
        (2, ["-0.01", "4.50", "4.49", "0"]),
        (6, ["0.000001", "-0.000001", "3"]),
        (8, ["0.00000050", "0.00000150", "-0.00000050", "-0.00000051", "9000000000000.5"]),
        (2, ["9223372036854.77", "9223372036854.78", "-9223372036855", "1e24", "1"]),
        (14, ["0.00000050000001", "0.00000250000000", "-0.00000249999999", "1"]),
    ],
)
def test_interactions_tell_the_same_of_all_as_of_one(
    engine: str, scale: int, scores: list[str]
) -> None:
    rows = interactions(scale, [Decimal(score) for score in scores])
    assert talks(rows, engine, scale) == observed(rows, TODAY, TALKS)


@pytest.mark.parametrize("engine", ENGINES)
def test_of_several_scores_of_the_latest_day_the_lowest_counts(engine: str) -> None:
    yesterday = TODAY - timedelta(days=1)
    scored = [(yesterday, "2"), (TODAY, "9"), (TODAY, "7"), (yesterday, "1"), (TODAY, None)]
    rows = {
        "customers": people(1),
        "interactions": [
            (f"i{n}", "c0", day, InteractionKind.SURVEY, None, None, None, score and Decimal(score))
            for n, (day, score) in enumerate(scored)
        ],
    }
    assert talks(rows, engine, 0)["c0"]["satisfaction"] == 7_000_000


@pytest.mark.parametrize("engine", ENGINES)
def test_a_table_without_rows_tells_of_no_complaint_and_an_absent_one_nothing(engine: str) -> None:
    rows = {"customers": people(1), "interactions": [], "relations": []}
    tables = as_tables(rows, engine)
    names = [*TALKS, "related_customers"]
    for given in (tables, as_tables({"customers": people(1)}, engine)):
        frame = with_interactions(given.frame("customers").select("customer_id"), given, TODAY)
        found = computed(with_relations(frame, given, TODAY), names)
        assert found == observed(
            rows if given is tables else {"customers": people(1)}, TODAY, names
        )
        assert found["c0"]["related_customers"] == (0 if given is tables else None)


def relations(seed: int, count: int = 60) -> Rows:
    random = Random(seed)
    rows = []
    for _ in range(count * 3):
        one, other = random.sample([f"c{n}" for n in range(count)] + ["x1", "x2"], k=2)
        first, second = random.choice(DAYS), random.choice(DAYS)
        since = random.choice([None, min(first, second)])
        until = random.choice([None, max(first, second)])
        kind = random.choice(list(RelationKind))
        rows.append((one, other, kind, since, until, None))
        if random.random() < 0.3:
            rows.append((other, one, RelationKind.SUPPLIER, since, until, None))
    return {"customers": people(count), "relations": rows}


@pytest.mark.parametrize("engine", ENGINES)
def test_relations_tell_the_same_of_all_as_of_one(engine: str) -> None:
    rows = relations(3)
    tables = as_tables(rows, engine)
    frame = with_relations(tables.frame("customers").select("customer_id"), tables, TODAY)
    assert computed(frame, ["related_customers"]) == observed(rows, TODAY, ["related_customers"])

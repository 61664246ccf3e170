"""Reviews in a row, each from the standings that the one before left: moves wait, and are made."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

import pytest
from attrs import evolve

from relationship_core import Engine, Standing
from tests.portfolio.decide.population import (
    SCOPES,
    Person,
    arrow_of,
    decided,
    population,
    standing_cells,
)

FIRST: Final = date(2026, 1, 31)
REVIEWS: Final = 5
STANDING: Final = tuple(standing_cells(None))


@pytest.mark.parametrize(("on", "apart"), [("polars", 14), ("polars", 45), ("duckdb", 30)])
def test_standings_go_on_as_those_of_single_customers(on: str, apart: int) -> None:
    engine = Engine.from_plugins()
    people = [evolve(each, standing=None) for each in population(engine.rule_book, 60, seed=3)]
    moods = [population(engine.rule_book, 60, seed, missing=0.02) for seed in (3, 4)]
    table = arrow_of(engine.rule_book, people)
    changes = set[str]()
    for number in range(REVIEWS):
        # Facts change now and then only, or nothing would ever be indicated twice.
        mood = moods[number // 2 % 2]
        as_of = FIRST + timedelta(days=apart * number)
        people = [
            Person(new.facts, old.standing, new.branch)
            for new, old in zip(mood, people, strict=True)
        ]
        facts = arrow_of(engine.rule_book, people)
        for name in STANDING:
            place = facts.schema.get_field_index(name)
            facts = facts.set_column(place, name, table[name])
        table = decided(engine, facts, on, as_of, columns=[*STANDING, "tier_change"])
        standings = [_reviewed(engine, each, as_of) for each in people]
        assert table.select(STANDING).to_pylist() == [_in_order(each) for each in standings]
        people = [evolve(each, standing=at) for each, at in zip(people, standings, strict=True)]
        changes |= set(table["tier_change"].to_pylist())
    assert changes >= {"upgrade", "waiting", "held"}
    assert any(standing.stage_pending for standing in standings) or apart > 20


def _reviewed(engine: Engine, person: Person, as_of: date) -> Standing:
    scope = SCOPES.get(person.branch or "", ())
    return engine.decide(person.facts, as_of, standing=person.standing, scope=scope).standing


def _in_order(standing: Standing) -> dict[str, Any]:
    cells = standing_cells(standing)
    return {name: cells[name] for name in STANDING}

"""What standings tell in columns is what one tells of a customer, the day of a review too."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

import pytest

from relationship_core.domain import CustomerKind
from relationship_core.portfolio.observe.standing import with_standings
from relationship_core.portfolio.schema import STANDINGS
from tests.portfolio.observe.given import ENGINES, Rows, as_tables, computed, observed

FACTS = [
    "previous_stage",
    "months_in_previous_stage",
    "months_in_stage",
    "previous_tier",
    "months_in_previous_tier",
    "months_in_tier",
]
OWN = [f"standing_{name}" for name in STANDINGS.column_names[1:]]
TODAY = date(2025, 2, 28)
STAGES = ["prospect", "new", "growing", "a b", "成长"]


def people(count: int) -> list[Any]:
    return [(f"c{n}", CustomerKind.PERSONAL, *(None,) * 20) for n in range(count)]


def standings(seed: int, count: int = 300) -> Rows:
    """Standings of most customers, of which many began on the day itself or near it."""
    random = Random(seed)
    days = [TODAY, TODAY, TODAY + timedelta(days=1), TODAY - timedelta(days=1)]
    days += [date(2024, 8, 31), date(2024, 2, 29), date(2024, 12, 28), date(1999, 1, 1)]
    seen = (date(2025, 1, 1), date(2025, 2, 1))
    rows = []
    for number in range(0, count, 1 + seed % 2):
        stage, tier = random.choice([*STAGES, None]), random.choice(["gold", "silver", None])
        passed = tuple(random.choices(STAGES, k=random.randint(0, 3))) or None
        since = random.choice([None, *days]) if stage else None
        tier_since = random.choice([None, *days]) if tier else None
        pending, tier_pending = random.choice([None, "new"]), random.choice([None, "silver"])
        row = (stage, since, tier, tier_since, random.choice([None, TODAY]))
        rows.append((f"c{number}", *row, pending, seen, tier_pending, seen[:1], passed))
    return {"customers": people(count), "standings": rows}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("seed", range(2))
def test_standings_tell_the_same_of_all_as_of_one(engine: str, seed: int) -> None:
    rows = standings(seed)
    tables = as_tables(rows, engine)
    frame = with_standings(tables.frame("customers").select("customer_id"), tables, TODAY)
    found = computed(frame, FACTS)
    assert found == observed(rows, TODAY, FACTS)
    # Both branches of a stage that began today are met, and stages that began later.
    assert any(each["previous_stage"] and each["months_in_stage"] == 0 for each in found.values())
    assert any(each["months_in_stage"] is None for each in found.values())


@pytest.mark.parametrize("engine", ENGINES)
def test_a_standing_stands_beside_its_facts(engine: str) -> None:
    seen = (date(2025, 1, 1), date(2025, 2, 1))
    row = ("c0", "new", TODAY, "gold", None, TODAY, "growing", seen, None, seen, ("a", "new"))
    rows = {"customers": people(2), "standings": [row]}
    tables = as_tables(rows, engine)
    frame = with_standings(tables.frame("customers").select("customer_id"), tables, TODAY)
    found = computed(frame, ["has_standing", *OWN])
    assert found["c0"] == {
        "has_standing": True,
        "standing_stage": "new",
        "standing_stage_since": TODAY,
        "standing_tier": "gold",
        "standing_tier_since": None,
        "standing_reviewed": TODAY,
        "standing_stage_pending": "growing",
        "standing_stage_pending_seen": "2025-01-01;2025-02-01",
        "standing_tier_pending": None,
        "standing_tier_pending_seen": None,
        "standing_stages_passed": "a;new",
    }
    assert found["c1"] == {"has_standing": False, **dict.fromkeys(OWN)}


@pytest.mark.parametrize("engine", ENGINES)
def test_without_the_table_nobody_has_a_standing(engine: str) -> None:
    given = standings(0, count=3)
    alone = as_tables({"customers": given["customers"]}, engine)
    frame = with_standings(alone.frame("customers").select("customer_id"), alone, TODAY)
    names = [*FACTS, *OWN, "has_standing"]
    nothing = {**dict.fromkeys(names), "has_standing": False}
    assert computed(frame, names) == dict.fromkeys(["c0", "c1", "c2"], nothing)
    tables = as_tables(given, engine)
    whole = with_standings(tables.frame("customers").select("customer_id"), tables, TODAY)
    assert {n: frame.collect_schema()[n] for n in names} == {
        n: whole.collect_schema()[n] for n in names
    }

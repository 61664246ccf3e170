"""Rules about what is decided itself, and figures at the ends of what there is."""

from __future__ import annotations

from decimal import Decimal

import pytest

from relationship_core import (
    Engine,
    Entitlement,
    Lifecycle,
    Retention,
    RetentionAction,
    Rule,
    Service,
    Stage,
    Tiering,
)
from relationship_core.decisions.hysteresis import Confirmation
from relationship_core.decisions.stage import Transition
from relationship_core.facts import months_in_stage, months_in_tier, product_count, service_ability
from tests.decisions.small_book import small_book
from tests.portfolio.decide.population import ENGINES, arrow_of, decided, expected, population
from tests.portfolio.decide.test_decide import differences

NEVER = Confirmation(2, 5_000_000)
MONTHS = (0, 1, 5, 6, 7)
CERTAIN = product_count >= 0
BOOK = small_book(
    lifecycle=Lifecycle(
        [Stage("exploration"), Stage("stable")],
        [Rule("stable", product_count >= 2)],
        [Rule("grow", product_count >= 1, Transition("exploration", "stable", NEVER))],
    ),
    tiering=Tiering(
        ["gold", "rest"],
        [Rule("gold", product_count >= 3)],
        treatments=[
            Rule("nurture", service_ability >= 0.5, priority=1),
            Rule("elsewhere", product_count >= 1, priority=2),
        ],
    ),
    service=Service(
        [
            Rule(f"months-{months}", months_in_stage >= months, Entitlement(f"{months}", "m"))
            for months in MONTHS
        ]
        + [
            Rule(f"tier-{months}", months_in_tier >= months, Entitlement(f"t{months}", "m"))
            for months in MONTHS
        ]
    ),
    retention=Retention(
        ["high", "low"],
        (),
        (),
        [
            Rule("dear", CERTAIN, RetentionAction("dear", "d", Decimal(10**20)), priority=1),
            Rule("fair", CERTAIN, RetentionAction("fair", "f", Decimal("20000.00")), priority=2),
        ],
        Decimal(1) / 3,
    ),
)


@pytest.mark.parametrize("on", ENGINES)
def test_months_held_and_costs_are_as_of_one_customer(on: str) -> None:
    engine = Engine(BOOK)
    people = population(BOOK, 200, seed=5)
    rows = decided(engine, arrow_of(BOOK, people), on).to_pylist()
    wanted = [expected(engine, each) for each in people]
    assert differences(rows, wanted) == []
    # As many months as there are thresholds were met, and the customer who is worth a third more.
    assert len({row["entitlements"] for row in rows}) > 12
    assert {row["treatment"] for row in rows} == {None, "nurture", "elsewhere", "self_service"}
    assert {row["action"] for row in rows} == {None, "fair"}

"""What is decided of whole columns is what is decided of each customer: whatever the rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relationship_core import Engine
from relationship_core.decisions.rule_book import RuleBook
from tests.engine.bank import northern
from tests.portfolio.decide.books import rule_books
from tests.portfolio.decide.population import (
    ENGINES,
    Person,
    arrow_of,
    decided,
    expected,
    population,
)

BANKS: Final[Mapping[str, Callable[[], Engine]]] = {
    "built-in": lambda: Engine.from_plugins(),
    "star-levels": lambda: Engine.discover(["star-levels"]),
    "corporate": lambda: Engine.discover(["corporate"]),
    "retention-model": lambda: Engine.discover(["retention-model"]),
    "every phase": northern,
}


@cache
def bank(name: str) -> tuple[Engine, list[Person], list[dict[str, Any]]]:
    """A bank, customers of it, and what is decided of each."""
    engine = BANKS[name]()
    people = population(engine.rule_book, 450, seed=len(name))
    return engine, people, [expected(engine, each) for each in people]


def differences(
    rows: list[dict[str, Any]], wanted: list[dict[str, Any]]
) -> list[tuple[int, str, Any, Any]]:
    """The cells that aren't as wanted, with the customer's number."""
    assert len(rows) == len(wanted)
    return [
        (number, name, row[name], cell)
        for number, (row, want) in enumerate(zip(rows, wanted, strict=True))
        for name, cell in want.items()
        if row[name] != cell
    ]


@pytest.mark.parametrize("on", ENGINES)
@pytest.mark.parametrize("name", BANKS)
def test_a_row_is_decided_as_its_customer_is(name: str, on: str) -> None:
    engine, people, wanted = bank(name)
    rows = decided(engine, arrow_of(engine.rule_book, people), on).to_pylist()
    assert differences(rows, wanted) == []


def test_the_customers_meet_everything_that_can_be_decided() -> None:
    """Or the others would show little."""
    met: dict[str, set[Any]] = {}
    for row in bank("built-in")[2]:
        for name, cell in row.items():
            met.setdefault(name, set()).add(cell)
    assert met["tier_change"] == {"first", "upgrade", "downgrade", "held", "waiting"}
    assert met["match"] == {None, "focus", "opportunistic", "passive", "decline"}
    assert met["treatment"] == {None, "nurture", "higher_threshold", "self_service"}
    assert met["retention_risk"] == {"high", "medium", "low"}
    assert len(met["stage"]) == 7
    assert len(met["tier"]) == 5
    assert len(met["action"]) >= 5
    for name in ("stage_pending", "tier_pending", "care_due", "stage_missing", "tier_missing"):
        assert len(met[name] - {None}) > 3, name
    for name in ("stage_undetermined", "tier_undetermined", "retention_undetermined"):
        assert met[name] == {True, False}, name
    assert any(care and care.count(";") >= 3 for care in met["care"])


def hold_alike(book: RuleBook, seed: int, on: str) -> None:
    engine = Engine(book)
    people = population(book, 60, seed, missing=0.2)
    rows = decided(engine, arrow_of(book, people), on).to_pylist()
    assert differences(rows, [expected(engine, each) for each in people]) == []


@settings(max_examples=8)
@given(rule_books(), st.integers(0, 10**6))
def test_whatever_the_rules_on_polars(book: RuleBook, seed: int) -> None:
    hold_alike(book, seed, "polars")


@settings(max_examples=2)
@given(rule_books(), st.integers(0, 10**6))
def test_whatever_the_rules_on_duckdb(book: RuleBook, seed: int) -> None:
    hold_alike(book, seed, "duckdb")

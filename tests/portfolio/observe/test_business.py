"""Accounts, positions and bookings tell of all customers what they tell of one, on each engine."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import Any

import pytest
from attrs import evolve

from relationship_core.decisions.observe import Exchange, observe
from relationship_core.decisions.window import first_day, latest_month
from relationship_core.domain import (
    Account,
    Customer,
    CustomerKind,
    Dossier,
    Owner,
    Position,
    Product,
    ProductFamily,
)
from relationship_core.facts import CATALOGUE
from relationship_core.portfolio.observe import BUSINESS_FACTS, observe_business
from relationship_core.portfolio.tables import Measure, Tables
from relationship_core.rules.compile_frame import as_cell, fact_columns
from tests.portfolio.observe.drawn_bank import AS_OF, DrawnBank, exchange
from tests.portfolio.observe.drawn_tables import tables_of
from tests.portfolio.observe.given import ENGINES, computed

BANK = DrawnBank(seed=7)
SMALL = DrawnBank(seed=8, customers=20)

Cells = Mapping[str, Mapping[str, Any]]


@cache
def drawn(bank: DrawnBank) -> tuple[Dossier, ...]:
    return tuple(bank.dossiers())


@cache
def expected(bank: DrawnBank, as_of: date, currency: str) -> Cells:
    """The facts of each dossier, as cells."""
    rates = exchange(currency)
    return {
        dossier.customer.id: {
            name: as_cell(value, CATALOGUE[name].kind)
            for name, value in observe(dossier, as_of, exchange=rates).items()
            if name in BUSINESS_FACTS
        }
        for dossier in drawn(bank)
    }


@cache
def tables(engine: str, bank: DrawnBank = BANK) -> Tables:
    return tables_of(drawn(bank), engine)


def told(tables: Tables, as_of: date, rates: Exchange) -> Cells:
    return computed(observe_business(tables, as_of, rates), BUSINESS_FACTS)


@pytest.mark.parametrize(
    ("engine", "as_of"),
    [
        ("polars", AS_OF),
        ("polars", date(2026, 5, 31)),
        ("polars", date(2024, 3, 1)),
        ("duckdb", AS_OF),
        ("duckdb", date(2026, 5, 31)),
    ],
)
def test_facts_are_those_of_dossiers(engine: str, as_of: date) -> None:
    assert told(tables(engine), as_of, exchange()) == expected(BANK, as_of, "CNY")


@pytest.mark.parametrize(
    ("engine", "currency"), [("polars", "JPY"), ("polars", "USD"), ("duckdb", "JPY")]
)
def test_shares_are_in_minor_units_of_the_reporting_currency(engine: str, currency: str) -> None:
    assert told(tables(engine), AS_OF, exchange(currency)) == expected(BANK, AS_OF, currency)


def test_the_bank_drawn_has_all_that_is_rare() -> None:
    found = expected(BANK, AS_OF, "CNY")
    for name in BUSINESS_FACTS:
        values = {cells[name] for cells in found.values()}
        assert len(values) > 1, name
        assert None in values or name in {
            "product_count",
            "product_count_change_6m",
            "relationship_closed",
        }, name


@pytest.mark.parametrize("engine", list(ENGINES))
def test_sums_that_may_pass_64_bits_are_wide(engine: str) -> None:
    given = tables(engine)
    measures = {
        key: measure if key[0] == "owners" else Measure(measure.scale, 10 ** (15 + measure.scale))
        for key, measure in given.measures.items()
    }
    unmeasured = evolve(given, measures=MappingProxyType(measures))
    assert told(unmeasured, AS_OF, exchange()) == expected(BANK, AS_OF, "CNY")


@pytest.mark.parametrize("engine", list(ENGINES))
def test_columns_are_typed_as_facts_are(engine: str) -> None:
    schema = observe_business(tables(engine, SMALL), AS_OF, exchange()).collect_schema()
    assert list(schema) == ["customer_id", *BUSINESS_FACTS]
    for column in fact_columns(CATALOGUE[name] for name in BUSINESS_FACTS):
        assert str(schema[column.name]) == column.physical


def test_each_fact_can_be_asked_for_alone() -> None:
    frame = observe_business(tables("polars", SMALL), AS_OF, exchange())
    every = expected(SMALL, AS_OF, "CNY")
    for name in BUSINESS_FACTS:
        alone = {who: {name: facts[name]} for who, facts in every.items()}
        assert computed(frame, [name]) == alone


@pytest.mark.parametrize("engine", list(ENGINES))
@pytest.mark.parametrize(
    "bank",
    [
        DrawnBank(seed=1, customers=200, are_acts_counted=False),
        DrawnBank(seed=2, customers=80, given=frozenset({"accounts", "positions"})),
        DrawnBank(seed=3, customers=80, given=frozenset({"accounts", "transactions"})),
        DrawnBank(seed=4, customers=40, given=frozenset({"accounts"})),
        DrawnBank(seed=5, customers=9, given=frozenset()),
    ],
    ids=["acts uncounted", "no bookings", "no positions", "accounts alone", "no accounts"],
)
def test_what_no_table_tells_is_missing(bank: DrawnBank, engine: str) -> None:
    assert told(tables(engine, bank), AS_OF, exchange()) == expected(bank, AS_OF, "CNY")


@pytest.mark.parametrize("age", [2, 3])
def test_a_quarter_is_counted_where_no_position_of_it_fails_to(age: int) -> None:
    month = first_day(latest_month(AS_OF) - age)
    current = Product("P", ProductFamily.CURRENT)
    account = Account("A", current, "CNY", (Owner("C"),), month, closed=month)
    uncounted = Position("A", month, transactions=None)
    dossier = Dossier(Customer("C", CustomerKind.PERSONAL), (account,), (uncounted,))
    facts = told(tables_of([dossier], "polars"), AS_OF, exchange())
    assert facts["C"]["transactions_3m"] == (None if age < 3 else 0)
    assert facts["C"]["transactions_3m"] == observe(dossier, AS_OF)["transactions_3m"]

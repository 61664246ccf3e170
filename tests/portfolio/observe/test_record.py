"""What records tell in columns is what they tell of one customer, on each engine."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relationship_core.decisions.observe import observe
from relationship_core.domain import CustomerKind, CustomerStatus, Dossier, IdentifierScheme, Sex
from relationship_core.facts import CATALOGUE
from relationship_core.portfolio import write_folder
from relationship_core.portfolio.observe.record import observe_record
from relationship_core.portfolio.observe.supplied import place_supplied, supplied_facts
from relationship_core.portfolio.tables import FrameEngine, read_tables
from relationship_core.rules.compile_frame import fact_columns
from relationship_core.testing.strategies.values import AS_OF
from tests.portfolio.bank import TREE, banks
from tests.portfolio.observe.given import ENGINES, Rows, as_tables, cell, computed, observed
from tests.portfolio.observe.test_contacts import TALKS
from tests.portfolio.observe.test_standing import FACTS as STANDS

FACTS = [
    "kind",
    "industry",
    "system",
    "branch",
    "account_status",
    "relationship_closed",
    "tenure_months",
    "age_years",
    "sex",
    "days_to_birthday",
    "risk_tolerance",
    "completeness",
    "days_to_document_expiry",
    "marketing_consent",
]
REVIEWS = [
    date(2024, 2, 28),
    date(2024, 2, 29),
    date(2024, 12, 31),
    date(2025, 2, 28),
    date(2025, 3, 1),
    date(2026, 6, 30),
    date(2100, 2, 28),
]


def days_around(as_of: date) -> list[date]:
    """Days on which something turns over, the day itself and the one after among them."""
    leap = [date(1996, 2, day) for day in (27, 28, 29)] + [date(1900, 2, 28), date(1996, 3, 1)]
    near = [as_of + timedelta(days=off) for off in (-366, -365, -31, -30, -1, 0, 1, 2, 30, 400)]
    ends = [date(2023, month, day) for month in (1, 8, 12) for day in (1, 28, 29, 30, 31)]
    return [*leap, *near, *ends]


def customers(seed: int, as_of: date, count: int = 150) -> Rows:
    """Customers of whom each column is filled or not, with days around a review's."""
    random = Random(seed)
    days = days_around(as_of)

    def maybe(value: Any) -> Any:
        return value if random.random() < 0.8 else None

    def interval() -> tuple[date | None, date | None]:
        start, end = random.choice(days), random.choice(days)
        return maybe(min(start, end)), maybe(max(start, end))

    rows = []
    for number in range(count):
        (since, closed), (given, withdrawn) = interval(), interval()
        identifier = maybe("X12345")
        row = (
            f"c{number}",
            random.choice(list(CustomerKind)),
            maybe("Somebody"),
            identifier and IdentifierScheme.TAX_NUMBER,
            identifier,
            maybe("DE"),
            maybe(random.choice(days)),
            maybe(random.random() < 0.5),
            maybe(random.choice(days)),
            maybe(random.choice(list(Sex))),
            maybe("64"),
            maybe("s"),
            maybe("b"),
            maybe("m"),
            since,
            closed,
            maybe(random.choice(list(CustomerStatus))),
            maybe(random.randint(1, 5)),
            maybe("138"),
            maybe("a@b"),
            given,
            withdrawn,
        )
        rows.append(row)
    return {"customers": rows}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("as_of", REVIEWS, ids=str)
def test_records_tell_the_same_of_all_as_of_one(engine: str, as_of: date) -> None:
    rows = customers(as_of.toordinal(), as_of)
    frame = observe_record(as_tables(rows, engine), as_of)
    assert computed(frame, FACTS) == observed(rows, as_of, FACTS)


@pytest.mark.parametrize("engine", ENGINES)
def test_every_birthday_is_as_far_away_as_of_one(engine: str) -> None:
    births = [date(1996, 1, 1) + timedelta(days=days) for days in range(731)]
    nothing = (None,) * 13
    rows = {
        "customers": [
            (f"c{number}", CustomerKind.PERSONAL, *(None,) * 6, born, *nothing)
            for number, born in enumerate(births)
        ]
    }
    names = ["days_to_birthday", "age_years"]
    for as_of in (date(2023, 3, 1), date(2024, 2, 28), date(2024, 7, 1), date(2025, 12, 31)):
        frame = observe_record(as_tables(rows, engine), as_of)
        assert computed(frame, names) == observed(rows, as_of, names)


@pytest.mark.parametrize("engine", ENGINES)
def test_every_fact_has_the_type_that_rules_read(engine: str) -> None:
    names = [*FACTS, "previous_stage", "months_in_tier", "satisfaction", "related_customers"]
    rows = customers(1, REVIEWS[0], count=2)
    schema = observe_record(as_tables(rows, engine), REVIEWS[0]).collect_schema()
    expected = {each.name: each.physical for each in fact_columns(CATALOGUE[n] for n in names)}
    assert {name: str(schema[name]) for name in names} == expected


OF_ACCOUNTS_TOO = {"relationship_closed", "tenure_months"}
WHOLE = [
    *(name for name in FACTS if name not in OF_ACCOUNTS_TOO),
    *STANDS,
    *TALKS,
    "related_customers",
    "service_ability",
    "manager_left",
    "wallet_share",
]


@settings(max_examples=5, deadline=None)
@given(banks(), st.sampled_from(["polars", "duckdb"]))
def test_a_folder_tells_the_same_as_its_dossiers(bank: list[Dossier], engine: FrameEngine) -> None:
    with TemporaryDirectory() as place:
        write_folder(Path(place) / "bank", bank, branch_tree=TREE)
        with read_tables(Path(place) / "bank", engine=engine) as folder:
            frame = observe_record(folder.tables, AS_OF)
            frame = place_supplied(frame, supplied_facts(folder.tables, CATALOGUE), CATALOGUE)
            found = computed(frame, WHOLE)
    for dossier in bank:
        values = observe(dossier, AS_OF)
        cells = {name: cell(values[name], CATALOGUE[name]) for name in WHOLE}
        assert found[dossier.customer.id] == cells

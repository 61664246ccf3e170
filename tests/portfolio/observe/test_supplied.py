"""What the bank supplies is read from a table as it is read for one customer, digit by digit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import narwhals as nw
import pytest

from relationship_core.decisions.observe import observe
from relationship_core.facts import CATALOGUE
from relationship_core.portfolio import read_folder
from relationship_core.portfolio.observe.supplied import (
    place_supplied,
    suppliable,
    supplied_facts,
)
from relationship_core.portfolio.tables import FrameEngine, read_tables
from relationship_core.rules import Fact, Kind
from relationship_core.rules.compile_frame import fact_columns
from tests.portfolio.bank import write_csv
from tests.portfolio.observe.given import ENGINES, Rows, as_tables, cell, computed, observed
from tests.portfolio.observe.test_standing import people

TODAY = date(2026, 6, 30)
OWN = [
    Fact("northern.balance", Kind.MONEY),
    Fact("northern.share", Kind.RATIO),
    Fact("northern.stars", Kind.NUMBER),
    Fact("northern.visits", Kind.COUNT),
    Fact("northern.called", Kind.DATE),
    Fact("northern.colour", Kind.CATEGORY),
    Fact("northern.is_staff", Kind.FLAG),
    Fact("northern.twice", Kind.MONEY, derived=CATALOGUE["aum"] * 2),
]
FACTS: Mapping[str, Fact] = {**CATALOGUE, **{fact.name: fact for fact in OWN}}
NAMES = [fact.name for fact in suppliable(FACTS)]


def number(random: Random, *, is_whole: bool) -> str:
    """A plain number, often one that lies half-way between two units or close to it."""
    whole = random.choice(["0", "1", "00012", "45071", "3000000"])
    nines = random.choice(["", "0", "1", "99", "00012", "994", "99999", "000001", "123456"])
    rest = random.choice(["", "5", "50", "5" + "0" * 30, "5" + "0" * 30 + "1", "4" + "9" * 33])
    fraction = random.choice(["", ".0", "."]) if is_whole else f".{nines}{rest}"
    return random.choice(["", "-", "+"]) + whole + random.choice([fraction, ""])


def text(random: Random, fact: Fact) -> str:
    if fact.kind is Kind.FLAG:
        return random.choice(["true", "false"])
    if fact.kind is Kind.DATE:
        return random.choice(["0001-01-01", "2024-02-29", "9999-12-31"])
    if fact.kind is Kind.CATEGORY:
        return random.choice(["b;1", "成长", "true", "1.5"])
    return number(random, is_whole=fact.kind.scale == 0)


def supplied(seed: int, count: int = 150) -> Rows:
    """Values of facts that admit any, the plugin's and some that are observed as well."""
    random = Random(seed)
    open_facts = [fact for fact in OWN if fact.derived is None]
    open_facts += [CATALOGUE[name] for name in ("satisfaction", "contribution_12m", "branch")]
    rows = [
        (f"c{person}", fact.name, text(random, fact))
        for person in range(count)
        for fact in open_facts
        if random.random() < 0.7
    ]
    random.shuffle(rows)
    return {"customers": people(count), "supplied": rows}


def placed(rows: Rows, engine: str, **also: nw.Expr) -> nw.LazyFrame[Any]:
    tables = as_tables(rows, engine)
    customers = tables.frame("customers").select("customer_id", **also)
    return place_supplied(customers, supplied_facts(tables, FACTS), FACTS)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("seed", range(3))
def test_supplied_facts_are_those_that_one_dossier_is_given(engine: str, seed: int) -> None:
    rows = supplied(seed)
    names = [name for name in NAMES if name not in {"kind", "account_status", "completeness"}]
    assert computed(placed(rows, engine), names) == observed(rows, TODAY, names, FACTS)


@pytest.mark.parametrize("engine", ENGINES)
def test_half_a_unit_goes_to_the_even_one(engine: str) -> None:
    texts = ["0.005", "0.015", "-0.005", "-0.015", "0.00500000000000000000000001", "-0.025"]
    rows = {
        "customers": people(len(texts)),
        "supplied": [(f"c{n}", "northern.balance", each) for n, each in enumerate(texts)],
    }
    found = computed(placed(rows, engine), ["northern.balance"])
    assert [found[f"c{n}"]["northern.balance"] for n in range(6)] == [0, 2, 0, -2, 1, -2]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_supplied_fact_stands_in_place_of_the_observed_one(engine: str) -> None:
    rows = {"customers": people(2), "supplied": [("c1", "branch", "b9"), ("c1", "loyalty", "1")]}
    frame = placed(rows, engine, branch=nw.lit("b1"), aum=nw.lit(5))
    found = computed(frame, ["branch", "aum", "loyalty"])
    assert found == {
        "c0": {"branch": "b1", "aum": 5, "loyalty": None},
        "c1": {"branch": "b9", "aum": 5, "loyalty": 1_000_000},
    }


@pytest.mark.parametrize("engine", ENGINES)
def test_what_no_column_holds_is_unknown_and_not_what_was_observed(engine: str) -> None:
    texts = [
        "92233720368547758.074",
        "92233720368547758.076",
        "-92233720368547758.08",
        "1" + "0" * 33,
    ]
    rows = {
        "customers": people(len(texts)),
        "supplied": [(f"c{n}", "northern.balance", each) for n, each in enumerate(texts)],
    }
    frame = placed(rows, engine, **{"northern.balance": nw.lit(7)})
    found = computed(frame, ["northern.balance"])
    assert [each["northern.balance"] for each in found.values()].count(None) == 3
    assert found == observed(rows, TODAY, ["northern.balance"], FACTS)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("is_given", [True, False])
def test_every_fact_that_may_be_supplied_has_a_column_of_its_type(
    engine: str, *, is_given: bool
) -> None:
    rows = supplied(0, count=2)
    given = rows if is_given else {"customers": rows["customers"]}
    schema = dict(placed(given, engine, tenure_months=nw.lit(3)).collect_schema())
    assert schema.pop("customer_id") == nw.String
    assert str(schema.pop("tenure_months")) in {"Int32", "Int64"}
    facts = [fact for fact in suppliable(FACTS) if fact.name != "tenure_months"]
    assert {n: str(t) for n, t in schema.items()} == {
        column.name: column.physical for column in fact_columns(facts)
    }


@pytest.mark.parametrize("engine", ENGINES)
def test_only_facts_that_occur_are_looked_for(engine: str) -> None:
    rows = {"customers": people(1), "supplied": [("c0", "loyalty", "1"), ("c0", "branch", "b")]}
    found = supplied_facts(as_tables(rows, engine), FACTS)
    assert found is not None
    assert set(found.collect_schema()) == {"customer_id", "loyalty", "branch"}
    assert supplied_facts(as_tables({**rows, "supplied": []}, engine), FACTS) is None


def test_what_a_review_decides_or_derives_cannot_be_supplied() -> None:
    assert {"stage", "tier", "months_in_tier", "retention_risk", "northern.twice"}.isdisjoint(NAMES)
    assert {"contribution_12m", "loyalty", "kind", "northern.share"} <= set(NAMES)


ODD = {
    "northern.balance": ["15E-3", "+2.5e-2", "1e3", "05.", "1.0050000000000000000000000001e0"],
    "northern.share": ["25e-7", "-15e-7", "1e-40", "0e9"],
    "northern.visits": ["1e2", "10.0", "+7", "120e-1"],
    "northern.is_staff": ["TRUE", "0", "1", "False"],
    "satisfaction": ["-0", "5e0"],
}


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_values_of_a_file_may_have_any_form(engine: FrameEngine, tmp_path: Path) -> None:
    most = max(map(len, ODD.values()))
    ids = [f"c{n}" for n in range(most)]
    given = [[f"c{n}", name, one] for name, texts in ODD.items() for n, one in enumerate(texts)]
    tables = {
        "customers": [["customer_id", "kind"], *([one, "personal"] for one in ids)],
        "supplied": [["customer_id", "fact", "value"], *given],
    }
    write_csv(tmp_path, tables)
    with read_folder(tmp_path, facts=FACTS) as folder:
        assert list(folder.rejections) == []
        expected = {
            one.customer.id: {
                name: cell(observe(one, TODAY, facts=FACTS)[name], FACTS[name]) for name in ODD
            }
            for one in folder.dossiers()
        }
    with read_tables(tmp_path, facts=FACTS, engine=engine) as folder:
        customers = folder.tables.frame("customers").select("customer_id")
        frame = place_supplied(customers, supplied_facts(folder.tables, FACTS), FACTS)
        assert computed(frame, list(ODD)) == expected

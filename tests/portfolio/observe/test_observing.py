"""All that tables tell of customers is what their dossiers tell, supplied facts included."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from relationship_core import Engine, Fact, hookimpl
from relationship_core.decisions.observe import Exchange
from relationship_core.decisions.observe import observe as observe_one
from relationship_core.domain import Dossier
from relationship_core.facts import PHASES, Phase
from relationship_core.portfolio import read_folder, write_folder
from relationship_core.portfolio.observe import observe
from relationship_core.portfolio.sample import LAST_DAY, TREE, sample_dossiers
from relationship_core.portfolio.tables import FrameEngine, read_tables
from relationship_core.rules import Kind, Text
from relationship_core.rules.compile_frame import as_cell, fact_columns
from tests.portfolio.observe.given import computed


class NorthernBank:
    """Adds a fact that the bank supplies, and one that is derived."""

    @hookimpl
    def rc_facts(self, settings: Any) -> list[Fact]:
        share = Fact("northern.share", Kind.RATIO, label=Text("share"), minimum=0)
        return [share, Fact("northern.twice", Kind.NUMBER, label=Text("twice"), derived=share * 2)]


BOOK = Engine.from_plugins(NorthernBank()).rule_book


@cache
def dossiers() -> tuple[Dossier, ...]:
    every = list(sample_dossiers(90, seed=5))
    for place in range(0, len(every), 3):
        more = {"northern.share": Decimal("0.25"), "product_count": place}
        every[place] = evolve(every[place], supplied={**every[place].supplied, **more})
    return tuple(every)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("observing") / "bank"
    write_folder(path, dossiers(), branch_tree=TREE)
    return path


def expected(folder: Path, as_of: date) -> dict[str, dict[str, Any]]:
    exchange = Exchange.from_parameters(BOOK.contribution)
    facts = BOOK.catalogue
    with read_folder(folder, as_of=as_of, facts=facts) as opened:
        return {
            dossier.customer.id: {
                name: as_cell(value, facts[name].kind)
                for name, value in observe_one(
                    dossier, as_of, facts=facts, exchange=exchange
                ).items()
            }
            for dossier in opened.dossiers()
        }


@pytest.mark.parametrize(
    ("engine", "as_of"),
    [("polars", LAST_DAY), ("polars", date(2025, 11, 29)), ("duckdb", LAST_DAY)],
)
def test_every_fact_is_that_of_the_dossier(folder: Path, engine: FrameEngine, as_of: date) -> None:
    with read_tables(folder, as_of=as_of, facts=BOOK.catalogue, engine=engine) as opened:
        frame = observe(opened.tables, as_of, BOOK)
        schema = frame.collect_schema()
        columns = [each for each in fact_columns(BOOK.catalogue.values()) if each.name in schema]
        assert [str(schema[each.name]) for each in columns] == [each.physical for each in columns]
        names = [each.name for each in columns]
        wanted = expected(folder, as_of)
        assert computed(frame, names) == {
            who: {name: values[name] for name in names} for who, values in wanted.items()
        }
    for name, fact in BOOK.catalogue.items():
        is_observed = PHASES.get(name, Phase.OBSERVE) is Phase.OBSERVE
        assert (name in names) or not is_observed or fact.derived is not None, name


def test_what_is_supplied_stands_in_place_of_what_is_observed(folder: Path) -> None:
    with read_tables(folder, as_of=LAST_DAY, facts=BOOK.catalogue) as opened:
        found = computed(
            observe(opened.tables, LAST_DAY, BOOK), ["product_count", "northern.share"]
        )
    supplied = {each.customer.id: each.supplied for each in dossiers()}
    given = {who: facts for who, facts in found.items() if "northern.share" in supplied[who]}
    assert given
    for who, facts in given.items():
        assert facts == {
            "product_count": supplied[who]["product_count"],
            "northern.share": 250_000,
        }

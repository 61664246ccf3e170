"""What may be asked for, what it takes, and what comes back."""

from __future__ import annotations

from datetime import date
from typing import Any

import narwhals as nw
import pytest

from relationship_core import Engine, Rule, Tiering
from relationship_core.errors import DataError, KindError, UnknownFactError
from relationship_core.facts import aum
from relationship_core.portfolio.decide import decide, decision_columns
from relationship_core.testing.strategies.values import AS_OF
from tests.decisions.small_book import small_book
from tests.portfolio.decide.population import ENGINES, arrow_of, on_polars, population

BOOK = Engine.from_plugins().rule_book
PEOPLE = arrow_of(BOOK, population(BOOK, 40, seed=8))


def collected(frame: nw.LazyFrame[Any]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = frame.collect(backend="pyarrow").to_native().to_pydict()
    return found


@pytest.mark.parametrize("on", ENGINES)
def test_columns_asked_for_are_the_same_alone_and_beside_all_others(on: str) -> None:
    every = collected(decide(ENGINES[on](PEOPLE), BOOK, AS_OF).sort("customer_id"))
    for asked in (["tier_rule"], ["action", "stage"], ["care"], ["short_of_vip"]):
        frame = decide(ENGINES[on](PEOPLE), BOOK, AS_OF, columns=asked).sort("customer_id")
        alone = collected(frame)
        assert {name: alone[name] for name in asked} == {name: every[name] for name in asked}


@pytest.mark.parametrize("on", ENGINES)
def test_a_frame_keeps_what_it_has_and_gets_what_was_asked_for(on: str) -> None:
    given = PEOPLE.append_column("beside", [["x"] * len(PEOPLE)])
    found = decide(ENGINES[on](given), BOOK, AS_OF, columns=["tier", "standing_tier"])
    held = set(found.collect_schema().names())
    assert held == {*given.column_names, "tier"}
    assert collected(found)["standing_tier"] == collected(found)["tier"]


def test_only_what_a_column_takes_must_be_there() -> None:
    facts = on_polars(PEOPLE).drop("days_to_birthday", "service_ability")
    decide(facts, BOOK, AS_OF, columns=["tier", "standing_stage"])
    for asked, lacking in (("care", "days_to_birthday"), ("match", "service_ability")):
        with pytest.raises(UnknownFactError, match=f"no fact '{lacking}'"):
            decide(facts, BOOK, AS_OF, columns=[asked])
    with pytest.raises(UnknownFactError, match="no fact 'standing_tier'"):
        decide(on_polars(PEOPLE).drop("standing_tier"), BOOK, AS_OF)


def test_a_column_that_nobody_decides_is_refused() -> None:
    with pytest.raises(DataError, match="short_of_small: nothing of that name is decided"):
        decide(on_polars(PEOPLE), BOOK, AS_OF, columns=["tier", "short_of_small"])
    assert "short_of_small" not in decision_columns(BOOK.tiering.ladder)


def test_facts_of_the_standing_are_not_taken_for_decided_ones() -> None:
    given = on_polars(PEOPLE).with_columns(
        stage=nw.lit("lost"), tier=nw.lit("vip"), months_in_stage=nw.lit(3)
    )
    with_them = collected(decide(given, BOOK, AS_OF))
    assert with_them == collected(decide(on_polars(PEOPLE), BOOK, AS_OF))


def test_a_tier_without_a_rule_asks_nothing() -> None:
    book = small_book(tiering=Tiering(["best", "gold", "rest"], [Rule("gold", aum >= 100)]))
    found = collected(decide(on_polars(PEOPLE), book, date(2026, 6, 30)))
    assert set(found["short_of_best"]) == {None}
    assert set(found["short_of_gold"]) >= {None, "gold: assets under management at least 100.00"}


def test_no_other_engine_is_taken() -> None:
    with pytest.raises(KindError, match="nothing is decided on frames of"):
        decide(_Elsewhere(), BOOK, AS_OF)  # type: ignore[arg-type]


class _Elsewhere:
    """A frame of an engine that isn't installed here."""

    implementation = nw.Implementation.IBIS

    def collect_schema(self) -> Any:
        return on_polars(PEOPLE).collect_schema()

    def drop(self, _: list[str]) -> Any:
        return self

"""Standings that no review can start from are refused alike, of many as of one."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import pytest
from attrs import evolve

from relationship_core import Engine, Standing
from relationship_core.errors import ReviewError
from relationship_core.portfolio.decide import decision_columns, faults
from relationship_core.testing.strategies.values import AS_OF
from tests.portfolio.decide.population import ENGINES, arrow_of, decided, population

LATER: Final = AS_OF + timedelta(days=1)
FAULTY: Final = {
    "reviewed later": Standing("stable", None, "key", None, LATER),
    "a stage of a later day": Standing("stable", LATER, "key"),
    "a tier of a later day": Standing("stable", None, "key", LATER),
    "a stage of another book": Standing("somewhere", None, "key"),
    "a tier of another book": Standing("stable", None, "platinum"),
}
SOUND: Final = Standing("stable", AS_OF, "key", AS_OF, AS_OF)


@pytest.mark.parametrize("on", ENGINES)
@pytest.mark.parametrize("fault", FAULTY)
def test_a_fault_is_told_as_of_one_customer(fault: str, on: str) -> None:
    engine = Engine.from_plugins()
    sound = [evolve(each, standing=SOUND) for each in population(engine.rule_book, 3, seed=1)]
    faulty = evolve(sound[1], standing=FAULTY[fault])
    with pytest.raises(ReviewError) as of_one:
        engine.decide(faulty.facts, AS_OF, standing=faulty.standing)
    faults(ENGINES[on](arrow_of(engine.rule_book, sound)), engine.rule_book, AS_OF)
    people = ENGINES[on](arrow_of(engine.rule_book, [sound[0], faulty]))
    with pytest.raises(ReviewError) as of_many:
        faults(people, engine.rule_book, AS_OF)
    assert str(of_many.value) == str(of_one.value)


@pytest.mark.parametrize("on", ENGINES)
def test_nothing_is_decided_of_a_faulty_row_and_all_of_the_others(on: str) -> None:
    engine = Engine.from_plugins()
    book = engine.rule_book
    (one,) = population(book, 1, seed=2, missing=0)
    people = [evolve(one, standing=each) for each in [*FAULTY.values(), SOUND]]
    rows = decided(engine, arrow_of(book, people), on).to_pylist()
    names = decision_columns(book.tiering.ladder)
    *refused, kept = [{name: row[name] for name in names} for row in rows]
    assert refused == [dict.fromkeys(names)] * len(FAULTY)
    assert kept["stage"] == "stable"

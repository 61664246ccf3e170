from __future__ import annotations

from collections.abc import Iterable

import pytest

from relationship_core import Fact, Kind, Model
from relationship_core.decisions.fact_phases import FactPhases
from relationship_core.errors import RuleBookError, UnknownFactError
from relationship_core.facts import (
    CATALOGUE,
    Phase,
    aum,
    contribution_12m,
    months_in_tier,
    retention_risk,
    stage,
    tier,
)
from tests.decisions.small_book import derived, model, supplied

A, B, C = (supplied(f"bank.{name}") for name in "abc")


def settled(*facts: Fact, models: Iterable[Model] = ()) -> FactPhases:
    return FactPhases({**CATALOGUE, **{fact.name: fact for fact in facts}}, facts, models)


@pytest.mark.parametrize(
    ("expression", "phase"),
    [
        (aum * 2, Phase.OBSERVE),
        (contribution_12m - aum, Phase.CONTRIBUTION),
        (stage == "lost", Phase.LIFECYCLE),
        ((stage == "lost") & (tier == "gold"), Phase.TIERING),
        (months_in_tier * 2, Phase.TIERING),
        (retention_risk == "high", Phase.RETENTION),
    ],
)
def test_a_derived_fact_is_known_once_all_it_builds_on_is(expression: object, phase: Phase) -> None:
    assert settled(derived("bank.x", expression)).phases["bank.x"] is phase


def test_a_supplied_fact_is_observed() -> None:
    assert settled(A).phases["bank.a"] is Phase.OBSERVE


def test_facts_may_build_on_each_other_in_any_order() -> None:
    upper = derived("bank.a", supplied("bank.z", Kind.MONEY) + aum)
    lower = derived("bank.z", contribution_12m * 2)
    for facts in ((upper, lower), (lower, upper)):
        assert settled(*facts).phases["bank.a"] is Phase.CONTRIBUTION


def test_a_circle_is_told_by_its_path() -> None:
    facts = derived("bank.a", B + 1), derived("bank.b", C + 1), derived("bank.c", B + A)
    with pytest.raises(RuleBookError, match=r"in a circle: bank\.b -> bank\.c -> bank\.b"):
        settled(*facts)


def test_a_circle_through_a_model_is_one_too() -> None:
    score = supplied("bank.score")
    facts = score, derived("bank.a", score + 1)
    with pytest.raises(RuleBookError, match=r"fact bank\.a: .* bank\.a -> bank\.score -> bank\.a"):
        settled(*reversed(facts), models=[model("m", score, "bank.a")])


def test_models_come_after_those_whose_score_they_rest_on() -> None:
    first, second, third = (supplied(f"bank.{name}") for name in ("z", "y", "x"))
    doubled = derived("bank.doubled", first * 2)
    models = [
        model("a", third, second),
        model("b", second, doubled),
        model("c", first, contribution_12m),
    ]
    found = settled(first, second, third, doubled, models=models)
    assert [each.name for each in found.models] == ["c", "b", "a"]
    assert found.phases["bank.doubled"] is Phase.CONTRIBUTION


def test_models_that_rest_on_no_other_come_by_the_names_of_their_scores() -> None:
    models = [model("z", A, aum), model("y", B, aum)]
    assert [each.name for each in settled(A, B, models=models).models] == ["z", "y"]
    assert [each.name for each in settled(A, B, models=models[::-1]).models] == ["z", "y"]


@pytest.mark.parametrize("late", [stage, derived("bank.late", (tier == "gold"))])
def test_a_model_cannot_rest_on_what_is_decided_later(late: Fact) -> None:
    facts = (A,) if late is stage else (A, late)
    with pytest.raises(RuleBookError, match=rf"model m: it reads '{late.name}', which is only set"):
        settled(*facts, models=[model("m", A, late)])


def test_a_model_rests_on_facts_that_somebody_defined() -> None:
    with pytest.raises(UnknownFactError, match=r"model m: .*'aumm' \(did you mean 'aum'\?\)"):
        settled(A, models=[model("m", A, "aumm")])


@pytest.mark.parametrize(
    ("fact", "where"),
    [
        (derived("bank.x", supplied("bank.aa") + 1), r"fact bank\.x"),
        (supplied("bank.x", relations=[supplied("bank.aa") > 1]), r"a relation of fact bank\.x"),
    ],
)
def test_a_fact_rests_on_facts_that_somebody_defined(fact: Fact, where: str) -> None:
    with pytest.raises(UnknownFactError, match=rf"^{where}: .*did you mean 'bank\.a'"):
        settled(A, fact)


@pytest.mark.parametrize(
    "fact",
    [
        derived("bank.x", supplied("aum", Kind.RATIO) + 1),
        supplied("bank.x", relations=[supplied("aum", Kind.RATIO) > 1]),
    ],
)
def test_a_copy_of_a_fact_is_of_its_kind(fact: Fact) -> None:
    with pytest.raises(RuleBookError, match="takes 'aum' for a ratio, but it is a money"):
        settled(fact)

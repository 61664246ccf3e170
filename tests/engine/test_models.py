"""Models in a review: what they are given, in which order, and whose score counts."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from relationship_core import Dossier, Engine, Fact, Kind, Model, Rule, Tiering, hookimpl
from relationship_core.errors import ReviewError
from relationship_core.facts import aum, contribution_12m
from tests.decisions.observed_customer import AS_OF, customer
from tests.decisions.small_book import derived, model, small_book, supplied

D = Decimal
FIRST, SECOND = supplied("bank.z_first"), supplied("bank.a_second")
DOUBLED = derived("bank.doubled", contribution_12m * 2)
TENFOLD = derived("bank.tenfold", FIRST * 10)
HUNDREDFOLD = derived("bank.hundredfold", SECOND * 10)


def plus_one(batch: Any) -> Any:
    return pc.add(batch.column(0), 1.0)


def engine(*models: Model) -> Engine:
    """An engine of models on facts, and facts on models."""
    tiering = Tiering(["gold", "rest"], [Rule("gold", HUNDREDFOLD >= 1000)])
    facts = [FIRST, SECOND, DOUBLED, TENFOLD, HUNDREDFOLD]
    return Engine(small_book(facts=facts, models=models, tiering=tiering))


def dossier(**given: Any) -> Dossier:
    return Dossier(customer(), supplied={name.replace("__", "."): v for name, v in given.items()})


BOTH = engine(
    model("b", SECOND, TENFOLD, predict=plus_one),
    model("z", FIRST, DOUBLED, predict=plus_one),
)


def test_a_model_is_given_what_was_derived_and_what_other_models_scored() -> None:
    review = BOTH.review(dossier(contribution_12m=D("4.50")), AS_OF)
    names = ("bank.doubled", "bank.z_first", "bank.tenfold", "bank.a_second", "bank.hundredfold")
    assert [review.facts[name] for name in names] == [D(9), D(10), D(100), D(101), D(1010)]
    assert review.tier.tier == "gold"


def test_what_a_model_cannot_know_it_cannot_score() -> None:
    facts = BOTH.review(dossier(), AS_OF).facts
    assert facts["bank.z_first"] is facts["bank.hundredfold"] is None


def test_a_score_that_is_supplied_counts_and_is_built_upon() -> None:
    facts = BOTH.review(dossier(contribution_12m=D(4), bank__z_first=D(2)), AS_OF).facts
    assert (facts["bank.z_first"], facts["bank.a_second"]) == (D(2), D(21))


@pytest.mark.parametrize("given", [{}, {"bank__z_first": D(2)}])
def test_an_expired_models_score_is_missing_even_if_it_is_supplied(given: dict[str, Any]) -> None:
    last = model("z", FIRST, aum, predict=plus_one, expires=AS_OF)
    on_the_day = engine(last).review(dossier(aum=D(5), **given), AS_OF).facts
    after = engine(last).review(dossier(aum=D(5), **given), AS_OF + timedelta(days=1)).facts
    assert on_the_day["bank.z_first"] == given.get("bank__z_first", D(6))
    assert (after["bank.z_first"], after["bank.tenfold"]) == (None, None)


def test_a_rule_book_read_back_has_its_scores_supplied() -> None:
    there = Engine.from_rule_book(BOTH.rule_book.to_json())
    assert [each.name for each in there.rule_book.models] == ["z", "b"]
    facts = BOTH.review(dossier(contribution_12m=D("4.50")), AS_OF).facts
    scores = {name: facts[name] for name in ("bank.z_first", "bank.a_second")}
    replayed = Dossier(customer(), supplied={"contribution_12m": D("4.50"), **scores})
    assert there.review(replayed, AS_OF).facts == facts
    assert there.review(dossier(contribution_12m=D("4.50")), AS_OF).facts["bank.z_first"] is None


def test_a_model_that_fails_is_named_and_nothing_of_the_customer() -> None:
    def fail(batch: Any) -> Any:
        raise ValueError(f"{batch.column(0)}")

    asked = engine(model("z", FIRST, aum, predict=fail))
    for ask in (asked.review, asked.observe):
        with pytest.raises(ReviewError, match=r"^model z 1: it raised ValueError \(return an"):
            ask(dossier(aum=D("31415.92")), AS_OF)


def test_models_come_with_plugins() -> None:
    class Bank:
        @hookimpl
        def rc_facts(self) -> list[Fact]:
            return [Fact("bank.churn", Kind.RATIO, minimum=0, maximum=1)]

        @hookimpl
        def rc_models(self) -> list[Model]:
            (churn,) = self.rc_facts()
            halves = pa.array([0.5])
            return [Model("churn", "2", "abc", churn, [aum], predict=lambda _: halves)]

        @hookimpl
        def rc_tiering(self) -> Tiering:
            (churn,) = self.rc_facts()
            return Tiering(["gold", "rest"], [Rule("gold", churn <= 0.5)])

    asked = Engine.from_plugins(Bank())
    assert asked.review(Dossier(customer()), AS_OF).tier.tier == "gold"
    assert asked.rule_book.models[0].is_valid(date(2026, 6, 30))

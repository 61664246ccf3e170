from __future__ import annotations

import json
import pickle
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import attrs
import pytest

from relationship_core import (
    Customer,
    CustomerKind,
    Dossier,
    Engine,
    Lifecycle,
    Review,
    Rule,
    Stage,
    Standing,
)
from relationship_core.decisions.review import Inputs
from relationship_core.errors import ReviewError
from relationship_core.facts import aum
from tests.decisions.small_book import small_book
from tests.decisions.told_customers import AS_OF, MANY, TOLD

D = Decimal
ENGINE = Engine(small_book())
DOSSIER = Dossier(
    Customer("c-1", CustomerKind.PERSONAL),
    supplied={"aum": D("123.40"), "product_count": 2},
    standing=Standing("prospect", date(2026, 5, 1), reviewed=date(2026, 5, 31)),
    scope=("north",),
)


def review() -> Review:
    return ENGINE.review(DOSSIER, AS_OF, MANY)


def test_it_says_who_when_where_and_by_what() -> None:
    found = review()
    assert (found.customer_id, found.as_of, found.scope) == ("c-1", AS_OF, ("north",))
    assert (found.rule_book, found.plugins) == (ENGINE.rule_book.fingerprint, ())
    assert found.schema == 1


def test_it_stores_digests_of_all_it_was_given() -> None:
    inputs = review().inputs
    assert inputs.dossier == DOSSIER.digest()
    assert inputs.benchmarks is not None
    assert len(inputs.benchmarks) == 64
    assert inputs.benchmarks_as_of == AS_OF
    assert ENGINE.review(DOSSIER, AS_OF).inputs == Inputs(DOSSIER.digest())


def test_digests_and_reasons_are_worked_out_once() -> None:
    found = review()
    assert found.inputs is found.inputs
    assert found.explanation is found.explanation


def test_reviews_are_equal_where_the_same_was_decided_on_the_same_facts() -> None:
    one, other = review(), review()
    assert one.explanation
    assert one == other
    assert hash(one) == hash(other)
    more = attrs.evolve(DOSSIER, supplied={**DOSSIER.supplied, "aum": D(124)})
    assert ENGINE.review(more, AS_OF, MANY) != one
    assert ENGINE.review(DOSSIER, AS_OF + timedelta(days=1), MANY) != one
    assert ENGINE.review(attrs.evolve(DOSSIER, scope=()), AS_OF, MANY) != one


def test_it_shows_decisions_and_no_facts() -> None:
    shown = repr(review())
    assert "tier='gold'" in shown
    assert "123.40" not in shown
    assert "facts" not in shown


def test_nor_does_its_event_show_the_facts_it_saw() -> None:
    lifecycle = Lifecycle([Stage("prospect"), Stage("stable")], [Rule("stable", aum >= 1)], ())
    first_day = attrs.evolve(DOSSIER, standing=None)
    found = Engine(small_book(lifecycle=lifecycle)).review(first_day, AS_OF)
    assert found.stage.event is not None
    assert found.stage.event.facts == (("aum", D("123.40")),)
    assert "123.40" not in repr(found)


@pytest.mark.parametrize("text", [dict, json.dumps, lambda data: json.dumps(data).encode()])
def test_it_comes_back_from_json(text: Callable[[Any], Any]) -> None:
    there = Review.from_json(text(json.loads(json.dumps(review().to_json()))))
    assert there == review()
    assert (there.inputs, there.explanation) == (review().inputs, review().explanation)
    assert there.explain() == review().explain()


@pytest.mark.parametrize("name", TOLD)
def test_its_json_holds_each_thing_once_and_no_dossier(name: str) -> None:
    found = TOLD[name]()
    data = found.to_json()
    names = {each.name for each in attrs.fields(Review) if not each.name.startswith("_")}
    assert set(data) == {*names, "inputs", "explanation"}
    text = json.dumps(data)
    assert '"before"' not in text
    assert '"threshold": null' not in text
    assert Review.from_json(text) == found


def without_nodes(data: Any) -> Any:
    """A review's JSON as it was before each decision said whose rule made it."""
    match data:
        case dict():
            apart = {"scope", "action_scope"}
            return {name: without_nodes(each) for name, each in data.items() if name not in apart}
        case list() | tuple():
            return [without_nodes(each) for each in data]
    return data


@pytest.mark.parametrize("name", TOLD)
def test_what_was_written_before_nodes_were_told_is_read_as_the_head_offices(name: str) -> None:
    found = TOLD[name]()
    written = found.to_json()
    there = Review.from_json(without_nodes(written) | {"scope": written["scope"]})
    assert without_nodes(there.to_json()) == without_nodes(written)
    assert there.stage.scope == there.tier.scope == there.retention.scope == ()
    assert "north > harbour, from" not in there.explain()


def test_values_of_facts_say_their_type() -> None:
    data = review().to_json()["facts"]
    assert (data["aum"], data["product_count"], data["sex"]) == ({"decimal": "123.40"}, 2, None)


def test_json_of_another_schema_is_refused() -> None:
    with pytest.raises(ReviewError, match="review: it is written in schema 2, not 1"):
        Review.from_json(review().to_json() | {"schema": 2})


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data.pop("tier"),
        lambda data: data.pop("inputs"),
        lambda data: data.update(facts=[]),
        lambda data: data.update(as_of="yesterday"),
        lambda data: data["facts"].update(aum={"decimal": "much"}),
        lambda data: data["stage"].update(since=3),
        lambda data: data["explanation"].update(moves=None),
    ],
)
def test_what_is_no_review_is_refused(spoil: Callable[[dict[str, Any]], object]) -> None:
    data = json.loads(json.dumps(review().to_json()))
    spoil(data)
    with pytest.raises(ReviewError, match="the data is no review"):
        Review.from_json(data)


def test_a_pickle_keeps_digests_and_reasons() -> None:
    there = pickle.loads(pickle.dumps(review()))
    assert there == review()
    assert (there.inputs, there.explanation) == (review().inputs, review().explanation)
    assert pickle.loads(pickle.dumps(there)).explain() == review().explain()


def test_a_review_made_of_nothing_has_no_reasons_to_give() -> None:
    bare = attrs.evolve(review(), source=None)
    for ask in (lambda: bare.inputs, lambda: bare.explanation, bare.explain, bare.to_json):
        with pytest.raises(ReviewError, match=r"review of c-1: it no longer knows .* \(write it"):
            ask()

"""What holds of every review, whoever the customer is."""

from __future__ import annotations

import json
import pickle
from decimal import Decimal
from typing import Any

import attrs
from hypothesis import given
from hypothesis import strategies as st

from relationship_core import (
    Benchmarks,
    CustomerKind,
    Dossier,
    Engine,
    Position,
    Review,
    Standing,
)
from relationship_core.rules import quantise
from tests.decisions.observed_customer import account, booking, customer, month
from tests.engine.bank import AS_OF, MANY, northern
from tests.engine.dossiers import RECORDS, STAGES, Later, dossiers, with_later_records

benchmarks = st.sampled_from([MANY, None])


def essence(review: Review) -> tuple[Any, ...]:
    """All that a second review on one day must find again."""
    return (
        (review.stage.stage, review.stage.since, review.stage.pending),
        (review.tier.tier, review.tier.since, review.tier.pending, review.tier.override),
        (review.match, review.treatment, review.services, review.retention),
        review.contribution,
    )


@given(dossiers(), benchmarks)
def test_a_second_review_on_a_day_changes_nothing(
    dossier: Dossier, against: Benchmarks | None
) -> None:
    first = northern().review(dossier, AS_OF, against)
    again = attrs.evolve(dossier, standing=first.standing)
    second = northern().review(again, AS_OF, against)
    assert second.standing == first.standing
    assert essence(second) == essence(first)
    third = northern().review(attrs.evolve(again, standing=second.standing), AS_OF, against)
    assert third == second


@given(with_later_records(), benchmarks)
def test_what_comes_after_the_day_changes_nothing(later: Later, against: Benchmarks | None) -> None:
    expected = northern().review(later.known, AS_OF, against)
    found = northern().review(later.with_later, AS_OF, against)
    assert found == expected
    assert found.explanation == expected.explanation


@given(dossiers(), benchmarks, st.randoms(use_true_random=False))
def test_the_order_of_records_changes_nothing(
    dossier: Dossier, against: Benchmarks | None, random: Any
) -> None:
    def shuffled(items: tuple[Any, ...] | None) -> tuple[Any, ...] | None:
        return None if items is None else tuple(random.sample(items, len(items)))

    other = attrs.evolve(dossier, **{name: shuffled(getattr(dossier, name)) for name in RECORDS})
    expected = northern().review(dossier, AS_OF, against)
    found = northern().review(other, AS_OF, against)
    assert found == expected
    assert found.inputs == expected.inputs
    assert found.explain() == expected.explain()


@given(dossiers(), benchmarks)
def test_a_review_comes_back_from_json_whole(dossier: Dossier, against: Benchmarks | None) -> None:
    review = northern().review(dossier, AS_OF, against)
    text = json.dumps(review.to_json())
    there = Review.from_json(text)
    assert there == review
    assert (there.inputs, there.explanation) == (review.inputs, review.explanation)
    assert json.dumps(there.to_json()) == text


@given(dossiers(), benchmarks)
def test_a_review_comes_back_from_a_pickle_whole(
    dossier: Dossier, against: Benchmarks | None
) -> None:
    review = northern().review(dossier, AS_OF, against)
    there = pickle.loads(pickle.dumps(review))
    assert there == review
    assert (there.inputs, there.explanation) == (review.inputs, review.explanation)
    assert there.to_json() == review.to_json()


BY_SILENCE = {
    "retail-silent",
    "corporate-silent",
    "retail-shrinking",
    "corporate-shrinking",
    "retail-gone",
}


@given(
    st.sampled_from(CustomerKind),
    st.sampled_from(STAGES),
    st.integers(1, 30),
    st.none() | st.lists(st.integers(0, 29), max_size=2, unique=True),
    st.lists(st.sampled_from([Decimal(0), Decimal(9_000)]), min_size=30, max_size=30),
)
def test_where_nobody_counted_acts_nobody_is_silent(
    kind: CustomerKind,
    stage: str,
    reach: int,
    booked: list[int] | None,
    balances: list[Decimal],
) -> None:
    dossier = Dossier(
        customer(kind=kind),
        accounts=(account(),),
        positions=tuple(
            Position("a", month(age), balance, closing_balance=balance, transactions=None)
            for age, balance in enumerate(balances[:reach])
        ),
        transactions=None if booked is None else tuple(booking(month(age)) for age in booked),
        standing=Standing(stage, month(6)),
    )
    assert northern().review(dossier, AS_OF).stage.rule not in BY_SILENCE


REPLAYED = Engine.from_rule_book(json.dumps(northern().rule_book.to_json()))


@given(dossiers(), benchmarks)
def test_a_rule_book_read_back_decides_the_same(
    dossier: Dossier, against: Benchmarks | None
) -> None:
    expected = northern().review(dossier, AS_OF, against)
    found = REPLAYED.review(dossier, AS_OF, against)
    assert found == expected
    assert found.to_json() == expected.to_json()


@given(dossiers(), benchmarks)
def test_deciding_on_what_was_observed_is_the_review(
    dossier: Dossier, against: Benchmarks | None
) -> None:
    engine = northern()
    facts = engine.observe(dossier, AS_OF, against)
    before = dict(facts)
    decided = engine.decide(facts, AS_OF, standing=dossier.standing, scope=dossier.scope)
    review = engine.review(dossier, AS_OF, against)
    names = [each.name for each in attrs.fields(type(decided))]
    assert {name: getattr(review, name) for name in names} == attrs.asdict(decided, recurse=False)
    assert facts == before


@given(dossiers(), benchmarks)
def test_every_fact_is_there_at_its_kinds_scale(
    dossier: Dossier, against: Benchmarks | None
) -> None:
    facts = northern().review(dossier, AS_OF, against).facts
    catalogue = northern().rule_book.catalogue
    assert set(facts) == set(catalogue)
    for name, value in facts.items():
        if value is not None:
            settled = quantise(value, catalogue[name].kind)
            assert (str(settled), type(settled)) == (str(value), type(value)), name


@given(dossiers())
def test_without_benchmarks_no_tier_is_given_that_a_percentile_earns(dossier: Dossier) -> None:
    review = northern().review(dossier, AS_OF)
    assert review.facts["contribution_percentile"] is None
    assert "contribution_percentile" not in {
        condition.fact
        for rule in (review.explanation.earned, review.explanation.match)
        if rule is not None
        for condition in rule.conditions
        if condition.verdict
    }
    if review.tier.is_undetermined and not review.tier.override:
        held = dossier.standing.tier if dossier.standing else None
        assert review.tier.is_provisional or review.tier.tier == held


@given(dossiers(), benchmarks)
def test_a_review_always_has_words(dossier: Dossier, against: Benchmarks | None) -> None:
    told = northern().review(dossier, AS_OF, against).explain()
    assert told.startswith(f"Customer {dossier.customer.id}, reviewed on 2026-06-30")
    assert "None" not in told

"""Cut-offs of a portfolio: who is among the best, ties, and what isn't known."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, localcontext
from math import ceil
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relationship_core.decisions.benchmarks import Benchmarks, KindBenchmark
from relationship_core.domain.customer import CustomerKind
from relationship_core.errors import InvalidValueError
from tests.decisions.small_bank import D

DAY = date(2025, 12, 31)
PERSONAL = CustomerKind.PERSONAL
CORPORATE = CustomerKind.CORPORATE

amounts = st.decimals(-1000, 100_000, places=2) | st.integers(0, 20).map(Decimal)


def of_persons(*contributions: Decimal | None) -> Benchmarks:
    return Benchmarks.from_contributions(DAY, [(PERSONAL, amount) for amount in contributions])


def best(benchmarks: Benchmarks, amounts: list[Decimal], at_least: str) -> list[Decimal]:
    """The amounts at a percentile or above, the best first."""
    placed = [(benchmarks.percentile(PERSONAL, amount), amount) for amount in amounts]
    return sorted(
        (amount for place, amount in placed if place is not None and place >= D(at_least)),
        reverse=True,
    )


def test_the_best_five_of_a_hundred_are_at_95_percent_or_above() -> None:
    hundred = [D(amount) for amount in range(1, 101)]
    benchmarks = of_persons(*hundred)
    assert best(benchmarks, hundred, "0.95") == [D(n) for n in (100, 99, 98, 97, 96)]
    assert best(benchmarks, hundred, "0.99") == [D(100)]
    assert len(best(benchmarks, hundred, "0.5")) == 50
    assert benchmarks.percentile(PERSONAL, D(95)) == D("0.949")
    assert benchmarks.percentile(PERSONAL, D(1)) == D("0.009")


def test_ties_at_the_cut_off_are_all_among_the_better() -> None:
    tied = [D(7)] * 10 + [D(1)] * 90
    assert best(of_persons(*tied), tied, "0.95") == [D(7)] * 10


def test_of_a_few_at_least_one_is_among_the_best() -> None:
    few = [D(3), D(2), D(1)]
    assert best(of_persons(*few), few, "0.99") == [D(3)]


def test_only_positive_contributions_are_ranked() -> None:
    benchmarks = of_persons(D(-5), D(0), D(10), D(20), None)
    (persons,) = benchmarks.kinds
    assert (persons.population, persons.positive) == (4, 2)
    assert benchmarks.percentile(PERSONAL, D("-0.01")) == 0
    assert benchmarks.percentile(PERSONAL, D(0)) == 0
    assert benchmarks.percentile(PERSONAL, D(5)) == 0
    assert benchmarks.percentile(PERSONAL, D(15)) == D("0.499")
    assert benchmarks.percentile(PERSONAL, D(10**9)) == D("0.999")


def test_each_kind_is_ranked_by_itself() -> None:
    benchmarks = Benchmarks.from_contributions(
        DAY, [(CORPORATE, D(10_000)), (PERSONAL, D(1)), (PERSONAL, D(2))]
    )
    assert [one.kind for one in benchmarks.kinds] == [PERSONAL, CORPORATE]
    assert benchmarks.percentile(PERSONAL, D(2)) == D("0.999")
    assert benchmarks.percentile(CORPORATE, D(2)) == 0
    assert benchmarks.percentile(CustomerKind.INSTITUTIONAL, D(2)) is None
    assert benchmarks.percentile(CustomerKind.INSTITUTIONAL, D(0)) is None


def test_where_nobody_is_positive_a_positive_amount_has_no_place() -> None:
    benchmarks = of_persons(D(-1), D(0))
    assert benchmarks.percentile(PERSONAL, D(1)) is None
    assert benchmarks.percentile(PERSONAL, D(0)) == 0


def test_amounts_are_compared_at_the_cent_in_any_decimal_context() -> None:
    benchmarks = of_persons(D("123456.78"), D("0.004"), D("1.00"))
    (persons,) = benchmarks.kinds
    assert persons.positive == 2
    with localcontext() as context:
        context.prec = 3
        assert of_persons(D("123456.78"), D("0.004"), D("1.00")) == benchmarks
        assert benchmarks.percentile(PERSONAL, D("123456.7799")) == D("0.999")
        assert benchmarks.percentile(PERSONAL, D("123456.77")) == D("0.499")


@given(st.lists(amounts, min_size=1, max_size=60), st.integers(1, 999))
def test_a_percentile_is_the_best_part_of_the_positive_ones(
    contributions: list[Decimal], permille: int
) -> None:
    benchmarks = of_persons(*contributions)
    positive = sorted((amount for amount in contributions if amount > 0), reverse=True)
    place = D(permille) / 1000
    among_best = best(benchmarks, contributions, str(place))
    if positive:
        cut_off = positive[ceil(len(positive) * (1000 - permille) / D(1000)) - 1]
        assert among_best == [amount for amount in positive if amount >= cut_off]
    else:
        assert among_best == []


@given(st.lists(st.tuples(st.sampled_from(CustomerKind), amounts), max_size=30), st.randoms())
def test_the_order_of_customers_changes_nothing(
    contributions: list[tuple[CustomerKind, Decimal]], dice: Any
) -> None:
    mixed = list(contributions)
    dice.shuffle(mixed)
    assert Benchmarks.from_contributions(DAY, mixed) == Benchmarks.from_contributions(
        DAY, contributions
    )


def test_a_stream_longer_than_one_run_is_ranked_whole() -> None:
    size = 140_000
    benchmarks = Benchmarks.from_contributions(
        DAY, ((PERSONAL, D(place * 7919 % size + 1)) for place in range(size))
    )
    (persons,) = benchmarks.kinds
    assert persons.positive == size
    assert persons.cutoffs == tuple(D(size * step // 1000 + 1) for step in range(1000))


def test_nobody_leaves_nothing() -> None:
    assert Benchmarks.from_contributions(DAY, []) == Benchmarks(DAY)


@pytest.mark.parametrize(
    ("amount", "phrase"),
    [(1.5, "a float"), (100, "an int"), (D("NaN"), "finite"), (D("-Infinity"), "finite")],
)
def test_what_is_no_amount_is_refused(amount: Any, phrase: str) -> None:
    with pytest.raises(InvalidValueError, match=phrase) as caught:
        of_persons(amount)
    assert caught.value.where == "Benchmarks.from_contributions"


def test_an_amount_beyond_any_ledger_is_refused() -> None:
    assert of_persons(D(2**63 - 1) / 100).kinds[0].positive == 1
    with pytest.raises(InvalidValueError, match="beyond any ledger"):
        of_persons(D(2**63) / 100)


@pytest.mark.parametrize(
    ("wrong", "what"),
    [
        ({"kind": "personal"}, r"KindBenchmark\.kind"),
        ({"population": -1}, r"KindBenchmark\.population"),
        ({"positive": 1.0}, r"KindBenchmark\.positive"),
        ({"population": 1}, "fit together"),
        ({"cutoffs": (D(1),)}, "fit together"),
        ({"positive": 0}, "fit together"),
        ({"cutoffs": [D(-1)] * 1000}, "negative"),
        ({"cutoffs": [D(3)] * 999 + [D(2)]}, "ascend"),
    ],
)
def test_cut_offs_that_make_no_sense_are_refused(wrong: dict[str, Any], what: str) -> None:
    sound: dict[str, Any] = {
        "kind": PERSONAL,
        "population": 3,
        "positive": 2,
        "cutoffs": [D(1)] * 500 + [D(2)] * 500,
    }
    assert len(KindBenchmark(**sound).cutoffs) == 1000
    with pytest.raises(InvalidValueError, match=what):
        KindBenchmark(**(sound | wrong))


def test_benchmarks_refuse_a_kind_given_twice_and_a_moment() -> None:
    nobody = KindBenchmark(PERSONAL, 1, 0, ())
    assert Benchmarks(DAY, [nobody]).kinds == (nobody,)  # type: ignore[arg-type]
    with pytest.raises(InvalidValueError, match="given twice"):
        Benchmarks(DAY, (nobody, nobody))
    with pytest.raises(InvalidValueError, match=r"Benchmarks\.as_of"):
        Benchmarks("2025-12-31")  # type: ignore[arg-type]

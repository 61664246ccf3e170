from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relationship_core.decisions import witness as module
from relationship_core.decisions.witness import find_witness
from relationship_core.facts import CATALOGUE, aum, days_to_next_maturity, kind, maturing_30d
from relationship_core.rules import Expression, Fact, Kind, at_least, truth

COUNT = [Fact(f"count{number}", Kind.COUNT, minimum=0, maximum=9) for number in range(3)]
FLAG = Fact("flag", Kind.FLAG)
DAY = Fact("day", Kind.DATE)
COLOUR = Fact("colour", Kind.CATEGORY)
SHARE = Fact("share", Kind.RATIO, minimum=0, maximum=1)


@pytest.mark.parametrize(
    "condition",
    [
        COUNT[0] > 3,
        (COUNT[0] >= 4) & (COUNT[0] <= 4),
        FLAG & ~(COUNT[1] == 0),
        ~FLAG,
        (date(2026, 6, 30) < DAY) & (date(2026, 7, 2) > DAY),
        COLOUR == "red",
        COLOUR != "red",
        COLOUR.is_in(["red", "blue"]) & (COLOUR != "red"),
        kind == "institutional",
        SHARE.between(0.5, 0.5),
        SHARE > 0.999998,
        COUNT[0].is_missing() & (COUNT[1] >= 2),
        ~COUNT[0].is_missing() & (COUNT[0] <= 0),
        (COUNT[0].or_else(7) >= 7) & COUNT[0].is_missing(),
        COUNT[0] + COUNT[1] > 5,
        at_least(2, COUNT[0] > 3, COUNT[1] > 3, FLAG),
        (maturing_30d > 0) & (days_to_next_maturity >= 0),
    ],
)
def test_a_customer_is_found_for_whom_it_holds(condition: Expression) -> None:
    witness = find_witness(condition)
    assert witness is not None
    assert truth(condition, dict(witness)) is True
    assert witness == tuple(sorted(witness))
    for name, value in witness:
        if name in CATALOGUE and value is not None:
            assert CATALOGUE[name].admits(value)


@pytest.mark.parametrize(
    "condition",
    [
        (COUNT[0] > 3) & (COUNT[0] < 3),
        COUNT[0] > 9,
        SHARE < 0,
        FLAG & ~FLAG,
        kind != kind,
        (COUNT[0] > 3) & COUNT[0].is_missing(),
        (maturing_30d > 0) & (days_to_next_maturity > 30),  # the facts' own relation excludes it
    ],
)
def test_none_is_found_where_there_is_none(condition: Expression) -> None:
    assert find_witness(condition) is None


leaves: st.SearchStrategy[Expression] = st.one_of(
    st.builds(lambda fact, value: fact >= value, st.sampled_from(COUNT), st.integers(0, 9)),
    st.builds(lambda fact, value: fact == value, st.sampled_from(COUNT), st.integers(0, 9)),
    st.builds(lambda fact: fact.is_missing(), st.sampled_from(COUNT)),
    st.just(FLAG),
)
conditions: st.SearchStrategy[Expression] = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(lambda a, b: a & b, inner, inner),
        st.builds(lambda a, b: a | b, inner, inner),
        st.builds(lambda a: ~a, inner),
    ),
    max_leaves=6,
)


@given(conditions, st.lists(st.none() | st.integers(0, 9), min_size=3, max_size=3), st.booleans())
def test_over_facts_compared_with_constants_only_the_search_misses_nothing(
    condition: Expression, counts: list[int | None], flag: bool
) -> None:
    facts = {**{f"count{number}": value for number, value in enumerate(counts)}, "flag": flag}
    witness = find_witness(condition)
    if truth(condition, facts):
        assert witness is not None
    if witness is not None:
        assert truth(condition, dict(witness)) is True


def test_a_search_that_takes_too_long_is_given_up(monkeypatch: Any) -> None:
    condition = (aum > 10) & (COUNT[0] > 3)
    assert find_witness(condition) is not None
    monkeypatch.setattr(module, "_MOST_STEPS", 2)
    assert find_witness(condition) is None

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from relationship_core.decisions.moved_constants import Asked, with_moved_constants
from relationship_core.errors import TableError
from relationship_core.rules import Expression, at_least, truth
from relationship_core.rules.tables.alternatives import alternatives
from tests.rules.strategies import (
    Facts,
    any_facts,
    aum,
    conditions,
    debt,
    opened,
    salaried,
    share,
    tier,
    visits,
)


def rows(condition: Expression) -> list[Asked]:
    return [[(each.fact, each.tests) for each in row] for row in alternatives(condition)]


def moved(old: Expression, new: Expression) -> Expression | None:
    return with_moved_constants(old, rows(old), rows(new))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (aum > 5, aum > 7),
        (aum.between(1, 5), aum.between(2, 9)),
        (5 < aum, 6 < aum),
        (tier == "gold", tier == "silver"),
        (tier.is_in(["gold", "silver"]), tier.is_in(["silver", "basic"])),
        (opened < date(2026, 1, 1), opened < date(2026, 7, 1)),
        (aum.or_else(0) > 5, aum.or_else(0) > 6),
        ((aum > debt) & (aum > 5) & salaried, (aum > debt) & (aum > 6) & salaried),
        (~((aum > 5) | (visits > 5)), ~((aum > 5) | (visits > 6))),
        (
            (aum > 5) & ((visits > 1) | at_least(2, salaried, aum > 100, share > 0.5)),
            (aum > 6) & ((visits > 1) | at_least(2, salaried, aum > 100, share > 0.25)),
        ),
    ],
)
def test_a_condition_stays_as_it_was_written(old: Expression, new: Expression) -> None:
    found = moved(old, new)
    assert found is not None
    assert found.same_as(new)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (aum > 5, (aum > 5) | (visits > 5)),
        (
            (aum > 5) & ((visits > 1) | salaried),
            ((aum > 6) & (visits > 1)) | ((aum > 7) & salaried),
        ),
        (aum.between(1, 5) & (aum >= 3), aum.between(0, 0.5)),
    ],
)
def test_more_than_that_is_nothing_that_moved(old: Expression, new: Expression) -> None:
    assert moved(old, new) is None


def test_it_is_for_others_to_look_whether_that_is_all() -> None:
    found = moved(aum > 5, aum >= 6)
    assert found is not None
    assert found.same_as(aum > 6)


@given(conditions(), any_facts)
def test_where_nothing_moved_the_condition_means_the_same(
    condition: Expression, facts: Facts
) -> None:
    try:
        asked = rows(condition)
    except TableError:
        assume(False)
    found = with_moved_constants(condition, asked, asked)
    assert found is not None
    assert truth(found, facts) is truth(condition, facts)


@given(st.integers(0, 9), st.integers(0, 9))
def test_what_stood_in_two_places_moves_in_both(old: int, new: int) -> None:
    def written(limit: int) -> Expression:
        return (aum > limit) & (salaried | (aum > limit))

    found = moved(written(old), written(new))
    assert found is not None
    assert found.same_as(written(new))

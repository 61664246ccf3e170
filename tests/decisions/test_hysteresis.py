from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relationship_core.decisions.hysteresis import Confirmation, require_in_time, waiting
from relationship_core.domain import Pending, Standing
from relationship_core.errors import ReviewError, RuleBookError

MARCH = date(2026, 3, 1)


def day(number: int) -> date:
    return MARCH + timedelta(days=number)


@pytest.mark.parametrize(("reviews", "days_apart"), [(0, 20), (2, 0)])
def test_a_confirmation_counts_at_least_one_review_and_one_day(
    reviews: int, days_apart: int
) -> None:
    with pytest.raises(RuleBookError, match="at least one review and one day"):
        Confirmation(reviews, days_apart)


@pytest.mark.parametrize("numbers", [("2", 3), (2, 3.0), (True, 3), (2, None)])
def test_a_confirmation_counts_whole_reviews_and_days(numbers: tuple[Any, Any]) -> None:
    with pytest.raises(RuleBookError, match="where a whole number belongs"):
        Confirmation(*numbers)


def test_the_first_indication_counts() -> None:
    assert Confirmation().days_seen(None, day(0)) == (day(0),)


@pytest.mark.parametrize(("later", "counts"), [(0, False), (19, False), (20, True)])
def test_a_further_day_counts_once_it_is_far_enough(later: int, counts: bool) -> None:
    before = Pending("decline", (day(0),))
    seen = Confirmation(reviews=3).days_seen(before, day(later))
    assert seen == ((day(0), day(later)) if counts else (day(0),))


def test_days_are_not_counted_beyond_what_is_asked() -> None:
    before = Pending("decline", (day(0), day(20)))
    assert Confirmation().days_seen(before, day(60)) == (day(0), day(20))


def test_what_waits_unchanged_is_the_same_object() -> None:
    before = Pending("decline", (day(0),))
    assert waiting("decline", (day(0),), before) is before
    assert waiting("lost", (day(0),), before) == Pending("lost", (day(0),))
    assert waiting("decline", (day(0), day(9)), before) == Pending("decline", (day(0), day(9)))
    assert waiting("decline", (day(0),), None) == before


@given(st.lists(st.integers(0, 400), min_size=1).map(sorted), st.integers(1, 5), st.integers(1, 90))
def test_counted_days_are_far_apart_and_as_many_as_can_be(
    days: list[int], reviews: int, days_apart: int
) -> None:
    confirmation = Confirmation(reviews, days_apart)
    pending: Pending | None = None
    for number in days:
        pending = Pending("decline", confirmation.days_seen(pending, day(number)))
    assert pending is not None
    seen = pending.seen
    assert all((b - a).days >= days_apart for a, b in pairwise(seen))
    most, last = 0, -(10**6)
    for number in days:
        if number - last >= days_apart:
            most, last = most + 1, number
    assert len(seen) == min(most, reviews)


@pytest.mark.parametrize(
    "standing",
    [
        Standing(reviewed=day(2)),
        Standing(stage="stable", stage_since=day(2)),
        Standing(stage="stable", stage_since=day(0), reviewed=day(2)),
    ],
)
def test_a_standing_of_a_later_day_is_refused(standing: Standing) -> None:
    with pytest.raises(ReviewError, match="later day than 2026-03-02"):
        require_in_time(standing, standing.stage_since, day(1))


@pytest.mark.parametrize(
    "standing",
    [Standing(), Standing(reviewed=day(1)), Standing(stage="stable", stage_since=day(1))],
)
def test_a_standing_of_the_day_or_before_is_taken(standing: Standing) -> None:
    require_in_time(standing, standing.stage_since, day(1))

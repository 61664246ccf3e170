"""Reviews are facts: they are added, found again as known at any moment, and never changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import count
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from relationship_core.decisions.review import Review
from relationship_core.errors import InvalidValueError, ReviewError, StorageError
from relationship_core.storage import Database, open_database
from tests.storage.bank import JULY, JUNE, address, moment, person, reviewed


@pytest.fixture
def stored(database: Database) -> Database:
    """A database that knows the customer."""
    with database.unit_of_work() as work:
        work.customers.add(person())
    return database


def keep(database: Database, review: Review, recorded_at: datetime) -> bool:
    with database.unit_of_work() as work:
        return work.reviews.save(review, recorded_at=recorded_at)


def latest(database: Database, **asked: Any) -> Review | None:
    with database.reading() as work:
        return work.reviews.latest("C1", **asked)


def moments(database: Database, **asked: Any) -> list[tuple[date, datetime]]:
    with database.reading() as work:
        history = work.reviews.history("C1", **asked)
    return [(each.review.as_of, each.recorded_at) for each in history]


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    with open_database(address(tmp_path_factory.mktemp("shared"))) as opened:
        yield opened


AMOUNTS = st.decimals(0, 10**9, places=2).map(str)
NUMBERS = count()


@given(st.lists(st.tuples(st.sampled_from([JUNE, JULY]), AMOUNTS), min_size=1, max_size=4))
def test_every_review_comes_back_as_it_was_saved(
    shared: Database, wanted: list[tuple[date, str]]
) -> None:
    customer = person(f"C{next(NUMBERS)}")
    with shared.unit_of_work() as work:
        work.customers.add(customer)
        kept = [
            (review, moment(day))
            for day, (as_of, balance) in enumerate(wanted, start=1)
            if work.reviews.save(
                review := reviewed(as_of, balance, customer), recorded_at=moment(day)
            )
        ]
    with shared.reading() as work:
        history = work.reviews.history(customer.id)
    in_order = sorted(kept, key=lambda each: (each[0].as_of, each[1]))
    assert [(each.review, each.recorded_at) for each in history] == in_order
    assert [each.review.to_json() for each in history] == [each[0].to_json() for each in in_order]


def test_a_review_that_is_in_force_already_is_not_kept_twice(stored: Database) -> None:
    assert keep(stored, reviewed(), moment(1)) is True
    assert keep(stored, reviewed(), moment(1)) is False
    assert keep(stored, reviewed(), moment(2)) is False
    assert moments(stored) == [(JUNE, moment(1))]


def test_a_correction_stands_beside_what_it_corrects(stored: Database) -> None:
    wrong, right = reviewed(balance="1.00"), reviewed(balance="2.00")
    assert keep(stored, wrong, moment(1))
    assert keep(stored, right, moment(2))
    assert moments(stored) == [(JUNE, moment(1)), (JUNE, moment(2))]
    assert latest(stored) == right


def test_a_correction_can_be_taken_back(stored: Database) -> None:
    first, second = reviewed(balance="1.00"), reviewed(balance="2.00")
    for day, review in enumerate((first, second, first), start=1):
        assert keep(stored, review, moment(day))
    assert latest(stored) == first
    assert len(moments(stored)) == 3


def test_a_message_that_arrives_again_changes_nothing_even_after_a_correction(
    stored: Database,
) -> None:
    first, second = reviewed(balance="1.00"), reviewed(balance="2.00")
    keep(stored, first, moment(1))
    keep(stored, second, moment(2))
    assert keep(stored, first, moment(1)) is False
    assert latest(stored) == second


def test_two_reviews_of_a_day_cannot_be_recorded_at_one_moment(stored: Database) -> None:
    keep(stored, reviewed(balance="1.00"), moment(1))
    with pytest.raises(StorageError, match="another review of that day") as caught:
        keep(stored, reviewed(balance="2.00"), moment(1))
    assert caught.value.where == "customer C1, review of 2026-06-30"
    assert caught.value.mend
    assert latest(stored) == reviewed(balance="1.00")


def test_the_reviews_of_several_days_may_be_recorded_at_one_moment(stored: Database) -> None:
    with stored.unit_of_work() as work:
        for day in (JULY, JUNE):
            assert work.reviews.save(reviewed(day), recorded_at=moment(1))
    assert moments(stored) == [(JUNE, moment(1)), (JULY, moment(1))]
    assert latest(stored) == reviewed(JULY)


def test_what_was_known_cannot_be_rewritten_afterwards(stored: Database) -> None:
    keep(stored, reviewed(JULY), moment(2))
    with pytest.raises(StorageError, match="recorded after that moment") as caught:
        keep(stored, reviewed(JUNE), moment(1))
    assert caught.value.mend
    assert moments(stored) == [(JULY, moment(2))]


def test_the_latest_review_is_that_of_the_latest_day_whenever_it_was_recorded(
    stored: Database,
) -> None:
    keep(stored, reviewed(JULY), moment(1))
    keep(stored, reviewed(JUNE), moment(2))
    assert latest(stored) == reviewed(JULY)
    assert latest(stored, before=JULY) == reviewed(JUNE)
    assert latest(stored, before=JUNE) is None


def test_what_was_known_at_a_moment_is_found_again(stored: Database) -> None:
    wrong, right = reviewed(balance="1.00"), reviewed(balance="2.00")
    keep(stored, wrong, moment(1))
    keep(stored, right, moment(3))
    assert latest(stored, known_at=moment(1) - timedelta(microseconds=1)) is None
    assert latest(stored, known_at=moment(1)) == wrong
    assert latest(stored, known_at=moment(3) - timedelta(microseconds=1)) == wrong
    assert latest(stored, known_at=moment(3)) == right
    assert moments(stored, known_at=moment(2)) == [(JUNE, moment(1))]


def test_a_moment_means_the_same_in_every_time_zone(stored: Database) -> None:
    beijing = timezone(timedelta(hours=8))
    recorded_at = datetime(2026, 8, 1, 7, 30, 0, 1, tzinfo=beijing)
    with stored.unit_of_work() as work:
        work.reviews.save(reviewed(), recorded_at=recorded_at)
        (at_once,) = work.reviews.history("C1")
    with stored.reading() as work:
        (later,) = work.reviews.history("C1")
    for each in (at_once, later):
        assert each.recorded_at == recorded_at
        assert each.recorded_at.tzinfo is UTC
    assert latest(stored, known_at=recorded_at) is not None
    assert latest(stored, known_at=recorded_at - timedelta(microseconds=1)) is None
    assert keep(stored, reviewed(), recorded_at.astimezone(UTC)) is False


@pytest.mark.parametrize("moment_given", [datetime(2026, 8, 1), date(2026, 8, 1), "2026-08-01"])  # noqa: DTZ001
def test_a_moment_without_a_time_zone_is_refused(stored: Database, moment_given: Any) -> None:
    with pytest.raises(StorageError, match="aware") as caught:
        keep(stored, reviewed(), moment_given)
    assert caught.value.where == "recorded_at"
    with pytest.raises(StorageError, match="aware") as caught:
        latest(stored, known_at=moment_given)
    assert caught.value.where == "known_at"
    assert moments(stored) == []


def test_a_day_to_look_before_is_no_moment(stored: Database) -> None:
    with pytest.raises(InvalidValueError, match="before"):
        latest(stored, before=moment(1))


def test_a_customer_who_is_not_stored_has_no_reviews_to_keep_or_find(database: Database) -> None:
    with database.unit_of_work() as work:
        for attempt in (
            lambda: work.reviews.save(reviewed(), recorded_at=moment(1)),
            lambda: work.reviews.history("C1"),
            lambda: work.reviews.latest("C1"),
            lambda: work.reviews.standing_of("C1"),
        ):
            with pytest.raises(StorageError, match="no customer of this id") as caught:
                attempt()
            assert caught.value.where == "customer C1"


def test_reviews_of_customers_do_not_mix(stored: Database) -> None:
    other = person("C2")
    with stored.unit_of_work() as work:
        work.customers.add(other)
        work.reviews.save(reviewed(), recorded_at=moment(2))
        assert work.reviews.latest("C2") is None
        work.reviews.save(reviewed(JULY, customer=other), recorded_at=moment(1))
    assert latest(stored) == reviewed()
    assert len(moments(stored)) == 1


def test_the_next_review_starts_from_where_the_latest_ended(stored: Database) -> None:
    with stored.reading() as work:
        assert work.reviews.standing_of("C1") is None
    june = reviewed(JUNE, "9000000.00")
    keep(stored, june, moment(1))
    with stored.reading() as work:
        standing = work.reviews.standing_of("C1", before=JULY)
    assert standing == june.standing
    july = reviewed(JULY, "10.00", standing=standing)
    keep(stored, july, moment(2))
    with stored.reading() as work:
        assert work.reviews.standing_of("C1") == july.standing
        assert work.reviews.standing_of("C1", known_at=moment(1)) == june.standing


def test_a_day_that_is_reviewed_anew_starts_from_what_stood_before_it(stored: Database) -> None:
    keep(stored, reviewed(JUNE, "9000000.00"), moment(1))
    for day, expected in ((2, True), (3, False)):
        with stored.unit_of_work() as work:
            standing = work.reviews.standing_of("C1", before=JULY)
            again = reviewed(JULY, "10.00", standing=standing)
            assert work.reviews.save(again, recorded_at=moment(day)) is expected


def test_a_review_that_was_read_from_json_is_kept_as_well(stored: Database) -> None:
    assert keep(stored, Review.from_json(reviewed().to_json()), moment(1))
    assert keep(stored, reviewed(), moment(2)) is False


def test_a_review_that_forgot_its_reasons_is_not_kept(stored: Database) -> None:
    with pytest.raises(ReviewError, match="made from"):
        keep(stored, attrs.evolve(reviewed(), source=None), moment(1))
    assert moments(stored) == []

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from itertools import permutations
from typing import Any

import pytest

from relationship_core import Customer, CustomerKind, Dossier, Engine, RuleBook
from relationship_core.decisions.rule_book_register import RuleBookRegister, SignedRuleBook
from relationship_core.errors import InvalidValueError, RuleBookError, SignOffError
from tests.decisions.signed_books import (
    APRIL,
    FIRST,
    JANUARY,
    JULY,
    SECOND,
    THIRD,
    one_after_the_other,
    signed,
    signed_off,
)

REGISTER = RuleBookRegister(one_after_the_other())


def test_the_order_in_which_books_are_given_does_not_matter() -> None:
    for books in permutations(one_after_the_other()):
        assert list(RuleBookRegister(books)) == list(REGISTER.books)


@pytest.mark.parametrize("on", ["2026-07-01", datetime(2026, 7, 1, tzinfo=UTC), None])
def test_a_day_is_a_date(on: Any) -> None:
    with pytest.raises(InvalidValueError, match="on: "):
        REGISTER.in_force(on)


@pytest.mark.parametrize(
    ("on", "book"),
    [
        (JANUARY, FIRST),
        (date(2026, 3, 31), FIRST),
        (APRIL, SECOND),
        (date(2026, 6, 30), SECOND),
        (JULY, THIRD),
        (date(2099, 1, 1), THIRD),
    ],
)
def test_a_change_takes_effect_on_its_day(on: date, book: RuleBook) -> None:
    assert REGISTER.in_force(on) is REGISTER.signed_on(on).rule_book
    assert REGISTER.in_force(on) == book


def test_an_engine_decides_by_the_book_of_the_day() -> None:
    dossier = Dossier(Customer("c", CustomerKind.PERSONAL), supplied={"aum": 65_000})
    tiers = [
        Engine.from_rule_book(REGISTER.in_force(on)).review(dossier, on).tier.tier
        for on in (JANUARY, APRIL, JULY)
    ]
    assert tiers == ["gold", "gold", "rest"]


def test_before_the_first_book_none_is_in_force() -> None:
    with pytest.raises(SignOffError, match="no rule book is in force on 2025-12-31: the first is"):
        REGISTER.in_force(date(2025, 12, 31))


def test_after_the_end_of_the_last_book_none_is_in_force() -> None:
    ended = RuleBookRegister([signed(FIRST, valid_until=APRIL)])
    assert ended.in_force(APRIL) == FIRST
    with pytest.raises(SignOffError, match="no rule book is in force on 2026-07-01: the last was"):
        ended.in_force(JULY)


def named(*books: RuleBook) -> str:
    return ".*".join(book.fingerprint[:16] for book in books)


@pytest.mark.parametrize(
    ("end", "start", "message"),
    [
        (APRIL, APRIL, f"{named(FIRST, SECOND)}.* are in force together"),
        (None, JANUARY, f"{named(FIRST, SECOND)}.* are in force together"),
        (date(2026, 3, 30), APRIL, f"none is in force between {named(FIRST, SECOND)}"),
    ],
)
def test_overlaps_and_gaps_are_refused_naming_both(
    end: date | None, start: date, message: str
) -> None:
    books = [
        signed(FIRST, valid_until=end),
        signed(SECOND, replaces=FIRST, valid_from=start),
    ]
    with pytest.raises(SignOffError, match=message):
        RuleBookRegister(books)


@pytest.mark.parametrize(("replaces", "told"), [(None, "none"), (THIRD, named(THIRD))])
def test_a_book_takes_the_place_of_the_one_before_it(replaces: RuleBook | None, told: str) -> None:
    books = [signed(FIRST), signed(SECOND, replaces=replaces, valid_from=APRIL)]
    with pytest.raises(SignOffError, match=f"{named(SECOND, FIRST)}.*, but replaces {told}"):
        RuleBookRegister(books)


def test_a_register_holds_something() -> None:
    with pytest.raises(SignOffError, match="it holds no book"):
        RuleBookRegister(())


def test_a_sign_off_belongs_to_its_book() -> None:
    with pytest.raises(SignOffError, match=f"the sign-off is of {named(SECOND)}, another book"):
        SignedRuleBook(FIRST, signed_off(SECOND))


class TestInJson:
    def test_it_comes_back(self) -> None:
        there = RuleBookRegister.from_json(json.dumps(REGISTER.to_json()))
        assert there == REGISTER
        assert there.in_force(APRIL) == SECOND

    def test_it_is_read_whole_or_not_at_all(self) -> None:
        def spoilt(kind: str, **changes: Any) -> dict[str, Any]:
            data = json.loads(json.dumps(REGISTER.to_json()))
            data["books"][1][kind].update(changes)
            return data

        with pytest.raises(RuleBookError, match="its fingerprint isn't that of its content"):
            RuleBookRegister.from_json(spoilt("rule_book", fingerprint="0" * 64))
        with pytest.raises(SignOffError, match="its digest isn't that of its content"):
            RuleBookRegister.from_json(spoilt("sign_off", comment="quietly"))

    def test_what_is_no_register_is_refused(self) -> None:
        with pytest.raises(SignOffError, match="the data is no register of rule books"):
            RuleBookRegister.from_json({"schema": 1, "books": [{}]})
        with pytest.raises(SignOffError, match="written in schema 7, not 1"):
            RuleBookRegister.from_json({"schema": 7})

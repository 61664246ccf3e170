from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relationship_core import Entitlement, Lifecycle, Rule, Service, Stage, Tiering
from relationship_core.decisions.books_in_force import BooksInForce
from relationship_core.facts import aum
from tests.decisions.small_book import small_book

NEW_YEAR = date(2026, 1, 1)
NORTH, HARBOUR, PIER = ("north",), ("north", "harbour"), ("north", "harbour", "pier")


def lounge(least: int, *scope: str, **changes: object) -> Rule:
    """A lounge, from this much on."""
    return Rule("lounge", aum >= least, Entitlement("lounge", "x"), scope=scope, **changes)


BOOK = small_book(
    service=Service(
        [
            lounge(100, overridable=True),
            lounge(50, *NORTH, overridable=True),
            lounge(10, *PIER, valid_from=NEW_YEAR, valid_until=date(2026, 6, 30)),
            Rule("boat", aum >= 7, Entitlement("boat", "y"), scope=HARBOUR),
        ]
    )
)

nodes = st.lists(st.sampled_from(["north", "harbour", "pier", "south", "x"]), max_size=5).map(tuple)
days = st.dates(date(2025, 12, 25), date(2026, 7, 10))


@given(nodes | st.sampled_from([(), NORTH, HARBOUR, PIER, (*PIER, "desk")]), days)
def test_what_is_kept_is_what_would_be_made_anew(node: tuple[str, ...], as_of: date) -> None:
    assert IN_FORCE.at(node, as_of) == BOOK.effective(node, as_of)


IN_FORCE = BooksInForce(BOOK)


def test_nodes_without_rules_of_their_own_share_their_ancestors_book() -> None:
    books = BooksInForce(BOOK)
    assert books.at((), None) is books.at(("south", "bay"), None)
    assert books.at(NORTH, None) is books.at(("north", "hill"), None)
    assert books.at(HARBOUR, None) is books.at(("north", "harbour", "quay", "desk"), None)
    assert books.at(PIER, None) is books.at((*PIER, "desk"), None)
    assert len({id(books.at(node, None)) for node in ((), NORTH, HARBOUR, PIER)}) == 4


@pytest.mark.parametrize("turn", [NEW_YEAR, date(2026, 7, 1)])
def test_a_book_holds_until_a_rule_turns(turn: date) -> None:
    books = BooksInForce(BOOK)
    day = timedelta(days=1)
    assert books.at(PIER, turn - 2 * day) is books.at(PIER, turn - day)
    assert books.at(PIER, turn - day) is not books.at(PIER, turn)
    assert books.at(PIER, turn) is books.at(PIER, turn + day)
    rules = {books.at(PIER, on).service.entitlements.rules[-1].when for on in (turn - day, turn)}
    assert len(rules) == 2


def test_a_rule_may_hold_to_the_end_of_the_calendar() -> None:
    book = small_book(service=Service([lounge(1, valid_until=date.max)]))
    assert BooksInForce(book).at((), date.max).service.entitlements.rules


def test_a_book_without_rules_is_one_everywhere() -> None:
    book = small_book(
        lifecycle=Lifecycle([Stage("prospect")], (), ()),
        tiering=Tiering(["all"], (), matrix=(), treatments=()),
    )
    books = BooksInForce(book)
    assert books.at(NORTH, NEW_YEAR) is books.at((), NEW_YEAR)

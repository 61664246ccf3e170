"""Rule books signed off one after the other, for tests."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from relationship_core import Rule, RuleBook, Tiering
from relationship_core.decisions.rule_book_register import SignedRuleBook
from relationship_core.decisions.sign_off import SignOff
from relationship_core.facts import aum
from tests.decisions.small_book import small_book

JANUARY, APRIL, JULY = date(2026, 1, 1), date(2026, 4, 1), date(2026, 7, 1)
PROOF, SIMULATION = "a" * 64, "b" * 64


def gold_from(limit: int) -> RuleBook:
    """A book whose best tier asks for so much."""
    return small_book(tiering=Tiering(["gold", "rest"], [Rule("gold", aum >= limit)]))


FIRST, SECOND, THIRD = gold_from(50_000), gold_from(60_000), gold_from(70_000)


def signed_off(book: RuleBook, **changes: Any) -> SignOff:
    """The sign-off of a book that is in force from January 2026 on."""
    given: dict[str, Any] = {
        "proposed_by": "staff-7",
        "proposed_at": date(2025, 11, 3),
        "approved_by": "staff-8",
        "approved_at": date(2025, 11, 20),
        "valid_from": JANUARY,
        "proof": PROOF,
    }
    return SignOff.of(book, **(given | changes))


def signed(book: RuleBook, **changes: Any) -> SignedRuleBook:
    """The book with its sign-off."""
    return SignedRuleBook(book, signed_off(book, **changes))


def one_after_the_other() -> tuple[SignedRuleBook, SignedRuleBook, SignedRuleBook]:
    """Three books, the first of which says when it ends."""
    return (
        signed(FIRST, valid_until=APRIL - timedelta(days=1)),
        signed(SECOND, replaces=FIRST, valid_from=APRIL, simulation=SIMULATION),
        signed(THIRD, replaces=SECOND, valid_from=JULY),
    )

"""Whatever customers drawn at random show of a changed book, its proof has found.

The soak changes 1,000 books and draws 100,000 customers for each of them.
"""

from __future__ import annotations

import os
from random import Random

import pytest

from relationship_core.rules.analysis import Proof, prove
from relationship_core.rules.analysis.finding import IMPOSSIBLE, SHADOWED
from tests.rules.analysis.healthy_books import FORMS, Book
from tests.rules.analysis.random_search import Search, mutant

IS_SOAK = os.environ.get("HYPOTHESIS_PROFILE") == "soak"
BATCHES, BOOKS, CUSTOMERS = (100, 10, 100_000) if IS_SOAK else (4, 10, 2_000)


def proved(book: Book) -> Proof:
    return prove(book.rules, laws=book.laws, otherwise=book.otherwise)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
def test_a_healthy_book_is_proved(form: object) -> None:
    chance = Random(f"healthy {form}")
    for _ in range(3):
        book = form(chance)  # type: ignore[operator]
        assert proved(book).holds, [str(each) for each in proved(book).errors]
        assert not Search(book, 500, chance).faults


@pytest.mark.parametrize("batch", range(BATCHES))
def test_what_random_customers_show_the_proof_has_found(batch: int) -> None:
    for place in range(BOOKS):
        chance = Random(f"mutant {batch} {place}")
        book = mutant(FORMS[(batch * BOOKS + place) % len(FORMS)](chance), chance)
        proof = proved(book)
        shown = Search(book, CUSTOMERS, chance)
        told = {each.code for each in proof.findings}
        assert not proof.undecided, (batch, place)
        assert shown.faults <= told, (batch, place, shown.faults - told)
        accused = {
            finding.rules[0] for finding in proof.findings if finding.code in {SHADOWED, IMPOSSIBLE}
        }
        assert not accused & shown.decided, (batch, place)


def test_most_changes_break_something_that_customers_show() -> None:
    broken = 0
    for place in range(30):
        chance = Random(f"breaks {place}")
        broken += bool(
            Search(mutant(FORMS[place % len(FORMS)](chance), chance), 500, chance).faults
        )
    assert broken >= 10

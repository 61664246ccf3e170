from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from attrs import evolve

from relationship_core import CustomerKind, Dossier, Engine
from relationship_core.errors import InvalidValueError
from relationship_core.simulation import month_ends
from relationship_core.simulation.cutoffs import cutoffs_of, need_a_pass
from relationship_core.simulation.sides import two_sides
from tests.simulation.books import (
    AS_OF,
    bank,
    built_in,
    dearer_channels,
    other_cutoffs,
    person,
    with_ladder,
)

DAYS = month_ends(AS_OF, 3)


def test_they_are_those_that_the_engines_take_each_day() -> None:
    dossiers = [*bank()[:150], person("S1", 12), person("S2", -5), person("S3", 999_999_999)]
    dossiers[0] = evolve(dossiers[0], supplied={"contribution_12m": Decimal("12.345")})
    sides = two_sides(built_in(), dearer_channels())
    found = cutoffs_of(sides, dossiers, DAYS)
    for book, cutoffs in zip((built_in(), dearer_channels()), found, strict=True):
        assert cutoffs == {day: Engine(book).benchmarks(dossiers, day) for day in DAYS}
    assert found[0] != found[1]


class Counted:
    """Dossiers, and how often they were passed."""

    def __init__(self, dossiers: tuple[Dossier, ...]) -> None:
        self.dossiers, self.passed = dossiers, 0

    def __iter__(self) -> Iterator[Dossier]:
        self.passed += 1
        return iter(self.dossiers)


def test_books_of_the_same_parameters_share_theirs() -> None:
    sides = two_sides(built_in(), other_cutoffs())
    dossiers = Counted(bank()[:30])
    first, second = cutoffs_of(sides, dossiers, DAYS)
    assert first is second
    assert dossiers.passed == 1


def test_a_book_that_asks_for_no_percentile_needs_none() -> None:
    sides = two_sides(with_ladder(500, 50), with_ladder(600, 50))
    dossiers = Counted(bank()[:30])
    assert cutoffs_of(sides, dossiers, DAYS) == [{}, {}]
    assert dossiers.passed == 0
    assert not need_a_pass(sides)
    mixed = two_sides(with_ladder(500, 50), built_in())
    assert need_a_pass(mixed)
    none, some = cutoffs_of(mixed, dossiers, DAYS)
    assert none == {}
    assert list(some) == list(DAYS)


def test_a_contribution_beyond_any_ledger_is_refused() -> None:
    sides = two_sides(built_in(), built_in())
    with pytest.raises(InvalidValueError, match="beyond any ledger"):
        cutoffs_of(sides, [person("C1", 10**17)], DAYS)


def test_month_ends_are_the_latest_up_to_the_day() -> None:
    assert DAYS == (date(2026, 4, 30), date(2026, 5, 31), date(2026, 6, 30))
    assert month_ends(date(2026, 6, 29), 2) == (date(2026, 4, 30), date(2026, 5, 31))
    assert month_ends(date(2024, 3, 1), 1) == (date(2024, 2, 29),)
    assert month_ends(AS_OF, 0) == ()
    for wrong in (True, 1.5):
        with pytest.raises(InvalidValueError):
            month_ends(AS_OF, wrong)  # type: ignore[arg-type]


def test_kinds_are_kept_apart() -> None:
    sides = two_sides(built_in(), built_in())
    firm = person("F1", 70, kind=CustomerKind.CORPORATE)
    (found, _) = cutoffs_of(sides, [person("C1", 10), firm], [AS_OF])
    assert [(one.kind, one.cutoffs[0]) for one in found[AS_OF].kinds] == [
        (CustomerKind.PERSONAL, 10),
        (CustomerKind.CORPORATE, 70),
    ]

"""Expressions and values as people read them."""

from __future__ import annotations

import decimal
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given

from relationship_core.rules import Expression, FactValue, Kind, Literal, at_least, in_words
from relationship_core.rules.expression import Condition
from relationship_core.rules.words import shown, with_unit
from tests.rules.strategies import (
    HOSTILE,
    aum,
    conditions,
    consents,
    debt,
    expires,
    overdue,
    products,
    salaried,
    score,
    share,
    tenure,
    tier,
)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "unknown"),
        (True, "yes"),
        (False, "no"),
        (1_234_567, "1,234,567"),
        (-5, "-5"),
        (Decimal("1234567.80"), "1,234,567.80"),
        (Decimal("-12.00"), "-12.00"),
        (Decimal("0.050000"), "0.05"),
        (Decimal("0.300000"), "0.30"),
        (Decimal("12.345600"), "12.3456"),
        (Decimal("0.000001"), "0.000001"),
        (Decimal(5), "5"),
        (Decimal("1E+3"), "1,000"),
        ("gold", "gold"),
        (date(2026, 6, 30), "2026-06-30"),
    ],
)
def test_values(value: FactValue | None, words: str) -> None:
    assert shown(value) == words
    with decimal.localcontext(HOSTILE):
        assert shown(value) == words


@pytest.mark.parametrize(
    ("value", "kind", "words"),
    [
        (1, Kind.DAYS, "1 day"),
        (12, Kind.DAYS, "12 days"),
        (0, Kind.MONTHS, "0 months"),
        (1, Kind.COUNT, "1"),
        (Decimal("5.00"), Kind.MONEY, "5.00"),
        (5, None, "5"),
    ],
)
def test_values_with_their_unit(value: FactValue, kind: Kind | None, words: str) -> None:
    assert with_unit(value, kind) == words


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        (aum, "assets under management"),
        (Literal(True, Kind.FLAG), "yes"),
        (aum >= 50_000, "assets under management at least 50,000.00"),
        (aum > 5, "assets under management above 5.00"),
        (overdue <= 30, "days past due at most 30"),
        (overdue < 30, "days past due below 30"),
        (products == 2, "products equal to 2"),
        (products != 2, "products other than 2"),
        (tier == "gold", "tier is gold"),
        (tier != "gold", "tier other than gold"),
        (salaried == False, "salaried is no"),  # noqa: E712
        (expires < date(2026, 6, 30), "expires before 2026-06-30"),
        (expires <= date(2026, 6, 30), "expires on or before 2026-06-30"),
        (expires > date(2026, 6, 30), "expires after 2026-06-30"),
        (expires >= date(2026, 6, 30), "expires on or after 2026-06-30"),
        (expires == date(2026, 6, 30), "expires is 2026-06-30"),
        (expires != date(2026, 6, 30), "expires other than 2026-06-30"),
        (share.between(0.1, 0.5), "share from 0.10 to 0.50"),
        (tier.is_in(["gold", "silver"]), "tier one of gold, silver"),
        (~tier.is_in(["gold", "silver"]), "tier none of gold, silver"),
        (aum.is_missing(), "assets under management missing"),
        (~aum.is_missing(), "assets under management known"),
        (~salaried, "not salaried"),
        (~(~salaried), "salaried"),
        (~(aum > 5), "assets under management at most 5.00"),
        (~share.between(0, 1), "(share below 0.00 or share above 1.00)"),
        (salaried & consents, "(salaried and consents)"),
        (salaried | ~consents, "(salaried or not consents)"),
        (~(salaried | ~consents), "(not salaried and consents)"),
        (
            at_least(2, salaried, consents, debt > 1),
            "at least 2 of (salaried; consents; debt above 1.00)",
        ),
        (debt + debt - debt >= aum, "debt + debt - debt at least assets under management"),
        (debt - (debt + debt), "debt - (debt + debt)"),
        ((debt + debt) * 2, "(debt + debt) * 2"),
        (debt * (share + share), "debt * (share + share)"),
        (score / score / score, "(score / score) / score"),
        (debt.or_else(0), "debt (0.00 if missing)"),
        ((debt + debt).or_else(aum), "(debt + debt) (assets under management if missing)"),
        (salaried.or_else(False), "salaried (no if missing)"),
        (tenure >= 12, "months as a customer at least 12"),
    ],
)
def test_expressions(expression: Expression, words: str) -> None:
    assert in_words(expression) == words


class Hunch(Condition):
    """A condition that has no words."""

    def __repr__(self) -> str:
        return "hunch"


def test_what_has_no_words_is_spelt() -> None:
    assert in_words(Hunch()) == "hunch"


@given(conditions())
def test_words_are_one_line_without_code(condition: Expression) -> None:
    words = in_words(condition)
    assert words
    for code in ("\n", "&", "|", "~", "Decimal", "datetime", "_missing", "or_else"):
        assert code not in words

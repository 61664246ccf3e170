"""Money is exact: it rounds half-even, and what is shared out sums to the whole."""

from __future__ import annotations

import pickle
from decimal import ROUND_UP, Context, Decimal, Inexact, localcontext
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relationship_core.domain import Money, check_currency, minor_units, round_money, share_out
from relationship_core.errors import InvalidValueError

# Coarse, rounding away from zero, and angry when anything is lost.
HOSTILE = Context(prec=2, rounding=ROUND_UP, traps=[Inexact])

AMOUNTS = st.decimals("-1e15", "1e15", allow_nan=False, places=6)
CURRENCIES = st.sampled_from(["CNY", "JPY", "KWD", "CLF"])
OWNERS = st.dictionaries(
    st.text("abcdefgh", min_size=1, max_size=4),
    st.one_of(
        st.integers(1, 10**6).map(Decimal), st.decimals("0.0001", "1", places=4, allow_nan=False)
    ).filter(bool),
    min_size=1,
    max_size=7,
)


@pytest.mark.parametrize(
    ("currency", "places"),
    [("CNY", 2), ("CZK", 2), ("JPY", 0), ("KRW", 0), ("KWD", 3), ("TND", 3), ("CLF", 4)],
)
def test_minor_units_are_those_of_iso_4217(currency: str, places: int) -> None:
    assert minor_units(currency) == places


@pytest.mark.parametrize("code", ["", "cny", "RMBY", "C1Y", "元人民", "CN", None, 156])
def test_what_is_no_currency_code_is_refused(code: Any) -> None:
    with pytest.raises(InvalidValueError, match="ISO 4217"):
        check_currency(code)


def half_even(amount: Decimal, places: int) -> Fraction:
    """Round by whole numbers alone."""
    scaled = Fraction(amount) * 10**places
    below, rest = divmod(scaled.numerator, scaled.denominator)
    up = 2 * rest > scaled.denominator or (2 * rest == scaled.denominator and below % 2 == 1)
    return Fraction(below + up, 10**places)


@given(AMOUNTS, CURRENCIES)
def test_rounding_agrees_with_whole_numbers(amount: Decimal, currency: str) -> None:
    places = minor_units(currency)
    rounded = round_money(amount, currency)
    assert Fraction(rounded) == half_even(amount, places)
    assert rounded.as_tuple().exponent == -places


@given(st.integers(-(10**12), 10**12))
def test_a_half_goes_to_the_even_cent(cents: int) -> None:
    amount = Decimal(cents) / 100 + Decimal("0.005")
    assert int(round_money(amount, "CNY") * 100) % 2 == 0


@given(AMOUNTS, CURRENCIES)
def test_rounding_ignores_the_ambient_context(amount: Decimal, currency: str) -> None:
    with localcontext(HOSTILE):
        hostile = round_money(amount, currency)
    assert str(hostile) == str(round_money(amount, currency))


def test_a_negative_zero_is_written_as_zero() -> None:
    assert str(round_money(Decimal("-0.001"), "CNY")) == "0.00"
    assert str(share_out(Decimal("-0.00"), {"a": Decimal(1)})["a"]) == "0.00"


@pytest.mark.parametrize(
    ("amount", "phrase"),
    [
        (1.5, "a float where a Decimal belongs"),
        (1, "use Decimal"),
        (True, "a bool"),
        (None, "None where"),
        ("1", "a str"),
        (Decimal("NaN"), "not finite"),
        (Decimal("sNaN"), "not finite"),
        (Decimal("-Infinity"), "not finite"),
        (Decimal("1e25"), "beyond any ledger"),
    ],
)
def test_what_is_no_amount_is_refused(amount: Any, phrase: str) -> None:
    with pytest.raises(InvalidValueError, match=phrase):
        round_money(amount, "CNY")


@given(st.integers(-(10**15), 10**15), OWNERS, st.integers(0, 4))
def test_parts_sum_to_the_whole(units: int, shares: dict[str, Decimal], places: int) -> None:
    amount = Decimal(units).scaleb(-places)
    parts = share_out(amount, shares, places)
    assert sum(map(Fraction, parts.values())) == Fraction(amount)
    assert list(parts) == list(shares)
    assert all(part.as_tuple().exponent == -places for part in parts.values())


@given(st.integers(-(10**12), 10**12), OWNERS, st.randoms())
def test_parts_do_not_depend_on_the_order_of_owners(
    units: int, shares: dict[str, Decimal], random: Any
) -> None:
    amount = Decimal(units).scaleb(-2)
    shuffled = list(shares.items())
    random.shuffle(shuffled)
    assert share_out(amount, dict(shuffled)) == share_out(amount, shares)


@given(st.integers(-(10**12), 10**12), OWNERS)
def test_each_part_is_within_a_minor_unit_of_its_proportion(
    units: int, shares: dict[str, Decimal]
) -> None:
    amount = Decimal(units).scaleb(-2)
    total = sum(map(Fraction, shares.values()))
    for owner, part in share_out(amount, shares).items():
        exact = Fraction(amount) * Fraction(shares[owner]) / total
        assert abs(Fraction(part) - exact) < Fraction(1, 100)


@given(st.integers(0, 10**12), OWNERS)
def test_a_larger_share_never_gets_less(units: int, shares: dict[str, Decimal]) -> None:
    parts = share_out(Decimal(units).scaleb(-2), shares)
    ranked = sorted(shares, key=shares.__getitem__)
    for smaller, larger in pairwise(ranked):
        if shares[smaller] < shares[larger]:
            assert parts[smaller] <= parts[larger]


@given(st.integers(-(10**12), 10**12), OWNERS)
def test_a_debt_is_shared_as_the_mirror_of_an_asset(units: int, shares: dict[str, Decimal]) -> None:
    amount = Decimal(units).scaleb(-2)
    mirrored = share_out(-amount, shares)
    assert {owner: -part for owner, part in mirrored.items()} == share_out(amount, shares)


@given(st.integers(-(10**12), 10**12), OWNERS)
def test_sharing_ignores_the_ambient_context(units: int, shares: dict[str, Decimal]) -> None:
    amount = Decimal(units).scaleb(-2)
    with localcontext(HOSTILE):
        hostile = share_out(amount, shares)
    assert hostile == share_out(amount, shares)


def test_ties_go_to_the_lower_owner_id() -> None:
    thirds = {"b": Decimal(1), "c": Decimal(1), "a": Decimal(1)}
    assert share_out(Decimal("100.00"), thirds) == {
        "a": Decimal("33.34"),
        "b": Decimal("33.33"),
        "c": Decimal("33.33"),
    }
    assert share_out(Decimal("0.02"), thirds) == {
        "a": Decimal("0.01"),
        "b": Decimal("0.01"),
        "c": Decimal("0.00"),
    }


def test_shares_are_relative() -> None:
    assert share_out(Decimal(10), {"a": Decimal("0.25"), "b": Decimal("0.5")}, 0) == {
        "a": Decimal(3),
        "b": Decimal(7),
    }


@pytest.mark.parametrize(
    ("amount", "shares", "places", "phrase"),
    [
        (Decimal("0.005"), {"a": Decimal(1)}, 2, "round it first"),
        (Decimal(1), {}, 2, "at least one owner"),
        (Decimal(1), {"a": Decimal(0)}, 2, "not above zero"),
        (Decimal(1), {"a": Decimal(1), "b": Decimal(-1)}, 2, "not above zero"),
        (Decimal(1), {"a": Decimal(1), "b": 0.5}, 2, "a float"),
        (Decimal(1), {"": Decimal(1)}, 2, "id is empty"),
        (Decimal(1), {"a": Decimal(1)}, 13, "0 and 12"),
        (Decimal(1), {"a": Decimal(1)}, -1, "0 and 12"),
        (1.0, {"a": Decimal(1)}, 2, "a float"),
    ],
)
def test_what_cannot_be_shared_is_refused(
    amount: Any, shares: Any, places: int, phrase: str
) -> None:
    with pytest.raises(InvalidValueError, match=phrase):
        share_out(amount, shares, places)


def yuan(amount: str) -> Money:
    return Money(Decimal(amount), "CNY")


def test_money_adds_subtracts_negates_and_scales() -> None:
    assert yuan("1.10") + yuan("2.20") == yuan("3.30")
    assert yuan("1.10") - yuan("2.20") == yuan("-1.10")
    assert -yuan("1.10") == yuan("-1.10")
    assert yuan("0.05") * Decimal("0.5") == yuan("0.02")
    assert yuan("0.15") * Decimal("0.5") == yuan("0.08")
    assert 3 * yuan("0.10") == yuan("0.30")


@given(st.integers(-(10**15), 10**15), st.integers(-(10**15), 10**15))
def test_money_is_exact_whatever_the_ambient_context(one: int, other: int) -> None:
    with localcontext(HOSTILE):
        left = Money(Decimal((one < 0, tuple(map(int, str(abs(one)))), -2)), "CNY")
        right = Money(Decimal((other < 0, tuple(map(int, str(abs(other)))), -2)), "CNY")
        total = left + right
        difference = left - right
        opposite = -left
    assert Fraction(total.amount) == Fraction(one + other, 100)
    assert Fraction(difference.amount) == Fraction(one - other, 100)
    assert Fraction(opposite.amount) == Fraction(-one, 100)


def test_money_is_kept_with_the_places_of_its_currency() -> None:
    assert str(yuan("5").amount) == "5.00"
    assert str(Money(Decimal("5.0"), "JPY").amount) == "5"
    assert hash(yuan("5")) == hash(yuan("5.00"))
    assert str((-yuan("0")).amount) == "0.00"


def test_money_compares_within_a_currency() -> None:
    assert yuan("1") < yuan("2") <= yuan("2")
    assert not yuan("2") < yuan("2")
    assert yuan("3") > yuan("2") >= yuan("2")
    assert yuan("1") != Money(Decimal(1), "CZK")


@pytest.mark.parametrize(
    "mix",
    [
        lambda one, other: one + other,
        lambda one, other: one - other,
        lambda one, other: one < other,
        lambda one, other: one <= other,
    ],
)
def test_currencies_do_not_mix(mix: Any) -> None:
    with pytest.raises(InvalidValueError, match="CNY and CZK don't mix"):
        mix(yuan("1"), Money(Decimal(1), "CZK"))


@pytest.mark.parametrize(
    "mix",
    [
        lambda money: money + Decimal(1),
        lambda money: money - 1,
        lambda money: money < 1,
        lambda money: money <= 1,
        lambda money: money * "2",
        lambda money: money * True,
    ],
)
def test_money_does_not_mix_with_bare_numbers(mix: Any) -> None:
    with pytest.raises(TypeError):
        mix(yuan("1"))


def test_money_refuses_floats_and_fractions_of_a_cent() -> None:
    with pytest.raises(InvalidValueError, match="a float where a Decimal belongs"):
        yuan("1") * 0.5  # type: ignore[operator]
    with pytest.raises(InvalidValueError, match=r"Money\.amount: a float"):
        Money(1.5, "CNY")  # type: ignore[arg-type]
    with pytest.raises(InvalidValueError, match=r"Money\.amount: .* \(use round_money first\)"):
        yuan("0.001")
    with pytest.raises(InvalidValueError, match=r"Money\.currency"):
        Money(Decimal(1), "yuan")


def test_money_pickles() -> None:
    assert pickle.loads(pickle.dumps(yuan("1.23"))) == yuan("1.23")

"""Resident identity numbers: region, birth date, order, check digit."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relationship_core.domain import (
    Identifier,
    IdentifierScheme,
    Sex,
    birth_date_of,
    parse_identifier,
    sex_of,
)
from relationship_core.errors import IdentifierError
from relationship_core.testing.strategies.identifiers import RESIDENT_IDS, with_resident_check

AS_OF = date(2026, 6, 30)


def read(text: str, **given: Any) -> Identifier:
    return parse_identifier(text, as_of=AS_OF, scheme=IdentifierScheme.RESIDENT_ID, **given)


@pytest.mark.parametrize(
    ("number", "born", "sex"),
    [
        # GB 11643-1999, 4.1: the two examples of the standard.
        ("11010519491231002X", date(1949, 12, 31), Sex.FEMALE),
        ("440524188001010014", date(1880, 1, 1), Sex.MALE),
        # python-stdnum's documentation of stdnum.cn.ric.
        ("360426199101010071", date(1991, 1, 1), Sex.MALE),
    ],
)
def test_published_numbers_are_read(number: str, born: date, sex: Sex) -> None:
    identifier = read(number)
    assert identifier.value == number
    assert birth_date_of(identifier) == born
    assert sex_of(identifier) is sex


def test_the_earliest_year_is_1850() -> None:
    assert birth_date_of(read(with_resident_check("11010518500101002"))).year == 1850


@given(RESIDENT_IDS)
def test_every_valid_number_is_accepted(number: str) -> None:
    assert read(number).value == number


@given(RESIDENT_IDS)
@settings(max_examples=30)
def test_every_mistyped_digit_is_refused(number: str) -> None:
    for index, right in enumerate(number):
        for wrong in "0123456789X" if index == 17 else "0123456789":
            if wrong != right:
                with pytest.raises(IdentifierError):
                    read(number[:index] + wrong + number[index + 1 :])


@given(RESIDENT_IDS, st.integers(0, 16))
def test_every_swap_of_neighbours_is_refused(number: str, index: int) -> None:
    swapped = number[:index] + number[index + 1] + number[index] + number[index + 2 :]
    if swapped != number:
        with pytest.raises(IdentifierError):
            read(swapped)


@pytest.mark.parametrize(
    ("number", "phrase"),
    [
        (with_resident_check("00010519491231002"), "not 17 digits"),
        ("1101051949123100X2", "not 17 digits"),
        ("11010519491231002", "not 17 digits"),
        (with_resident_check("99010519491231002"), "no region"),
        (with_resident_check("11999919491231002"), "no region"),
        (with_resident_check("11010519490230002"), "no birth date"),
        (with_resident_check("11010519001301002"), "no birth date"),
        (with_resident_check("11010518491231002"), "no birth date"),
        ("110105194912310021", "check digit is wrong"),
        ("110105491231002", "old form"),
    ],
)
def test_a_fault_is_named_and_the_number_is_not(number: str, phrase: str) -> None:
    with pytest.raises(IdentifierError, match=phrase) as caught:
        read(number)
    assert number not in str(caught.value)
    assert caught.value.where == "Identifier.value"
    assert caught.value.mend


def test_a_birth_date_after_the_day_of_reading_is_refused() -> None:
    tomorrow = with_resident_check("11010520260701002")
    with pytest.raises(IdentifierError, match="future") as caught:
        read(tomorrow)
    assert "2026" not in str(caught.value)
    assert parse_identifier(tomorrow, as_of=date(2026, 7, 1)).value == tomorrow


def test_an_old_number_is_known_by_its_length() -> None:
    with pytest.raises(IdentifierError, match="15 digits are the old form"):
        parse_identifier("110105491231002", as_of=AS_OF)


def test_only_china_issues_them() -> None:
    with pytest.raises(IdentifierError, match="only China"):
        read("11010519491231002X", country="US")


@pytest.mark.parametrize("ask", [birth_date_of, sex_of])
def test_another_scheme_states_neither_birth_date_nor_sex(ask: Any) -> None:
    passport = parse_identifier("E12345678", as_of=AS_OF)
    with pytest.raises(IdentifierError, match="passport states no"):
        ask(passport)

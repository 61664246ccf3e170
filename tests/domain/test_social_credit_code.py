"""Unified social credit codes, and how they are told from resident identity numbers."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings

from relationship_core.domain import Identifier, IdentifierScheme, parse_identifier
from relationship_core.domain.social_credit_code import organisation_check
from relationship_core.errors import IdentifierError
from relationship_core.testing.strategies.identifiers import (
    CODE_ALPHABET,
    SOCIAL_CREDIT_CODES,
    with_code_check,
    with_organisation_check,
    with_resident_check,
)

AS_OF = date(2026, 6, 30)


def read(text: str) -> Identifier:
    return parse_identifier(text, as_of=AS_OF, scheme=IdentifierScheme.SOCIAL_CREDIT_CODE)


@pytest.mark.parametrize(
    "code",
    [
        "91350100M000100Y43",  # GB 32100-2015, the standard's worked example
        "91110000600037341L",  # python-stdnum's documentation of stdnum.cn.uscc
    ],
)
def test_published_codes_are_recognised(code: str) -> None:
    identifier = parse_identifier(code, as_of=AS_OF)
    assert identifier.scheme is IdentifierScheme.SOCIAL_CREDIT_CODE
    assert identifier.value == code


def test_the_organisation_code_of_the_standard_checks() -> None:
    assert organisation_check("D2143569") == "X"  # GB 11714-1997, appendix A


@given(SOCIAL_CREDIT_CODES)
def test_every_valid_code_is_accepted(code: str) -> None:
    assert read(code).value == code


@given(SOCIAL_CREDIT_CODES)
@settings(max_examples=20)
def test_every_mistyped_character_is_refused(code: str) -> None:
    for index, right in enumerate(code):
        for wrong in CODE_ALPHABET:
            if wrong != right:
                with pytest.raises(IdentifierError):
                    read(code[:index] + wrong + code[index + 1 :])


@pytest.mark.parametrize(
    ("code", "phrase"),
    [
        ("913501OOM000100Y43", "not a department"),
        ("91350100M000100Y4", "not a department"),
        (with_code_check("B1350100" + with_organisation_check("M000100Y"[:8])), "not a department"),
        (with_code_check("94350100" + with_organisation_check("M0001001")), "no such category"),
        (with_code_check("Y9350100" + with_organisation_check("M0001001")), "no such category"),
        (with_code_check("91990100" + with_organisation_check("M0001001")), "no province"),
        (with_code_check("91350100" + "M00010019"), "organisation code's check"),
        ("91350100M000100Y44", "the check character is wrong"),
    ],
)
def test_a_fault_is_named_and_the_code_is_not(code: str, phrase: str) -> None:
    with pytest.raises(IdentifierError, match=phrase) as caught:
        read(code)
    assert code not in str(caught.value)


def test_only_china_issues_them() -> None:
    with pytest.raises(IdentifierError, match="only China"):
        parse_identifier(
            "91350100M000100Y43",
            as_of=AS_OF,
            scheme=IdentifierScheme.SOCIAL_CREDIT_CODE,
            country="DE",
        )


def valid_as_both(region: str, first_day: date) -> str:
    """Find a number that passes all four check digits of the two schemes."""
    for day in range(365 * 3):
        born = first_day + timedelta(days=day)
        for order in range(1000):
            body = f"{region}{born:%Y%m%d}{order:03d}"
            number = with_resident_check(body)
            if (
                number == with_code_check(body)
                and with_organisation_check(body[8:16]) == body[8:17]
            ):
                return number
    raise AssertionError("no such number")


def test_what_passes_both_is_a_resident_number_where_the_codes_region_is_none() -> None:
    number = valid_as_both("513422", date(1985, 1, 1))  # as a code, its region would be 342219
    identifier = parse_identifier(number, as_of=AS_OF)
    assert identifier.scheme is IdentifierScheme.RESIDENT_ID
    assert read(number).value == number


def test_what_passes_both_with_a_region_in_each_must_be_named() -> None:
    number = valid_as_both("342201", date(2001, 1, 1))  # as a code, its region would be 220120
    with pytest.raises(IdentifierError, match="valid both as") as caught:
        parse_identifier(number, as_of=AS_OF)
    assert caught.value.mend == "say which scheme it is"
    assert read(number).scheme is IdentifierScheme.SOCIAL_CREDIT_CODE


def test_a_code_that_passes_the_resident_check_digit_is_still_a_code() -> None:
    bodies = (
        f"91310115{with_organisation_check(f'{n:08d}')}" for n in range(10_000_000, 99_999_999)
    )
    code = next(
        with_code_check(b)
        for b in bodies
        if b.isdigit() and with_code_check(b) == with_resident_check(b)
    )
    assert parse_identifier(code, as_of=AS_OF).scheme is IdentifierScheme.SOCIAL_CREDIT_CODE


def test_what_passes_neither_is_refused_with_both_reasons() -> None:
    with pytest.raises(IdentifierError, match=r"resident.*check digit.*; social credit code"):
        parse_identifier("110105194912310021", as_of=AS_OF)

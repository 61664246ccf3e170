"""Identifiers: what people type is normalised, recognised, and refused where it could deceive."""

from __future__ import annotations

import pickle
import sys
import unicodedata
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relationship_core.domain import Identifier, IdentifierScheme, parse_identifier
from relationship_core.errors import IdentifierError, InvalidValueError

AS_OF = date(2026, 6, 30)
NUMBERS = ["11010519491231002X", "91350100M000100Y43", "213800KUD8LAJWSQ9D15", "EA1234567"]
INVISIBLE = [
    chr(code)
    for code in range(sys.maxunicode + 1)
    if unicodedata.category(chr(code)) in ("Cc", "Cf")
]


def read(text: Any, **given: Any) -> Identifier:
    return parse_identifier(text, as_of=AS_OF, **given)


@pytest.mark.parametrize(
    "lei",
    [
        "213800KUD8LAJWSQ9D15",  # python-stdnum's documentation of stdnum.lei
        # Real entries of the global index that Wikipedia's article on ISO 17442 lists.
        "54930084UKLVMY22DS16",
        "213800WSGIIZCXF1P572",
        "5493000IBP32UQZ0KL24",
    ],
)
def test_leis_are_recognised_wherever_they_are_from(lei: str) -> None:
    assert read(lei).scheme is IdentifierScheme.LEI
    assert read(lei, country="GB").value == lei


@pytest.mark.parametrize(
    ("lei", "phrase"),
    [
        ("213800KUD8LXJWSQ9D15", "check digits are wrong"),  # python-stdnum's documentation
        ("213800KUD8LAJWSQ9D1A", "18 letters and digits"),
        # Congruent to the right 02 modulo 97, but ISO 7064 never makes 99.
        ("00000000000000003299", "check digits are wrong"),
    ],
)
def test_wrong_leis_are_refused(lei: str, phrase: str) -> None:
    with pytest.raises(IdentifierError, match=phrase):
        read(lei, scheme=IdentifierScheme.LEI)


@pytest.mark.parametrize(
    "number",
    [
        *("E12345678", "EA1234567", "G12345678", "141234567", "150123456"),
        *("DE1234567", "P1234567", "S12345678", "K12345678", "KJ1234567", "MA1234567"),
    ],
)
def test_chinese_passports_are_recognised(number: str) -> None:
    assert read(number).scheme is IdentifierScheme.PASSPORT


@pytest.mark.parametrize(
    ("number", "country", "is_passport"),
    [
        ("L898902C3", "XA", True),  # ICAO Doc 9303, the specimen of part 4
        ("123456", "US", True),
        ("ABCDEF", "US", False),
        ("12345", "US", False),
        ("A123456789", "US", False),
        ("L898902C3", "CN", False),
        ("12345678", "CN", False),
    ],
)
def test_passports_follow_their_country(number: str, country: str, is_passport: bool) -> None:
    if is_passport:
        assert read(number, country=country).scheme is IdentifierScheme.PASSPORT
    else:
        with pytest.raises(IdentifierError, match="passport number"):
            read(number, country=country, scheme=IdentifierScheme.PASSPORT)


def test_a_tax_number_must_be_named() -> None:
    assert read("12345678901", country="DE", scheme=IdentifierScheme.TAX_NUMBER).country == "DE"
    with pytest.raises(IdentifierError, match="no known scheme"):
        read("12345678901", country="DE")
    with pytest.raises(IdentifierError, match="4 to 20"):
        read("ABC", scheme=IdentifierScheme.TAX_NUMBER)


def full_width(text: str) -> str:
    return "".join(chr(ord(character) + 0xFEE0) for character in text)


@given(st.sampled_from(NUMBERS), st.data())
def test_writing_does_not_matter(number: str, data: st.DataObject) -> None:
    written = "".join(
        data.draw(st.sampled_from([c, c.lower(), full_width(c), full_width(c.lower())]))
        + data.draw(st.sampled_from(["", "", " ", "-", "\u3000", "\uff0d"]))
        for c in number
    )
    assert read(" " + written) == read(number)


@given(st.sampled_from(NUMBERS), st.sampled_from(INVISIBLE), st.integers(0, 20))
def test_what_cannot_be_seen_is_refused(number: str, invisible: str, index: int) -> None:
    with pytest.raises(IdentifierError, match="invisible") as caught:
        read(number[:index] + invisible + number[index:])
    assert number not in str(caught.value)


@pytest.mark.parametrize(
    "name", ["ZERO WIDTH SPACE", "RIGHT-TO-LEFT OVERRIDE", "ZERO WIDTH JOINER", "SOFT HYPHEN"]
)
def test_the_usual_deceivers_are_among_them(name: str) -> None:
    assert unicodedata.lookup(name) in INVISIBLE


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("", "empty"),
        (" - ", "empty"),
        ("E1234567\u2460", "more than letters and digits"),  # a circled 1
        ("E1234567\u0661", "more than letters and digits"),  # an Arabic-Indic 1
        ("E1234567\u00b2", "more than letters and digits"),
        ("\u0415" + "12345678", "more than letters and digits"),  # a Cyrillic E
        ("E1234/678", "more than letters and digits"),
        (11010519491231002, "not text"),
        (None, "not text"),
        ("E123456789012", "no known scheme"),
    ],
)
def test_what_could_be_something_else_is_refused(text: Any, phrase: str) -> None:
    with pytest.raises(IdentifierError, match=phrase):
        read(text)


def test_the_rest_is_kept_as_given() -> None:
    identifier = read("E12345678", expires=date(2030, 1, 1), verified=True)
    assert identifier == Identifier(
        IdentifierScheme.PASSPORT, "E12345678", "CN", date(2030, 1, 1), True
    )


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({"scheme": "passport"}, "Identifier.scheme"),
        ({"country": "cn"}, "Identifier.country"),
        ({"country": "CHN"}, "Identifier.country"),
        ({"country": None}, "Identifier.country"),
        ({"expires": "2030-01-01"}, "Identifier.expires"),
        ({"expires": datetime(2030, 1, 1, tzinfo=UTC)}, "Identifier.expires"),
        ({"verified": 1}, "Identifier.verified"),
        ({"as_of": None}, "as_of"),
    ],
)
def test_a_field_of_the_wrong_kind_is_named(given: dict[str, Any], where: str) -> None:
    with pytest.raises(InvalidValueError) as caught:
        parse_identifier("E12345678", **{"as_of": AS_OF, **given})
    assert caught.value.where == where


@pytest.mark.parametrize("value", ["e12345678", "E1234 5678", full_width("E12345678")])
def test_an_identifier_is_built_in_canonical_form_only(value: str) -> None:
    with pytest.raises(IdentifierError, match="use parse_identifier"):
        Identifier(IdentifierScheme.PASSPORT, value)


@pytest.mark.parametrize("number", NUMBERS)
def test_the_number_does_not_show_and_pickles(number: str) -> None:
    identifier = read(number)
    assert number not in repr(identifier)
    assert pickle.loads(pickle.dumps(identifier)) == identifier

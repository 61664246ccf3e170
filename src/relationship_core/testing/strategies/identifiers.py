"""Identifiers of every scheme, with the check digits that their standards ask for.

The check digits are reckoned here as the standards print them, apart from the library's own way.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from relationship_core.domain import Identifier, IdentifierScheme
from relationship_core.errors import IdentifierError
from relationship_core.testing.strategies.noun import Noun
from relationship_core.testing.strategies.values import (
    AS_OF,
    NOT_A_DAY,
    NOT_A_FLAG,
    not_a_member,
)

CODE_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""The characters of GB 32100-2015, each worth its place; I, O, S, V and Z are left out."""

_DIGITS: Final = "0123456789"
_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ALL: Final = _DIGITS + _LETTERS


def with_resident_check(body: str) -> str:
    """Add the 18th character to 17 digits, by the weights that GB 11643-1999 prints."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(weight * int(digit) for weight, digit in zip(weights, body, strict=True))
    return body + "10X98765432"[total % 11]


def with_organisation_check(body: str) -> str:
    """Add the 9th character to 8: 11 less the rest, 10 being X and 11 being 0 (GB 11714-1997)."""
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(weight * _ALL.index(each) for weight, each in zip(weights, body, strict=True))
    check = 11 - total % 11
    return body + {10: "X", 11: "0"}.get(check, str(check))


def with_code_check(body: str) -> str:
    """Add the 18th character to 17, with powers of three as weights (GB 32100-2015)."""
    total = sum(pow(3, place, 31) * CODE_ALPHABET.index(each) for place, each in enumerate(body))
    return body + CODE_ALPHABET[(31 - total % 31) % 31]


def with_lei_check(body: str) -> str:
    """Add two check digits to 18 characters, so that the whole is 1 modulo 97 (ISO 17442)."""
    number = int("".join(str(_ALL.index(each)) for each in body) + "00")
    return f"{body}{98 - number % 97:02d}"


_REGIONS: Final = ("110105", "110103", "310115", "440305", "659001", "810000", "830000")

RESIDENT_IDS: Final[SearchStrategy[str]] = st.builds(
    lambda region, born, order: with_resident_check(f"{region}{born:%Y%m%d}{order:03d}"),
    st.sampled_from(_REGIONS),
    st.dates(date(1900, 1, 1), AS_OF),
    st.integers(0, 999),
)
"""Resident identity numbers; none is of somebody born after the day of `AS_OF`."""

SOCIAL_CREDIT_CODES: Final[SearchStrategy[str]] = st.builds(
    lambda office, region, body: with_code_check(office + region + with_organisation_check(body)),
    st.sampled_from(["11", "12", "13", "35", "51", "54", "91", "92", "93", "A1", "N2", "Y1"]),
    st.sampled_from(["100000", "110000", "310141", "440300", "659001"]),
    st.text(CODE_ALPHABET, min_size=8, max_size=8),
)
"""Unified social credit codes."""

LEIS: Final[SearchStrategy[str]] = st.text(_ALL, min_size=18, max_size=18).map(with_lei_check)
"""Legal entity identifiers."""

_NUMBERS_OF_8: Final = st.integers(0, 99_999_999).map("{:08d}".format)
_CHINESE_PASSPORTS: Final = st.builds(
    str.__add__, st.sampled_from(["E", "G", "H", "K", "M", "D", "P"]), _NUMBERS_OF_8
)
_OTHER_PASSPORTS: Final = st.builds(
    str.__add__, st.text(_ALL, min_size=5, max_size=8), st.sampled_from(_DIGITS)
)
_TAX_NUMBERS: Final = st.builds(
    str.__add__, st.text(_ALL, min_size=3, max_size=19), st.sampled_from(_DIGITS)
)


@st.composite
def _identifiers(draw: DrawFn, scheme: IdentifierScheme | None = None) -> Identifier:
    scheme = scheme or draw(st.sampled_from(IdentifierScheme))
    country = draw(st.sampled_from(["CN", "DE", "US", "CZ"]))
    match scheme:
        case IdentifierScheme.RESIDENT_ID:
            country, value = "CN", draw(RESIDENT_IDS)
        case IdentifierScheme.SOCIAL_CREDIT_CODE:
            country, value = "CN", draw(SOCIAL_CREDIT_CODES)
        case IdentifierScheme.PASSPORT:
            value = draw(_CHINESE_PASSPORTS if country == "CN" else _OTHER_PASSPORTS)
        case IdentifierScheme.LEI:
            value = draw(LEIS)
        case IdentifierScheme.TAX_NUMBER:
            value = draw(_TAX_NUMBERS)
    expires = draw(st.none() | st.dates(date(2024, 1, 1), date(2036, 1, 1)))
    return Identifier(scheme, value, country, expires, draw(st.booleans()))


def _mistyped(identifier: Identifier) -> dict[str, str]:
    """One character made another of its sort; what has no check digit loses its shape instead."""
    value = identifier.value
    if identifier.scheme in {IdentifierScheme.PASSPORT, IdentifierScheme.TAX_NUMBER}:
        return {"value": f"{value}/1"}
    place = sum(map(ord, value)) % len(value)
    return {"value": value[:place] + _another(value[place]) + value[place + 1 :]}


def _another(character: str) -> str:
    if character.isdigit():
        return str((int(character) + 1) % 10)
    return "A" if character != "A" else "B"


def _swapped(identifier: Identifier) -> dict[str, str]:
    """Two neighbours swapped; where that changes nothing, or isn't seen, a character too many."""
    value = identifier.value
    if identifier.scheme is IdentifierScheme.RESIDENT_ID:
        for place in range(16):
            if value[place] != value[place + 1]:
                pair = value[place + 1] + value[place]
                return {"value": value[:place] + pair + value[place + 2 :]}
    return {"value": value + "0" * 20}


def identifiers_of(scheme: IdentifierScheme) -> Noun[Identifier]:
    """Strategies of the identifiers of one scheme."""
    return _noun(_identifiers(scheme))


def _noun(valid: SearchStrategy[Identifier]) -> Noun[Identifier]:
    return Noun(
        valid,
        wrong={
            "scheme": not_a_member(IdentifierScheme),
            "value": st.sampled_from(["", "1", "lower", "E 1234567", "E\u200b1234567", None, 12]),
            "country": st.sampled_from(["cn", "CHN", "", "C1", None]),
            "expires": NOT_A_DAY,
            "verified": NOT_A_FLAG,
        },
        clashing=(_mistyped, _swapped),
        errors={"value": IdentifierError, "country": IdentifierError},
    )


identifiers = _noun(_identifiers())
"""Identifiers of every scheme."""

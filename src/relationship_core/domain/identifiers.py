"""Documents and numbers that identify a customer, checked and told apart."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from typing import Final, NoReturn

import attrs
from stdnum.iso7064 import mod_97_10

from relationship_core.domain.resident_id import (
    Sex,
    check_resident_id,
    is_region,
    read_birth_date,
    read_sex,
)
from relationship_core.domain.social_credit_code import check_social_credit_code
from relationship_core.domain.validation import require_date, require_flag, require_member
from relationship_core.errors import IdentifierError


class IdentifierScheme(StrEnum):
    """The kinds of identifier."""

    RESIDENT_ID = "resident_id"
    SOCIAL_CREDIT_CODE = "social_credit_code"
    PASSPORT = "passport"
    LEI = "lei"
    TAX_NUMBER = "tax_number"


@attrs.frozen
class Identifier:
    """One document or number of a customer; its value doesn't show in `repr`.

    Args:
        scheme: What it is.
        value: In canonical form, ASCII capitals and digits; `parse_identifier` makes it from what
            people type.
        country: Of issue, two capital letters by ISO 3166-1.
        expires: The last day it is valid; None if it doesn't expire or nobody knows.
        verified: Whether the bank has seen the document.

    Raises:
        IdentifierError: The value breaks its scheme's structure or check digit.
        InvalidValueError: Another field is of the wrong kind.
    """

    scheme: IdentifierScheme
    value: str = attrs.field(repr=False)
    country: str = "CN"
    expires: date | None = None
    verified: bool = False

    def __attrs_post_init__(self) -> None:
        require_member(self.scheme, IdentifierScheme, "Identifier.scheme")
        if not isinstance(self.country, str) or not _COUNTRY.fullmatch(self.country):
            _refuse("not a country code", "use the two capital letters of ISO 3166-1", "country")
        if self.expires is not None:
            require_date(self.expires, "Identifier.expires")
        require_flag(self.verified, "Identifier.verified")
        if _canonical(self.value) != self.value:
            _refuse("the value is not in canonical form", "use parse_identifier")
        _CHECKS[self.scheme](self.value, self.country)


def parse_identifier(
    text: str,
    *,
    as_of: date,
    scheme: IdentifierScheme | None = None,
    country: str = "CN",
    expires: date | None = None,
    verified: bool = False,
) -> Identifier:
    """Read an identifier as people write it: normalise, recognise, check.

    Full-width digits, letters, hyphens and spaces become plain ones, letters become capitals,
    spaces and hyphens go. Without a scheme, 18 characters are a resident identity number or a
    social credit code, 20 an LEI, 6 to 9 a passport; a tax number is never guessed. What passes
    every check of both 18-character schemes is a resident identity number, since the region that
    the code would name is no region; where it is one, the scheme must be said.

    Args:
        text: What was typed or read.
        as_of: The day on which it is read; nobody is born after it.
        scheme: What it is meant to be; None to find out.
        country: Of issue.
        expires: The last day it is valid.
        verified: Whether the bank has seen the document.

    Raises:
        IdentifierError: Characters that can't be seen, no known scheme, or a wrong structure,
            birth date or check digit. The message never holds the text.
    """
    require_date(as_of, "as_of")
    value = _canonical(text)
    identifier = Identifier(
        _recognised(value, country) if scheme is None else scheme,
        value,
        country,
        expires,
        verified,
    )
    if identifier.scheme is IdentifierScheme.RESIDENT_ID and read_birth_date(value) > as_of:
        _refuse(
            "resident identity number: the birth date is in the future",
            "check the 7th to 14th digits against the card",
        )
    return identifier


def birth_date_of(identifier: Identifier) -> date:
    """Return the birth date that a resident identity number states.

    Raises:
        IdentifierError: It is of another scheme, which states none.
    """
    _require_resident_id(identifier, "birth date")
    return read_birth_date(identifier.value)


def sex_of(identifier: Identifier) -> Sex:
    """Return the sex that a resident identity number states.

    Raises:
        IdentifierError: It is of another scheme, which states none.
    """
    _require_resident_id(identifier, "sex")
    return read_sex(identifier.value)


_COUNTRY: Final = re.compile(r"[A-Z]{2}", re.ASCII)
_LEI: Final = re.compile(r"[0-9A-Z]{18}\d{2}", re.ASCII)

# ICAO Doc 9303 gives a passport number up to nine characters.
_PASSPORT: Final = re.compile(r"(?=.*\d)[0-9A-Z]{6,9}", re.ASCII)

# Ordinary (E, EA to EZ, G), diplomatic, service, public affairs, Hong Kong and Macau, and the
# numbers beginning with 14 and 15 of older books.
_CHINESE_PASSPORT: Final = re.compile(
    r"[EGHKM]\d{8}|[EHKM][A-Z]\d{7}|[DPS]E?\d{7}|[DPS]\d{8}|1[45]\d{7}", re.ASCII
)
_TAX_NUMBER: Final = re.compile(r"(?=.*\d)[0-9A-Z]{4,20}", re.ASCII)


def _check_resident_id(value: str, country: str) -> None:
    _require_china(country, "resident identity number")
    if len(value) == 15:
        _refuse(
            "resident identity number: 15 digits are the old form, out of use since 2013",
            "use the 18-digit number of the present card",
        )
    check_resident_id(value)


def _check_social_credit_code(value: str, country: str) -> None:
    _require_china(country, "social credit code")
    check_social_credit_code(value)


def _check_passport(value: str, country: str) -> None:
    if country == "CN" and not _CHINESE_PASSPORT.fullmatch(value):
        _refuse(
            "passport number: no pattern of a Chinese passport",
            "check it, or give the country of issue",
        )
    if not _PASSPORT.fullmatch(value):
        _refuse("passport number: not 6 to 9 letters and digits", "check it against the passport")


def _check_lei(value: str, _country: str) -> None:
    """Check by ISO 17442-1:2020, whose check digits are ISO 7064 MOD 97-10."""
    if not _LEI.fullmatch(value):
        _refuse("LEI: not 18 letters and digits and two digits", "look it up in the global index")
    if mod_97_10.calc_check_digits(value[:18]) != value[18:]:
        _refuse("LEI: the check digits are wrong", "look it up in the global index")


def _check_tax_number(value: str, _country: str) -> None:
    """Check the shape only: every country has rules of its own."""
    if not _TAX_NUMBER.fullmatch(value):
        _refuse("tax number: not 4 to 20 letters and digits", "check it against the document")


_CHECKS: Final[Mapping[IdentifierScheme, Callable[[str, str], None]]] = {
    IdentifierScheme.RESIDENT_ID: _check_resident_id,
    IdentifierScheme.SOCIAL_CREDIT_CODE: _check_social_credit_code,
    IdentifierScheme.PASSPORT: _check_passport,
    IdentifierScheme.LEI: _check_lei,
    IdentifierScheme.TAX_NUMBER: _check_tax_number,
}

_SCHEMES_BY_LENGTH: Final[Mapping[int, IdentifierScheme]] = {
    15: IdentifierScheme.RESIDENT_ID,
    20: IdentifierScheme.LEI,
    **dict.fromkeys((6, 7, 8, 9), IdentifierScheme.PASSPORT),
}


def _canonical(text: object) -> str:
    if not isinstance(text, str):
        _refuse("it is not text", "give the number as a str, so that no leading zero is lost")
    if text.isascii() and text.isalnum():
        return text.upper()
    if any(unicodedata.category(character) in ("Cc", "Cf") for character in text):
        _refuse(
            "it holds an invisible control or direction character",
            "type it anew: what can't be seen can hide another number",
        )
    # Only the full-width forms: the rest of NFKC would turn a circled 1 or a squared 2 into digits.
    plain = "".join(
        unicodedata.normalize("NFKC", character)
        if "\uff01" <= character <= "\uff5e" or character == "\u3000"
        else character
        for character in text
    )
    plain = plain.replace(" ", "").replace("-", "")
    if not plain:
        _refuse("it is empty", "leave it out if it is unknown")
    if not (plain.isascii() and plain.isalnum()):
        _refuse("it holds more than letters and digits", "remove every other character")
    return plain.upper()


def _recognised(value: str, country: str) -> IdentifierScheme:
    if len(value) == 18:
        return _told_apart(value, country)
    scheme = _SCHEMES_BY_LENGTH.get(len(value))
    if scheme is None:
        _refuse(
            "its length is that of no known scheme",
            "18 characters for a resident or a social credit code, 20 for an LEI, 6 to 9 for a"
            " passport; say the scheme for a tax number",
        )
    return scheme


def _told_apart(value: str, country: str) -> IdentifierScheme:
    """Find out which of the two 18-character schemes a value obeys."""
    faults: list[str] = []
    schemes: list[IdentifierScheme] = []
    for scheme in (IdentifierScheme.RESIDENT_ID, IdentifierScheme.SOCIAL_CREDIT_CODE):
        try:
            _CHECKS[scheme](value, country)
        except IdentifierError as error:
            faults.append(error.what)
        else:
            schemes.append(scheme)
    if not schemes:
        _refuse("; ".join(faults), "check it, or say which scheme it is")
    if len(schemes) == 2 and is_region(value[2:8]):
        _refuse(
            "it is valid both as a resident identity number and as a social credit code",
            "say which scheme it is",
        )
    return schemes[0]


def _require_china(country: str, what: str) -> None:
    if country != "CN":
        _refuse(f"{what}: only China issues it", "leave the country out, or say the scheme")


def _require_resident_id(identifier: Identifier, what: str) -> None:
    if identifier.scheme is not IdentifierScheme.RESIDENT_ID:
        _refuse(f"a {identifier.scheme.value} states no {what}", "ask a resident_id only", "scheme")


def _refuse(what: str, mend: str, field: str = "value") -> NoReturn:
    raise IdentifierError(what, where=f"Identifier.{field}", mend=mend)

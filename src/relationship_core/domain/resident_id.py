"""The resident identity number of China: region, birth date, order, check digit.

Source: GB 11643-1999 for the structure; ISO 7064 MOD 11-2 for the check digit.
"""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Final, NoReturn

from stdnum import numdb
from stdnum.cn import ric

from relationship_core.errors import IdentifierError

_SHAPE: Final = re.compile(r"[1-9]\d{16}[\dX]", re.ASCII)
_EARLIEST_YEAR: Final = 1850

# Residence permits of Taiwan's residents carry this region (State Council Decree, 2018), which is
# no administrative division and so in no table of divisions; Hong Kong's and Macau's are.
_PERMIT_REGION: Final = "830000"


class Sex(StrEnum):
    """Sex as documents state it."""

    FEMALE = "female"
    MALE = "male"


def check_resident_id(number: str) -> None:
    """Refuse a number, given in canonical form, that no resident identity card can bear.

    Raises:
        IdentifierError: Shape, region, birth date or check digit is wrong.
    """
    if not _SHAPE.fullmatch(number):
        _refuse("not 17 digits and a digit or X", "check for a missing or mistyped character")
    if not is_region(number[:6]):
        _refuse("the first six digits name no region of China", "check them against the card")
    read_birth_date(number)
    if ric.calc_check_digit(number) != number[17]:
        _refuse("the check digit is wrong", "a digit is mistyped or two are swapped")


def read_birth_date(number: str) -> date:
    """Read the birth date from the 7th to 14th digit.

    Raises:
        IdentifierError: They are no date of the calendar, or one of no living memory.
    """
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        born = date.min
    if born.year < _EARLIEST_YEAR:
        _refuse("the 7th to 14th digits are no birth date", "check them against the card")
    return born


def read_sex(number: str) -> Sex:
    """Read the sex from the 17th digit: odd for men."""
    return Sex.MALE if int(number[16]) % 2 else Sex.FEMALE


@lru_cache(maxsize=8192)
def is_region(digits: str) -> bool:
    """Say whether six digits are, or once were, a region of GB/T 2260 by python-stdnum's table."""
    parts = numdb.get("cn/loc").info(digits)
    return digits == _PERMIT_REGION or (len(parts) == 2 and all(found for _, found in parts))


@lru_cache(maxsize=128)
def is_province(digits: str) -> bool:
    """Say whether two digits are a province by python-stdnum's table."""
    return any(found for _, found in numdb.get("cn/loc").info(digits))


def _refuse(what: str, mend: str) -> NoReturn:
    raise IdentifierError(f"resident identity number: {what}", where="Identifier.value", mend=mend)

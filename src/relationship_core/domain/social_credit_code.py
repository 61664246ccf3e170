"""The unified social credit code of China's legal persons and other organisations.

Source: GB 32100-2015 with its first amendment for the structure and the last character, GB
11714-1997 for the organisation code inside it.
"""

from __future__ import annotations

import re
from typing import Final, NoReturn

from stdnum.cn import uscc

from relationship_core.domain.resident_id import is_province
from relationship_core.errors import IdentifierError

# The standard leaves out I, O, S, V and Z.
_SHAPE: Final = re.compile(r"[1-9ANY][1-9]\d{6}[0-9A-HJ-NP-RTUWXY]{10}", re.ASCII)

# Which categories each registration department gives out. Civil affairs' 4 and 5 are the villagers'
# and residents' committees, given codes since 2017.
_CATEGORIES: Final = {
    "1": "1239",
    "2": "19",
    "3": "123459",
    "4": "19",
    "5": "123459",
    "6": "129",
    "7": "129",
    "8": "19",
    "9": "1239",
    "A": "19",
    "N": "1239",
    "Y": "1",
}

_NATIONAL: Final = "10"
_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)


def check_social_credit_code(code: str) -> None:
    """Refuse a code, given in canonical form, that no organisation can bear.

    The region is held to a known province only, or to 10 for the nation: development zones
    register under numbers that are in no table of divisions.

    Raises:
        IdentifierError: Shape, department, category, region, organisation code or check character
            is wrong.
    """
    if not _SHAPE.fullmatch(code):
        _refuse("not a department, a category, six digits and ten characters without I, O, S, V, Z")
    if code[1] not in _CATEGORIES[code[0]]:
        _refuse("the registration department has no such category")
    if code[2:4] != _NATIONAL and not is_province(code[2:4]):
        _refuse("the 3rd and 4th digits name no province of China")
    if organisation_check(code[8:16]) != code[16]:
        _refuse("the organisation code's check character is wrong")
    if uscc.calc_check_digit(code[:17]) != code[17]:
        _refuse("the check character is wrong")


def organisation_check(body: str) -> str:
    """Reckon the check character of an organisation code's eight characters (GB 11714-1997)."""
    total = sum(
        weight * int(character, 36) for weight, character in zip(_WEIGHTS, body, strict=True)
    )
    return "0123456789X"[-total % 11]


def _refuse(what: str) -> NoReturn:
    raise IdentifierError(
        f"social credit code: {what}",
        where="Identifier.value",
        mend="check it against the business licence",
    )

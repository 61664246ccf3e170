"""Which documents and numbers of customers need no closer look, in SQL.

The check digits are reckoned by the engine; whether digits are a region or province of China is
asked of python-stdnum's table, once for each that is there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Final

from relationship_core.domain.resident_id import is_province, is_region
from relationship_core.portfolio.database import Database, sql_text

_HOME: Final = "(id_country IS NULL OR id_country = 'CN')"
_CHINESE_PASSPORT: Final = (
    r"[EGHKM][0-9]{8}|[EHKM][A-Z][0-9]{7}|[DPS]E?[0-9]{7}|[DPS][0-9]{8}|1[45][0-9]{7}"
)
_RESIDENT_WEIGHTS: Final = tuple(2**place % 11 for place in range(17, 0, -1))
_CODE_DIGITS: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CODE_WEIGHTS: Final = tuple(3**place % 31 for place in range(17))
_ORGANISATION_DIGITS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ORGANISATION_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)
_DEPARTMENTS: Final = (
    "1[1239]|2[19]|3[1-59]|4[19]|5[1-59]|6[129]|7[129]|8[19]|9[1239]|A[19]|N[1239]|Y1"
)


def sound_identifiers(database: Database, rows: str, as_of: date) -> str:
    """The condition that a customer's document is sound, or that there is none.

    Schemes that have to be found out, numbers not in the form they are kept in, and LEIs take a
    closer look.

    Args:
        database: Where to ask which regions there are.
        rows: The customers, in SQL.
        as_of: The day on which they are read.
    """
    resident = f"id_scheme = 'resident_id' AND {_HOME}"
    regions = _known(database, rows, f"{resident} AND length(id_number) = 18", 0, 6, is_region)
    coded = f"id_scheme = 'social_credit_code' AND {_HOME}"
    provinces = _known(database, rows, f"{coded} AND length(id_number) = 18", 2, 2, is_province)
    # A case looks at each row by one way only; conditions joined by OR would look by all of them.
    return (
        "CASE WHEN id_number IS NULL THEN true"
        f" WHEN id_scheme = 'passport' AND {_HOME}"
        f" THEN regexp_full_match(id_number, '{_CHINESE_PASSPORT}')"
        f" WHEN {resident} THEN {_sound_resident_id(regions, as_of)}"
        f" WHEN {coded} THEN {_sound_code(provinces)}"
        " WHEN id_scheme = 'passport' AND regexp_full_match(id_country, '[A-Z]{2}')"
        f" THEN {_with_digit('{6,9}')}"
        " WHEN id_scheme = 'tax_number'"
        f" AND ({_HOME} OR regexp_full_match(id_country, '[A-Z]{{2}}'))"
        f" THEN {_with_digit('{4,20}')}"
        " ELSE false END"
    )


def _with_digit(length: str) -> str:
    return (
        f"regexp_full_match(id_number, '[0-9A-Z]{length}') AND regexp_matches(id_number, '[0-9]')"
    )


def _known(
    database: Database,
    rows: str,
    condition: str,
    start: int,
    length: int,
    is_known: Callable[[str], bool],
) -> str:
    """Those of some digits of the numbers that are known, as a list in SQL."""
    part = f"substr(id_number, {start + 1}, {length})"
    found = database.rows(
        f"SELECT DISTINCT {part} AS part FROM ({rows})"
        f" WHERE {condition} AND regexp_full_match({part}, '[0-9]+')"
    )
    known = [text for text in found.column("part").to_pylist() if is_known(text)]
    return ", ".join(map(sql_text, [*sorted(known), ""]))


def _sound_resident_id(regions: str, as_of: date) -> str:
    born = "try_strptime(substr(id_number, 7, 8), '%Y%m%d')"
    total = _weighted(
        (f"(ascii(substr(id_number, {place}, 1)) - 48)" for place in range(1, 18)),
        _RESIDENT_WEIGHTS,
    )
    return (
        "regexp_full_match(id_number, '[1-9][0-9]{16}[0-9X]')"
        f" AND substr(id_number, 1, 6) IN ({regions})"
        f" AND coalesce(CAST({born} AS DATE) BETWEEN DATE '1850-01-01' AND"
        f" DATE '{as_of.isoformat()}', false)"
        f" AND substr('10X98765432', {total} % 11 + 1, 1) = substr(id_number, 18, 1)"
    )


def _sound_code(provinces: str) -> str:
    organisation = _weighted(
        (_digit(_ORGANISATION_DIGITS, place) for place in range(9, 17)), _ORGANISATION_WEIGHTS
    )
    total = _weighted((_digit(_CODE_DIGITS, place) for place in range(1, 18)), _CODE_WEIGHTS)
    return (
        f"regexp_full_match(id_number, '({_DEPARTMENTS})[0-9]{{6}}[{_CODE_DIGITS}]{{10}}')"
        f" AND (substr(id_number, 3, 2) = '10' OR substr(id_number, 3, 2) IN ({provinces}))"
        f" AND substr('0123456789X', (11 - {organisation} % 11) % 11 + 1, 1)"
        " = substr(id_number, 17, 1)"
        f" AND substr('{_CODE_DIGITS}', (31 - {total} % 31) % 31 + 1, 1)"
        " = substr(id_number, 18, 1)"
    )


def _digit(digits: str, place: int) -> str:
    return f"(strpos('{digits}', substr(id_number, {place}, 1)) - 1)"


def _weighted(digits: Iterable[str], weights: Iterable[int]) -> str:
    return (
        "("
        + " + ".join(f"{digit} * {weight}" for digit, weight in zip(digits, weights, strict=True))
        + ")"
    )

"""How one cell of a table is read: the forms it may take, and the value it means.

A cell is text, whatever the file: Parquet's typed columns are written out first. Blank around it is
trimmed, and nothing is missing. Numbers are plain decimals of ASCII digits, dates ISO 8601.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final, NoReturn
from unicodedata import category

from relationship_core.errors import InvalidValueError


class CellKind(StrEnum):
    """What a column's cells hold."""

    ID = "id"
    TEXT = "text"
    CHOICE = "choice"
    DATE = "date"
    MONTH = "month"
    AMOUNT = "amount"
    SIZE = "size"
    RATE = "rate"
    PROBABILITY = "probability"
    SHARE = "share"
    COUNT = "count"
    FLAG = "flag"
    DATES = "dates"
    IDS = "ids"


FORMS: Final[dict[CellKind, str]] = {
    CellKind.ID: "text without invisible characters",
    CellKind.TEXT: "text without invisible characters",
    CellKind.CHOICE: "one of",
    CellKind.DATE: "date, YYYY-MM-DD",
    CellKind.MONTH: "date of a month's first day, YYYY-MM-01",
    CellKind.AMOUNT: "decimal, may be negative",
    CellKind.SIZE: "decimal, 0 or more",
    CellKind.RATE: "decimal, a fraction a year between -1 and 1",
    CellKind.PROBABILITY: "decimal, a fraction between 0 and 1",
    CellKind.SHARE: "decimal above 0",
    CellKind.COUNT: "whole number, 0 or more",
    CellKind.FLAG: "true or false",
    CellKind.DATES: "dates, YYYY-MM-DD, joined by ;",
    CellKind.IDS: "ids joined by ;",
}
"""The form of each kind in words, for people who make the files."""

_DAY: Final = (
    r"(19|20)[0-9]{2}-((0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])"
    r"|(0[13-9]|1[0-2])-(29|30)|(0[13578]|1[02])-31)"
)
_PLAIN_AMOUNT: Final = r"[0-9]{1,18}(\.[0-9]{1,8})?"

SURELY_GOOD: Final[dict[CellKind, str]] = {
    CellKind.ID: "[!-~]+",
    CellKind.DATE: _DAY,
    CellKind.MONTH: r"(19|20)[0-9]{2}-(0[1-9]|1[0-2])-01",
    CellKind.AMOUNT: f"-?{_PLAIN_AMOUNT}",
    CellKind.SIZE: _PLAIN_AMOUNT,
    CellKind.RATE: r"-?0(\.[0-9]{1,12})?",
    CellKind.PROBABILITY: r"0(\.[0-9]{1,12})?",
    CellKind.COUNT: "[0-9]{1,9}",
    CellKind.FLAG: "true|false",
}
"""Patterns of cells that need no closer look; a cell that matches none may still be good."""

_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,40}(\.[0-9]{0,40})?([eE][+-]?[0-9]{1,2})?")
_WHOLE: Final = re.compile(r"\+?[0-9]{1,18}(\.0*)?")
_ISO_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_FLAGS: Final = {"true": True, "false": False, "1": True, "0": False}


def read_cell(kind: CellKind, text: str, column: str, choices: type[StrEnum] | None = None) -> Any:
    """Read a cell that isn't empty.

    Args:
        kind: What the column holds.
        text: The cell, trimmed.
        column: The column's name, for the error.
        choices: The enumeration that a `CHOICE` is a member of.

    Raises:
        InvalidValueError: The cell hasn't the form of its kind. The message never holds the text.
    """
    if choices is not None:
        return _read_choice(text, column, choices)
    return _READERS[kind](text, column)


def settled_reader(
    kind: CellKind, choices: type[StrEnum] | None = None
) -> Callable[[str], Any] | None:
    """Return the fast reader for cells already known to be good; None where text stays text."""
    if choices is not None:
        return {member.value: member for member in choices}.__getitem__
    return _SETTLED.get(kind)


def _refuse(what: str, column: str, mend: str = "") -> NoReturn:
    raise InvalidValueError(what, where=column, mend=mend)


def _read_id(text: str, column: str) -> str:
    if not text.isprintable():
        _refuse("holds characters that can't be seen", column)
    return text


def _read_text(text: str, column: str) -> str:
    if not text.isprintable():
        # A wide space between two names counts as not printable, and is no fault.
        _read_id("".join(one for one in text if category(one) != "Zs"), column)
    return text


def _read_choice(text: str, column: str, choices: type[StrEnum]) -> StrEnum:
    try:
        return choices(text)
    except ValueError:
        pass
    _refuse(f"is none of {', '.join(choices)}", column)


def _read_date(text: str, column: str) -> date:
    if not _ISO_DAY.fullmatch(text):
        _refuse("is no date in the form YYYY-MM-DD", column)
    try:
        return date.fromisoformat(text)
    except ValueError:
        pass
    _refuse("is no day of the calendar", column)


def _read_month(text: str, column: str) -> date:
    day = _read_date(text, column)
    if day.day != 1:
        _refuse("is not a month's first day", column)
    return day


def _read_number(text: str, column: str) -> Decimal:
    if not _NUMBER.fullmatch(text):
        _refuse("is no plain decimal number", column)
    return Decimal(text)


def _read_size(text: str, column: str) -> Decimal:
    number = _read_number(text, column)
    if number < 0:
        _refuse("is negative", column)
    return number


def _read_count(text: str, column: str) -> int:
    if not _WHOLE.fullmatch(text):
        _refuse("is no whole number of zero or more", column)
    return int(text.partition(".")[0])


def _read_flag(text: str, column: str) -> bool:
    flag = _FLAGS.get(text.lower())
    if flag is None:
        _refuse("is neither true nor false", column)
    return flag


def _read_dates(text: str, column: str) -> tuple[date, ...]:
    return tuple(_read_date(part.strip(), column) for part in text.split(";"))


def _read_ids(text: str, column: str) -> tuple[str, ...]:
    return tuple(_read_id(part.strip(), column) for part in text.split(";"))


_READERS: Final[dict[CellKind, Callable[[str, str], Any]]] = {
    CellKind.ID: _read_id,
    CellKind.TEXT: _read_text,
    CellKind.DATE: _read_date,
    CellKind.MONTH: _read_month,
    CellKind.AMOUNT: _read_number,
    CellKind.SIZE: _read_size,
    CellKind.RATE: _read_number,
    CellKind.PROBABILITY: _read_size,
    CellKind.SHARE: _read_size,
    CellKind.COUNT: _read_count,
    CellKind.FLAG: _read_flag,
    CellKind.DATES: _read_dates,
    CellKind.IDS: _read_ids,
}

# A portfolio has millions of dates and few different ones.
_same_date: Final = lru_cache(maxsize=65_536)(date.fromisoformat)

_SETTLED: Final[dict[CellKind, Callable[[str], Any]]] = {
    CellKind.DATE: _same_date,
    CellKind.MONTH: _same_date,
    CellKind.AMOUNT: Decimal,
    CellKind.SIZE: Decimal,
    CellKind.RATE: Decimal,
    CellKind.PROBABILITY: Decimal,
    CellKind.SHARE: Decimal,
    CellKind.COUNT: lambda text: int(text.partition(".")[0]),
    CellKind.FLAG: lambda text: _FLAGS[text.lower()],
    CellKind.DATES: lambda text: _read_dates(text, ""),
    CellKind.IDS: lambda text: _read_ids(text, ""),
}

"""Values as S-FEEL spells them: 12.5, "gold", true, date("2026-06-30")."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from relationship_core.errors import TableError
from relationship_core.rules.kind import FactValue

_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\"}
_SPELLED = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{6})|(.))", re.DOTALL)
# What XML or a spreadsheet can't hold as it is, and what the eye can't see.
_UNSEEN = re.compile(r'["\\\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]')


def write_literal(value: FactValue) -> str:
    """A value's one spelling in a cell: no trailing zeros, texts in quotes."""
    match value:
        case bool():
            return "true" if value else "false"
        case Decimal():
            digits = f"{value:f}"
            return digits.rstrip("0").rstrip(".") if "." in digits else digits
        case date():
            return f'date("{value.isoformat()}")'
        case str():
            return f'"{_UNSEEN.sub(_escaped, value)}"'
    return str(value)


def _escaped(match: re.Match[str]) -> str:
    character = match.group()
    return _SPELLED.get(character) or f"\\u{ord(character):04X}"


def read_text_literal(quoted: str) -> str:
    """The text that stands between two quotes, its escapes undone.

    Raises:
        TableError: A backslash is followed by what it can't escape.
    """
    return _ESCAPE.sub(_unescaped, quoted[1:-1])


def _unescaped(match: re.Match[str]) -> str:
    code, long_code, single = match.groups()
    if single is None:
        number = int(code or long_code, 16)
        if number > 0x10FFFF:
            raise TableError(f"{match.group()} is no character", mend="look for a slip of the pen")
        return chr(number)
    if single not in _ESCAPES:
        raise TableError(f"{match.group()} is no escape", mend="write \\\\ for a backslash")
    return _ESCAPES[single]


def read_date_literal(text: str) -> date:
    """The day a text names.

    Raises:
        TableError: It names none.
    """
    try:
        if len(text) == len("2026-06-30"):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise TableError(f"{text!r} is no day", mend='write it as date("2026-06-30")')

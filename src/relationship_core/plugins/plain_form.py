"""Values as plain JSON data that keeps their types, on their way between processes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from relationship_core.errors import InvalidValueError

_READERS: dict[str, Callable[[Any], Any]] = {
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
    "decimal": Decimal,
    "list": lambda items: tuple(read_plain(each) for each in items),
    "mapping": lambda pairs: {read_plain(key): read_plain(value) for key, value in pairs},
    "set": lambda items: frozenset(read_plain(each) for each in items),
}


def write_plain(value: Any, where: str) -> Any:
    """A value as JSON data that says its own type, but for what JSON has itself.

    Args:
        value: The value.
        where: Its place, for the error.

    Raises:
        InvalidValueError: It, or something in it, is an object that can't be sent.
    """
    if value is None or type(value) in {bool, int, float, str}:
        return value
    if isinstance(value, Mapping):
        return {"mapping": [_pair(key, each, where) for key, each in value.items()]}
    if isinstance(value, list | tuple):
        return {"list": [write_plain(each, f"{where}[{at}]") for at, each in enumerate(value)]}
    if isinstance(value, Set):
        return {"set": [write_plain(each, where) for each in value]}
    if isinstance(value, Decimal):
        return {"decimal": str(value)}
    if isinstance(value, datetime):
        return {"datetime": value.isoformat()}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    raise InvalidValueError(
        f"a {type(value).__name__} can't be sent to or from a process of a plugin's own",
        where=where,
        mend="give texts, numbers, dates, or lists, sets and mappings of them",
    )


def read_plain(data: Any) -> Any:
    """The value that `write_plain` wrote; lists come back as tuples."""
    if not isinstance(data, dict):
        return data
    ((kind, written),) = data.items()
    return _READERS[kind](written)


def _pair(key: Any, value: Any, where: str) -> list[Any]:
    return [write_plain(key, where), write_plain(value, f"{where}[{key!r}]")]

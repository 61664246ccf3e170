"""What differs between two pieces of plain JSON data, by dotted path."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from relationship_core.decisions.change import Detail

_KEYS: dict[str, tuple[str, ...]] = {
    "transfer_prices": ("currency", "product", "tenor_months", "valid_from"),
    "products": ("product",),
    "unit_costs": ("channel",),
    "exchange_rates": ("currency", "month"),
    "relationship_upkeep": ("kind",),
}
"""Lists whose entries are told apart by some of their fields."""
_TEXT = {"en", "zh"}


def plain_changes(path: str, old: Any, new: Any) -> Iterator[Detail]:
    """Each difference between two pieces of data; none exactly if they are spelt alike.

    Args:
        path: The names that lead to them, joined by dots.
        old: What it was.
        new: What it is.
    """
    if spelling(old) == spelling(new):
        return
    old_fields, new_fields = _fields(path, old), _fields(path, new)
    if old_fields is None or new_fields is None:
        yield Detail(path, *_apart(old, new))
        return
    for name in sorted({*old_fields, *new_fields}):
        below = f"{path}.{name}" if path else name
        if name not in new_fields:
            yield Detail(below, words(old_fields[name]), None)
        elif name not in old_fields:
            yield Detail(below, None, words(new_fields[name]))
        else:
            yield from plain_changes(below, old_fields[name], new_fields[name])


def spelling(data: Any) -> str:
    """The one spelling that equal data share; unlike Python's `==` it tells 1 from true."""
    return json.dumps(data, sort_keys=True, ensure_ascii=False)


def words(data: Any) -> str:
    """Plain data as people read it."""
    match data:
        case None:
            return "none"
        case bool():
            return "yes" if data else "no"
        case str():
            return data or '""'
        case {"en": en, "zh": zh}:
            return f'"{en}" ({zh})' if zh else f'"{en}"'
        case dict():
            told = (f"{name} {words(each)}" for name, each in sorted(data.items()) if each)
            return ", ".join(told) or "{}"
        case list() | tuple():
            return ", ".join(map(words, data)) or "none"
    return str(data)


def _apart(old: Any, new: Any) -> tuple[str, str]:
    """Two pieces of data that differ, in the plainest words in which they do."""
    if words(old) != words(new):
        return words(old), words(new)
    return spelling(old), spelling(new)


def _fields(path: str, data: Any) -> Mapping[str, Any] | None:
    """What can be told of the data piece by piece; None where it is told whole."""
    if isinstance(data, dict) and set(data) != _TEXT:
        return data
    key = _KEYS.get(path)
    if key is None or data is None:
        return None
    return {".".join(str(entry[name]) for name in key): entry for entry in data}

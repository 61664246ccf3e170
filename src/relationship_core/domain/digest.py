"""A canonical form of nouns, the same on every platform, and its hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from enum import Enum

import attrs

# A part of every digest: raise it when the canonical form changes meaning.
_FORM = "relationship_core.canonical/1"


def digest_of(noun: attrs.AttrsInstance, *, unordered: frozenset[str] = frozenset()) -> str:
    """Hash a noun and everything inside it with SHA-256.

    Two nouns have the same digest exactly if they hold the same: numbers count by value (1.0 is
    1.00), fields at their default are left out, so that a field added later changes no old digest.

    Args:
        noun: A frozen attrs object.
        unordered: Names of fields, at any depth, in which the order of the items means nothing.

    Returns:
        64 hexadecimal digits.
    """
    form = [_FORM, _plain(noun, unordered)]
    return hashlib.sha256(_written(form).encode("ascii")).hexdigest()


def _plain(value: object, unordered: frozenset[str]) -> object:
    """Turn a value into lists and text, with a tag wherever two kinds could look alike."""
    if isinstance(value, Decimal):
        return ["decimal", _exact_text(value)]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return ["date", value.isoformat()]
    if isinstance(value, tuple):
        return ["items", *(_plain(item, unordered) for item in value)]
    if isinstance(value, Mapping):
        pairs = ([key, _plain(value[key], unordered)] for key in sorted(value))
        return ["mapping", *pairs]
    kind = type(value)
    if attrs.has(kind):
        return ["record", kind.__name__, *_plain_fields(value, attrs.fields(kind), unordered)]
    return value


def _plain_fields(
    record: object, fields: Iterable[attrs.Attribute[object]], unordered: frozenset[str]
) -> list[object]:
    pairs: list[object] = []
    for field in fields:
        value = getattr(record, field.name)
        if value != field.default:
            form = _plain(value, unordered)
            if field.name in unordered and isinstance(form, list):
                form = [form[0], *sorted(form[1:], key=_written)]
            pairs.append([field.name, form])
    return pairs


def _exact_text(number: Decimal) -> str:
    sign, digits, exponent = number.as_tuple()
    text = "".join(map(str, digits))
    shortest = text.strip("0")
    if not shortest:
        return "0"
    power = int(exponent) + len(text) - len(text.rstrip("0"))
    return f"{'-' if sign else ''}{shortest}e{power}"


def _written(form: object) -> str:
    return json.dumps(form, ensure_ascii=True, separators=(",", ":"))

"""Texts joined by ; in a fixed order, of which each row has its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from relationship_core.portfolio.decide.cell import (
    Cell,
    either,
    none,
    one_after_the_other,
    set_of,
    surely,
    told,
)
from relationship_core.portfolio.decide.words import Held

SEPARATOR: Final = ";"

_AT_ONCE: Final = 10
"""How many texts are told by one number: its list has a text for each of their 1,024 sets."""


def listing(texts: Sequence[str], flags: Sequence[Cell]) -> Cell:
    """Those texts whose flag is set, joined; null where none is.

    Args:
        texts: The texts in their order.
        flags: For each whether it is among them; null is not.
    """
    if not texts:
        return none(Held.TEXT)
    first, *later = [slice(start, start + _AT_ONCE) for start in range(0, len(texts), _AT_ONCE)]
    sets = _sets(texts[first])
    if not later:
        return told(set_of(flags[first]), sets)
    # One bit more tells whether there are others, after the first piece or before a later one.
    known = list(map(surely, flags))
    follows = either(known[_AT_ONCE:])
    pieces = [told(set_of([*flags[first], follows]), (*sets, *_filled(sets)))]
    for own in later:
        sets = _sets(texts[own])
        after = [text and SEPARATOR + text for text in sets]
        is_after = either(known[: own.start])
        pieces.append(told(set_of([*flags[own], is_after]), _filled((*sets, *after))))
    return one_after_the_other(*pieces)


def _sets(texts: Sequence[str]) -> list[str | None]:
    """The texts of each set, joined, by the set as a number; None for the empty one."""
    return [
        SEPARATOR.join(text for bit, text in enumerate(texts) if number >> bit & 1) or None
        for number in range(1 << len(texts))
    ]


def _filled(sets: Iterable[str | None]) -> list[str]:
    return [text or "" for text in sets]

"""Texts joined by ; in a fixed order, of which each row has its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from relationship_core.portfolio.decide.cell import (
    Cell,
    either,
    filled,
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
    starts = range(0, len(texts), _AT_ONCE)
    if len(starts) == 1:
        return told(set_of(flags), _sets(texts))
    pieces = []
    for start in starts:
        own = slice(start, start + _AT_ONCE)
        sets = _sets(texts[own])
        if start == 0:
            pieces.append(told(set_of(flags[own]), _filled(sets)))
            continue
        is_after = either(map(surely, flags[:start]))
        pieces.append(told(set_of([*flags[own], is_after]), _continued(sets)))
    return filled(one_after_the_other(*pieces)) if pieces else none(Held.TEXT)


def _sets(texts: Sequence[str]) -> tuple[str | None, ...]:
    """The texts of each set, joined, by the set as a number; None for the empty one."""
    return tuple(
        SEPARATOR.join(text for bit, text in enumerate(texts) if number >> bit & 1) or None
        for number in range(1 << len(texts))
    )


def _filled(sets: tuple[str | None, ...]) -> tuple[str, ...]:
    return tuple(text or "" for text in sets)


def _continued(sets: tuple[str | None, ...]) -> tuple[str, ...]:
    """The same, and then once more as they go on after others."""
    return (*_filled(sets), *("" if text is None else SEPARATOR + text for text in sets))

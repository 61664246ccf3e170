"""Texts joined by ; in a fixed order, of which each row has its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import narwhals as nw

from relationship_core.portfolio.decide.columns import Column, Joined, Told, either, set_of

SEPARATOR: Final = ";"

_AT_ONCE: Final = 10
"""How many texts are told by one number: its list has a text for each of their 1,024 sets."""


def listing(texts: Sequence[str], flags: Sequence[nw.Expr]) -> Column:
    """Those texts whose flag is set, joined; null where none is.

    Args:
        texts: The texts in their order.
        flags: For each whether it is among them; null is not.
    """
    starts = range(0, len(texts), _AT_ONCE)
    if len(starts) == 1:
        return Told(set_of(flags), _sets(texts))
    pieces = []
    for start in starts:
        own = slice(start, start + _AT_ONCE)
        if start == 0:
            pieces.append(Told(set_of(flags[own]), _filled(_sets(texts[own]))))
            continue
        is_after = either(flags[:start])
        pieces.append(Told(set_of([*flags[own], is_after]), _continued(_sets(texts[own]))))
    return Joined(tuple(pieces))


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

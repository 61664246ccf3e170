"""Finding the lines of a large CSV that hold some text, without parsing all the others."""

from __future__ import annotations

import mmap
import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Final

_MOST_NEEDLES: Final = 64
_LONE_RETURN: Final = re.compile(rb"\r(?!\n)")


def lines_holding(
    path: Path, needles: Collection[str], encoding: str
) -> list[tuple[int, str]] | None:
    """Find the lines that hold any of some texts, the first line not among them.

    Args:
        path: A CSV file.
        needles: The texts.
        encoding: The file's, in which no byte of a longer character is a quote or ends a line.

    Returns:
        Line numbers, from 1, and lines, ascending; bytes that are no text become lone surrogates.
        None where a row may span lines, or so many texts are wanted that parsing is quicker.
    """
    if len(needles) > _MOST_NEEDLES:
        return None
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as text:
        if text.find(b'"') >= 0 or _LONE_RETURN.search(text):
            return None
        begins = {
            begin
            for needle in needles
            for begin in _lines_with(text, needle.encode(encoding, "surrogateescape"))
        }
        found = []
        number, counted = 1, 0
        for begin in sorted(begins):
            number += text[counted:begin].count(b"\n")
            counted = begin
            if begin:
                end = text.find(b"\n", begin)
                line = text[begin : end if end >= 0 else len(text)]
                found.append((number, line.decode(encoding, "surrogateescape")))
        return found


def _lines_with(text: mmap.mmap, needle: bytes) -> Iterator[int]:
    """Where the lines that hold a text begin."""
    place = text.find(needle)
    while place >= 0:
        yield text.rfind(b"\n", 0, place) + 1
        end = text.find(b"\n", place)
        # Past the end: a break in the text, or an empty text, would be found there for ever.
        place = text.find(needle, end + 1) if end >= 0 else -1

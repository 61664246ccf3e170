"""In which encoding a file of text is, found out from all of its bytes.

A byte-order mark says UTF-8. Without one, a file that is UTF-8 from end to end is that: text in
another encoding of more than a few characters is all but never so by chance. What isn't UTF-8 is
taken for GB18030, which China's banks write, if all of it can be.
"""

from __future__ import annotations

import codecs
import re
from pathlib import Path
from typing import Final

from relationship_core.errors import DataError

_CHUNK: Final = 2**20
_LINE_END: Final = re.compile(rb"\r\n|\n|\r")

MARKED: Final = "utf-8-sig"
"""UTF-8 after a byte-order mark, so that no guess was needed."""


def encoding_of(path: Path, file: str) -> str:
    """Find out a file's encoding.

    Args:
        path: The file.
        file: Its name, for the error.

    Raises:
        DataError: It is in neither encoding.
    """
    with path.open("rb") as stream:
        if stream.read(len(codecs.BOM_UTF8)) == codecs.BOM_UTF8:
            return MARKED
    furthest = 0
    for encoding in ("utf-8", "gb18030"):
        bad = _first_bad_byte(path, encoding)
        if bad is None:
            return encoding
        furthest = max(furthest, bad)
    raise DataError(
        "the file is neither UTF-8 nor GB18030",
        file=file,
        line=_line_of(path, furthest),
        mend="save it as UTF-8; with a byte-order mark, a bad byte costs its cell or row alone",
    )


def _first_bad_byte(path: Path, encoding: str) -> int | None:
    decoder = codecs.getincrementaldecoder(encoding)()
    read = 0
    with path.open("rb") as stream:
        while True:
            chunk = stream.read(_CHUNK)
            read += len(chunk)
            try:
                decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                # It holds what was kept back of an earlier chunk too.
                return read - len(error.object) + error.start
            if not chunk:
                return None


def _line_of(path: Path, place: int) -> int:
    with path.open("rb") as stream:
        before = 1
        kept = b""
        while place > 0:
            chunk = kept + stream.read(min(_CHUNK, place))
            place -= len(chunk) - len(kept)
            # A line end of two bytes may lie across two chunks.
            kept = chunk[-1:] if chunk.endswith(b"\r") and place > 0 else b""
            before += len(_LINE_END.findall(chunk[: len(chunk) - len(kept)]))
    return before

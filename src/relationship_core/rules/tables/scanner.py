"""The words and signs of a cell's text, each with its place in it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from relationship_core.errors import TableError, UnsupportedError

_SIGN = re.compile(r"\.\.|<=|>=|!=|[<>=()\[\],@-]")
_NUMBER = re.compile(r"(?:\d+(?:\.\d+)?|\.\d+)(?![\w])", re.ASCII)
_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_WORD = re.compile(r"[^\W\d]\w*")
_PIECES = (("text", _TEXT), ("number", _NUMBER), ("word", _WORD), ("sign", _SIGN))
_CALL = re.compile(r"\s*\(")
_ELSEWHERE = {
    "+": "arithmetic",
    "*": "arithmetic",
    "/": "arithmetic",
    "?": "the placeholder ?",
    "{": "a context",
    "}": "a context",
    ".": "a path",
}
"""Signs that FEEL has and the language of cells doesn't."""


class Token(NamedTuple):
    """A piece of a cell's text.

    Args:
        kind: `sign`, `number`, `text`, `word`, `name` (a known one), or `end`.
        text: As it stands there; a name as it is known.
        at: Where it begins, counted from 0.
    """

    kind: str
    text: str
    at: int


class Scanner:
    """Reads a text piece by piece; names may hold spaces and signs, so they must be known."""

    def __init__(self, text: str, names: Iterable[str]) -> None:
        self.text = text
        self.at = 0
        self._seen: tuple[int, Token, int] | None = None
        self._known, self._name = _vocabulary(tuple(names))

    def peek(self) -> Token:
        """The next piece, left where it is.

        Raises:
            UnsupportedError: A sign stands there that only full FEEL knows.
            TableError: A sign stands there that nothing knows, or a text that doesn't end.
        """
        return self._ahead()[0]

    def next(self) -> Token:
        """The next piece, read."""
        token, self.at = self._ahead()
        return token

    def take(self, *signs: str) -> str:
        """The next piece if it is one of the signs, else nothing, read."""
        token = self.peek()
        return self.next().text if token.kind in {"sign", "word"} and token.text in signs else ""

    def take_pattern(self, pattern: re.Pattern[str]) -> str:
        """What a pattern matches next, read; empty where it matches nothing."""
        found = pattern.match(self.text, self._start())
        if found is None:
            return ""
        self.at = found.end()
        return found.group()

    def is_call(self, token: Token) -> bool:
        """Whether a parenthesis follows a word, so that it names a function."""
        return bool(_CALL.match(self.text, token.at + len(token.text)))

    def _start(self) -> int:
        rest = self.text[self.at :]
        return self.at + len(rest) - len(rest.lstrip())

    def _ahead(self) -> tuple[Token, int]:
        """The next piece and where it ends; looked for once, however often it is asked for."""
        if self._seen is None or self._seen[0] != self.at:
            self._seen = (self.at, *self._scan())
        return self._seen[1:]

    def _scan(self) -> tuple[Token, int]:
        start = self._start()
        if start == len(self.text):
            return Token("end", "", start), start
        name = self._name and self._name.match(self.text, start)
        if name and not _CALL.match(self.text, name.end()):
            return Token("name", self._known[" ".join(name.group().split())], start), name.end()
        for kind, pattern in _PIECES:
            if found := pattern.match(self.text, start):
                return Token(kind, found.group(), start), found.end()
        raise self._unreadable(start)

    def _unreadable(self, start: int) -> TableError:
        sign = self.text[start]
        if sign in _ELSEWHERE:
            return UnsupportedError(f"{_ELSEWHERE[sign]} ({self.text!r}, character {start + 1})")
        if sign == '"':
            return TableError(f"the text that begins at character {start + 1} has no end", mend='"')
        return unexpected(Token("sign", sign, start), self.text)


@lru_cache(maxsize=64)  # a file asks for the same names in every cell
def _vocabulary(names: tuple[str, ...]) -> tuple[dict[str, str], re.Pattern[str] | None]:
    """The names by their words, and what matches one, the longest first."""
    spelled = sorted(names, key=len, reverse=True)
    patterns = [r"\s+".join(map(re.escape, name.split())) for name in spelled]
    known = {" ".join(name.split()): name for name in spelled}
    return known, re.compile(f"(?:{'|'.join(patterns)})(?!\\w)") if patterns else None


def unexpected(token: Token, text: str, expected: str = "") -> TableError:
    """The error for a piece that can't stand where it does."""
    found = repr(token.text) if token.text else "the end"
    return TableError(
        f"{found} can't stand at character {token.at + 1} of {text!r}",
        mend=f"write {expected} there"
        if expected
        else "write one of the tests that a cell can hold",
    )

"""Words in the two languages that every label and reason is given in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from attrs import frozen

from relationship_core.errors import RuleError


@frozen
class Text:
    """The same words in English and, where given, in Chinese."""

    en: str
    zh: str = ""

    def __str__(self) -> str:
        """The English words."""
        return self.en


def as_text(words: Text | str) -> Text:
    """Words as they may be given: a plain string is English."""
    return words if isinstance(words, Text) else Text(words)


def several(values: Iterable[Any]) -> tuple[Any, ...]:
    """The values as a tuple.

    Raises:
        RuleError: They are one text, which would fall apart into its letters.
    """
    if isinstance(values, str):
        raise RuleError(f"{values!r} is one text where several may stand", mend=f'["{values}"]')
    return tuple(values)

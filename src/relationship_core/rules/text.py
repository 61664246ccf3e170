"""Words in the two languages that every label and reason is given in."""

from __future__ import annotations

from attrs import frozen


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

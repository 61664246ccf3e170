"""Words in two languages, and several things that must not be one text."""

from __future__ import annotations

import pytest

from relationship_core.errors import RuleError
from relationship_core.rules import Text
from relationship_core.rules.text import as_text, several


def test_a_plain_string_is_english() -> None:
    assert as_text("gold") == Text("gold", "")
    assert str(as_text("gold")) == "gold"


def test_words_in_two_languages_stay_as_they_are() -> None:
    gold = Text("gold", "金牌")
    assert as_text(gold) is gold
    assert str(gold) == "gold"


def test_several_are_taken_from_any_iterable() -> None:
    assert several(name for name in ("a", "b")) == ("a", "b")


def test_one_text_is_not_several() -> None:
    with pytest.raises(RuleError, match=r"'north' is one text .*\(\[\"north\"\]\)"):
        several("north")

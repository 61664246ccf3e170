from __future__ import annotations

import pickle
from typing import Any

import pytest

from relationship_core.decisions.seen_facts import SeenFacts, seen

VALUES: dict[str, Any] = {"sex": "female", "age_years": 41, "aum": None}


def test_it_is_a_mapping_that_nobody_can_change() -> None:
    facts = SeenFacts(VALUES)
    assert facts == VALUES
    assert (len(facts), list(facts), facts.get("nothing")) == (3, list(VALUES), None)
    with pytest.raises(TypeError):
        facts["aum"] = 5  # type: ignore[index]


def test_what_it_was_made_from_may_change() -> None:
    values = dict(VALUES)
    facts = SeenFacts(values)
    values["aum"] = 5
    assert facts["aum"] is None


def test_it_shows_nothing_personal() -> None:
    assert repr(SeenFacts(VALUES)) == "<2 of 3 facts known>"


def test_it_can_be_pickled() -> None:
    assert pickle.loads(pickle.dumps(SeenFacts(VALUES))) == VALUES


def test_facts_are_frozen_once() -> None:
    facts = seen(VALUES)
    assert isinstance(facts, SeenFacts)
    assert seen(facts) is facts

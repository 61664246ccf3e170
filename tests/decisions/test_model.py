"""Models: who they are, and until when they may be believed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from relationship_core import Fact, Kind, Model
from relationship_core.errors import InvalidValueError, RelationshipError
from relationship_core.facts import aum, tenure_months

SCORE = Fact("west.score", Kind.RATIO)


def model(**changes: Any) -> Model:
    """A model of two inputs."""
    given: dict[str, Any] = {
        "name": "west.leaving",
        "version": "1",
        "digest": "0" * 64,
        "score": SCORE,
        "inputs": [aum, "tenure_months"],
    }
    return Model(**(given | changes))


def test_inputs_are_facts_or_their_names_in_the_order_of_the_columns() -> None:
    assert model().inputs == ("aum", "tenure_months")
    assert model(inputs=[tenure_months, aum]).inputs == ("tenure_months", "aum")


def test_one_name_is_no_list_of_inputs() -> None:
    with pytest.raises(RelationshipError, match="'aum' is one text"):
        model(inputs="aum")


@pytest.mark.parametrize("field", ["name", "version", "digest"])
def test_it_is_named_versioned_and_hashed(field: str) -> None:
    with pytest.raises(InvalidValueError, match=f"Model.{field}: it is empty"):
        model(**{field: ""})


def test_it_cannot_end_before_it_was_validated() -> None:
    day = date(2026, 6, 30)
    assert model(validated=day, expires=day).is_valid(day)
    with pytest.raises(InvalidValueError, match=r"Model\.expires"):
        model(validated=day, expires=date(2026, 6, 29))


def test_it_is_valid_up_to_its_last_day() -> None:
    dated = model(expires=date(2026, 6, 30))
    assert dated.is_valid(date(2026, 6, 30))
    assert not dated.is_valid(date(2026, 7, 1))


def test_without_an_end_it_is_valid_for_ever() -> None:
    assert model(validated=date(2026, 6, 30)).is_valid(date.max)


def test_what_it_computes_is_no_part_of_its_identity() -> None:
    assert model(predict=len) == model()
    assert model(digest="1" * 64) != model()
    assert "predict" not in repr(model(predict=len))

"""Values cross between processes with their types."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relationship_core.errors import InvalidValueError
from relationship_core.plugins.plain_form import read_plain, write_plain
from relationship_core.plugins.settings import Settings

KEYS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text()
    | st.decimals(allow_nan=False)
    | st.dates()
    | st.datetimes()
)
VALUES = st.recursive(
    KEYS,
    lambda inner: (
        st.lists(inner).map(tuple) | st.dictionaries(KEYS, inner) | st.frozensets(KEYS, max_size=4)
    ),
)


def typed(value: Any) -> Any:
    """A value with its types, which Python takes for equal where only numbers are."""
    if isinstance(value, dict):
        return {(type(key), key): typed(each) for key, each in value.items()}
    if isinstance(value, tuple):
        return tuple(map(typed, value))
    if isinstance(value, frozenset):
        return {(type(each), each) for each in value}
    return (type(value), value)


@given(value=VALUES)
def test_a_value_comes_back_as_it_was(value: Any) -> None:
    sent = json.loads(json.dumps(write_plain(value, "it")))
    assert typed(read_plain(sent)) == typed(value)


def test_settings_come_back_as_plain_mappings() -> None:
    settings: Mapping[str, Any] = Settings({"a": {"b": [1, {2}]}})
    assert read_plain(write_plain(settings, "settings")) == {"a": {"b": (1, frozenset({2}))}}


@pytest.mark.parametrize(
    "value", [Decimal(1), date(2026, 1, 1), datetime(2026, 1, 1, 12, tzinfo=UTC)]
)
def test_what_json_does_not_have_says_its_type(value: Any) -> None:
    ((kind, _),) = write_plain(value, "it").items()
    assert kind == type(value).__name__.lower()


@pytest.mark.parametrize(
    ("value", "where"),
    [
        (object(), "settings"),
        ({"a": [0, object()]}, "settings['a'][1]"),
        ({object(): 1}, "settings"),
        ({"a": {1: {object()}}}, "settings['a'][1]"),
        (b"bytes", "settings"),
    ],
)
def test_an_object_is_refused_with_its_place(value: Any, where: str) -> None:
    with pytest.raises(InvalidValueError, match="can't be sent to or from a process") as caught:
        write_plain(value, "settings")
    assert caught.value.where == where

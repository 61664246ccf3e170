"""What crosses between host and worker is JSON, whatever comes back."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relationship_core.plugins.frames import HEADER_BYTES, Json, lengths, packed, unpacked

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(message=st.dictionaries(st.text(), PLAIN), attached=st.binary())
def test_a_message_arrives_as_it_was_sent(message: Json, attached: bytes) -> None:
    frame = packed(message, attached)
    text, beside = lengths(frame[:HEADER_BYTES])
    assert len(frame) == HEADER_BYTES + text + beside
    assert unpacked(frame[HEADER_BYTES : HEADER_BYTES + text]) == message
    assert frame[HEADER_BYTES + text :] == attached


@given(text=st.binary())
def test_anything_else_is_a_value_error(text: bytes) -> None:
    with suppress(ValueError):
        assert isinstance(unpacked(text), dict)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b"[]", "it is no JSON object"),
        (b"1", "it is no JSON object"),
        (b"", "Expecting value"),
        (b"{", "Expecting property name"),
        (b"[" * 100_000, "it nests too deep"),
        (b'{"a":\xff}', "can't decode"),
    ],
)
def test_what_is_no_object_is_a_value_error(text: bytes, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        unpacked(text)

"""What crosses between the host and a worker: JSON, and beside it bytes that only the worker reads.

Nothing is pickled: an answer is data, so that reading it runs no code of the plugin's in the host.
"""

from __future__ import annotations

import json
import struct
from typing import Any

Json = dict[str, Any]

MOST_BYTES = 64 * 2**20
"""More than any answer needs; a worker that sends more is at fault."""

_HEADER = struct.Struct(">II")
HEADER_BYTES = _HEADER.size


def packed(message: Json, attached: bytes = b"") -> bytes:
    """A message as it is sent.

    Args:
        message: Plain JSON data.
        attached: Bytes that go with it as they are.

    Raises:
        TypeError: The message holds what JSON doesn't.
        ValueError: It refers to itself.
    """
    text = json.dumps(message, separators=(",", ":")).encode()
    return _HEADER.pack(len(text), len(attached)) + text + attached


def lengths(header: bytes) -> tuple[int, int]:
    """How many bytes of JSON follow a header, and how many beside it."""
    text, attached = _HEADER.unpack(header)
    return text, attached


def unpacked(text: bytes) -> Json:
    """The message that was sent.

    Raises:
        ValueError: It is no JSON object.
    """
    try:
        message = json.loads(text)
    except RecursionError:
        raise ValueError("it nests too deep") from None
    if not isinstance(message, dict):
        raise ValueError("it is no JSON object")
    return message

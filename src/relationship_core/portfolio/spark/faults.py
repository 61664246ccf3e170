"""Errors on their way from a worker to whoever asked: Spark hands over nothing but their text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from relationship_core import errors
from relationship_core.errors import RelationshipError

_MARK: Final = "relationship_core told as JSON: "


@contextmanager
def telling_faults() -> Iterator[None]:
    """On a worker: write into the text of our own errors what `worker_faults` makes them from."""
    try:
        yield
    except RelationshipError as error:
        fields = {name: one for name, one in vars(error).items() if not name.startswith("_")}
        told = {"type": type(error).__name__, "args": error.args, "fields": fields}
        error.add_note(_MARK + json.dumps(told, default=str))
        raise


@contextmanager
def worker_faults() -> Iterator[None]:
    """Where a DataFrame of reviews is collected or written: raise what a worker raised.

    Spark's own error stays as its cause. Whatever isn't an error of this library comes through
    unchanged.

    Raises:
        RelationshipError: What a worker raised.
    """
    try:
        yield
    except RelationshipError:
        raise
    except Exception as error:
        found = _told_in(str(error))
        if found is None:
            raise
        raise found from error


def _told_in(text: str) -> RelationshipError | None:
    _, mark, rest = text.partition(_MARK)
    if not mark:
        return None
    told, _ = json.JSONDecoder().raw_decode(rest)
    return _rebuilt(told)


def _rebuilt(told: dict[str, Any]) -> RelationshipError:
    named = getattr(errors, told["type"], None)
    kind = RelationshipError
    if isinstance(named, type) and issubclass(named, RelationshipError):
        kind = named
    error = kind.__new__(kind)
    error.args = tuple(told["args"])
    error.__dict__.update(told["fields"])
    return error

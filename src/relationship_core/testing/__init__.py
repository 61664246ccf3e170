"""The plugin author's kit: strategies of customers and rules."""

from __future__ import annotations

from relationship_core.errors import MissingExtraError

try:
    import hypothesis as _hypothesis  # noqa: F401 - only whether they are there
    import pytest  # noqa: F401
except ImportError as missing:
    raise MissingExtraError("testing", needed_for="the plugin author's kit") from missing

"""The plugin author's kit: strategies, contract suites, a small bank and a plugin template."""

from __future__ import annotations

from relationship_core.errors import MissingExtraError

try:
    import hypothesis as _hypothesis  # noqa: F401 - only whether they are there
    import pytest  # noqa: F401
except ImportError as missing:
    raise MissingExtraError("testing", needed_for="the plugin author's kit") from missing

from relationship_core.testing.bank import small_bank
from relationship_core.testing.broken_law import BrokenLaw
from relationship_core.testing.contracts import (
    LifecycleContract,
    ModelContract,
    PluginContract,
    RetentionContract,
    ServiceContract,
    TieringContract,
)
from relationship_core.testing.host import engine_with

__all__ = [
    "BrokenLaw",
    "LifecycleContract",
    "ModelContract",
    "PluginContract",
    "RetentionContract",
    "ServiceContract",
    "TieringContract",
    "engine_with",
    "small_bank",
]

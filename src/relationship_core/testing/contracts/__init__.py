"""Contract suites: the laws that every plugin keeps, to subclass in its own tests."""

from __future__ import annotations

from relationship_core.testing.contracts.lifecycle import LifecycleContract
from relationship_core.testing.contracts.model import ModelContract
from relationship_core.testing.contracts.part import PartContract
from relationship_core.testing.contracts.plugin import PluginContract
from relationship_core.testing.contracts.retention import RetentionContract
from relationship_core.testing.contracts.service import ServiceContract
from relationship_core.testing.contracts.tiering import TieringContract

__all__ = [
    "LifecycleContract",
    "ModelContract",
    "PartContract",
    "PluginContract",
    "RetentionContract",
    "ServiceContract",
    "TieringContract",
]

"""The plugin: eight faults, each one that a bank might make."""

from __future__ import annotations

from relationship_core import Extension, Tiering, extend, hookimpl
from relationship_core_eight_faults.lifecycle import faulty_moves
from relationship_core_eight_faults.retention import faulty_signals
from relationship_core_eight_faults.service import faulty_care, faulty_entitlements
from relationship_core_eight_faults.tiers import faulty_tiering


class EightFaults:
    """It loads, and decides; only a proof shows that it decides wrongly. Never use it."""

    @hookimpl
    def rc_lifecycle(self) -> Extension:
        """A swing between two stages."""
        return extend(transitions=faulty_moves())

    @hookimpl
    def rc_tiering(self) -> Tiering:
        """A tier that nobody reaches, one that never decides, and one lost by bringing in more."""
        return faulty_tiering()

    @hookimpl
    def rc_service(self) -> Extension:
        """A rule too many, a price that loyalty costs, and a condition that nobody meets."""
        return extend(entitlements=faulty_entitlements(), care=faulty_care())

    @hookimpl
    def rc_retention(self) -> Extension:
        """A threshold that a fact can't have."""
        return extend(signals=faulty_signals())

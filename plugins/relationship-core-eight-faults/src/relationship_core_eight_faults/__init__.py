"""Rules that are wrong in eight ways, on purpose: what `relationship-core rules check` finds."""

from relationship_core_eight_faults.plugin import EightFaults

__all__ = ["EightFaults"]

"""Where a rule book came from: what became of each plugin it could have been made of."""

from __future__ import annotations

from enum import StrEnum

from attrs import field, frozen


class PluginStatus(StrEnum):
    """What became of a plugin."""

    LOADED = "loaded"
    NOT_ALLOWED = "not allowed"
    FAILED = "failed"


@frozen
class PluginReport:
    """What became of one plugin, for the host and for every review it is missing from.

    Args:
        plugin: Its name.
        version: Its version, empty where it has none.
        status: What became of it.
        hook: The hook it failed in, empty where it failed before any.
        reason: Why it isn't loaded.
    """

    plugin: str
    version: str
    status: PluginStatus = field(converter=PluginStatus)
    hook: str = ""
    reason: str = ""

    def __str__(self) -> str:
        """Plugin, version, hook and reason in one line."""
        place = f"{self.plugin} {self.version}".rstrip() + (f", {self.hook}" if self.hook else "")
        return f"{place}: {self.reason or self.status}"

"""The built-in rules, brought by the same hooks as a bank's own."""

from __future__ import annotations

from collections.abc import Sequence

from relationship_core.decisions.lifecycle import Lifecycle
from relationship_core.decisions.parameters import ContributionParameters
from relationship_core.decisions.retention import Retention
from relationship_core.decisions.service import Service
from relationship_core.decisions.tiering import Tiering
from relationship_core.plugins.builtin_lifecycle import default_lifecycle
from relationship_core.plugins.builtin_parameters import default_parameters
from relationship_core.plugins.builtin_retention import default_retention
from relationship_core.plugins.builtin_service import default_service
from relationship_core.plugins.builtin_tiering import default_tiering
from relationship_core.plugins.markers import hookimpl
from relationship_core.plugins.plugin import Plugin


class Builtin:
    """What holds where no plugin says otherwise."""

    @hookimpl
    def rc_lifecycle(self) -> Lifecycle:
        """The stages of a relationship, retail and corporate."""
        return default_lifecycle()

    @hookimpl
    def rc_contribution_parameters(self) -> Sequence[ContributionParameters]:
        """Planning figures in CNY."""
        return default_parameters()

    @hookimpl
    def rc_tiering(self) -> Tiering:
        """The pyramid by percentile of contribution."""
        return default_tiering()

    @hookimpl
    def rc_service(self) -> Service:
        """Basic services for all, more by tier and stage."""
        return default_service()

    @hookimpl
    def rc_retention(self) -> Retention:
        """Signals of leaving and what to do about them."""
        return default_retention()


BUILTIN = Plugin("builtin", "", Builtin())


def fitted(hook: str, ladder: Sequence[str]) -> Service | Retention | None:
    """The built-in answer to a hook for another ladder; None for one that names no tier."""
    if hook == "rc_service":
        return default_service(ladder)
    return default_retention(ladder=ladder) if hook == "rc_retention" else None

"""The plugin: what Seven Star Bank answers to the hooks of relationship_core."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from relationship_core import Extension, Fact, Tiering, extend, hookimpl
from relationship_core_star_levels.facts import deposits_share, event_points
from relationship_core_star_levels.levels import star_tiering
from relationship_core_star_levels.service import star_actions, star_entitlements

Settings = Mapping[str, Any]


class StarLevels:
    """Seven star levels, growth that is nurtured, and a town of its own.

    The host may set `star_levels` to a mapping with `loyal_months` (60 unless said otherwise) and
    `points_for_gift` (500).
    """

    @hookimpl
    def rc_facts(self) -> Sequence[Fact]:
        """The share of deposits, and the points that the event system supplies."""
        return [deposits_share, event_points]

    @hookimpl
    def rc_tiering(self, settings: Settings) -> Tiering:
        """The ladder of seven, in place of the built-in pyramid."""
        return star_tiering(loyal_months=_own(settings).get("loyal_months", 60))

    @hookimpl
    def rc_service(self, settings: Settings) -> Extension:
        """Entitlements by stars, beside the built-in ones; basic services stay everybody's."""
        points = _own(settings).get("points_for_gift", 500)
        return extend(entitlements=star_entitlements(points))

    @hookimpl
    def rc_retention(self) -> Extension:
        """A visit to the best, beside the built-in signals, risks and actions."""
        return extend(actions=star_actions())


def _own(settings: Settings) -> Mapping[str, Any]:
    own: Mapping[str, Any] = settings.get("star_levels", {})
    return own

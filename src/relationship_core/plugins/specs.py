"""The hooks a plugin may implement. Each is asked once, when a rule book is built."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from relationship_core.plugins.markers import hookspec

if TYPE_CHECKING:
    from relationship_core.decisions.lifecycle import Lifecycle
    from relationship_core.decisions.model import Model
    from relationship_core.decisions.parameters import ContributionParameters
    from relationship_core.decisions.retention import Retention
    from relationship_core.decisions.review import Review
    from relationship_core.decisions.service import Service
    from relationship_core.decisions.tiering import Tiering
    from relationship_core.plugins.extension import Extension
    from relationship_core.rules import Fact

Settings = Mapping[str, Any]
"""What the host set for its plugins; read-only, nested values included."""

VERSION = 1
"""The version of the hooks: one more in each release that adds, changes or removes one."""
OLDEST_VERSION = 1
"""The oldest version whose plugins still work; raised when one changes what it means."""


@hookspec
def rc_facts(settings: Settings) -> Sequence[Fact]:  # type: ignore[empty-body]
    """Facts the plugin adds, each named in its namespace (`northern.digital_share`)."""


@hookspec
def rc_lifecycle(settings: Settings) -> Lifecycle | Extension:  # type: ignore[empty-body]
    """The stages with their entry rules, and the transitions with their guards."""


@hookspec
def rc_contribution_parameters(  # type: ignore[empty-body]
    settings: Settings,
) -> Sequence[ContributionParameters]:
    """Dated sets of funds transfer prices, unit costs, risk and capital parameters."""


@hookspec
def rc_tiering(settings: Settings) -> Tiering | Extension:  # type: ignore[empty-body]
    """The ladder of tiers, what earns and keeps each, and how long a downgrade waits."""


@hookspec
def rc_service(settings: Settings) -> Service | Extension:  # type: ignore[empty-body]
    """What a tier, stage or event entitles to."""


@hookspec
def rc_retention(settings: Settings) -> Retention | Extension:  # type: ignore[empty-body]
    """The signals of leaving, the risk they amount to, and the actions open to the bank."""


@hookspec
def rc_models(settings: Settings) -> Sequence[Model]:  # type: ignore[empty-body]
    """Models whose score is a fact."""


@hookspec
def rc_review_completed(review: Review) -> None:
    """Look at a review that has been decided. It can't be changed any more."""

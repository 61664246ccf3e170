"""What pytest gives plugin authors: a host with just their plugin, a small bank, explanations kept.

Loaded by pytest wherever relationship_core is installed, so it imports nothing until it is used:
who tests something else pays nothing, and needs no extra.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

import pytest

if TYPE_CHECKING:
    from relationship_core.decisions.review import Review
    from relationship_core.domain import Dossier
    from relationship_core.engine import Engine

    PluginHost = Callable[..., Engine]


class ExplainSnapshot(Protocol):
    """Compares how a review explains itself with what was kept."""

    def __call__(self, review: Review, name: str = "") -> None:
        """Compare one review.

        Args:
            review: The review.
            name: What tells it from others of the same test.
        """


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option to keep explanations anew."""
    group = parser.getgroup("relationship_core")
    group.addoption(
        "--update-explanations",
        action="store_true",
        help="keep the explanations that explain_snapshot compares as they are now",
    )


@pytest.fixture
def plugin_host() -> PluginHost:
    """`plugin_host(plugin, settings=None)`: an engine of the built-in rules and just that plugin.

    The plugin is an object, a class or a module with hooks, or the name of an installed one.
    """

    def host(plugin: Any, settings: Mapping[str, Any] | None = None) -> Engine:
        from relationship_core.testing.host import engine_with  # noqa: PLC0415 - see above

        return engine_with(plugin, settings)

    return host


@pytest.fixture(scope="session")
def small_bank() -> tuple[Dossier, ...]:
    """Two dozen customers of a dozen sorts, to be reviewed as of 30 June 2026; nobody is in it."""
    from relationship_core.testing.bank import small_bank as made  # noqa: PLC0415 - see above

    return made()


@pytest.fixture
def explain_snapshot(request: pytest.FixtureRequest) -> ExplainSnapshot:
    """`explain_snapshot(review)`: its explanation must be the one that was kept next to the test.

    `pytest --update-explanations` keeps it as it is now. Nothing personal is written.
    """
    from relationship_core.testing.snapshot import compare, place_of  # noqa: PLC0415 - see above

    # With its class: tests of two classes may bear one name.
    test = request.node.nodeid.partition("::")[2]
    is_update = bool(request.config.getoption("--update-explanations"))

    def snapshot(review: Review, name: str = "") -> None:
        compare(review, place_of(request.node.path, test, name), keep=is_update)

    return snapshot

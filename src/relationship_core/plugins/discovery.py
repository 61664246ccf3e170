"""Finding the plugins that are installed, and loading only those the host allows."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from difflib import get_close_matches
from importlib.metadata import EntryPoint, entry_points

from relationship_core.decisions.provenance import PluginReport, PluginStatus
from relationship_core.errors import PluginError
from relationship_core.plugins.markers import PROJECT
from relationship_core.plugins.plugin import Plugin


def installed() -> tuple[EntryPoint, ...]:
    """The entry points of every installed plugin, by name; nothing is imported."""
    return tuple(
        sorted(entry_points(group=PROJECT), key=lambda point: (point.name, _version(point)))
    )


def not_allowed(allow: Collection[str]) -> tuple[PluginReport, ...]:
    """The installed plugins that the host didn't name: listed, never loaded."""
    return tuple(
        PluginReport(
            point.name,
            _version(point),
            PluginStatus.NOT_ALLOWED,
            reason="it is installed, but the host doesn't allow it",
        )
        for point in installed()
        if point.name not in allow
    )


def load_allowed(allow: Collection[str]) -> Iterator[Plugin | PluginError]:
    """Each allowed plugin in turn, or the error that keeps it from loading.

    Raises:
        PluginError: A name on the allowlist isn't installed, or two distributions bring it.
    """
    found: dict[str, EntryPoint] = {}
    for point in installed():
        if point.name in found and point.name in allow:
            raise PluginError(
                "two distributions bring a plugin of this name",
                plugin=point.name,
                mend="uninstall one of them",
            )
        found[point.name] = point
    for name in sorted(allow):
        if name not in found:
            close = get_close_matches(name, found, n=1)
            raise PluginError(
                "it is on the allowlist, but isn't installed",
                plugin=name,
                mend=f"did you mean {close[0]!r}?" if close else f"pip install it: {_named(found)}",
            )
        yield _loaded(found[name])


def _loaded(point: EntryPoint) -> Plugin | PluginError:
    try:
        implementation = point.load()
        if isinstance(implementation, type):
            implementation = implementation()
    except Exception as error:  # noqa: BLE001 - a plugin may fail in any way; it is reported
        return PluginError(
            f"it can't be imported: {type(error).__name__}: {error}",
            plugin=point.name,
            version=_version(point),
            mend=f"check {point.value}",
        )
    return Plugin(point.name, _version(point), implementation)


def _version(point: EntryPoint) -> str:
    return point.dist.version if point.dist else ""


def _named(found: Collection[str]) -> str:
    return f"installed are {', '.join(sorted(found))}" if found else "no plugin is installed"

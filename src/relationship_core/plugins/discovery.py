"""Finding the plugins that are installed, and loading only those the host allows."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from difflib import get_close_matches
from importlib.metadata import EntryPoint, entry_points

from relationship_core.decisions.provenance import PluginReport, PluginStatus
from relationship_core.errors import PluginError
from relationship_core.plugins.isolation import Isolation
from relationship_core.plugins.markers import PROJECT
from relationship_core.plugins.plugin import FAILURES, Plugin, said_by


def installed() -> tuple[EntryPoint, ...]:
    """The entry points of every installed plugin, by name; nothing is imported."""
    return tuple(
        sorted(entry_points(group=PROJECT), key=lambda point: (point.name, _version(point)))
    )


def not_allowed(allow: Collection[str]) -> tuple[PluginReport, ...]:
    """The installed plugins that the host didn't name: listed, never imported."""
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


def load_allowed(
    allow: Collection[str], isolation: Isolation | None = None
) -> Iterator[Plugin | PluginError]:
    """Each allowed plugin in turn, by name, or the error that says why it can't be had.

    Args:
        allow: The names.
        isolation: Which of them are to run in a process of their own: these aren't imported here.
    """
    points = installed()
    names = {point.name for point in points}
    for name in sorted(set(allow)):
        found = [point for point in points if point.name == name]
        if not found:
            yield PluginError(
                "it is on the allowlist, but isn't installed",
                plugin=name,
                mend=_others(name, names),
            )
        elif len(found) > 1:
            versions = " and ".join(_distribution(point) for point in found)
            yield PluginError(
                f"{versions} both bring a plugin of this name",
                plugin=name,
                mend="uninstall one of them",
            )
        elif isolation is not None and isolation.covers(name):
            yield isolation.around(name, _version(found[0]), found[0].value)
        else:
            yield loaded(found[0], _version(found[0]))


def loaded(point: EntryPoint, version: str) -> Plugin | PluginError:
    """The plugin that an entry point leads to, or the error that says why it can't be imported.

    Args:
        point: The entry point.
        version: The version of the distribution that brought it.
    """
    try:
        return Plugin(point.name, version, point.load())
    except FAILURES as error:
        fault = PluginError(
            f"it can't be imported: {said_by(error)}",
            plugin=point.name,
            version=version,
            mend=f"look at {point.value}, where its entry point leads",
        )
        fault.__cause__ = error
        return fault


def _version(point: EntryPoint) -> str:
    return point.dist.version if point.dist else ""


def _distribution(point: EntryPoint) -> str:
    return f"{point.dist.name} {point.dist.version}" if point.dist else point.value


def _others(name: str, names: Collection[str]) -> str:
    close = get_close_matches(name, names, n=1)
    if close:
        return f"did you mean {close[0]!r}?"
    listed = f"installed are {', '.join(sorted(names))}" if names else "no plugin is installed"
    return f"install the distribution that brings it; {listed}"

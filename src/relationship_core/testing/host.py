"""A host with one plugin and nothing else, so that what is seen is that plugin's doing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from relationship_core.engine import Engine
from relationship_core.errors import PluginError
from relationship_core.plugins.discovery import load_allowed
from relationship_core.plugins.host import assemble
from relationship_core.plugins.plugin import Plugin


def plugin_of(plugin: Any) -> Plugin:
    """A plugin from what carries its hooks, or from the name of an installed one.

    Raises:
        PluginError: No plugin of that name is installed, or it can't be imported.
    """
    if not isinstance(plugin, str):
        return Plugin.of(plugin)
    (found,) = load_allowed([plugin])
    if isinstance(found, PluginError):
        raise found
    return found


def engine_with(plugin: Any, settings: Mapping[str, Any] | None = None) -> Engine:
    """An engine of the built-in rules and one plugin, whose observer isn't asked.

    Args:
        plugin: An object, class or module with hooks, or the name of an installed plugin.
        settings: What the host sets.

    Raises:
        PluginError: The plugin is at fault.
    """
    return Engine(assemble([plugin_of(plugin)], settings=settings).rule_book)

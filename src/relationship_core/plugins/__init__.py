"""Plugins: how a bank's own rules get in."""

from relationship_core.decisions.provenance import PluginReport, PluginStatus
from relationship_core.plugins.extension import Extension, extend
from relationship_core.plugins.hook_life import HookDeprecationWarning, HookLife
from relationship_core.plugins.markers import hookimpl, hookspec
from relationship_core.plugins.plugin import Plugin

__all__ = [
    "Extension",
    "HookDeprecationWarning",
    "HookLife",
    "Plugin",
    "PluginReport",
    "PluginStatus",
    "extend",
    "hookimpl",
    "hookspec",
]

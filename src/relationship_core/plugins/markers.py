"""The marks by which pluggy knows our hooks and a plugin's implementations of them."""

from __future__ import annotations

import pluggy

PROJECT = "relationship_core"
"""The name of the project to pluggy, and of the entry-point group plugins are found under."""

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)

"""Plugins that would change the settings under the feet of others."""

from __future__ import annotations

from typing import Any

from relationship_core import Extension, extend, hookimpl


class Bank:
    @hookimpl
    def rc_service(self, settings: Any) -> Extension:
        settings["currency"] = "USD"
        return extend()


class Branch:
    @hookimpl
    def rc_service(self, settings: Any) -> Extension:
        settings["saver"]["least_share"] = 0
        return extend()


class Outlet:
    @hookimpl
    def rc_service(self, settings: Any) -> Extension:
        settings["branches"].append("north")
        return extend()

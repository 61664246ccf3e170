"""Plugins that answer something other than what they are asked for."""

from __future__ import annotations

from typing import Any

from relationship_core import Extension, Rule, Service, extend, hookimpl
from relationship_core.facts import aum


class Ladder:
    @hookimpl
    def rc_tiering(self) -> Any:
        return {"ladder": ["gold", "standard"]}


class Facts:
    @hookimpl
    def rc_facts(self) -> Any:
        return [aum, "aum"]


class Models:
    @hookimpl
    def rc_models(self) -> Any:
        return "models"


class Nothing:
    @hookimpl
    def rc_service(self) -> Any:
        Service()


class NoParameters:
    @hookimpl
    def rc_contribution_parameters(self) -> Any:
        return []


class Addition:
    @hookimpl
    def rc_service(self) -> Extension:
        return extend(entitlements=["a smile"])


class Field:
    @hookimpl
    def rc_service(self) -> Extension:
        return extend(entitlement=[])


class Outcome:
    @hookimpl
    def rc_tiering(self) -> Extension:
        return extend(treatments=[Rule("charm", when=aum > 0, then=object())])

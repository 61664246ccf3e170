"""Plugins with two rules of one name."""

from __future__ import annotations

from relationship_core import Entitlement, Extension, Rule, Service, extend, hookimpl
from relationship_core.facts import aum


def lounge(threshold: int) -> Rule:
    return Rule("lounge", when=aum >= threshold, then=Entitlement("lounge", "airport lounge"))


class Bank:
    @hookimpl
    def rc_service(self) -> Service:
        return Service(entitlements=[lounge(1_000_000), lounge(2_000_000)])


class Guest:
    """Adds a rule under a name that the built-in service has."""

    @hookimpl
    def rc_service(self) -> Extension:
        return extend(entitlements=[Rule("basic", when=aum >= 0, then=Entitlement("basic", "all"))])

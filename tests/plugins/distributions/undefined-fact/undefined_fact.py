"""Plugins with rules that read what no review knows, or not yet."""

from __future__ import annotations

from relationship_core import Entitlement, Extension, Fact, Kind, Rule, extend, hookimpl
from relationship_core.facts import retention_risk, tier


class Bank:
    @hookimpl
    def rc_service(self) -> Extension:
        misspelt = Fact("deposit_average_3m", Kind.MONEY)
        return extend(
            entitlements=[Rule("saver", when=misspelt > 0, then=Entitlement("saver", "a rate"))]
        )


class Copy:
    """Its own idea of a fact of the catalogue."""

    @hookimpl
    def rc_service(self) -> Extension:
        copied = Fact("aum", Kind.COUNT)
        return extend(
            entitlements=[Rule("saver", when=copied > 0, then=Entitlement("saver", "a rate"))]
        )


class Early:
    """Asks for the risk of losing a customer before it is known."""

    @hookimpl
    def rc_service(self) -> Extension:
        return extend(
            entitlements=[
                Rule(
                    "comfort",
                    when=(tier == "vip") & (retention_risk == "high"),
                    then=Entitlement("comfort", "a good word"),
                )
            ]
        )

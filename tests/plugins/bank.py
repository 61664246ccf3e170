"""Small plugins to put together: each says one thing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from relationship_core import Entitlement, Expression, Rule, Tiering, hookimpl
from relationship_core.facts import aum
from relationship_core.plugins.plugin import Plugin


def plugin(name: str, version: str = "1.0", **hooks: Callable[[], Any]) -> Plugin:
    """A plugin that answers each of these hooks with what the function gives."""

    class Bank:
        pass

    for hook, answer in hooks.items():
        setattr(Bank, hook, hookimpl(_asked(answer)))
    return Plugin(name, version, Bank())


def _asked(answer: Callable[[], Any]) -> Callable[..., Any]:
    def hook(self: object) -> Any:
        return answer()

    return hook


def two_tiers(best: str, least: int = 100_000) -> Tiering:
    """A ladder of two."""
    return Tiering(ladder=[best, "rest"], rules=[Rule(best, when=aum >= least)])


def lounge(when: Expression = aum >= 1, **changes: Any) -> Rule:
    """A rule that grants a lounge."""
    return Rule("lounge", when=when, then=Entitlement("lounge", "airport lounge"), **changes)

"""Plugins whose facts build on each other in a circle, or on nothing."""

from __future__ import annotations

from relationship_core import Fact, Kind, hookimpl

egg = Fact("circular.egg", Kind.RATIO)
hen = Fact("circular.hen", Kind.RATIO, derived=egg + 1)


class Bank:
    @hookimpl
    def rc_facts(self) -> list[Fact]:
        return [hen, Fact("circular.egg", Kind.RATIO, derived=hen - 1)]


class Unfounded:
    @hookimpl
    def rc_facts(self) -> list[Fact]:
        return [Fact("unfounded.share", Kind.RATIO, derived=Fact("aumm", Kind.RATIO) - 1)]

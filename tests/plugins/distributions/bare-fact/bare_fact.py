"""Plugins whose facts could be taken for somebody else's."""

from __future__ import annotations

from relationship_core import Fact, Kind, Model, hookimpl
from relationship_core.facts import aum, probability_of_default


class Bank:
    @hookimpl
    def rc_facts(self) -> list[Fact]:
        return [Fact("star_level", Kind.COUNT)]


class Twice:
    @hookimpl
    def rc_facts(self) -> list[Fact]:
        return [Fact("twice.level", Kind.COUNT), Fact("twice.level", Kind.MONEY)]


class Borrower:
    """A model that would overwrite a fact of the catalogue."""

    @hookimpl
    def rc_models(self) -> list[Model]:
        return [Model("score", "1", "0" * 64, probability_of_default, inputs=[aum])]

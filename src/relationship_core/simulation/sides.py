"""The two rule books of a simulation, each ready to review the same customers."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import evolve, field, frozen

from relationship_core.decisions.rule_book import RuleBook
from relationship_core.decisions.tariff import tariff_of
from relationship_core.domain import Dossier, Standing
from relationship_core.engine import Engine
from relationship_core.errors import ReviewError
from relationship_core.rules import Fact

_PERCENTILE = "contribution_percentile"


@frozen
class Side:
    """One of the two books.

    Args:
        engine: It, without observers: nothing is decided here that one could act on.
        foreign: Facts that only the other book can be supplied with, which this one isn't given.
        is_fitted: Whether a standing of stages and tiers that this book lacks is fitted to it.
    """

    engine: Engine
    foreign: frozenset[str] = frozenset()
    is_fitted: bool = False
    _stages: frozenset[str] = field(init=False, repr=False)
    _tiers: frozenset[str] = field(init=False, repr=False)

    @_stages.default
    def _stages_of(self) -> frozenset[str]:
        return frozenset(stage.id for stage in self.book.lifecycle.stages)

    @_tiers.default
    def _tiers_of(self) -> frozenset[str]:
        return frozenset(self.book.tiering.ladder)

    @property
    def book(self) -> RuleBook:
        """The whole rule book."""
        return self.engine.rule_book

    @property
    def currency(self) -> str:
        """The currency it reports in."""
        return tariff_of(self.book.contribution).currency

    @property
    def reads_percentiles(self) -> bool:
        """Whether anything in the book rests on a customer's place among all."""
        return any(fact.name == _PERCENTILE for fact in self.book.facts_read())

    def dossier(self, dossier: Dossier) -> Dossier:
        """A customer's dossier as this book can read it; the very same one where it can."""
        standing, supplied = dossier.standing, dossier.supplied
        if standing is not None and self.is_fitted:
            standing = self._fitted(standing)
        if not self.foreign.isdisjoint(supplied):
            supplied = {name: supplied[name] for name in supplied if name not in self.foreign}
        if standing is dossier.standing and supplied is dossier.supplied:
            return dossier
        return evolve(dossier, standing=standing, supplied=supplied)

    def _fitted(self, standing: Standing) -> Standing:
        """A standing without a stage, a tier and overrides that this book doesn't know."""
        fitted = standing
        if standing.stage is not None and standing.stage not in self._stages:
            fitted = evolve(fitted, stage=None, stage_since=None, stage_pending=None)
        if standing.tier is not None and standing.tier not in self._tiers:
            fitted = evolve(fitted, tier=None, tier_since=None, tier_pending=None)
        if any(override.tier not in self._tiers for override in standing.overrides):
            known = tuple(each for each in standing.overrides if each.tier in self._tiers)
            fitted = evolve(fitted, overrides=known)
        return fitted


def two_sides(current: Engine | RuleBook, proposed: Engine | RuleBook) -> tuple[Side, Side]:
    """The book in force, and the one that may follow it.

    A standing that the book in force doesn't know is refused as any review refuses it; of the
    proposed book nobody can expect that it knows the stages and tiers of the one before.

    Raises:
        ReviewError: They report in different currencies.
    """
    engines = _quiet(current), _quiet(proposed)
    before = Side(engines[0], _foreign(*engines))
    after = Side(engines[1], _foreign(*reversed(engines)), is_fitted=True)
    if before.currency != after.currency:
        raise ReviewError(
            f"one rule book reports in {before.currency}, the other in {after.currency}",
            where="simulation",
            mend="give both contribution parameters in one reporting currency",
        )
    return before, after


def suppliable(sides: Iterable[Side]) -> dict[str, Fact]:
    """The facts of all books by name; of one that some book derives, as one that doesn't has it.

    Args:
        sides: The books; where two know a fact as differently as that, the first one's counts.
    """
    found: dict[str, Fact] = {}
    for side in sides:
        for name, fact in side.book.catalogue.items():
            if name not in found or (found[name].derived is not None and fact.derived is None):
                found[name] = fact
    return found


def _foreign(engine: Engine, other: Engine) -> frozenset[str]:
    """The facts that one book can be supplied with and the other doesn't know, or derives."""
    here, there = engine.rule_book.catalogue, other.rule_book.catalogue
    return frozenset(
        name
        for name, fact in there.items()
        if fact.derived is None and (name not in here or here[name].derived is not None)
    )


def _quiet(book: Engine | RuleBook) -> Engine:
    if isinstance(book, RuleBook):
        return Engine.from_rule_book(book)
    return with_book(book, book.rule_book) if book.observers else book


def with_book(engine: Engine, book: RuleBook) -> Engine:
    """An engine of another rule book, without observers, that takes a failing model as this one."""
    return Engine(book, skipped=engine.skipped, on_plugin_error=engine.on_plugin_error)

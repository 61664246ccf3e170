"""What is asked of a rule book as it holds at one node on one day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Protocol

from attrs import evolve, field, frozen

from relationship_core.decisions.lifecycle import Lifecycle
from relationship_core.decisions.match_matrix import MatchCell
from relationship_core.decisions.proof.actions import Proposing
from relationship_core.decisions.proof.keeping import Keeping
from relationship_core.decisions.proof.lifecycle import Moving
from relationship_core.decisions.retention import RISK_FACT, Retention
from relationship_core.decisions.rule_book import RuleBook
from relationship_core.decisions.rule_book_check import rule_sets
from relationship_core.decisions.service import EntitlementKind, Service
from relationship_core.decisions.tiering import Tiering
from relationship_core.decisions.treatment import Treatment
from relationship_core.rules import Fact, HitPolicy, RuleSet
from relationship_core.rules.analysis import Finding, Monotone, loyal, prove

LOYALTY = ("tenure_months", "months_since_first_transaction", "loyalty")
"""The facts of which more is loyalty: nobody is to fare worse for it, all else equal."""


class Question(Protocol):
    """Something that is to hold of rules; asked again only where the rules differ."""

    @property
    def rules(self) -> RuleSet:
        """The rules that its findings name."""

    def answer(self, scope: tuple[str, ...], on: date | None, steps: int) -> Iterable[Finding]:
        """What is found.

        Args:
            scope: The node of the organisation.
            on: The day.
            steps: The solver's steps for one query.
        """


@frozen
class Proving:
    """Whether a set of rules is sound, with all that is to hold of it besides."""

    rules: RuleSet
    facts: Mapping[str, Fact] = field(eq=False)
    laws: tuple[Monotone, ...] = ()
    outcomes: tuple[str, ...] = ()
    otherwise: str | None = None
    must_cover: bool = False

    def answer(self, scope: tuple[str, ...], on: date | None, steps: int) -> Iterable[Finding]:
        """What `prove` finds."""
        return prove(
            self.rules,
            laws=self.laws,
            outcomes=self.outcomes,
            otherwise=self.otherwise,
            must_cover=self.must_cover,
            facts=self.facts,
            scope=scope,
            as_of=on,
            steps=steps,
        ).findings


@frozen
class Effective:
    """The rules of a book as they hold at a node on a day.

    Args:
        lifecycle: The stages and moves.
        tiering: The tiers.
        service: Entitlements and occasions to care.
        retention: Signals, risks and actions.
        catalogue: The facts by name, as the book defines them.
    """

    lifecycle: Lifecycle
    tiering: Tiering
    service: Service
    retention: Retention
    catalogue: Mapping[str, Fact]

    @classmethod
    def of(cls, book: RuleBook, scope: tuple[str, ...], on: date | None) -> Effective:
        """What holds of a book."""
        return cls(
            book.lifecycle.effective(scope, on),
            book.tiering.effective(scope, on),
            book.service.effective(scope, on),
            book.retention.effective(scope, on),
            book.catalogue,
        )

    def rule_sets(self) -> Iterator[RuleSet]:
        """Every set of its rules."""
        for part in (self.lifecycle, self.tiering, self.service, self.retention):
            yield from rule_sets(part)

    def facts(self) -> dict[str, Fact]:
        """The facts, those that a review decides with the stages, tiers and levels there can be.

        A tier can be held that no rule gives, for a person may grant it; a level of risk can't.
        """
        stages, ladder = tuple(each.id for each in self.lifecycle.stages), self.tiering.ladder
        found = {rule.id for rule in self.retention.risks.rules}
        levels = self.retention.levels
        values = {
            "stage": stages,
            "previous_stage": stages,
            "tier": ladder,
            "previous_tier": ladder,
            RISK_FACT: tuple(each for each in levels if each in found or each == levels[-1]),
        }
        known = self.catalogue
        return {
            **known,
            **{name: evolve(known[name], categories=of) for name, of in values.items()},
        }


def questions(there: Effective, laws: tuple[Monotone, ...]) -> Iterator[Question]:
    """All that is to hold.

    Args:
        there: The rules.
        laws: Further laws of the tiers.
    """
    facts = there.facts()
    yield from _of_lifecycle(there.lifecycle, facts)
    yield from _of_tiering(there.tiering, facts, laws)
    yield from _of_service(there.service, facts)
    yield from _of_retention(there.retention, facts)


def _of_lifecycle(lifecycle: Lifecycle, facts: Mapping[str, Fact]) -> Iterator[Question]:
    yield Proving(lifecycle.entry, facts, otherwise=lifecycle.stages[0].id)
    for stage in lifecycle.stages:
        moves = lifecycle.moves_of(stage.id)
        if moves.rules:
            here = evolve(facts["previous_stage"], categories=(stage.id,))
            yield Proving(moves, {**facts, "previous_stage": here})
    yield Moving(lifecycle, facts)


def _of_tiering(
    tiering: Tiering, facts: Mapping[str, Fact], laws: tuple[Monotone, ...]
) -> Iterator[Question]:
    ladder = tiering.ladder
    held = (
        *(Monotone(name, ladder) for name in tiering.monotone),
        *(loyal(name, ladder) for name in LOYALTY if name not in tiering.monotone),
        *laws,
    )
    yield Proving(tiering.rules, facts, laws=held, outcomes=ladder, otherwise=ladder[-1])
    # Each is asked only of who holds its tier or a better one, so that they don't stand in each
    # other's way.
    yield Proving(evolve(tiering.keep, hit_policy=HitPolicy.COLLECT), facts)
    yield Keeping(tiering.keep, tiering.rules, ladder, held, facts)
    if tiering.matrix.rules:
        cells = tuple(cell.value for cell in MatchCell)
        yield Proving(tiering.matrix, facts, outcomes=cells, must_cover=True)
    yield Proving(tiering.treatments, facts, otherwise=Treatment.SELF_SERVICE.value)


def _of_service(service: Service, facts: Mapping[str, Fact]) -> Iterator[Question]:
    prices = tuple(
        rule.then for rule in service.entitlements.rules if rule.then.kind is EntitlementKind.PRICE
    )
    yield Proving(service.entitlements, facts, laws=tuple(loyal(name, prices) for name in LOYALTY))
    yield Proving(service.care, facts)


def _of_retention(retention: Retention, facts: Mapping[str, Fact]) -> Iterator[Question]:
    yield Proving(retention.signals, facts)
    if retention.risks.rules:
        levels = retention.levels
        yield Proving(retention.risks, facts, outcomes=levels, otherwise=levels[-1])
    yield Proving(retention.actions, facts)
    yield Proposing(retention.actions, retention.maximum_cost_share, facts)

"""Proving a rule book: every set of its rules, at every node and on every day that differs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta

from attrs import evolve, field, frozen

from relationship_core.decisions.lifecycle import Lifecycle
from relationship_core.decisions.match_matrix import MatchCell
from relationship_core.decisions.proof.lifecycle import lifecycle_faults
from relationship_core.decisions.retention import RISK_FACT, Retention
from relationship_core.decisions.rule_book import RuleBook
from relationship_core.decisions.service import EntitlementKind, Service
from relationship_core.decisions.tiering import Tiering
from relationship_core.decisions.treatment import Treatment
from relationship_core.rules import Fact, HitPolicy, RuleSet
from relationship_core.rules.analysis import Finding, Monotone, Proof, loyal, prove
from relationship_core.rules.analysis.inquiry import STEPS

LOYALTY = ("tenure_months", "months_since_first_transaction", "loyalty")
"""The facts of which more is loyalty: nobody is to fare worse for it, all else equal."""


@frozen
class _Question:
    """A set of rules with all that is to hold of it."""

    rules: RuleSet
    facts: Mapping[str, Fact] = field(eq=False)
    laws: tuple[Monotone, ...] = ()
    outcomes: tuple[str, ...] = ()
    otherwise: str | None = None
    must_cover: bool = False

    def prove(self, scope: tuple[str, ...], on: date | None, steps: int) -> Proof:
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
        )


def prove_rule_book(
    book: RuleBook,
    *,
    as_of: date | None = None,
    laws: Iterable[Monotone] = (),
    steps: int = STEPS,
) -> Proof:
    """All that is wrong with a rule book, each fault with a customer who shows it.

    Every set of rules is proved at the head office and at each node that has rules of its own.
    A tiering must never lower a tier for more of the facts it names as `monotone`, nor, as a
    service its prices, for more tenure or loyalty.

    Args:
        book: The rule book, of all nodes.
        as_of: The day; None for every day on which something comes into force or ends.
        laws: Further laws of the tiers.
        steps: The solver's steps for one question; more may decide what was left open.

    Raises:
        MissingExtraError: The solver isn't installed.
        RuleError: A law's fact has no order, or is derived.
    """
    findings: list[Finding] = []
    proved: dict[str, int] = {}
    known: dict[str, list[_Question]] = {}
    seen: list[Lifecycle] = []
    for scope in _nodes(book):
        for on in _days(book) if as_of is None else [as_of]:
            there = book.effective(scope, on)
            for question in _questions(there, tuple(laws)):
                name = question.rules.name
                if question in known.setdefault(name, []):
                    continue
                known[name].append(question)
                found = question.prove(scope, on, steps)
                findings += found.findings
                proved[name] = max(proved.get(name, 0), len(question.rules.rules))
            if there.lifecycle not in seen:
                seen.append(there.lifecycle)
                findings += lifecycle_faults(
                    there.lifecycle, _facts(there), scope=scope, on=on, steps=steps
                )
    return Proof(_once(findings), tuple(sorted(proved.items())), book.fingerprint)


def _nodes(book: RuleBook) -> list[tuple[str, ...]]:
    """The nodes with rules of their own, and the head office."""
    return sorted({(), *(rule.scope for rule in book.rules())})


def _days(book: RuleBook) -> list[date | None]:
    """One day of each span of time in which the same rules are in force."""
    first = {rule.valid_from for rule in book.rules() if rule.valid_from is not None}
    last = {rule.valid_until for rule in book.rules() if rule.valid_until is not None}
    starts = sorted(first | {day + timedelta(days=1) for day in last if day < date.max})
    if not starts:
        return [None, *sorted(last)[:1]][-1:]
    before = [starts[0] - timedelta(days=1)] if starts[0] > date.min else []
    return [*before, *starts]


def _once(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Each finding where it shows first: what the head office's rules do shows at every node."""
    told: set[tuple[object, ...]] = set()
    for finding in findings:
        about = (finding.code, finding.rule_set, finding.rules, finding.place, finding.message)
        if about not in told:
            told.add(about)
            yield finding


def _facts(book: RuleBook) -> dict[str, Fact]:
    """The facts as the book defines them, with the stages, tiers and levels that it knows."""
    stages, tiers = tuple(each.id for each in book.lifecycle.stages), book.tiering.ladder
    values = {
        "stage": stages,
        "previous_stage": stages,
        "tier": tiers,
        "previous_tier": tiers,
        RISK_FACT: book.retention.levels,
    }
    narrowed = {name: evolve(book.catalogue[name], categories=of) for name, of in values.items()}
    return {**book.catalogue, **narrowed}


def _questions(book: RuleBook, laws: tuple[Monotone, ...]) -> Iterator[_Question]:
    facts = _facts(book)
    yield from _of_lifecycle(book.lifecycle, facts)
    yield from _of_tiering(book.tiering, facts, laws)
    yield from _of_service(book.service, facts)
    yield from _of_retention(book.retention, facts)


def _of_lifecycle(lifecycle: Lifecycle, facts: Mapping[str, Fact]) -> Iterator[_Question]:
    first = lifecycle.stages[0].id
    yield _Question(lifecycle.entry, facts, otherwise=first)
    for stage in lifecycle.stages:
        moves = lifecycle.moves_of(stage.id)
        if moves.rules:
            here = evolve(facts["previous_stage"], categories=(stage.id,))
            yield _Question(moves, {**facts, "previous_stage": here})


def _of_tiering(
    tiering: Tiering, facts: Mapping[str, Fact], laws: tuple[Monotone, ...]
) -> Iterator[_Question]:
    ladder = tiering.ladder
    held = (
        *(Monotone(name, ladder) for name in tiering.monotone),
        *(loyal(name, ladder) for name in LOYALTY if name not in tiering.monotone),
        *laws,
    )
    yield _Question(tiering.rules, facts, laws=held, outcomes=ladder, otherwise=ladder[-1])
    # Each is asked only of who holds its tier or a better one, so that they don't stand in each
    # other's way.
    yield _Question(evolve(tiering.keep, hit_policy=HitPolicy.COLLECT), facts)
    yield _Question(tiering.matrix, facts, outcomes=tuple(cell.value for cell in MatchCell))
    yield _Question(tiering.treatments, facts, otherwise=Treatment.SELF_SERVICE.value)


def _of_service(service: Service, facts: Mapping[str, Fact]) -> Iterator[_Question]:
    prices = tuple(
        rule.then for rule in service.entitlements.rules if rule.then.kind is EntitlementKind.PRICE
    )
    yield _Question(
        service.entitlements, facts, laws=tuple(loyal(name, prices) for name in LOYALTY)
    )
    yield _Question(service.care, facts)


def _of_retention(retention: Retention, facts: Mapping[str, Fact]) -> Iterator[_Question]:
    yield _Question(retention.signals, facts)
    yield _Question(
        retention.risks, facts, outcomes=retention.levels, otherwise=retention.levels[-1]
    )
    yield _Question(retention.actions, facts)

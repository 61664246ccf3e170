"""Each customer reviewed twice and counted, in the plainest way there is."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from attrs import evolve

from relationship_core import Dossier, Engine, Review
from relationship_core.decisions.rule_book import RuleBook


class Twice(NamedTuple):
    dossier: Dossier
    now: Review
    then: Review


def twice(
    dossiers: Iterable[Dossier], current: RuleBook, proposed: RuleBook, as_of: date
) -> list[Twice]:
    """Reviews by both books; the proposed one isn't told of stages and tiers that it lacks."""
    everybody = list(dossiers)
    engines = Engine(current), Engine(proposed)
    known = [engine.benchmarks(everybody, as_of) for engine in engines]
    return [
        Twice(
            one,
            engines[0].review(one, as_of, known[0]),
            engines[1].review(without_strange(one, proposed), as_of, known[1]),
        )
        for one in everybody
    ]


def without_strange(dossier: Dossier, book: RuleBook) -> Dossier:
    standing = dossier.standing
    if standing is not None and standing.tier not in (None, *book.tiering.ladder):
        standing = evolve(standing, tier=None, tier_since=None, tier_pending=None)
    if standing is not None:
        known = [each for each in standing.overrides if each.tier in book.tiering.ladder]
        standing = evolve(standing, overrides=tuple(known))
    stages = [stage.id for stage in book.lifecycle.stages]
    if standing is not None and standing.stage not in (None, *stages):
        standing = evolve(standing, stage=None, stage_since=None, stage_pending=None)
    return evolve(dossier, standing=standing)


def cost(review: Review) -> Decimal:
    return sum(
        (one.entitlement.annual_cost or Decimal(0) for one in review.services.entitlements),
        Decimal(0),
    )


def sums(pairs: Iterable[tuple[str, Decimal | None]]) -> dict[str, Decimal]:
    found: defaultdict[str, Decimal] = defaultdict(Decimal)
    for group, amount in pairs:
        found[group] += amount or Decimal(0)
    return dict(found)


def flaps(
    dossiers: Iterable[Dossier], book: RuleBook, everybody: Sequence[Dossier], days: Sequence[date]
) -> tuple[int, int]:
    """How many customers go back and forth in their tiers, and how often any tier changes."""
    engine = Engine(book)
    known = {day: engine.benchmarks(everybody, day) for day in days}
    found: Counter[str] = Counter()
    for dossier in dossiers:
        history: list[str] = []
        held: Any = evolve(dossier, standing=None)
        for day in days:
            if dossier.customer.since is None or dossier.customer.since <= day:
                review = engine.review(held, day, known[day])
                held = evolve(held, standing=review.standing)
                if not review.tier.is_undetermined:
                    history.append(review.tier.tier)
        changes = [
            tier for tier, last in zip(history, [None, *history], strict=False) if tier != last
        ]
        found["changes"] += max(len(changes) - 1, 0)
        found["flaps"] += any(
            changes[place] == changes[place + 2] for place in range(len(changes) - 2)
        )
    return found["flaps"], found["changes"]

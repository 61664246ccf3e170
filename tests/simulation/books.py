"""Rule books to compare, and customers to compare them on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from attrs import evolve

from relationship_core import (
    Customer,
    CustomerKind,
    Dossier,
    Downgrade,
    Engine,
    Rule,
    Standing,
    Tiering,
)
from relationship_core.decisions.rule_book import RuleBook
from relationship_core.facts import contribution_12m
from relationship_core.plugins.builtin_lifecycle import RetailThresholds, default_lifecycle
from relationship_core.plugins.builtin_tiering import Cutoff, default_tiering
from relationship_core.portfolio.sample import sample_dossiers

AS_OF = date(2026, 6, 30)
D = Decimal


@cache
def built_in() -> RuleBook:
    return Engine.from_plugins().rule_book


def with_ladder(gold: int, silver: int, *, keep: int | None = None, **changes: Any) -> RuleBook:
    """The built-in book with tiers by contribution: gold, silver, and basic for the rest.

    It asks for no percentile, as it has no match matrix.
    """
    rules = [Rule("gold", contribution_12m >= gold), Rule("silver", contribution_12m >= silver)]
    kept = [] if keep is None else [Rule("gold", contribution_12m >= keep)]
    tiering = Tiering(("gold", "silver", "basic"), rules, kept, matrix=(), **changes)
    return evolve(built_in(), tiering=tiering)


def other_cutoffs() -> RuleBook:
    """Fewer are secondary, more are ordinary."""
    tiering = default_tiering(
        secondary=Cutoff(D("0.85"), D("0.83")), ordinary=Cutoff(D("0.40"), D("0.38"))
    )
    return evolve(built_in(), tiering=tiering)


def another_ladder() -> RuleBook:
    """By contribution; only `vip` and `small` are tiers of the built-in book too."""
    rules = [
        Rule("platinum", contribution_12m >= 20_000),
        Rule("vip", contribution_12m >= 5_000),
        Rule("middle", contribution_12m >= 500),
    ]
    return evolve(built_in(), tiering=Tiering(("platinum", "vip", "middle", "small"), rules))


def another_lifecycle() -> RuleBook:
    thresholds = RetailThresholds(
        formation_transactions=20, stable_products=2, decline_balances=D("-0.10")
    )
    return evolve(built_in(), lifecycle=default_lifecycle(retail=thresholds, confirmation=None))


def dearer_channels() -> RuleBook:
    (parameters,) = built_in().contribution
    dearer = tuple(evolve(each, amount=each.amount * 10) for each in parameters.unit_costs)
    changed = evolve(parameters, unit_costs=dearer)
    return evolve(built_in(), contribution=(changed,))


PROPOSALS = (other_cutoffs, another_ladder, another_lifecycle, dearer_channels)


@cache
def bank() -> tuple[Dossier, ...]:
    """Two hundred and forty customers; of every seventh the positions aren't known."""
    return tuple(
        evolve(dossier, positions=None) if place % 7 == 3 else dossier
        for place, dossier in enumerate(sample_dossiers(240, 11))
    )


@cache
def standing_bank() -> tuple[Dossier, ...]:
    """The same customers, reviewed at the ends of two months before."""
    engine = Engine(built_in())
    dossiers = bank()
    for day in (date(2026, 4, 30), date(2026, 5, 31)):
        benchmarks = engine.benchmarks(dossiers, day)
        dossiers = tuple(
            evolve(one, standing=engine.review(one, day, benchmarks).standing) for one in dossiers
        )
    return dossiers


def person(
    id: str,  # noqa: A002
    worth: int | None = None,
    *,
    standing: Standing | None = None,
    scope: Iterable[str] = (),
    supplied: dict[str, Any] | None = None,
    **fields: Any,
) -> Dossier:
    """A person who brings in as much as is said; unknown where nothing is."""
    given = {} if worth is None else {"contribution_12m": D(worth)}
    customer = Customer(id, **({"kind": CustomerKind.PERSONAL} | fields))
    return Dossier(
        customer, standing=standing, scope=tuple(scope), supplied={**given, **(supplied or {})}
    )


AT_ONCE = {"downgrade": None}
SLOWLY = {"downgrade": Downgrade(reviews=3, days_apart=20, minimum_hold_months=6)}

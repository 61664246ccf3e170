"""Books whose services or retention are at fault."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from attrs import evolve

from relationship_core import (
    Care,
    Entitlement,
    EntitlementKind,
    RetentionAction,
    Rule,
    Service,
    Signal,
)
from relationship_core.facts import (
    contribution_12m,
    days_to_birthday,
    loyalty,
    open_complaints,
    product_count,
    retention_risk,
    stage,
    tenure_months,
    tier,
)
from relationship_core.rules import Expression, Kind
from relationship_core.rules.evaluation import truth
from relationship_core.rules.expression import Literal
from tests.decisions.proof.sound_book import DAY, Exhibit, Shown, retention, sound_book

_RATE = Entitlement("rate", "a better rate", EntitlementKind.PRICE)
_LANE = Entitlement("lane", "a lane of its own", EntitlementKind.LANE)


def _granting(when: Expression, entitlement: Entitlement = _RATE) -> Any:
    return sound_book(service=Service([Rule("grant", when, entitlement)]))


def _caring(when: Expression) -> Any:
    return sound_book(service=Service((), [Rule("call", when, Care("call", "call"))]))


def _is_granted(shown: Shown, facts: Any) -> bool:
    return bool(shown.book.service.decide(facts, DAY).entitlements)


def _lost_with(name: str) -> Any:
    return lambda shown: (
        shown.facts[name] < shown.other[name]
        and _is_granted(shown, shown.facts)
        and not _is_granted(shown, shown.other)
    )


def _price(name: str, faulty: Expression, healthy: Expression, fact: str) -> Exhibit:
    return Exhibit(
        name,
        _granting(faulty),
        _granting(healthy),
        "RC109",
        "service.entitlements",
        ("grant",),
        _lost_with(fact),
    )


def _actions(*actions: tuple[str, Expression, int], **changes: Any) -> Any:
    rules = [
        Rule(name, when, RetentionAction(name, name, Decimal(cost)), priority=place)
        for place, (name, when, cost) in enumerate(actions)
    ]
    return sound_book(retention=retention(actions=rules, **changes))


def _proposes(instead: str, rule: str) -> Any:
    """Who meets an action is offered another."""

    def is_shown(shown: Shown) -> bool:
        part = shown.book.retention
        [asked] = [each for each in part.actions.rules if each.id == rule]
        # What makes the risk what the witness says it is, the actions don't ask.
        risky = evolve(part, risks=[Rule("high", Literal(True, Kind.FLAG))])
        proposed = risky.decide(shown.facts).action_rule
        return truth(asked.when, shown.facts) is True and proposed == instead

    return is_shown


_HIGH = retention_risk == "high"


def _levels(*risks: Rule, **changes: Any) -> Any:
    return sound_book(retention=retention(levels=("high", "medium", "low"), risks=risks, **changes))


_GRAVE = Rule("high", contribution_12m < -100)

SERVICES = (
    _price("a welcome that ends", tenure_months <= 12, tenure_months >= 12, "tenure_months"),
    _price(
        "a price for the disloyal",
        (tier == "gold") & (loyalty < Decimal("0.5")),
        (tier == "gold") & (loyalty >= Decimal("0.5")),
        "loyalty",
    ),
    Exhibit(
        "a tier that is on no ladder",
        _granting(tier == "platinum", _LANE),
        _granting(tier == "gold", _LANE),
        "RC110",
        "service.entitlements",
        ("grant",),
        lambda shown: "platinum" not in shown.book.tiering.ladder,
    ),
    Exhibit(
        "a stage that is none",
        _granting(stage.is_in(["stable", "formation"]), _LANE),
        _granting(stage.is_in(["stable", "decline"]), _LANE),
        "RC110",
        "service.entitlements",
        ("grant",),
        lambda shown: "formation" not in {each.id for each in shown.book.lifecycle.stages},
    ),
    Exhibit(
        "an entitlement for nobody",
        _granting((tier == "gold") & (tier == "silver"), _LANE),
        _granting((tier == "gold") | (tier == "silver"), _LANE),
        "RC104",
        "service.entitlements",
        ("grant",),
        lambda shown: not _is_granted(shown, shown.facts),
    ),
    Exhibit(
        "a birthday that never comes",
        _caring((days_to_birthday <= 7) & (days_to_birthday > 30)),
        _caring((days_to_birthday <= 70) & (days_to_birthday > 30)),
        "RC104",
        "service.care",
        ("call",),
        lambda shown: not shown.book.service.decide(shown.facts, DAY).care,
    ),
    Exhibit(
        "a sign that is seen twice",
        sound_book(
            retention=retention(
                signals=[
                    Rule("angry", open_complaints >= 1, Signal("angry", "complains")),
                    Rule("furious", open_complaints >= 3, Signal("angry", "complains")),
                ]
            )
        ),
        sound_book(
            retention=retention(
                signals=[
                    Rule("angry", open_complaints >= 1, Signal("angry", "complains")),
                    Rule("furious", open_complaints >= 3, Signal("furious", "complains a lot")),
                ]
            )
        ),
        "RC105",
        "retention.signals",
        ("furious",),
        lambda shown: len(set(shown.book.retention.decide(shown.facts).signals)) == 2,
    ),
    Exhibit(
        "a level of risk that no rule finds",
        _levels(_GRAVE),
        _levels(_GRAVE, Rule("medium", contribution_12m < 0)),
        "RC106",
        "retention.risks",
        (),
        lambda shown: shown.book.retention.decide(shown.facts).risk != "medium",
    ),
    Exhibit(
        "a level of risk that a graver one takes all from",
        _levels(_GRAVE, Rule("medium", contribution_12m < -200)),
        _levels(_GRAVE, Rule("medium", contribution_12m < -20)),
        "RC103",
        "retention.risks",
        ("medium", "high"),
        lambda shown: (
            shown.facts["contribution_12m"] < -200  # type: ignore[operator]
            and shown.book.retention.decide(shown.facts).risk == "high"
        ),
    ),
    Exhibit(
        "an action for a level that nobody has",
        _actions(("call", retention_risk == "low", 0), ("visit", retention_risk == "grave", 0)),
        _actions(("call", retention_risk == "low", 0), ("visit", retention_risk == "high", 0)),
        "RC110",
        "retention.actions",
        ("visit",),
        lambda shown: "grave" not in shown.book.retention.levels,
    ),
    Exhibit(
        "an action behind one that costs less and fits more",
        _actions(("call", _HIGH, 20), ("visit", _HIGH & (product_count >= 2), 300)),
        _actions(("visit", _HIGH & (product_count >= 2), 300), ("call", _HIGH, 20)),
        "RC103",
        "retention.actions",
        ("visit", "call"),
        _proposes("call", "visit"),
    ),
    Exhibit(
        "an action that is never worth its cost",
        _actions(("call", _HIGH, 20), maximum_cost_share=Decimal(0)),
        _actions(("call", _HIGH, 20), maximum_cost_share=Decimal("0.01")),
        "RC104",
        "retention.actions",
        ("call",),
        lambda shown: shown.book.retention.decide(shown.facts).action is None,
    ),
)

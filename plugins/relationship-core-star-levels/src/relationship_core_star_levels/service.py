"""What the stars entitle to, on top of the built-in basic services, and how leavers are kept."""

from __future__ import annotations

from decimal import Decimal

from relationship_core import (
    Entitlement,
    EntitlementKind,
    Expression,
    RetentionAction,
    Rule,
    Text,
)
from relationship_core.facts import retention_risk, stage, tier
from relationship_core_star_levels.facts import deposits_share, event_points
from relationship_core_star_levels.levels import GOLD, GROWING_TIERS, IS_GROWING

_IS_SERVED = ~stage.is_in(["lost", "exited"])


def star_entitlements(points_for_gift: int) -> list[Rule]:
    """Entitlements by star level.

    Args:
        points_for_gift: How many points of a year earn a gift.
    """
    return [
        _grants(
            Entitlement(
                "star-manager",
                Text("dedicated customer manager", "专属客户经理"),
                EntitlementKind.MANAGER,
                Decimal(2_400),
            ),
            (tier == "star-5") & _IS_SERVED,
            Text(
                "Five stars have a manager too, as six and seven have by the built-in rules.",
                "五星级同样配专属客户经理。",
            ),
            priority=210,
        ),
        _grants(
            Entitlement(
                "star-growth",
                Text("growth programme: a plan and a yearly talk", "成长培育计划"),
                EntitlementKind.NURTURE,
                Decimal(80),
            ),
            tier.is_in(GROWING_TIERS) & _IS_SERVED & IS_GROWING,
            Text("Growing customers are nurtured toward five stars.", "成长型客户培育至五星级。"),
            priority=220,
        ),
        _grants(
            Entitlement(
                "star-advice",
                Text("advice on spreading savings", "资产配置建议"),
                EntitlementKind.BUNDLE,
                Decimal(40),
            ),
            tier.is_in([*GOLD, "star-4"]) & _IS_SERVED & (deposits_share >= 0.9),
            Text("Nearly all assets lie on deposits.", "资产几乎全部为存款。"),
            priority=230,
        ),
        _grants(
            Entitlement(
                "star-gift",
                Text("gift for points", "积分礼品"),
                EntitlementKind.BUNDLE,
                Decimal(60),
            ),
            event_points >= points_for_gift,
            Text("Enough points were collected.", "积分达标。"),
            priority=240,
        ),
    ]


def star_actions() -> list[Rule]:
    """What the bank does beyond the built-in actions: a visit that is worth it sooner."""
    return [
        Rule(
            "star-visit",
            when=(retention_risk == "high") & tier.is_in(GOLD),
            then=RetentionAction(
                "star-visit", Text("visit by the manager", "客户经理上门拜访"), Decimal(250)
            ),
            priority=25,
        )
    ]


def _grants(entitlement: Entitlement, when: Expression, reason: Text, *, priority: int) -> Rule:
    return Rule(entitlement.code, when, entitlement, reason, priority=priority)

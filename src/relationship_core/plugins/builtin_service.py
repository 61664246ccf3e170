"""The built-in service: basic needs for all, more by tier and stage, and occasions to care."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from relationship_core.decisions.service import Care, Entitlement, EntitlementKind, Service
from relationship_core.facts import (
    account_status,
    contribution_growth,
    days_to_birthday,
    days_to_document_expiry,
    days_to_loan_maturity,
    days_to_next_maturity,
    deposits_average_3m,
    largest_movement_30d,
    marketing_consent,
    overdue_complaints,
    previous_stage,
    product_count,
    stage,
)
from relationship_core.plugins.builtin_ladder import LADDER, Ranks, is_one_of
from relationship_core.rules import IfMissing, Rule, Text

_ENDED = ("lost", "exited")


def default_service(ladder: Sequence[str] = LADDER) -> Service:
    """Entitlements and occasions to care for the tiers of a ladder and the built-in stages.

    Basic services follow from holding a product, never from the tier: nobody loses them by being
    worth little.

    Args:
        ladder: The tiers, best first. Managers and lanes go to its upper quarter, prices and calls
            to its upper half.
    """
    return Service(entitlements=_entitlements(Ranks(ladder)), care=_care())


def _entitlements(ranks: Ranks) -> list[Rule]:
    is_served = ~stage.is_in(_ENDED)
    by_tier = (
        (
            ranks.best,
            is_served,
            _entitlement(
                "dedicated-manager", "dedicated customer manager", "专属客户经理", "manager", "3000"
            ),
            20,
        ),
        (
            ranks.top,
            is_served,
            _entitlement("manager-team", "team behind the manager", "专家团队", "manager", "8000"),
            21,
        ),
        (
            ranks.best,
            is_served,
            _entitlement("vip-lane", "VIP lane at the counter", "贵宾通道", "lane", "200"),
            30,
        ),
        (
            ranks.good,
            is_served,
            _entitlement("price-discount", "better prices", "价格优惠", "price", "400"),
            40,
        ),
        (
            ranks.good,
            is_served,
            _entitlement("quarterly-contact", "a call every quarter", "季度回访", "cadence", "120"),
            50,
        ),
        (
            ranks.growing,
            is_served & (contribution_growth >= 0.2),
            _entitlement("growth-nurturing", "nurturing of growth", "成长培育", "nurture", "60"),
            61,
        ),
        (
            ranks.others,
            is_served,
            _entitlement(
                "digital-self-service",
                "self-service, online and mobile",
                "自助与线上服务",
                "channel",
                "5",
            ),
            70,
        ),
    )
    return [
        Rule(
            "basic",
            when=product_count >= 1,
            then=Entitlement("basic", Text("basic banking services", "基本金融服务")),
            reason=Text("Basic services are met for all.", "基本需求人人满足。"),
            priority=10,
        ),
        Rule(
            "welcome-programme",
            when=stage.is_in(["exploration", "formation"]),
            then=_entitlement(
                "welcome-programme", "welcome programme", "新客户关怀", "nurture", "30"
            ),
            priority=60,
        ),
        *(
            Rule(granted.code, is_one_of(tiers) & also, granted, priority=priority)
            for tiers, also, granted, priority in by_tier
            if tiers
        ),
    ]


def _entitlement(code: str, en: str, zh: str, kind: str, cost: str) -> Entitlement:
    return Entitlement(code, Text(en, zh), EntitlementKind(kind), Decimal(cost))


def _care() -> list[Rule]:
    # Days to what a customer doesn't have are missing, and nothing is left open by that.
    where_there_is_one = IfMissing.SKIP
    is_alive = account_status != "deceased"
    # Nobody is greeted without having agreed to it; nor are the bereaved asked for business.
    may_be_greeted = marketing_consent.or_else(False) & is_alive
    is_large = largest_movement_30d >= deposits_average_3m * 0.5
    return [
        Rule(
            "deposit-maturity",
            when=(days_to_next_maturity <= 30) & is_alive,
            then=Care(
                "deposit-maturity",
                Text("talk about renewing the deposit", "存款到期续存沟通"),
                days_to_next_maturity,
            ),
            if_missing=where_there_is_one,
        ),
        Rule(
            "loan-due",
            when=(days_to_loan_maturity <= 30) & is_alive,
            then=Care(
                "loan-due",
                Text("prepare the loan's repayment", "贷款到期提醒"),
                days_to_loan_maturity,
            ),
            if_missing=where_there_is_one,
        ),
        Rule(
            "document-expiry",
            when=(days_to_document_expiry <= 60) & is_alive,
            then=Care(
                "document-expiry",
                Text("ask for a renewed document", "证件到期提醒"),
                days_to_document_expiry,
            ),
            if_missing=where_there_is_one,
        ),
        Rule(
            "birthday",
            when=(days_to_birthday <= 7) & may_be_greeted,
            then=Care("birthday", Text("send good wishes", "生日或成立日祝福"), days_to_birthday),
        ),
        Rule(
            "large-movement",
            when=(largest_movement_30d >= 50_000) & is_large & is_alive,
            then=Care("large-movement", Text("ask about the large movement", "大额资金变动回访")),
        ),
        Rule(
            "entered-decline",
            when=(stage == "decline") & (previous_stage != "decline") & is_alive,
            then=Care("entered-decline", Text("ask what has changed", "客户进入退化期，主动沟通")),
        ),
        Rule(
            "overdue-complaint",
            when=overdue_complaints >= 1,
            then=Care("overdue-complaint", Text("answer the complaint", "逾期投诉答复")),
        ),
    ]

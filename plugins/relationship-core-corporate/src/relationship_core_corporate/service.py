"""What organisations get beyond the built-in services: teams, chain finance, prices, visits."""

from __future__ import annotations

from decimal import Decimal

from relationship_core import Care, Entitlement, EntitlementKind, Expression, Rule, Text
from relationship_core.facts import days_since_contact, days_to_loan_maturity, stage, tier
from relationship_core.rules import IfMissing
from relationship_core_corporate.facts import (
    IS_ORGANISATION,
    chain_role,
    core_enterprise_lost,
    encouraged_industry,
    settlement_share,
    suppliers_banked_share,
)
from relationship_core_corporate.tiers import CORE, GOLD, GROWTH, STRATEGIC

IS_SERVED = ~stage.is_in(["lost", "exited"])


def corporate_entitlements() -> list[Rule]:
    """Entitlements by tier, industry and role in the supply chain; built-in ones stay as they are.

    A strategic customer's manager and team are built in, as its tier is the ladder's best.
    """
    return [
        *_teams(),
        *_chain_finance(),
        *_price_bands(),
    ]


def _teams() -> list[Rule]:
    return [
        _grants(
            Entitlement(
                "relationship-manager",
                Text("relationship manager of its own", "专属公司客户经理"),
                EntitlementKind.MANAGER,
                Decimal(12_000),
            ),
            tier == CORE,
            Text("Core customers have a manager of their own.", "核心客户配专属客户经理。"),
            priority=110,
        ),
        _grants(
            Entitlement(
                "industry-team",
                Text("team that knows the industry", "行业专家团队"),
                EntitlementKind.MANAGER,
                Decimal(30_000),
            ),
            tier.is_in(GOLD) & encouraged_industry,
            Text("The bank has specialists for this industry.", "我行设有该行业专家团队。"),
            priority=120,
        ),
    ]


def _chain_finance() -> list[Rule]:
    return [
        _grants(
            Entitlement(
                "supplier-finance",
                Text("finance for its suppliers", "供应商融资方案"),
                EntitlementKind.BUNDLE,
                Decimal(20_000),
            ),
            tier.is_in(GOLD) & (chain_role == "core"),
            Text("Its suppliers are paid early on its good name.", "凭核心企业信用为供应商融资。"),
            priority=130,
        ),
        _grants(
            Entitlement(
                "receivables-finance",
                Text("finance against receivables from the core enterprise", "应收账款融资"),
                EntitlementKind.BUNDLE,
                Decimal(1_500),
            ),
            tier.is_in([CORE, GROWTH]) & (chain_role == "supplier") & ~core_enterprise_lost,
            Text("What the core enterprise owes secures it.", "以核心企业应付账款为依托。"),
            priority=131,
        ),
    ]


def _price_bands() -> list[Rule]:
    bands = (
        ("a", tier == STRATEGIC, Text("price band A, agreed one by one", "A档价格：一户一议")),
        ("b", tier == CORE, Text("price band B: settlement free of charge", "B档价格：结算免费")),
        (
            "c",
            (tier == GROWTH) & (settlement_share >= 0.3),
            Text("price band C: settlement at half price", "C档价格：结算五折"),
        ),
    )
    return [
        _grants(
            Entitlement(f"price-band-{band}", label, EntitlementKind.PRICE),
            when,
            Text("Prices follow the tier and the share of settlement.", "按层级与结算归行率定价。"),
            priority=140,
        )
        for band, when, label in bands
    ]


def corporate_care() -> list[Rule]:
    """Occasions to care for an organisation, beside the built-in ones."""
    return [
        Rule(
            "renew-limits",
            when=IS_ORGANISATION & IS_SERVED & days_to_loan_maturity.between(31, 90),
            then=Care(
                "renew-limits",
                Text("collect papers to renew the limits", "授信到期前收集续授信资料"),
                days_to_loan_maturity,
            ),
            # Days to what a customer doesn't have are missing, and nothing is left open by that.
            if_missing=IfMissing.SKIP,
        ),
        Rule(
            "visit-due",
            when=IS_SERVED & tier.is_in(GOLD) & (days_since_contact >= 90),
            then=Care("visit-due", Text("visit: none for a quarter", "季度走访")),
        ),
        Rule(
            "win-suppliers",
            when=IS_SERVED & (chain_role == "core") & (suppliers_banked_share < 0.3),
            then=Care(
                "win-suppliers",
                Text("ask the core enterprise to bring in its suppliers", "请核心企业推荐供应商"),
            ),
        ),
    ]


def _grants(entitlement: Entitlement, when: Expression, reason: Text, *, priority: int) -> Rule:
    return Rule(entitlement.code, IS_SERVED & when, entitlement, reason, priority=priority)

"""Four tiers of organisations: what each asks of contribution, return and position."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from relationship_core import Downgrade, Expression, Rule, Text, Tiering, between
from relationship_core.decisions.treatment import treatments
from relationship_core.facts import contribution_12m, contribution_growth, raroc_12m
from relationship_core_corporate.facts import (
    IS_ORGANISATION,
    cautious_industry,
    chain_role,
    chain_suppliers_banked,
    encouraged_industry,
    settlement_inflow_12m,
    settlement_share,
    suppliers_banked_share,
)

STRATEGIC, CORE, GROWTH, BASIC = "strategic", "core", "growth", "basic"
LADDER: Final = (STRATEGIC, CORE, GROWTH, BASIC)
GOLD: Final = (STRATEGIC, CORE)

STRATEGIC_FROM: Final = 5_000_000
CORE_FROM: Final = 1_000_000
GROWTH_FROM: Final = 200_000
KEEPING_PART: Final = Decimal("0.9")
"""Whoever has a tier keeps it with this part of what earns it."""

SOUTH_HARBOUR: Final = ("P2", "P2C1")
"""A city of many small workshops, where core customers begin earlier."""
SOUTH_HARBOUR_CORE_FROM: Final = 700_000
CORE_LIMITS: Final = (600_000, 1_500_000)
"""How far a branch may move the contribution from which a customer is a core customer."""
GROWTH_LIMITS: Final = (150_000, 300_000)

CAUTION: Final = Decimal("0.03")
"""By how much the hurdle is higher in industries treated with caution."""

IS_IN_A_CHAIN: Final = chain_role.is_in(["supplier", "buyer"])


def corporate_tiering(hurdle: Decimal) -> Tiering:
    """The four tiers of organisations; persons, whom this bank only serves, are basic customers.

    Strategic and core customers bring in much, earn the capital they take, and hold a position that
    others depend on. Growth customers bring in something, or belong to a core enterprise's chain
    and settle here.

    Args:
        hurdle: Least RAROC of strategic and core customers, a fraction a year.
    """
    return Tiering(
        ladder=LADDER,
        rules=[
            _strategic(hurdle),
            _core(hurdle),
            _core(hurdle, contribution=SOUTH_HARBOUR_CORE_FROM, scope=SOUTH_HARBOUR),
            _growth(),
        ],
        keep=[
            _strategic(hurdle, part=KEEPING_PART),
            _core(hurdle, part=KEEPING_PART),
            _core(
                hurdle,
                contribution=SOUTH_HARBOUR_CORE_FROM,
                part=KEEPING_PART,
                scope=SOUTH_HARBOUR,
            ),
            _growth(part=KEEPING_PART),
        ],
        downgrade=Downgrade(reviews=2, days_apart=20, minimum_hold_months=6),
        labels={
            STRATEGIC: Text("Strategic customer", "战略客户"),
            CORE: Text("Core customer", "核心客户"),
            GROWTH: Text("Growth customer", "成长客户"),
            BASIC: Text("Basic customer", "基础客户"),
        },
        gold=GOLD,
        treatments=treatments(growing=(contribution_growth >= 0.2) | IS_IN_A_CHAIN),
        monotone=(contribution_12m, raroc_12m, chain_suppliers_banked, settlement_inflow_12m),
    )


def _strategic(hurdle: Decimal, *, part: Decimal = Decimal(1)) -> Rule:
    return Rule(
        STRATEGIC,
        when=IS_ORGANISATION
        & (contribution_12m >= STRATEGIC_FROM * part)
        & _earns_its_capital(hurdle * part)
        & (_leads_a_chain(Decimal("0.3") * part) | _settles_here(Decimal("0.5") * part)),
        reason=Text(
            f"Contribution from {STRATEGIC_FROM:,}, return above the hurdle, and a supply chain or"
            " most of its settlement with us.",
            f"年贡献度达到{STRATEGIC_FROM:,}元，回报率达标，且供应链或主要结算在我行。",
        ),
    )


def _core(
    hurdle: Decimal,
    *,
    contribution: int = CORE_FROM,
    part: Decimal = Decimal(1),
    scope: tuple[str, ...] = (),
) -> Rule:
    low, high = (limit * part for limit in CORE_LIMITS)
    return Rule(
        CORE,
        when=IS_ORGANISATION
        & (contribution_12m >= contribution * part)
        & _earns_its_capital(hurdle * part)
        & (
            encouraged_industry
            | _leads_a_chain(Decimal("0.1") * part)
            | _settles_here(Decimal("0.3") * part)
        ),
        reason=Text(
            f"Contribution from {contribution:,}, return above the hurdle, and an industry we"
            " favour, a supply chain or settlement with us.",
            f"年贡献度达到{contribution:,}元，回报率达标，且属鼓励类行业、供应链或结算在我行。",
        ),
        scope=scope,
        overridable=False if scope else {contribution_12m.name: between(low, high)},
    )


def _growth(*, part: Decimal = Decimal(1)) -> Rule:
    low, high = (limit * part for limit in GROWTH_LIMITS)
    return Rule(
        GROWTH,
        when=IS_ORGANISATION
        & (
            (contribution_12m >= GROWTH_FROM * part)
            | (IS_IN_A_CHAIN & _settles_here(Decimal("0.1") * part))
        ),
        reason=Text(
            f"Contribution from {GROWTH_FROM:,}, or a supplier or buyer of a core enterprise that"
            " settles here.",
            f"年贡献度达到{GROWTH_FROM:,}元，或为核心企业上下游且在我行结算。",
        ),
        overridable=between(low, high),
    )


def _earns_its_capital(hurdle: Decimal) -> Expression:
    """Whether RAROC reaches the hurdle of the industry; who takes no capital has none."""
    return (
        raroc_12m.is_missing()
        | (raroc_12m >= hurdle + CAUTION)
        | (~cautious_industry & (raroc_12m >= hurdle))
    )


def _leads_a_chain(share: Decimal) -> Expression:
    return (chain_role == "core") & (suppliers_banked_share >= share)


def _settles_here(share: Decimal) -> Expression:
    return settlement_share >= share

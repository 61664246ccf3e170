"""What the bank's customers may count on, as far as a bank of 1993 could give it."""

from __future__ import annotations

from typing import Final

from relationship_core import Care, Entitlement, EntitlementKind, Expression, Rule, Service, Text
from relationship_core.facts import (
    days_past_due,
    days_to_loan_maturity,
    deposits_average_3m,
    largest_movement_30d,
    previous_stage,
    product_count,
    stage,
    tier,
)

_IS_SERVED: Final = ~stage.is_in(["lost", "exited"])
_IS_BEST: Final = tier.is_in(["vip", "key"]) & _IS_SERVED
_IS_LARGE: Final = (largest_movement_30d >= 50_000) & (
    largest_movement_30d >= deposits_average_3m * 0.5
)


def czech_service() -> Service:
    """Basic services for whoever has an account, more by tier, and four occasions to care.

    What a service costs isn't on record. Nor is anybody's consent, so nobody is greeted or wooed.
    """
    return Service(
        entitlements=[
            _entitlement("basic", product_count >= 1, "basic services", "基本金融服务"),
            _entitlement("manager", _IS_BEST, "a manager of their own", "专属客户经理"),
            _entitlement("lane", _IS_BEST, "a counter of their own", "贵宾窗口"),
            _entitlement(
                "cadence", (tier == "secondary") & _IS_SERVED, "a talk every year", "年度面谈"
            ),
        ],
        care=[
            Rule(
                "loan-due",
                when=days_to_loan_maturity <= 30,
                then=Care(
                    "loan-due",
                    Text("prepare the loan's repayment", "贷款到期提醒"),
                    days_to_loan_maturity,
                ),
            ),
            Rule(
                "loan-late",
                when=days_past_due > 30,
                then=Care("loan-late", Text("settle the arrears", "催收逾期贷款")),
            ),
            Rule(
                "large-movement",
                when=_IS_LARGE,
                then=Care("large-movement", Text("ask about the movement", "大额资金变动回访")),
            ),
            Rule(
                "entered-decline",
                when=(stage == "decline") & (previous_stage != "decline"),
                then=Care("entered-decline", Text("ask what has changed", "了解退化原因")),
            ),
        ],
    )


def _entitlement(kind: str, when: Expression, en: str, zh: str) -> Rule:
    return Rule(kind, when=when, then=Entitlement(kind, Text(en, zh), EntitlementKind(kind)))

"""Who is about to leave: settlement that goes elsewhere, core enterprises lost, and what to do."""

from __future__ import annotations

from decimal import Decimal

from relationship_core import Expression, Retention, RetentionAction, Rule, Signal, Text, at_least
from relationship_core.facts import (
    balance_change_3m,
    bank_led_cut,
    deposits_average_3m,
    manager_left,
    outflow_to_other_banks_30d,
    overdue_complaints,
    product_count_change_6m,
    retention_risk,
    stage,
    tier,
)
from relationship_core_corporate.facts import (
    IS_ORGANISATION,
    core_enterprise_lost,
    settlement_change_3m,
)
from relationship_core_corporate.service import IS_SERVED
from relationship_core_corporate.tiers import CORE, GOLD, IS_IN_A_CHAIN, STRATEGIC

# Where the bank itself calls a loan in, balances and settlement follow; nobody is leaving.
_OWN_DOING = ~bank_led_cut.or_else(False)

_SETTLEMENT_LEAVES = IS_ORGANISATION & (settlement_change_3m <= -0.3) & _OWN_DOING
_CORE_IS_LOST = IS_IN_A_CHAIN & core_enterprise_lost
_BALANCES_FALL = (balance_change_3m <= -0.3) & _OWN_DOING
_FUNDS_LEAVE = (deposits_average_3m > 0) & (outflow_to_other_banks_30d >= deposits_average_3m * 0.3)
_COMPLAINT_IS_OVERDUE = overdue_complaints >= 1


def corporate_retention() -> Retention:
    """Signals, risks and actions of a corporate bank, in place of the built-in ones.

    Nothing here rests on salaries, which organisations don't have. Settlement leaves before
    balances do, and a supplier follows its core enterprise: each is grave by itself where much is
    at stake.
    """
    leaving = (
        *(_SETTLEMENT_LEAVES, _CORE_IS_LOST),
        *(_BALANCES_FALL, _FUNDS_LEAVE, _COMPLAINT_IS_OVERDUE),
    )
    return Retention(
        levels=["high", "medium", "low"],
        signals=_signals(),
        risks=[
            Rule(
                "high",
                when=IS_SERVED & (at_least(2, *leaving) | (tier.is_in(GOLD) & _SETTLEMENT_LEAVES)),
                reason=Text(
                    "Two signs of leaving are there, or settlement of a good customer goes"
                    " elsewhere.",
                    "出现两项流失信号，或优质客户结算外流。",
                ),
            ),
            Rule(
                "medium",
                when=IS_SERVED & (at_least(1, *leaving) | (stage == "decline")),
                reason=Text("A sign of leaving is there.", "出现流失信号。"),
            ),
        ],
        actions=_actions(),
    )


def _signals() -> list[Rule]:
    return [
        _signal(
            "settlement-leaving",
            _SETTLEMENT_LEAVES,
            Text("settlement goes elsewhere", "结算流失"),
            Text("Sales settled here fell by 30 per cent.", "近3个月结算回款下降30%。"),
        ),
        _signal(
            "core-enterprise-lost",
            _CORE_IS_LOST,
            Text("the core enterprise is lost", "核心企业流失"),
            Text("The chain that brought the customer is gone.", "所依托的核心企业已离开。"),
        ),
        _signal(
            "falling-balance",
            _BALANCES_FALL,
            Text("balances are falling", "余额下降"),
            Text("Balances fell by 30 per cent.", "近3个月余额下降30%。"),
        ),
        _signal(
            "outflow-to-other-banks",
            _FUNDS_LEAVE,
            Text("funds leave for other banks", "资金流向他行"),
            Text("30 per cent of deposits left within a month.", "一个月内存款外流达30%。"),
        ),
        _signal(
            "overdue-complaint",
            _COMPLAINT_IS_OVERDUE,
            Text("a complaint is overdue", "投诉逾期未答复"),
            Text("A complaint is past its day.", "投诉已超过答复期限。"),
        ),
        _signal(
            "fewer-products",
            product_count_change_6m < 0,
            Text("fewer products", "产品减少"),
            Text("A product was given up.", "客户停用了产品。"),
        ),
        _signal(
            "manager-left",
            manager_left,
            Text("the relationship manager left", "客户经理离职"),
            Text("Nobody has taken over in person.", "尚无人当面接手。"),
        ),
    ]


def _signal(code: str, when: Expression, label: Text, reason: Text) -> Rule:
    return Rule(code, when=when, then=Signal(code, label), reason=reason)


def _actions() -> list[Rule]:
    is_at_risk = retention_risk.is_in(["high", "medium"])
    return [
        _action(
            "answer-complaint",
            IS_SERVED & _COMPLAINT_IS_OVERDUE,
            Text("answer the complaint now", "立即答复投诉"),
            priority=10,
        ),
        _action(
            "executive-visit",
            (retention_risk == "high") & (tier == STRATEGIC),
            Text("visit by a member of the board", "行领导走访"),
            Decimal(5_000),
            priority=20,
        ),
        _action(
            "new-chain",
            is_at_risk & _CORE_IS_LOST,
            Text("introduce it to another core enterprise", "对接其他核心企业"),
            Decimal(2_000),
            priority=30,
        ),
        _action(
            "cash-management-offer",
            is_at_risk & _SETTLEMENT_LEAVES & tier.is_in([CORE, STRATEGIC]),
            Text("offer cash management to bring settlement back", "以现金管理方案挽回结算"),
            Decimal(3_000),
            priority=40,
        ),
        _action(
            "manager-call",
            is_at_risk,
            Text("call by the manager", "客户经理电话回访"),
            Decimal(50),
            priority=50,
        ),
    ]


def _action(
    code: str, when: Expression, label: Text, cost: Decimal = Decimal(0), *, priority: int
) -> Rule:
    return Rule(code, when, RetentionAction(code, label, cost), priority=priority)

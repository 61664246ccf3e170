"""The built-in retention: the signs of leaving, the risk they amount to, and one thing to do."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from relationship_core.decisions.retention import Retention, RetentionAction, Signal
from relationship_core.facts import (
    account_status,
    balance_change_3m,
    competitor_rate_gap,
    contribution_12m,
    days_to_next_maturity,
    deposits_average_3m,
    manager_left,
    marketing_consent,
    maturing_30d,
    months_inactive,
    outflow_to_other_banks_30d,
    overdue_complaints,
    product_count_change_6m,
    retention_risk,
    salary_stopped,
    stage,
    transactions_change_3m,
)
from relationship_core.plugins.builtin_ladder import LADDER, Ranks, is_one_of
from relationship_core.rules import Expression, Rule, Text, at_least

_GONE = ("prospect", "lost", "exited")


def default_retention(
    *,
    balance_fall: Decimal = Decimal("-0.30"),
    outflow_share: Decimal = Decimal("0.30"),
    transactions_fall: Decimal = Decimal("-0.30"),
    worth_winning_back: int = 5_000,
    ladder: Sequence[str] = LADDER,
) -> Retention:
    """Signals, risk and actions.

    The risk is high with two of: balances down by 30 % or more, salary stopped, outflow to other
    banks in 30 days of 30 % or more of average deposits, an overdue complaint; medium with one.

    Args:
        balance_fall: The change of balances that is a signal, a ratio below zero.
        outflow_share: The outflow to other banks that is a signal, a share of average deposits.
        transactions_fall: The change of transactions that is a signal, a ratio below zero.
        worth_winning_back: The contribution of twelve months from which a personal call is worth
            making, in the reporting currency.
        ladder: The tiers, best first; those of its upper quarter are visited.
    """
    leaving: tuple[Expression, ...] = (
        balance_change_3m <= balance_fall,
        salary_stopped,
        (deposits_average_3m > 0)
        & (outflow_to_other_banks_30d >= deposits_average_3m * outflow_share),
        overdue_complaints >= 1,
    )
    is_here = ~stage.is_in(_GONE) & (account_status != "deceased")
    return Retention(
        levels=["high", "medium", "low"],
        signals=_signals(leaving, transactions_fall),
        risks=[
            Rule(
                "high",
                when=is_here & at_least(2, *leaving),
                reason=Text("Two signs of leaving are there.", "出现两项流失信号。"),
            ),
            Rule(
                "medium",
                when=is_here & (at_least(1, *leaving) | (stage == "decline")),
                reason=Text("A sign of leaving is there.", "出现流失信号。"),
            ),
        ],
        actions=_actions(worth_winning_back, Ranks(ladder).best),
    )


def _signals(leaving: tuple[Expression, ...], transactions_fall: Decimal) -> list[Rule]:
    falling, salary, outflow, complaint = leaving
    return [
        _signal("falling-balance", falling, "balances are falling", "余额下降"),
        _signal(
            "salary-stopped", salary, "salary or pension no longer comes in", "工资或养老金停发"
        ),
        _signal("outflow-to-other-banks", outflow, "funds leave for other banks", "资金流向他行"),
        _signal("overdue-complaint", complaint, "a complaint is overdue", "投诉逾期未答复"),
        _signal(
            "falling-transactions",
            transactions_change_3m <= transactions_fall,
            "transactions are falling",
            "交易减少",
        ),
        _signal(
            "silence", months_inactive >= 3, "no own act for three months", "连续三个月无主动交易"
        ),
        _signal("fewer-products", product_count_change_6m < 0, "fewer products", "产品减少"),
        _signal(
            "maturing-deposit",
            (days_to_next_maturity <= 30) & (maturing_30d > 0),
            "a deposit matures soon",
            "存款即将到期",
        ),
        _signal(
            "better-rate-elsewhere",
            competitor_rate_gap >= 0.005,
            "a competitor pays more",
            "同业利率更高",
        ),
        _signal("manager-left", manager_left, "the customer manager left", "客户经理离职"),
    ]


def _signal(code: str, when: Expression, en: str, zh: str) -> Rule:
    return Rule(code, when=when, then=Signal(code, Text(en, zh)))


def _actions(worth_winning_back: int, visited: tuple[str, ...]) -> list[Rule]:
    is_worth_it = contribution_12m >= worth_winning_back
    # An answer, a visit and a call keep what the customer has; anything more is marketing.
    may_be_approached = marketing_consent.or_else(False) & (account_status != "deceased")
    is_at_risk = retention_risk.is_in(["high", "medium"])
    return [
        Rule(
            "answer-complaint",
            when=overdue_complaints >= 1,
            then=RetentionAction(
                "answer-complaint", Text("answer the complaint now", "立即答复投诉")
            ),
            priority=10,
        ),
        *(
            [
                Rule(
                    "manager-visit",
                    when=(retention_risk == "high") & is_one_of(visited),
                    then=RetentionAction(
                        "manager-visit",
                        Text("visit by the customer manager", "客户经理上门拜访"),
                        Decimal(300),
                    ),
                    priority=20,
                ),
            ]
            if visited
            else []
        ),
        Rule(
            "renewal-offer",
            when=is_at_risk & (maturing_30d > 0) & may_be_approached,
            then=RetentionAction(
                "renewal-offer",
                Text("offer for the maturing deposit", "到期存款续存优惠"),
                Decimal(100),
            ),
            priority=30,
        ),
        Rule(
            "win-back-call",
            when=(stage == "lost") & is_worth_it & may_be_approached,
            then=RetentionAction(
                "win-back-call", Text("call to win back", "挽回电话"), Decimal(50)
            ),
            priority=40,
        ),
        Rule(
            "call",
            when=retention_risk == "high",
            then=RetentionAction("call", Text("call and ask", "电话回访"), Decimal(20)),
            priority=50,
        ),
        Rule(
            "message",
            when=is_at_risk & may_be_approached,
            then=RetentionAction("message", Text("friendly message", "关怀短信")),
            priority=60,
        ),
    ]

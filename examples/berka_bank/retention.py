"""Who may be leaving the bank, by what is on record: balances, pensions, transfers.

Complaints, competitors' rates, consents and managers aren't. Rules that asked for them would leave
every customer undecided.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from relationship_core import Expression, Retention, RetentionAction, Rule, Signal, Text, at_least
from relationship_core.facts import (
    balance_change_3m,
    deposits_average_3m,
    months_inactive,
    outflow_to_other_banks_30d,
    product_count_change_6m,
    retention_risk,
    salary_stopped,
    stage,
    tier,
    transactions_change_3m,
)

_FALLING: Final = balance_change_3m <= -0.3
_OUTFLOW: Final = (deposits_average_3m > 0) & (
    outflow_to_other_banks_30d >= deposits_average_3m * 0.3
)
_LEAVING: Final = (_FALLING, salary_stopped, _OUTFLOW)
_NOT_HERE: Final = ("prospect", "lost", "exited")


def czech_retention() -> Retention:
    """Signals, risk and two actions: high with two of the three signs of leaving, medium with one.

    A fall that can't be measured, on a short history, is no sign. An action costs a quarter of a
    customer's contribution at most.
    """
    is_here = ~stage.is_in(_NOT_HERE)
    return Retention(
        levels=["high", "medium", "low"],
        signals=[
            _signal("falling-balance", _FALLING, "balances are falling", "余额下降"),
            _signal("pension-stopped", salary_stopped, "the pension stays away", "养老金停发"),
            _signal("outflow-to-other-banks", _OUTFLOW, "money leaves for others", "资金流向他行"),
            _signal(
                "falling-transactions",
                transactions_change_3m <= -0.3,
                "transactions are falling",
                "交易减少",
            ),
            _signal("silence", months_inactive >= 2, "no own act for months", "连续无主动交易"),
            _signal("fewer-products", product_count_change_6m < 0, "fewer products", "产品减少"),
        ],
        risks=[
            Rule(
                "high",
                when=is_here & at_least(2, *_LEAVING),
                reason=Text("Two signs of leaving are there.", "出现两项流失信号。"),
                if_missing="skip",
            ),
            Rule(
                "medium",
                when=is_here & (at_least(1, *_LEAVING) | (stage == "decline")),
                reason=Text("A sign of leaving is there.", "出现流失信号。"),
                if_missing="skip",
            ),
        ],
        actions=[
            Rule(
                "visit",
                when=(retention_risk == "high") & tier.is_in(["vip", "key"]),
                then=RetentionAction("visit", Text("visit", "上门拜访"), Decimal(150)),
                priority=10,
            ),
            Rule(
                "letter",
                when=retention_risk == "high",
                then=RetentionAction("letter", Text("write and ask", "致函询问"), Decimal(10)),
                priority=20,
            ),
        ],
        maximum_cost_share=Decimal("0.25"),
    )


def _signal(code: str, when: Expression, en: str, zh: str) -> Rule:
    return Rule(code, when=when, then=Signal(code, Text(en, zh)))

"""Who is about to leave, by hard signs and by the score, and what is done about them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Final

from relationship_core import (
    Expression,
    Fact,
    Retention,
    RetentionAction,
    Rule,
    Signal,
    Text,
    at_least,
)
from relationship_core.facts import (
    account_status,
    balance_change_3m,
    bank_led_cut,
    contribution_12m,
    deposits_average_3m,
    marketing_consent,
    maturing_30d,
    outflow_to_other_banks_30d,
    overdue_complaints,
    retention_risk,
    salary_stopped,
    stage,
)
from relationship_core_retention_model.churn_model import ChurnModel
from relationship_core_retention_model.facts import contribution_at_risk, probability
from relationship_core_retention_model.inputs import INPUTS

_IS_HERE: Final = ~stage.is_in(["prospect", "lost", "exited"]) & (account_status != "deceased")

# Where the bank itself calls a loan in, balances follow; nobody is leaving.
_BALANCES_FALL: Final = (balance_change_3m <= Decimal("-0.3")) & ~bank_led_cut.or_else(False)
_FUNDS_LEAVE: Final = (deposits_average_3m > 0) & (
    outflow_to_other_banks_30d >= deposits_average_3m * Decimal("0.3")
)
_COMPLAINT_IS_OVERDUE: Final = overdue_complaints >= 1
_HARD: Final = (_BALANCES_FALL, salary_stopped, _FUNDS_LEAVE, _COMPLAINT_IS_OVERDUE)


def model_retention(model: ChurnModel, likely_from: Decimal) -> Retention:
    """Signals, risks and actions.

    The score alone makes the risk medium, as one hard sign does. It is high where two hard signs
    are there, or one and a score from which leaving is likely: a model may point somebody out, but
    by itself it makes no grave case.

    Args:
        model: The model whose score is asked; what it learnt says which facts drive a score.
        likely_from: The score from which leaving is likely.
    """
    is_likely = probability >= likely_from
    return Retention(
        levels=["high", "medium", "low"],
        signals=[*_hard_signals(), *_model_signals(model, is_likely)],
        risks=[
            Rule(
                "high",
                when=_IS_HERE & (at_least(2, *_HARD) | (at_least(1, *_HARD) & is_likely)),
                reason=Text(
                    "Two hard signs of leaving are there, or one that the model's score bears out.",
                    "出现两项明确流失信号，或一项明确信号且模型评分印证。",
                ),
            ),
            Rule(
                "medium",
                when=_IS_HERE & (at_least(1, *_HARD) | is_likely | (stage == "decline")),
                reason=Text(
                    "A hard sign of leaving is there, or the model's score is high.",
                    "出现一项明确流失信号，或模型评分较高。",
                ),
            ),
        ],
        actions=_actions(is_likely),
    )


def _hard_signals() -> Iterator[Rule]:
    for code, when, label, reason in (
        (
            "falling-balance",
            _BALANCES_FALL,
            Text("balances are falling", "余额下降"),
            Text("Balances fell by 30 per cent.", "近3个月余额下降30%。"),
        ),
        (
            "salary-stopped",
            salary_stopped,
            Text("salary or pension no longer comes in", "工资或养老金停发"),
            Text("It came for three months, and no longer does.", "此前连续三个月入账，现已中断。"),
        ),
        (
            "outflow-to-other-banks",
            _FUNDS_LEAVE,
            Text("funds leave for other banks", "资金流向他行"),
            Text(
                "30 per cent of average deposits left within 30 days.",
                "30天内流向他行的资金达日均存款的30%。",
            ),
        ),
        (
            "overdue-complaint",
            _COMPLAINT_IS_OVERDUE,
            Text("a complaint is overdue", "投诉逾期未答复"),
            Text("It was due, and nobody answered.", "已过答复期限，尚无人答复。"),
        ),
    ):
        yield Rule(code, when=when, then=Signal(code, label), reason=reason)


def _model_signals(model: ChurnModel, is_likely: Expression) -> Iterator[Rule]:
    """The score, and beside it each fact that alone doubles the odds of leaving."""
    yield Rule(
        "likely-to-leave",
        when=is_likely,
        then=Signal("likely-to-leave", Text("likely to leave", "流失可能性高")),
        reason=Text(
            f"Model churn {model.version} takes leaving within three months for likely.",
            f"流失模型{model.version}认为三个月内流失可能性高。",
        ),
    )
    facts = {fact.name: fact for fact in INPUTS}
    for each in model.inputs:
        fact, least = facts[each.fact], each.telling_from()
        if least is None:
            continue
        code = f"score-driven-by-{each.fact.rpartition('.')[2].replace('_', '-')}"
        yield Rule(
            code,
            when=is_likely & _is_beyond(fact, least, is_upward=each.weight > 0),
            then=Signal(
                code,
                Text(f"drives the score: {fact.label.en}", f"评分主因：{fact.label.zh}"),
            ),
            reason=Text(
                f"This fact alone doubles the odds of leaving: {fact.label.en}.",
                f"仅此一项即令流失几率翻倍：{fact.label.zh}。",
            ),
        )


def _is_beyond(fact: Fact, least: float, *, is_upward: bool) -> Expression:
    """Whether a fact is at least so telling; the threshold is rounded away from the mean."""
    rounding = ROUND_CEILING if is_upward else ROUND_FLOOR
    threshold = Decimal(repr(least)).quantize(Decimal(1).scaleb(-fact.kind.scale), rounding)
    return fact >= threshold if is_upward else fact <= threshold


def _actions(is_likely: Expression) -> list[Rule]:
    # An answer, a visit and a call keep what the customer has; anything more is marketing.
    may_be_approached = marketing_consent.or_else(False) & (account_status != "deceased")
    is_at_risk = retention_risk.is_in(["high", "medium"])
    return [
        Rule(
            "answer-complaint",
            when=_COMPLAINT_IS_OVERDUE,
            then=RetentionAction(
                "answer-complaint", Text("answer the complaint now", "立即答复投诉")
            ),
            priority=10,
        ),
        Rule(
            "manager-visit",
            when=(retention_risk == "high") & (contribution_at_risk >= 1_000),
            then=RetentionAction(
                "manager-visit",
                Text("visit by the customer manager", "客户经理上门拜访"),
                Decimal(300),
            ),
            reason=Text(
                "What leaves with the customer is worth the journey.",
                "客户流失的损失值得上门一趟。",
            ),
            priority=20,
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
            "call",
            when=(retention_risk == "high") | (is_at_risk & is_likely & (contribution_12m >= 200)),
            then=RetentionAction("call", Text("call and ask", "电话回访"), Decimal(20)),
            reason=Text("Ask before it shows on the accounts.", "在账户出现变化之前先行询问。"),
            priority=40,
        ),
        Rule(
            "message",
            when=is_at_risk & may_be_approached,
            then=RetentionAction("message", Text("friendly message", "关怀短信")),
            priority=50,
        ),
    ]

"""The built-in retention: what is a sign of leaving, how grave it is, and what is done."""

from __future__ import annotations

from decimal import Decimal
from itertools import combinations
from typing import Any

import pytest

from relationship_core import RetentionDecision
from relationship_core.plugins.builtin_retention import default_retention
from tests.decisions.known_facts import known

CALM: dict[str, Any] = {
    "stage": "stable",
    "tier": "ordinary",
    "account_status": "active",
    "marketing_consent": True,
    "balance_change_3m": 0,
    "salary_stopped": False,
    "deposits_average_3m": 1_000,
    "outflow_to_other_banks_30d": 0,
    "overdue_complaints": 0,
    "transactions_change_3m": 0,
    "months_inactive": 0,
    "product_count_change_6m": 0,
    "days_to_next_maturity": 400,
    "maturing_30d": 0,
    "competitor_rate_gap": 0,
    "manager_left": False,
    "contribution_12m": 100_000,
}
LEAVING: dict[str, dict[str, Any]] = {
    "falling-balance": {"balance_change_3m": "-0.3"},
    "salary-stopped": {"salary_stopped": True},
    "outflow-to-other-banks": {"outflow_to_other_banks_30d": 300},
    "overdue-complaint": {"overdue_complaints": 1},
}
OTHER_SIGNS: dict[str, dict[str, Any]] = {
    "falling-transactions": {"transactions_change_3m": "-0.3"},
    "silence": {"months_inactive": 3},
    "fewer-products": {"product_count_change_6m": -1},
    "maturing-deposit": {"days_to_next_maturity": 30, "maturing_30d": 1},
    "better-rate-elsewhere": {"competitor_rate_gap": "0.005"},
    "manager-left": {"manager_left": True},
}


def decided(*signs: dict[str, Any], **facts: Any) -> RetentionDecision:
    """The decision on a calm customer, but for these signs and facts."""
    together = CALM
    for sign in signs:
        together = together | sign
    return default_retention().decide(known(**(together | facts)))


def test_a_calm_customer_is_left_alone() -> None:
    decision = decided()
    assert (decision.risk, decision.signals, decision.action) == ("low", (), None)
    assert decision.undetermined == ()


@pytest.mark.parametrize("code", [*LEAVING, *OTHER_SIGNS])
def test_each_sign_is_told(code: str) -> None:
    (raised,) = decided((LEAVING | OTHER_SIGNS)[code]).signals
    assert raised.signal.code == code


@pytest.mark.parametrize("code", LEAVING)
def test_one_sign_of_leaving_is_a_medium_risk(code: str) -> None:
    assert decided(LEAVING[code]).risk == "medium"


@pytest.mark.parametrize("pair", [*combinations(LEAVING, 2)], ids=" and ".join)
def test_any_two_signs_of_leaving_are_a_high_risk(pair: tuple[str, str]) -> None:
    assert decided(*(LEAVING[code] for code in pair)).risk == "high"


def test_other_signs_alone_are_told_but_no_risk() -> None:
    decision = decided(*OTHER_SIGNS.values())
    assert len(decision.signals) == len(OTHER_SIGNS)
    assert decision.risk == "low"


@pytest.mark.parametrize(
    "facts",
    [
        {"balance_change_3m": "-0.299999"},
        {"outflow_to_other_banks_30d": "299.99"},
        {"outflow_to_other_banks_30d": 300, "deposits_average_3m": 0},
    ],
)
def test_just_short_of_a_sign_is_none(facts: dict[str, Any]) -> None:
    assert decided(facts).signals == ()


def test_decline_is_a_medium_risk_without_any_other_sign() -> None:
    assert decided(stage="decline").risk == "medium"


@pytest.mark.parametrize("gone", [{"stage": "lost"}, {"stage": "exited"}, {"stage": "prospect"}])
def test_who_is_not_here_cannot_leave(gone: dict[str, Any]) -> None:
    assert decided(*LEAVING.values(), gone, overdue_complaints=0).risk == "low"


def test_who_is_deceased_does_not_leave_either() -> None:
    decision = decided(*LEAVING.values(), account_status="deceased", overdue_complaints=0)
    assert (decision.risk, decision.action) == ("low", None)


def test_a_missing_fact_leaves_a_high_risk_open() -> None:
    decision = decided(LEAVING["salary-stopped"], balance_change_3m=None)
    assert decision.risk == "medium"
    assert decision.is_undetermined


HIGH = (LEAVING["falling-balance"], LEAVING["salary-stopped"])
MEDIUM = (LEAVING["falling-balance"],)
MATURING = {"days_to_next_maturity": 10, "maturing_30d": 5_000}


@pytest.mark.parametrize(
    ("signs", "facts", "action"),
    [
        ((*HIGH, LEAVING["overdue-complaint"]), {"tier": "vip"}, "answer-complaint"),
        (HIGH, {"tier": "vip"}, "manager-visit"),
        (HIGH, {"tier": "key"}, "manager-visit"),
        (HIGH, {}, "call"),
        (HIGH, MATURING, "renewal-offer"),
        (MEDIUM, MATURING, "renewal-offer"),
        (MEDIUM, {}, "message"),
        ((), {"stage": "lost"}, "win-back-call"),
        ((), {"stage": "lost", "contribution_12m": 4_999}, None),
        (HIGH, {"tier": "vip", "contribution_12m": "1199.99"}, "call"),
        (HIGH, {"contribution_12m": 0}, "message"),
    ],
)
def test_the_first_fitting_action_is_proposed(
    signs: tuple[dict[str, Any], ...], facts: dict[str, Any], action: str | None
) -> None:
    assert decided(*signs, **facts).action_rule == action


@pytest.mark.parametrize("consent", [False, None])
@pytest.mark.parametrize(
    ("signs", "facts", "action"),
    [
        (HIGH, {"tier": "vip"}, "manager-visit"),
        (HIGH, MATURING, "call"),
        (MEDIUM, MATURING, None),
        (MEDIUM, {}, None),
        ((), {"stage": "lost"}, None),
    ],
)
def test_without_consent_nothing_is_offered(
    consent: bool | None,
    signs: tuple[dict[str, Any], ...],
    facts: dict[str, Any],
    action: str | None,
) -> None:
    assert decided(*signs, **facts, marketing_consent=consent).action_rule == action


def test_every_threshold_can_be_set() -> None:
    strict = default_retention(
        balance_fall=Decimal("-0.1"),
        outflow_share=Decimal("0.1"),
        transactions_fall=Decimal("-0.1"),
        worth_winning_back=100,
    )
    facts = {
        "balance_change_3m": "-0.1",
        "outflow_to_other_banks_30d": 100,
        "transactions_change_3m": "-0.1",
    }
    decision = strict.decide(known(**(CALM | facts)))
    assert decision.risk == "high"
    assert len(decision.signals) == 3
    lost = strict.decide(known(**(CALM | {"stage": "lost", "contribution_12m": 200})))
    assert lost.action_rule == "win-back-call"

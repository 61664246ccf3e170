from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from relationship_core import (
    Downgrade,
    Lifecycle,
    Pending,
    Retention,
    RetentionAction,
    Rule,
    Stage,
    Standing,
    Tiering,
    Transition,
)
from relationship_core.decisions.deciding import Decisions, decide
from relationship_core.errors import ReviewError
from relationship_core.facts import (
    aum,
    months_in_stage,
    previous_stage,
    product_count,
    retention_risk,
    stage,
    tier,
)
from tests.decisions.known_facts import known
from tests.decisions.small_book import derived, small_book

MAY, JUNE = date(2026, 5, 31), date(2026, 6, 30)
JOINED = derived("bank.joined", (stage == "stable") & (months_in_stage == 0))
RISKY = derived("bank.risky", (retention_risk == "high") & (tier == "gold"))

BOOK = small_book(
    lifecycle=Lifecycle(
        [Stage("prospect"), Stage("stable")],
        [Rule("stable", product_count >= 1)],
        [Rule("join", product_count >= 1, Transition("prospect", "stable"))],
    ),
    tiering=Tiering(
        ["gold", "rest"],
        [Rule("gold", (aum >= 100) | JOINED)],
        downgrade=Downgrade(2, 20, 0),
        treatments=[Rule("nurture", previous_stage == "prospect")],
    ),
    retention=Retention(
        risks=[Rule("high", (stage == "stable") & (tier == "gold"))],
        actions=[Rule("call", retention_risk == "high", RetentionAction("call", "call"))],
    ),
    facts=[JOINED, RISKY],
)


def decided(standing: Standing | None = None, **facts: Any) -> Decisions:
    own = dict.fromkeys(("bank.joined", "bank.risky"))
    return decide(BOOK, known(**facts) | own, standing, JUNE)


def test_each_phase_sees_what_the_ones_before_it_decided() -> None:
    found = decided(product_count=1, aum=5)
    assert (found.stage.stage, found.tier.tier) == ("stable", "gold")
    assert found.retention.risk == "high"
    assert found.retention.action is not None
    assert found.facts["bank.joined"] is True
    assert found.facts["bank.risky"] is True
    expected = {"stage": "stable", "tier": "gold", "retention_risk": "high"}
    assert {name: found.facts[name] for name in expected} == expected
    assert (found.facts["months_in_stage"], found.facts["months_in_tier"]) == (0, 0)


def test_months_are_counted_from_the_standing() -> None:
    held = Standing("stable", date(2026, 1, 31), "gold", date(2026, 4, 1))
    facts = decided(held, product_count=1, aum=500).facts
    assert (facts["months_in_stage"], facts["months_in_tier"]) == (5, 2)
    assert facts["bank.joined"] is False


def test_the_standing_holds_both_decisions() -> None:
    found = decided(Standing("prospect", MAY, "gold", MAY, MAY), product_count=1, aum=5)
    assert found.standing == Standing(
        "stable", JUNE, "gold", MAY, JUNE, stages_passed=("prospect", "stable")
    )
    lower = decided(Standing("stable", MAY, "gold", MAY, MAY), product_count=1, aum=5)
    assert lower.standing.tier_pending == Pending("rest", (JUNE,))


def test_a_customer_who_is_gold_has_no_treatment() -> None:
    assert decided(product_count=1, aum=5).treatment is None
    treatment = decided(product_count=0, aum=5, previous_stage="prospect").treatment
    assert treatment is not None
    assert treatment.outcome == "nurture"


def test_a_standing_of_another_bank_is_refused() -> None:
    with pytest.raises(ReviewError, match="'formation' is no stage"):
        decided(Standing("formation"))
    with pytest.raises(ReviewError, match="'vip' is no tier"):
        decided(Standing(tier="vip"), product_count=1, aum=0)


def test_what_was_decided_can_be_compared_and_hashed() -> None:
    one, other = decided(product_count=1, aum=5), decided(product_count=1, aum=Decimal("5.00"))
    assert one == other
    assert hash(one) == hash(other)
    assert one != decided(product_count=1, aum=6)
    assert "aum" not in repr(one)

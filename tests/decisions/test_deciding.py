from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from relationship_core import (
    Care,
    Downgrade,
    Entitlement,
    Lifecycle,
    Pending,
    Retention,
    RetentionAction,
    Rule,
    RuleBook,
    Service,
    Signal,
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


class TestWhoseRuleDecided:
    NORTH = ("north", "harbour")

    def book(self, scope: tuple[str, ...]) -> RuleBook:
        def rule(rule_id: str, then: Any = None, **more: Any) -> Rule:
            return Rule(rule_id, product_count >= 1, then, scope=scope, **more)

        return small_book(
            lifecycle=Lifecycle(
                [Stage("prospect"), Stage("stable")],
                [rule("stable")],
                [rule("join", Transition("prospect", "stable"))],
            ),
            tiering=Tiering(
                ["gold", "silver", "rest"],
                [rule("silver")],
                gold=["gold"],
                matrix=[rule("focus")],
                treatments=[rule("nurture")],
            ),
            service=Service(
                [rule("lounge", Entitlement("lounge", "a lounge"))],
                [rule("greet", Care("greet", "greet"))],
            ),
            retention=Retention(
                signals=[rule("sign", Signal("sign", "a sign"))],
                risks=[rule("high")],
                actions=[rule("call", RetentionAction("call", "call"))],
            ),
        )

    @staticmethod
    def nodes(found: Decisions) -> list[tuple[str, ...]]:
        assert found.stage.event is not None
        assert found.treatment is not None
        return [
            found.stage.scope,
            found.stage.event.scope,
            found.tier.scope,
            found.match.scope,
            found.treatment.scope,
            *[each.scope for each in found.services.entitlements],
            *[each.scope for each in found.services.care],
            *[each.scope for each in found.retention.signals],
            found.retention.scope,
            found.retention.action_scope,
        ]

    @pytest.mark.parametrize("scope", [(), ("north",), NORTH])
    @pytest.mark.parametrize("standing", [None, Standing("prospect", MAY, "rest", MAY, MAY)])
    def test_every_decision_says_it(
        self, scope: tuple[str, ...], standing: Standing | None
    ) -> None:
        book = self.book(scope).effective(self.NORTH)
        found = decide(book, known(product_count=1), standing, JUNE)
        assert self.nodes(found) == [scope] * 10

    def test_where_no_rule_decides_there_is_none_to_name(self) -> None:
        book = self.book(("north",)).effective(self.NORTH)
        found = decide(book, known(product_count=0), None, JUNE)
        assert self.nodes(found) == [()] * 7
        assert found.stage.rule is found.tier.rule is found.retention.action_rule is None

    def test_the_node_that_replaces_a_rule_is_named_and_not_the_one_that_allowed_it(self) -> None:
        rules = [
            Rule("gold", aum >= 100, overridable=True),
            Rule("gold", aum >= 50, scope=["north"], overridable=True),
            Rule("gold", aum >= 20, scope=self.NORTH),
        ]
        book = small_book(tiering=Tiering(["gold", "rest"], rules))
        for node, amount in (((), 100), (("north",), 50), (self.NORTH, 20)):
            path = (*node, "desk")
            found = decide(book.effective(path), known(product_count=0, aum=amount), None, JUNE)
            assert (found.tier.rule, found.tier.scope) == ("gold", node)

"""Retention: signals seen, the risk they amount to, and one action worth its cost."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relationship_core import (
    Retention,
    RetentionAction,
    RetentionDecision,
    Rule,
    RuleSet,
    Signal,
    Text,
)
from relationship_core.decisions.retention import RaisedSignal
from relationship_core.errors import InvalidValueError, RelationshipError, RuleBookError, RuleError
from relationship_core.facts import (
    balance_change_3m,
    months_inactive,
    overdue_complaints,
    retention_risk,
    salary_stopped,
)
from tests.decisions.known_facts import known

CALM: dict[str, Any] = {
    "months_inactive": 0,
    "balance_change_3m": 0,
    "overdue_complaints": 0,
    "salary_stopped": False,
}
SILENT = Signal("silent", Text("no own act", "无主动交易"))
VISIT = RetentionAction("visit", Text("visit", "上门拜访"), Decimal(300))
CALL = RetentionAction("call", Text("call", "电话回访"), Decimal(20))
WRITE = RetentionAction("write", Text("write", "短信"))


def retention(**changes: Any) -> Retention:
    """Silence is a signal, a fall of balances a risk, and three things can be done."""
    parts: dict[str, Any] = {
        "signals": [
            Rule("silent", when=months_inactive >= 3, then=SILENT, reason="Silent.", origin="west")
        ],
        "risks": [
            Rule("medium", when=balance_change_3m <= -0.1, reason="Falling.", origin="west"),
            Rule("high", when=balance_change_3m <= -0.3, origin="west"),
        ],
        "actions": [
            Rule("visit", when=retention_risk == "high", then=VISIT, priority=1),
            Rule("call", when=retention_risk != "low", then=CALL, priority=2),
            Rule("write", when=retention_risk != "low", then=WRITE, priority=3),
        ],
    }
    return Retention(**(parts | changes))


def decided(of: Retention | None = None, **facts: Any) -> RetentionDecision:
    """The decision on a calm customer, but for these facts."""
    return (of or retention()).decide(known(**(CALM | facts)))


class TestRisk:
    """The gravest level whose rule fires; the last one where none does."""

    def test_without_a_rule_that_fires_it_is_the_last_level(self) -> None:
        decision = decided()
        assert (decision.risk, decision.rule, decision.origin) == ("low", None, "")
        assert not decision.is_undetermined

    def test_the_gravest_level_decides_however_the_rules_are_given(self) -> None:
        decision = decided(balance_change_3m="-0.5")
        assert (decision.risk, decision.rule, decision.origin) == ("high", "high", "west")
        assert str(decision) == "high"

    def test_priorities_of_their_own_do_not_count(self) -> None:
        risks = [
            Rule("medium", when=balance_change_3m <= -0.1, priority=1),
            Rule("high", when=balance_change_3m <= -0.3, priority=2),
        ]
        assert decided(retention(risks=risks), balance_change_3m="-0.5").risk == "high"

    def test_it_is_undetermined_where_a_missing_fact_could_raise_it(self) -> None:
        decision = decided(balance_change_3m=None)
        assert decision.risk == "low"
        assert decision.is_undetermined
        assert decision.undetermined == ("high", "medium")

    def test_a_missing_fact_that_could_only_lower_it_leaves_nothing_open(self) -> None:
        risks = [
            Rule("high", when=salary_stopped),
            Rule("medium", when=balance_change_3m <= -0.1),
        ]
        decision = decided(retention(risks=risks), salary_stopped=True, balance_change_3m=None)
        assert decision.risk == "high"
        assert not decision.is_undetermined

    def test_a_bank_has_its_own_levels(self) -> None:
        own = Retention(levels=["red", "green"], risks=[Rule("red", when=salary_stopped)])
        assert own.decide(known(salary_stopped=True)).risk == "red"
        assert own.decide(known(salary_stopped=False)).risk == "green"

    def test_a_rule_that_is_no_level_is_refused(self) -> None:
        with pytest.raises(RuleError, match="'grave' is no level") as caught:
            retention(risks=[Rule("grave", when=salary_stopped)])
        assert caught.value.mend == "name it after a level: high, medium, low"

    @pytest.mark.parametrize("levels", [[], ["high", "low", "high"]])
    def test_levels_are_needed_each_once(self, levels: list[str]) -> None:
        with pytest.raises(RuleBookError, match=r"Retention\.levels"):
            Retention(levels=levels)

    def test_one_text_is_no_list_of_levels(self) -> None:
        with pytest.raises(RelationshipError, match="'high' is one text"):
            Retention(levels="high")


class TestSignals:
    """All that are seen are told."""

    def test_a_signal_is_told_with_its_rule_and_reason(self) -> None:
        (raised,) = decided(months_inactive=3).signals
        assert raised == RaisedSignal(SILENT, "silent", "west", Text("Silent."))

    def test_a_signal_that_cannot_be_told_is_named(self) -> None:
        decision = decided(months_inactive=None)
        assert decision.signals == ()
        assert decision.undetermined == ("silent",)
        assert not decision.is_undetermined

    def test_a_signal_rule_must_lead_to_a_signal(self) -> None:
        with pytest.raises(RuleError, match="its outcome is a RetentionAction"):
            retention(signals=[Rule("call", when=salary_stopped, then=CALL)])


class TestAction:
    """One is proposed: the first that fires and is worth its cost."""

    def test_none_where_nothing_is_at_risk(self) -> None:
        decision = decided(contribution_12m=10_000)
        assert (decision.action, decision.action_rule) == (None, None)

    def test_the_first_that_fires(self) -> None:
        decision = decided(balance_change_3m="-0.5", contribution_12m=10_000)
        assert (decision.action, decision.action_rule) == (VISIT, "visit")

    @pytest.mark.parametrize(
        ("contribution", "action"),
        [("1200.00", VISIT), ("1199.99", CALL), ("80.00", CALL), ("79.99", WRITE), ("-5", WRITE)],
    )
    def test_it_costs_at_most_a_quarter_of_what_the_customer_brings(
        self, contribution: str, action: RetentionAction
    ) -> None:
        decision = decided(balance_change_3m="-0.5", contribution_12m=contribution)
        assert decision.action == action

    def test_a_bank_may_spend_another_part(self) -> None:
        generous = retention(maximum_cost_share=Decimal(1))
        decision = decided(generous, balance_change_3m="-0.5", contribution_12m=300)
        assert decision.action == VISIT

    def test_what_costs_something_is_never_done_for_an_unknown_worth(self) -> None:
        assert decided(balance_change_3m="-0.5").action == WRITE

    def test_where_none_is_worth_its_cost_none_is_proposed(self) -> None:
        only_visits = retention(actions=[Rule("visit", when=retention_risk == "high", then=VISIT)])
        assert decided(only_visits, balance_change_3m="-0.5", contribution_12m=1).action is None

    def test_an_action_that_cannot_be_told_is_passed_over_and_named(self) -> None:
        answer = Rule("answer", when=overdue_complaints >= 1, then=CALL, priority=0)
        careful = retention(actions=[answer, *retention().actions.rules])
        decision = decided(
            careful, balance_change_3m="-0.5", overdue_complaints=None, contribution_12m=10_000
        )
        assert decision.action == VISIT
        assert decision.undetermined == ("answer",)

    def test_the_facts_given_are_left_as_they_were(self) -> None:
        facts = known(**CALM)
        retention().decide(facts)
        assert facts == known(**CALM)

    def test_an_action_rule_must_lead_to_an_action(self) -> None:
        with pytest.raises(RuleError, match="its outcome is a Signal"):
            retention(actions=[Rule("silent", when=salary_stopped, then=SILENT)])

    @pytest.mark.parametrize("cost", [Decimal(-1), Decimal("NaN"), 20, 2.5])
    def test_a_cost_is_an_amount(self, cost: Any) -> None:
        with pytest.raises(InvalidValueError, match=r"RetentionAction\.cost"):
            RetentionAction("call", "call", cost)

    @pytest.mark.parametrize("share", [Decimal("-0.1"), Decimal("1.1"), 0.25])
    def test_the_part_that_may_be_spent_is_a_fraction(self, share: Any) -> None:
        with pytest.raises(InvalidValueError, match=r"Retention\.maximum_cost_share"):
            retention(maximum_cost_share=share)


class TestPlaces:
    """A branch has its own signals, risks and actions."""

    def test_each_of_the_three(self) -> None:
        there = ("north",)
        own = retention(
            signals=[Rule("silent", when=months_inactive >= 1, then=SILENT, scope=there)],
            risks=[Rule("high", when=balance_change_3m <= -0.05, scope=there)],
            actions=[Rule("visit", when=retention_risk == "high", then=WRITE, scope=there)],
        )
        facts = {"months_inactive": 1, "balance_change_3m": "-0.06"}
        here = decided(own.effective(("north", "harbour")), **facts)
        elsewhere = decided(own.effective(("south",)), **facts)
        assert (here.risk, len(here.signals), here.action) == ("high", 1, WRITE)
        assert (elsewhere.risk, elsewhere.signals, elsewhere.action) == ("low", (), None)

    def test_rules_may_come_as_sets(self) -> None:
        signals = RuleSet("signs", retention().signals.rules, "collect")
        assert retention(signals=signals).signals is signals


@given(
    change=st.decimals(-1, 1, places=6) | st.none(),
    contribution=st.decimals(-10_000, 10_000, places=2) | st.none(),
)
def test_no_action_costs_more_than_its_part_of_a_known_worth(
    change: Decimal | None, contribution: Decimal | None
) -> None:
    action = decided(balance_change_3m=change, contribution_12m=contribution).action
    if action is not None and action.cost:
        assert contribution is not None
        assert action.cost * 4 <= contribution


@given(changes=st.lists(st.decimals(-1, 1, places=6), min_size=2, max_size=2).map(sorted))
def test_a_deeper_fall_is_never_a_lesser_risk(changes: list[Decimal]) -> None:
    deeper, milder = (decided(balance_change_3m=change).risk for change in changes)
    levels = retention().levels
    assert levels.index(deeper) <= levels.index(milder)

"""The laws of lifecycle, service and retention can be broken, and are then told by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import attrs
import pytest

from relationship_core import (
    Care,
    Entitlement,
    Lifecycle,
    Retention,
    RetentionAction,
    Rule,
    Service,
    Signal,
    Stage,
    Standing,
    Transition,
    at_least,
    extend,
)
from relationship_core.decisions.lifecycle import StageDecision
from relationship_core.facts import (
    aum,
    balance_change_3m,
    days_to_next_maturity,
    exit_approved,
    has_transacted,
    months_inactive,
    open_complaints,
    product_count,
    retention_risk,
    salary_stopped,
    tier,
    transactions_3m,
)
from relationship_core.testing import LifecycleContract, RetentionContract, ServiceContract
from tests.plugins.bank import plugin
from tests.testing.laws import broken_laws, keeps_all_laws

STAGES = [Stage(name) for name in ("prospect", "exploration", "stable", "lost", "exited")]
ENTRY = [
    Rule("exploration", when=has_transacted),
    Rule("stable", when=(transactions_3m >= 9) & (product_count >= 2)),
]
MOVES = [
    Rule("begin", has_transacted, Transition(("prospect",), "exploration")),
    Rule("grow", transactions_3m >= 9, Transition(("exploration",), "stable")),
    Rule(
        "lose",
        months_inactive >= 12,
        Transition(("prospect", "exploration", "stable"), "lost"),
    ),
    Rule("win-back", transactions_3m >= 1, Transition(("lost",), "exploration")),
    Rule(
        "exit",
        exit_approved,
        Transition(("prospect", "exploration", "stable", "lost"), "exited"),
    ),
]
DECLARED = {"monotone": {"transactions_3m", "product_count"}}


def lifecycle(*moves: Rule, entry: list[Rule] = ENTRY, kind: type[Lifecycle] = Lifecycle) -> Any:
    """A plugin of this lifecycle alone."""
    return plugin("bank", rc_lifecycle=lambda: kind(STAGES, entry, [*(moves or MOVES)]))


def service(kind: type[Service] = Service, **given: Any) -> Any:
    """A plugin of this service alone."""
    return plugin("bank", rc_service=lambda: kind(**given))


def retention(kind: type[Retention] = Retention, **given: Any) -> Any:
    """A plugin of this retention alone."""
    return plugin("bank", rc_retention=lambda: kind(**given))


def one_broken(law: str, broken: Mapping[str, Any], told: str) -> None:
    assert set(broken) == {law}, {name: str(error) for name, error in broken.items()}
    assert told in broken[law].what
    assert broken[law].mend


class TestLifecycle:
    """Stages and the moves between them."""

    def test_a_sound_one_breaks_no_law(self) -> None:
        assert keeps_all_laws(LifecycleContract, lifecycle(), **DECLARED)

    def test_a_stage_that_nothing_leads_out_of(self) -> None:
        moves = [move for move in MOVES if move.id not in {"exit", "win-back"}]
        broken = broken_laws(LifecycleContract, lifecycle(*moves))
        assert set(broken) == {"test_no_dead_ends"}
        assert "no chain of transitions leads" in broken["test_no_dead_ends"].what
        assert "exited" in broken["test_no_dead_ends"].mend

    def test_an_entry_rule_that_another_always_precedes(self) -> None:
        entry = [Rule("exploration", transactions_3m >= 20), Rule("stable", transactions_3m >= 9)]
        broken = broken_laws(LifecycleContract, lifecycle(entry=entry))
        one_broken("test_reachable", broken, "'exploration' of lifecycle.entry decides")

    def test_more_business_that_leads_to_an_earlier_stage(self) -> None:
        entry = [ENTRY[0], Rule("stable", when=transactions_3m.between(1, 2))]
        broken = broken_laws(LifecycleContract, lifecycle(entry=entry), **DECLARED)
        one_broken("test_monotone", broken, "the stage falls back as transactions_3m rises")

    def test_a_stage_for_want_of_facts(self) -> None:
        @attrs.frozen
        class Hopeful(Lifecycle):
            def classify(self, facts: Any, as_of: date) -> StageDecision:
                decided = super().classify(facts, as_of)
                if facts["product_count"] is None:
                    return attrs.evolve(decided, stage="stable")
                return decided

        broken = broken_laws(LifecycleContract, lifecycle(kind=Hopeful))
        one_broken("test_survives_missing_facts", broken, "the stage moves on because")

    def test_a_customer_who_gets_no_stage(self) -> None:
        @attrs.frozen
        class Picky(Lifecycle):
            def advance(self, standing: Standing | None, facts: Any, as_of: date) -> StageDecision:
                if facts["months_inactive"] == 0 and facts["product_count"] is not None:
                    raise ValueError("nothing to say")
                return super().advance(standing, facts, as_of)

        broken = broken_laws(LifecycleContract, lifecycle(kind=Picky))
        one_broken("test_total", broken, "it raised ValueError")

    def test_a_move_that_is_not_told(self) -> None:
        @attrs.frozen
        class Silent(Lifecycle):
            def explain(self, stage_id: str | None, facts: Any) -> Any:
                return ()

        broken = broken_laws(LifecycleContract, lifecycle(kind=Silent), only="test_explained")
        one_broken("test_explained", broken, "decides, but the explanation doesn't tell it")


LOUNGE = Rule("lounge", tier == "vip", Entitlement("lounge", "airport lounge"))
RENEW = Rule("renew", days_to_next_maturity <= 30, Care("renew", "renew", days_to_next_maturity))


class TestService:
    """Entitlements and occasions."""

    def test_a_sound_one_breaks_no_law(self) -> None:
        given = {"entitlements": [LOUNGE, Rule("gift", aum >= 1_000, LOUNGE.then)], "care": [RENEW]}
        assert keeps_all_laws(ServiceContract, service(**given), monotone={"aum"})

    def test_one_that_is_added_to_what_is_built_in(self) -> None:
        added = plugin("bank", rc_service=lambda: extend(entitlements=[LOUNGE]))
        assert keeps_all_laws(ServiceContract, added)

    def test_more_assets_that_take_an_entitlement_away(self) -> None:
        given = [Rule("gift", aum.between(1_000, 9_000), LOUNGE.then)]
        broken = broken_laws(ServiceContract, service(entitlements=given), monotone={"aum"})
        one_broken("test_monotone", broken, "an entitlement or an occasion goes as aum rises")

    def test_an_entitlement_for_want_of_facts(self) -> None:
        @attrs.frozen
        class Generous(Service):
            def decide(self, facts: Any, as_of: date) -> Any:
                filled = {**facts, "aum": facts["aum"] or Decimal(5_000)}
                return super().decide(facts if facts["aum"] is not None else filled, as_of)

        given = [Rule("gift", aum >= 1_000, LOUNGE.then)]
        broken = broken_laws(ServiceContract, service(Generous, entitlements=given))
        one_broken("test_survives_missing_facts", broken, "an occasion comes because aum")

    def test_an_entitlement_that_nobody_gets(self) -> None:
        never = Rule("never", (aum >= 9) & (aum <= 8), LOUNGE.then)
        broken = broken_laws(ServiceContract, service(entitlements=[never, LOUNGE]))
        one_broken("test_reachable", broken, "'never' of service.entitlements decides")

    def test_an_outcome_of_another_type(self) -> None:
        broken = broken_laws(
            ServiceContract, service(entitlements=[Rule("gift", aum >= 1, "gift")])
        )
        assert set(broken) == {"test_loads"}
        assert "its outcome is a str" in broken["test_loads"].what


FALLS = Rule("falls", balance_change_3m <= -0.3, Signal("falls", "balance falls"))
GONE = Rule("gone", salary_stopped, Signal("gone", "salary is gone"))
RISKS = [
    Rule("high", at_least(2, FALLS.when, GONE.when)),
    Rule("medium", FALLS.when | (open_complaints >= 1)),
]
CALL = Rule("call", retention_risk == "high", RetentionAction("call", "call", Decimal(20)))
SOUND: dict[str, Any] = {"signals": [FALLS, GONE], "risks": RISKS, "actions": [CALL]}


class TestRetention:
    """Signals, risks and actions."""

    def test_a_sound_one_breaks_no_law(self) -> None:
        declared = {"monotone": {"open_complaints"}, "antitone": {"balance_change_3m"}}
        assert keeps_all_laws(RetentionContract, retention(**SOUND), **declared)

    @pytest.mark.parametrize("declared", [{"monotone": {"balance_change_3m"}}])
    def test_a_sign_that_was_declared_the_wrong_way(self, declared: dict[str, Any]) -> None:
        broken = broken_laws(RetentionContract, retention(**SOUND), **declared)
        one_broken("test_monotone", broken, "a signal goes, as balance_change_3m rises")

    def test_a_risk_that_is_named_but_not_told(self) -> None:
        decide: Callable[..., Any] = Retention.decide

        @attrs.frozen
        class Anxious(Retention):
            def decide(self, facts: Any) -> Any:
                found = decide(self, facts)
                return found if found.rule is None else attrs.evolve(found, rule="a bad feeling")

        broken = broken_laws(RetentionContract, retention(Anxious, **SOUND), only="test_expl")
        one_broken("test_explained", broken, "'a bad feeling' decides, but")

    def test_a_graver_risk_for_want_of_facts(self) -> None:
        decide: Callable[..., Any] = Retention.decide

        @attrs.frozen
        class Anxious(Retention):
            def decide(self, facts: Any) -> Any:
                found = decide(self, facts)
                return (
                    attrs.evolve(found, risk="high") if facts["salary_stopped"] is None else found
                )

        broken = broken_laws(RetentionContract, retention(Anxious, **SOUND))
        one_broken(
            "test_survives_missing_facts", broken, "the risk rises, or a signal is raised, because"
        )

    def test_a_level_that_nobody_reaches(self) -> None:
        risks = [Rule("high", FALLS.when | GONE.when), Rule("medium", FALLS.when)]
        broken = broken_laws(RetentionContract, retention(risks=risks))
        one_broken("test_reachable", broken, "'medium' of retention.risks decides")

from __future__ import annotations

from typing import Any

import attrs
import pytest

from relationship_core import (
    Confirmation,
    Customer,
    CustomerKind,
    Dossier,
    Downgrade,
    Engine,
    Entitlement,
    Lifecycle,
    Pending,
    Retention,
    RetentionAction,
    Rule,
    Service,
    Signal,
    Stage,
    Standing,
    Tiering,
    Transition,
)
from relationship_core.decisions.reasons import Explanation
from relationship_core.facts import aum, exit_approved, loyalty, product_count, satisfaction
from relationship_core.rules import RuleExplanation, Text
from tests.decisions.small_book import small_book
from tests.decisions.told_customers import AS_OF, LONG_AGO, MAY

TWICE = Confirmation(2, 30)
DOWNGRADE = Downgrade(2, 20, 6)
NAMES = ("prospect", "exploration", "formation", "stable", "decline", "exited")
ENGINE = Engine(
    small_book(
        lifecycle=Lifecycle(
            [*map(Stage, NAMES)],
            [Rule("formation", product_count >= 1), Rule("stable", product_count >= 3)],
            [
                Rule("begin", product_count >= 1, Transition("prospect", "exploration")),
                Rule("settle", product_count >= 3, Transition("formation", "stable")),
                Rule("fade", product_count < 1, Transition("stable", "decline", TWICE)),
                Rule("slip", product_count < 3, Transition("stable", "formation")),
                Rule("back", product_count >= 1, Transition("decline", None, TWICE)),
                Rule("end", exit_approved, Transition(NAMES[:-1], "exited"), if_missing="skip"),
            ],
        ),
        tiering=Tiering(
            ["best", "good", "fair", "rest"],
            [Rule("best", aum >= 1000), Rule("good", aum >= 100), Rule("fair", aum >= 10)],
            keep=[Rule("best", aum >= 900)],
            downgrade=DOWNGRADE,
            labels={"best": Text("The best", "最优")},
            matrix=[Rule("focus", aum >= 50, priority=1), Rule("decline", satisfaction < 2)],
            treatments=[Rule("nurture", product_count >= 2)],
            gold=["best"],
        ),
        service=Service(
            [
                Rule("yes", aum >= 1, Entitlement("yes", "yes")),
                Rule("no", aum < 1, Entitlement("no", "no")),
                Rule("perhaps", loyalty >= 1, Entitlement("perhaps", "perhaps")),
            ]
        ),
        retention=Retention(
            signals=[Rule("sign", aum >= 1, Signal("sign", "sign"))],
            risks=[Rule("high", aum < 1, reason="poor"), Rule("medium", product_count < 1)],
            actions=[Rule("act", loyalty < 1, RetentionAction("act", "act"))],
        ),
    )
)


def reasons(standing: Standing | None = None, **supplied: Any) -> Explanation:
    dossier = Dossier(Customer("c", CustomerKind.PERSONAL), standing=standing, supplied=supplied)
    return ENGINE.review(dossier, AS_OF).explanation


def ids(rules: tuple[RuleExplanation, ...]) -> list[tuple[str, bool | None]]:
    return [(rule.rule_id, rule.verdict) for rule in rules]


def test_on_a_first_day_the_entry_rules_are_the_moves() -> None:
    found = reasons(product_count=2, aum=5)
    assert ids(found.moves) == [("stable", False), ("formation", True)]
    assert [goal.target for goal in found.onward] == ["stable"]


def test_the_moves_are_those_out_of_the_stage_before() -> None:
    found = reasons(Standing("prospect", MAY), product_count=3, aum=5)
    assert ids(found.moves) == [("end", None), ("begin", True)]
    assert found.onward == ()


def test_only_moves_up_lead_onward() -> None:
    assert reasons(Standing("stable", MAY), product_count=3, aum=5).onward == ()
    (goal,) = reasons(Standing("formation", MAY), product_count=2, aum=5).onward
    assert (goal.target, goal.label, goal.rule.verdict) == ("stable", Text("stable"), False)


def test_a_way_back_names_its_kind_where_the_facts_say_the_stage() -> None:
    (goal,) = reasons(Standing("decline", MAY), product_count=0, aum=5).onward
    assert (goal.target, goal.label) == (None, Text("recovery"))


class TestWhoComesBack:
    waits = Standing("decline", MAY, stage_pending=Pending("formation", (MAY,)))

    def test_is_told_the_entry_rule_that_says_where_to(self) -> None:
        found = reasons(self.waits, product_count=1, aum=5)
        assert found.entry is not None
        assert (found.entry.rule_id, found.entry.verdict) == ("formation", True)
        assert found.confirmation is None

    def test_is_told_what_it_waits_for(self) -> None:
        found = reasons(Standing("decline", MAY), product_count=3, aum=5)
        assert found.entry is not None
        assert found.entry.rule_id == "stable"
        assert found.confirmation == TWICE

    def test_is_told_of_no_entry_while_staying(self) -> None:
        found = reasons(Standing("decline", MAY), product_count=0, aum=5)
        assert (found.entry, found.confirmation) == (None, None)


def test_a_move_to_a_named_stage_needs_no_entry_rule() -> None:
    found = reasons(Standing("stable", MAY), product_count=0, aum=5)
    assert (found.entry, found.confirmation) == (None, TWICE)
    assert reasons(Standing("stable", MAY), product_count=2, aum=5).entry is None


class TestATier:
    def test_has_the_rule_that_earned_it_and_the_better_ones_nearest_first(self) -> None:
        found = reasons(product_count=1, aum=10)
        assert found.earned is not None
        assert found.earned.rule_id == "fair"
        assert [(goal.target, goal.rule.verdict) for goal in found.better_tiers] == [
            ("good", False),
            ("best", False),
        ]
        assert found.better_tiers[-1].label == Text("The best", "最优")
        assert (found.lost, found.downgrade) == (None, None)

    def test_that_is_the_last_asks_nothing(self) -> None:
        found = reasons(product_count=1, aum=9)
        assert (found.earned, found.keeps) == (None, None)

    def test_is_kept_by_its_own_rule(self) -> None:
        found = reasons(Standing(tier="best", tier_since=LONG_AGO), product_count=1, aum=950)
        assert found.keeps is not None
        assert (found.keeps.verdict, found.keeps.conditions[0].threshold) == (True, 900)
        assert found.earned is not None
        assert found.earned.rule_id == "good"

    def test_that_waits_to_be_lost_says_what_for(self) -> None:
        found = reasons(Standing(tier="best", tier_since=LONG_AGO), product_count=1, aum=500)
        assert found.downgrade == DOWNGRADE
        assert found.keeps is not None
        assert found.keeps.verdict is False
        assert found.lost is None

    def test_that_was_lost_says_what_would_have_kept_it(self) -> None:
        pending = Pending("good", (MAY,))
        held = Standing(tier="best", tier_since=LONG_AGO, reviewed=MAY, tier_pending=pending)
        found = reasons(held, product_count=1, aum=500)
        assert found.lost is not None
        assert (found.lost.rule_id, found.lost.verdict) == ("best", False)
        assert found.downgrade is None


def test_choices_have_the_rule_that_made_them() -> None:
    found = reasons(product_count=2, aum=50)
    assert found.match is not None
    assert found.treatment is not None
    assert (found.match.rule_id, found.treatment.rule_id) == ("focus", "nurture")
    other = reasons(product_count=1, aum=5)
    assert (other.match, other.treatment) == (None, None)
    assert reasons(product_count=2, aum=1000).treatment is None


def test_services_signals_and_actions_have_those_that_fire_or_are_left_open() -> None:
    found = reasons(product_count=1, aum=5)
    assert ids(found.entitlements) == [("perhaps", None), ("yes", True)]
    assert ids(found.signals) == [("sign", True)]
    assert ids(found.actions) == [("act", None)]
    assert found.care == ()


def test_every_rule_of_risk_is_there() -> None:
    found = reasons(product_count=1, aum=5)
    assert ids(found.risks) == [("high", False), ("medium", False)]
    poor = reasons(product_count=1, aum=0).risks[0]
    assert (poor.verdict, poor.reason) == (True, Text("poor"))


def test_names_have_words() -> None:
    labels = reasons(product_count=1, aum=5).labels
    assert [name for name, _ in labels.stages] == [*NAMES]
    assert labels.tiers[0] == ("best", Text("The best", "最优"))
    assert [name for name, _ in labels.facts] == ["loyalty", "satisfaction"]
    assert dict(labels.facts)["loyalty"] == loyalty.label


@pytest.mark.parametrize("decision", ["stage", "tier", "match"])
def test_a_fact_that_left_a_decision_open_has_words(decision: str) -> None:
    dossier = Dossier(Customer("c", CustomerKind.PERSONAL))
    review = ENGINE.review(dossier, AS_OF)
    named = {name for name, _ in review.explanation.labels.facts}
    assert getattr(review, decision).missing
    assert set(getattr(review, decision).missing) <= named


def test_its_repr_counts_the_rules_and_tells_none() -> None:
    found = reasons(product_count=1, aum=5)
    assert repr(found) == "<Explanation of 12 rules>"
    assert repr(attrs.evolve(found, moves=())) == "<Explanation of 10 rules>"

from __future__ import annotations

import pickle
from datetime import date, timedelta
from typing import Any

import pytest

from relationship_core.decisions.lifecycle import Lifecycle, Stage, Transition, TransitionKind
from relationship_core.domain import Pending, Standing
from relationship_core.errors import ReviewError
from relationship_core.facts import aum, months_inactive, product_count
from relationship_core.rules import Rule, Text
from tests.decisions.small_lifecycle import (
    STAGES,
    customer,
    entry_rules,
    small_lifecycle,
    transition_rules,
)

LIFECYCLE = small_lifecycle()
JANUARY, JUNE = date(2026, 1, 31), date(2026, 6, 30)


def day(number: int) -> date:
    return JUNE + timedelta(days=number)


def at(stage: str, **changed: Any) -> Standing:
    return Standing(stage=stage, stage_since=JANUARY, reviewed=JANUARY, **changed)


# -- the first day ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stage", "rule", "changed"),
    [
        ("prospect", None, {"has_transacted": False, "product_count": 0}),
        ("exploration", "exploration", {}),
        ("formation", "formation", {"product_count": 2}),
        ("stable", "stable", {"product_count": 3}),
        ("decline", "silent", {"product_count": 3, "months_inactive": 3}),
        ("lost", "lost", {"months_inactive": 12, "aum": "99.99"}),
        ("exited", "exited", {"product_count": 3, "exit_approved": True}),
    ],
)
def test_a_first_day_takes_the_latest_stage_whose_entry_rule_fires(
    stage: str, rule: str | None, changed: dict[str, Any]
) -> None:
    decision = LIFECYCLE.advance(None, customer(**changed), JUNE)
    assert (decision.stage, decision.previous, decision.since) == (stage, None, JUNE)
    assert decision.rule == rule
    assert not decision.is_undetermined
    assert not decision.is_provisional
    event = decision.event
    assert event is not None
    assert event.kind is TransitionKind.OPENED
    assert (event.from_stage, event.to_stage, event.effective, event.rule) == (
        None,
        stage,
        JUNE,
        rule,
    )
    assert decision.standing == Standing(stage, JUNE, reviewed=JUNE, stages_passed=(stage,))


def test_a_standing_without_a_stage_is_a_first_day_that_keeps_the_rest() -> None:
    before = Standing(tier="gold", tier_since=JANUARY, reviewed=JANUARY)
    decision = LIFECYCLE.advance(before, customer(), JUNE)
    assert decision.standing == Standing(
        "exploration", JUNE, "gold", JANUARY, JUNE, stages_passed=("exploration",)
    )


def test_an_opening_tells_the_facts_that_its_rule_saw() -> None:
    event = LIFECYCLE.classify(customer(months_inactive=4), JUNE).event
    assert event is not None
    assert event.facts == (("months_inactive", 4),)
    by_default = LIFECYCLE.classify(customer(has_transacted=False, product_count=0), JUNE).event
    assert by_default is not None
    assert dict(by_default.facts).keys() == {
        "exit_approved",
        "months_inactive",
        "aum",
        "product_count",
        "has_transacted",
    }


def test_a_first_day_that_facts_leave_open_is_provisional_and_names_them() -> None:
    decision = LIFECYCLE.advance(None, customer(months_inactive=None, product_count=2), JUNE)
    assert decision.stage == "formation"
    assert decision.is_undetermined
    assert decision.is_provisional
    assert decision.missing == ("months_inactive",)
    assert decision.event is not None


def test_a_first_day_of_which_nothing_is_known_is_a_provisional_first_stage() -> None:
    nothing = dict.fromkeys(customer())
    decision = LIFECYCLE.advance(None, nothing, JUNE)
    assert (decision.stage, decision.rule, decision.is_provisional) == ("prospect", None, True)
    assert decision.missing == ("months_inactive", "aum", "product_count", "has_transacted")


# -- moves ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "target", "rule", "kind", "changed"),
    [
        ("prospect", "exploration", "start", "forward", {}),
        ("exploration", "formation", "grow", "forward", {"product_count": 3}),
        ("formation", "stable", "settle", "forward", {"product_count": 3}),
        ("stable", "lost", "leave", "lost", {"months_inactive": 12, "aum": 0}),
        ("decline", "lost", "leave", "lost", {"months_inactive": 12, "aum": 0}),
        ("lost", "exploration", "return", "win_back", {"product_count": 3}),
        ("stable", "exited", "exit", "exit", {"exit_approved": True}),
        ("prospect", "exited", "exit", "exit", {"exit_approved": True}),
        ("lost", "exited", "exit", "exit", {"exit_approved": True}),
    ],
)
def test_a_move_is_made_at_once_and_recorded(
    source: str, target: str, rule: str, kind: str, changed: dict[str, Any]
) -> None:
    before = at(source, stages_passed=("prospect", source))
    decision = LIFECYCLE.advance(before, customer(**changed), JUNE)
    assert (decision.stage, decision.previous, decision.since) == (target, source, JUNE)
    assert decision.rule == rule
    event = decision.event
    assert event is not None
    assert (event.from_stage, event.to_stage, event.effective) == (source, target, JUNE)
    assert (event.kind, event.rule) == (kind, rule)
    assert decision.standing == Standing(
        target, JUNE, reviewed=JUNE, stages_passed=("prospect", source, target)
    )


def test_an_event_tells_the_plugin_and_the_facts_its_rule_saw() -> None:
    facts = customer(months_inactive=12, aum=7)
    event = LIFECYCLE.advance(at("stable"), facts, JUNE).event
    assert event is not None
    assert event.origin == "bank 1.0"
    assert event.facts == (("months_inactive", 12), ("aum", facts["aum"]))


def test_where_nothing_fires_the_stage_is_held() -> None:
    before = at("formation", stages_passed=("formation",))
    decision = LIFECYCLE.advance(before, customer(product_count=2), JUNE)
    assert (decision.stage, decision.since, decision.event) == ("formation", JANUARY, None)
    assert decision.standing == Standing(
        "formation", JANUARY, reviewed=JUNE, stages_passed=("formation",)
    )


def test_a_stage_of_unknown_age_began_at_the_latest_when_it_was_first_reviewed() -> None:
    held = LIFECYCLE.advance(Standing("formation", reviewed=JANUARY), customer(), JUNE)
    assert held.since == JANUARY
    assert LIFECYCLE.advance(Standing("formation"), customer(), JUNE).since == JUNE


@pytest.mark.parametrize(
    ("target", "changed"),
    [
        ("exited", {"exit_approved": True, "months_inactive": 12, "aum": 0, "product_count": 3}),
        ("lost", {"months_inactive": 12, "aum": 0, "product_count": 3}),
        ("formation", {"months_inactive": 3, "product_count": 3}),
    ],
)
def test_the_gravest_of_several_moves_is_made(target: str, changed: dict[str, Any]) -> None:
    decision = LIFECYCLE.advance(at("formation"), customer(**changed), JUNE)
    assert decision.stage == target
    # Decline is indicated in the last case, and keeps the customer from moving forward.
    assert (decision.pending is not None) is (target == "formation")


def test_a_review_makes_one_move_and_a_second_one_that_day_none() -> None:
    facts = customer(product_count=3)
    first = LIFECYCLE.advance(at("exploration"), facts, JUNE)
    assert first.stage == "formation"
    second = LIFECYCLE.advance(first.standing, facts, JUNE)
    assert (second.stage, second.event) == ("formation", None)
    assert second.standing == first.standing
    assert LIFECYCLE.advance(first.standing, facts, day(1)).stage == "stable"


def test_the_bank_s_own_end_is_final() -> None:
    best = customer(product_count=3, exit_approved=None)
    decision = LIFECYCLE.advance(at("exited"), best, JUNE)
    assert (decision.stage, decision.event, decision.is_undetermined) == ("exited", None, False)


@pytest.mark.parametrize("approved", [None, False])
def test_nobody_is_made_to_leave_without_approval(approved: bool | None) -> None:
    decision = LIFECYCLE.advance(at("stable"), customer(exit_approved=approved), JUNE)
    assert (decision.stage, decision.is_undetermined) == ("stable", False)


# -- hysteresis -------------------------------------------------------------------------------

SILENT = customer(months_inactive=4, product_count=3)


def test_decline_waits_for_a_second_day_far_enough_from_the_first() -> None:
    first = LIFECYCLE.advance(at("stable"), SILENT, day(0))
    assert (first.stage, first.event) == ("stable", None)
    assert (first.rule, first.reason) == ("fall-silent", Text("silent"))
    assert first.pending == Pending("decline", (day(0),))
    for soon in (0, 1, 19):
        again = LIFECYCLE.advance(first.standing, SILENT, day(soon))
        assert again.stage == "stable"
        assert again.pending == first.pending
    later = LIFECYCLE.advance(first.standing, SILENT, day(20))
    assert (later.stage, later.pending, later.rule) == ("decline", None, "fall-silent")
    assert later.standing.stage_pending is None


def test_a_good_review_between_two_bad_ones_starts_the_count_anew() -> None:
    first = LIFECYCLE.advance(at("stable"), SILENT, day(0))
    good = LIFECYCLE.advance(first.standing, customer(product_count=3), day(15))
    assert good.pending is None
    third = LIFECYCLE.advance(good.standing, SILENT, day(30))
    assert (third.stage, third.pending) == ("stable", Pending("decline", (day(30),)))


def test_another_rule_that_leads_the_same_way_continues_the_count() -> None:
    two = Lifecycle(
        LIFECYCLE.stages,
        entry_rules(),
        [
            *transition_rules(),
            Rule("empty", aum < 1, Transition("stable", "decline", LIFECYCLE_TWICE)),
        ],
    )
    first = two.advance(at("stable"), SILENT, day(0))
    second = two.advance(first.standing, customer(product_count=3, aum=0), day(25))
    assert (second.stage, second.rule) == ("decline", "empty")


LIFECYCLE_TWICE = next(
    rule.then.confirm for rule in LIFECYCLE.transitions.rules if rule.id == "fall-silent"
)


def test_a_move_to_elsewhere_starts_a_count_of_its_own() -> None:
    before = at("stable", stage_pending=Pending("lost", (day(-30),)))
    assert LIFECYCLE.advance(before, SILENT, JUNE).pending == Pending("decline", (JUNE,))


def test_a_graver_move_drops_what_waits() -> None:
    first = LIFECYCLE.advance(at("stable"), SILENT, day(0))
    gone = LIFECYCLE.advance(first.standing, customer(months_inactive=12, aum=0), day(1))
    assert (gone.stage, gone.pending) == ("lost", None)


@pytest.mark.parametrize(
    ("products", "stage"), [(1, "exploration"), (2, "formation"), (3, "stable")]
)
def test_recovery_leads_to_the_highest_stage_that_the_facts_support(
    products: int, stage: str
) -> None:
    well = customer(product_count=products)
    first = LIFECYCLE.advance(at("decline"), well, day(0))
    assert (first.stage, first.pending) == ("decline", Pending(stage, (day(0),)))
    later = LIFECYCLE.advance(first.standing, well, day(20))
    assert (later.stage, later.rule) == (stage, "recover")
    assert later.event is not None
    assert later.event.kind is TransitionKind.RECOVERY


def test_recovery_counts_on_where_its_target_has_changed() -> None:
    first = LIFECYCLE.advance(at("decline"), customer(product_count=3), day(0))
    between = LIFECYCLE.advance(first.standing, customer(product_count=2), day(5))
    assert between.pending == Pending("formation", (day(0),))
    later = LIFECYCLE.advance(between.standing, customer(product_count=1), day(20))
    assert later.stage == "exploration"


@pytest.mark.parametrize(
    "changed",
    [
        {"has_transacted": False},  # nothing but the first stage is supported
        {"months_inactive": 0, "aum": 0, "exit_approved": None, "product_count": 0},
    ],
)
def test_recovery_needs_an_active_stage_to_lead_to(changed: dict[str, Any]) -> None:
    lifecycle = Lifecycle(
        LIFECYCLE.stages,
        [*entry_rules(), Rule("empty", aum < 1, "decline")],
        transition_rules(),
    )
    facts = customer(**{"product_count": 0, **changed})
    decision = lifecycle.advance(at("decline"), facts, JUNE)
    assert (decision.stage, decision.event, decision.pending) == ("decline", None, None)


# -- missing facts ----------------------------------------------------------------------------


def test_a_review_that_facts_leave_open_holds_the_stage_and_names_them() -> None:
    decision = LIFECYCLE.advance(
        at("formation"), customer(months_inactive=None, product_count=3), JUNE
    )
    assert (decision.stage, decision.since, decision.event) == ("formation", JANUARY, None)
    assert decision.is_undetermined
    assert not decision.is_provisional
    assert decision.missing == ("months_inactive",)
    assert decision.rule is None


def test_a_move_that_cannot_be_missed_is_made_whatever_else_is_missing() -> None:
    facts = customer(months_inactive=None, aum=None, exit_approved=True)
    assert LIFECYCLE.advance(at("stable"), facts, JUNE).stage == "exited"


def test_what_waits_waits_on_where_a_review_cannot_tell() -> None:
    pending = Pending("decline", (day(-30),))
    before = at("stable", stage_pending=pending)
    unknown = LIFECYCLE.advance(before, customer(months_inactive=None), JUNE)
    assert unknown.pending == pending
    assert LIFECYCLE.advance(unknown.standing, SILENT, day(1)).stage == "decline"


def test_what_waits_waits_on_where_a_graver_move_is_open() -> None:
    pending = Pending("decline", (day(-30),))
    before = at("stable", stage_pending=pending)
    decision = LIFECYCLE.advance(before, customer(months_inactive=12, aum=None), JUNE)
    assert (decision.stage, decision.missing, decision.pending) == ("stable", ("aum",), pending)


def test_what_waits_is_dropped_where_only_other_moves_are_open() -> None:
    before = at("formation", stage_pending=Pending("decline", (day(-30),)))
    decision = LIFECYCLE.advance(before, customer(product_count=None), JUNE)
    assert (decision.is_undetermined, decision.missing) == (True, ("product_count",))
    assert decision.pending is None


def test_recovery_holds_where_its_target_is_open() -> None:
    pending = Pending("formation", (day(-30),))
    before = at("decline", stage_pending=pending)
    decision = LIFECYCLE.advance(before, customer(product_count=None), JUNE)
    assert (decision.stage, decision.is_undetermined) == ("decline", True)
    assert decision.missing == ("product_count",)
    assert decision.pending == pending
    fresh = LIFECYCLE.advance(at("decline"), customer(product_count=None), JUNE)
    assert fresh.pending is None


# -- refusals ---------------------------------------------------------------------------------


def test_a_standing_from_a_later_day_is_refused() -> None:
    with pytest.raises(ReviewError, match="later day"):
        LIFECYCLE.advance(Standing("stable", JANUARY, reviewed=day(1)), customer(), JUNE)
    with pytest.raises(ReviewError, match="later day"):
        LIFECYCLE.advance(Standing(reviewed=day(1)), customer(), JUNE)


def test_a_stage_of_another_lifecycle_is_refused_with_the_names() -> None:
    with pytest.raises(ReviewError, match="no stage of this lifecycle") as caught:
        LIFECYCLE.advance(at("honeymoon"), customer(), JUNE)
    assert "prospect, exploration" in caught.value.mend


# -- the machine as a whole ---------------------------------------------------------------------


def test_the_order_in_which_rules_and_stages_are_given_never_matters() -> None:
    turned = Lifecycle(
        [Stage(name) for name in reversed(STAGES)],
        reversed(entry_rules()),
        reversed(transition_rules()),
    )
    assert turned == LIFECYCLE
    assert [stage.id for stage in turned.stages] == list(STAGES)


def test_a_lifecycle_survives_pickling_with_its_answers() -> None:
    LIFECYCLE.advance(at("stable"), customer(), JUNE)
    copy = pickle.loads(pickle.dumps(LIFECYCLE))
    assert copy == LIFECYCLE
    assert copy.advance(at("stable"), SILENT, JUNE) == LIFECYCLE.advance(at("stable"), SILENT, JUNE)


def test_a_branch_may_move_a_threshold_that_head_office_lets_go() -> None:
    grow = Rule("grow", product_count >= 2, Transition("exploration", "formation"))
    head = [rule for rule in transition_rules() if rule.id != "grow"]
    lifecycle = Lifecycle(
        LIFECYCLE.stages,
        [
            Rule("formation", product_count >= 2, overridable=True),
            Rule("formation", product_count >= 5, scope=("north",)),
        ],
        [
            *head,
            Rule(grow.id, grow.when, grow.then, overridable=True),
            Rule("grow", product_count >= 5, grow.then, scope=("north",)),
        ],
    )
    north, south = lifecycle.effective(("north", "city")), lifecycle.effective(("south",))
    facts = customer(product_count=4)
    assert north.advance(at("exploration"), facts, JUNE).stage == "exploration"
    assert south.advance(at("exploration"), facts, JUNE).stage == "formation"
    assert north.classify(facts, JUNE).stage == "prospect"
    assert south.classify(facts, JUNE).stage == "formation"


def test_rules_are_in_force_only_in_their_time() -> None:
    grow = Rule(
        "grow",
        product_count >= 2,
        Transition("exploration", "formation"),
        valid_from=day(1),
    )
    lifecycle = Lifecycle(
        [Stage("exploration"), Stage("formation")], [Rule("formation", product_count >= 2)], [grow]
    )
    before = lifecycle.effective(as_of=JUNE)
    assert before.advance(at("exploration"), customer(product_count=2), JUNE).stage == "exploration"
    after = lifecycle.effective(as_of=day(1))
    assert after.advance(at("exploration"), customer(product_count=2), day(1)).stage == "formation"
    assert after is lifecycle


def test_every_move_out_of_a_stage_can_be_explained() -> None:
    told = LIFECYCLE.explain("formation", customer(product_count=2))
    assert [each.rule_id for each in told] == ["exit", "leave", "fall-silent", "settle"]
    assert [each.verdict for each in told] == [None, False, False, False]
    settle = told[-1].conditions[0]
    assert (settle.fact, settle.distance) == ("product_count", 1)
    assert LIFECYCLE.explain(None, customer())[0].rule_id == "exited"
    assert LIFECYCLE.explain("exited", customer()) == ()


def test_targets_and_kinds_are_told_for_each_move() -> None:
    recover = Transition("decline", None)
    assert LIFECYCLE.targets(recover) == ("exploration", "formation", "stable")
    assert LIFECYCLE.targets(Transition("lost", "exploration")) == ("exploration",)
    assert LIFECYCLE.kind_of("decline", recover) is TransitionKind.RECOVERY
    assert LIFECYCLE.kind_of("stable", Transition("stable", "lost")) is TransitionKind.LOST
    assert months_inactive.name in {fact.name for fact in LIFECYCLE.transitions.facts}

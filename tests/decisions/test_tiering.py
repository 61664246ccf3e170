from __future__ import annotations

import pickle
from datetime import date, timedelta
from typing import Any

import pytest

from relationship_core.decisions.stage import StageDecision, StageEvent, TransitionKind
from relationship_core.decisions.tiering import Downgrade, TierChange, TierDecision, Tiering
from relationship_core.domain import Pending, Standing, TierOverride
from relationship_core.errors import InvalidValueError, ReviewError, RuleBookError, RuleError
from relationship_core.facts import aum, contribution_12m, product_count, tenure_months
from relationship_core.rules import Rule, Text
from tests.decisions.known_facts import known

LONG_AGO, MAY, JUNE = date(2020, 1, 31), date(2026, 5, 31), date(2026, 6, 30)
LADDER = ["private", "gold", "silver", "standard"]
TIERING = Tiering(
    ladder=LADDER,
    rules=[
        Rule("private", when=aum >= 1000, reason=Text("rich"), origin="bank 1.0"),
        Rule("gold", when=aum >= 100),
        Rule("silver", when=aum >= 10),
    ],
    keep=[Rule("private", when=aum >= 800), Rule("gold", when=aum >= 80)],
)


def day(number: int) -> date:
    return JUNE + timedelta(days=number)


def holding(tier: str, since: date | None = LONG_AGO, **changed: Any) -> Standing:
    return Standing(tier=tier, tier_since=since, **{"reviewed": MAY, **changed})


def decide(before: Standing | None, amount: Any, on: date = JUNE) -> TierDecision:
    return TIERING.decide(before, known(aum=amount), on)


def test_the_front_door_s_example_reads_as_it_is_written() -> None:
    tiering = Tiering(
        ladder=["private", "gold", "standard"],
        rules=[
            Rule("private", when=aum >= 8_000_000),
            Rule("gold", when=(contribution_12m >= 50_000) & (tenure_months >= 12)),
        ],
    )
    rich = known(aum=8_000_000, contribution_12m=60_000, tenure_months=20)
    assert tiering.decide(None, rich, JUNE).tier == "private"
    good = known(aum=0, contribution_12m=60_000, tenure_months=12)
    assert tiering.decide(None, good, JUNE).tier == "gold"
    new = known(aum=0, contribution_12m=60_000, tenure_months=11)
    assert tiering.decide(None, new, JUNE).tier == "standard"
    assert tiering.gold == ("private", "gold")


# -- what the rules give ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "tier", "rule"),
    [
        (1000, "private", "private"),
        (999, "gold", "gold"),
        (10, "silver", "silver"),
        (9, "standard", None),
    ],
)
def test_a_first_day_takes_the_best_tier_that_is_earned(
    amount: int, tier: str, rule: str | None
) -> None:
    decision = decide(None, amount)
    assert (decision.tier, decision.earned, decision.rule) == (tier, tier, rule)
    assert (decision.previous, decision.since) == (None, JUNE)
    assert decision.change is TierChange.FIRST
    assert str(decision) == tier
    assert decision.standing == Standing(tier=tier, tier_since=JUNE, reviewed=JUNE)


def test_a_standing_without_a_tier_is_a_first_day_that_keeps_the_rest() -> None:
    before = Standing("stable", LONG_AGO, reviewed=MAY, stages_passed=("stable",))
    assert decide(before, 100).standing == Standing(
        "stable", LONG_AGO, "gold", JUNE, JUNE, stages_passed=("stable",)
    )


def test_stage_and_tier_are_written_into_a_standing_together() -> None:
    stage = StageDecision(
        "stable",
        "formation",
        JUNE,
        JUNE,
        StageEvent("formation", "stable", JUNE, TransitionKind.FORWARD),
    )
    raised = override("gold", LONG_AGO, day(9))
    before = holding("gold", stage="formation", stage_since=MAY, overrides=(raised,))
    tier = decide(before, 9)
    assert tier.applied_to(before, stage) == tier.applied_to(stage.applied_to(before))
    assert decide(None, 9).applied_to(None, stage) == decide(None, 9).applied_to(
        stage.applied_to(None)
    )


def test_the_rule_s_reason_and_plugin_are_told() -> None:
    decision = decide(holding("private"), 1000)
    assert (decision.reason, decision.origin) == (Text("rich"), "bank 1.0")


def test_the_tier_is_held_where_it_is_still_earned() -> None:
    before = holding("gold", tier_pending=Pending("silver", (MAY,)))
    decision = decide(before, 100)
    assert (decision.tier, decision.since, decision.change) == ("gold", LONG_AGO, TierChange.HELD)
    assert decision.standing == Standing(tier="gold", tier_since=LONG_AGO, reviewed=JUNE)


@pytest.mark.parametrize("since", [LONG_AGO, MAY, JUNE])
def test_an_upgrade_acts_at_once_and_drops_what_waits(since: date) -> None:
    before = holding("silver", since, tier_pending=Pending("standard", (MAY,)))
    decision = decide(before, 5000)
    assert (decision.tier, decision.since) == ("private", JUNE)
    assert (decision.change, decision.pending) == (TierChange.UPGRADE, None)


@pytest.mark.parametrize("reviewed", [None, MAY])
def test_a_tier_of_unknown_age_began_at_the_latest_when_it_was_first_reviewed(
    reviewed: date | None,
) -> None:
    for amount in (100, 9):
        before = Standing(tier="gold", reviewed=reviewed)
        assert decide(before, amount).since == (reviewed or JUNE)


# -- downgrades -------------------------------------------------------------------------------


def test_a_downgrade_needs_two_days_far_enough_apart() -> None:
    first = decide(holding("gold"), 9, day(0))
    assert (first.tier, first.earned, first.change) == ("gold", "standard", TierChange.WAITING)
    assert first.pending == Pending("standard", (day(0),))
    for soon in (0, 1, 19):
        again = decide(first.standing, 9, day(soon))
        assert (again.tier, again.pending) == ("gold", first.pending)
    later = decide(first.standing, 9, day(20))
    assert (later.tier, later.since, later.change) == ("standard", day(20), TierChange.DOWNGRADE)
    assert later.standing.tier_pending is None


def test_a_good_review_between_two_bad_ones_starts_the_count_anew() -> None:
    first = decide(holding("gold"), 9, day(0))
    good = decide(first.standing, 100, day(10))
    assert decide(good.standing, 9, day(30)).pending == Pending("standard", (day(30),))


def test_a_tier_is_held_for_six_months_while_bad_reviews_count() -> None:
    since = date(2026, 1, 15)
    standing = holding("gold", since, reviewed=since)
    for month in (1, 2, 3):
        decision = decide(standing, 9, date(2026, month + 1, 28))
        assert decision.tier == "gold"
        standing = decision.standing
    assert standing.tier_pending is not None
    assert len(standing.tier_pending.seen) == 2
    assert decide(standing, 9, date(2026, 7, 14)).tier == "gold"
    assert decide(standing, 9, date(2026, 7, 15)).tier == "standard"


def test_between_leaving_and_entering_a_holder_stays_and_nobody_else_enters() -> None:
    kept = decide(holding("gold", tier_pending=Pending("silver", (MAY,))), 80)
    assert (kept.tier, kept.earned, kept.change) == ("gold", "silver", TierChange.HELD)
    assert kept.pending is None
    assert decide(holding("silver"), 80).tier == "silver"
    assert decide(holding("gold"), "79.99").change is TierChange.WAITING


def test_who_falls_from_a_better_tier_keeps_the_next_one_by_its_own_rule() -> None:
    assert decide(holding("private"), 80).pending == Pending("gold", (JUNE,))
    assert decide(holding("private"), 79).pending == Pending("silver", (JUNE,))
    # Without a keep rule of its own, silver is kept by what earns it.
    assert decide(holding("private"), 9).pending == Pending("standard", (JUNE,))


def test_a_keep_rule_of_a_lower_tier_takes_nothing_from_what_is_earned() -> None:
    tiering = Tiering(LADDER, TIERING.rules, [Rule("silver", aum >= 5)])
    assert tiering.decide(holding("private"), known(aum=100), JUNE).pending == Pending(
        "gold", (JUNE,)
    )
    assert tiering.decide(holding("private"), known(aum=5), JUNE).pending == Pending(
        "silver", (JUNE,)
    )


def test_only_what_every_counted_day_has_shown_is_lost() -> None:
    first = decide(holding("private"), 9, day(0))
    milder = decide(first.standing, 50, day(10))
    assert milder.pending == Pending("silver", (day(0),))
    later = decide(milder.standing, 9, day(20))
    assert (later.tier, later.earned) == ("silver", "standard")
    # The rest of the fall begins on another day, with a hold and a count of its own.
    same_day = decide(later.standing, 9, day(20))
    assert (same_day.tier, same_day.pending) == ("silver", None)
    assert same_day.standing == later.standing
    next_day = decide(later.standing, 9, day(21))
    assert next_day.pending == Pending("standard", (day(21),))


@pytest.mark.parametrize("target", ["gold", "private", "lapis"])
def test_a_pending_move_that_is_no_downgrade_is_not_continued(target: str) -> None:
    before = holding("gold", tier_pending=Pending(target, (LONG_AGO,)))
    assert decide(before, 9).pending == Pending("standard", (JUNE,))


def test_without_grace_a_tier_is_lost_at_once() -> None:
    strict = Tiering(LADDER, TIERING.rules, TIERING.keep, downgrade=None)
    assert strict.decide(holding("gold", MAY), known(aum=9), JUNE).tier == "standard"
    assert strict.decide(holding("gold", MAY), known(aum=80), JUNE).tier == "gold"


@pytest.mark.parametrize(
    "numbers",
    [{"reviews": 0}, {"days_apart": 0}, {"minimum_hold_months": -1}, {"minimum_hold_months": "6"}],
)
def test_grace_is_no_less_than_nothing(numbers: dict[str, Any]) -> None:
    with pytest.raises(RuleBookError):
        Downgrade(**numbers)


# -- missing facts ----------------------------------------------------------------------------


def test_where_facts_leave_it_open_the_tier_is_held_and_they_are_named() -> None:
    pending = Pending("silver", (MAY,))
    decision = decide(holding("gold", tier_pending=pending), None)
    assert (decision.tier, decision.earned, decision.rule) == ("gold", None, None)
    assert (decision.change, decision.pending) == (TierChange.HELD, pending)
    assert (decision.is_undetermined, decision.is_provisional) == (True, False)
    assert decision.missing == ("aum",)


def test_a_first_day_that_facts_leave_open_is_provisional() -> None:
    tiering = Tiering(
        ["best", "good", "rest"], [Rule("best", aum >= 9), Rule("good", product_count >= 2)]
    )
    decision = tiering.decide(None, known(product_count=2), JUNE)
    assert (decision.tier, decision.earned) == ("good", None)
    assert (decision.is_undetermined, decision.is_provisional) == (True, True)
    assert decision.missing == ("aum",)
    assert tiering.decide(None, known(), JUNE).tier == "rest"


def test_a_keep_rule_that_facts_leave_open_holds_the_tier() -> None:
    tiering = Tiering(
        ["gold", "rest"], [Rule("gold", aum >= 9)], [Rule("gold", product_count >= 2)]
    )
    pending = Pending("rest", (MAY,))
    before = holding("gold", tier_pending=pending)
    decision = tiering.decide(before, known(aum=8), JUNE)
    assert (decision.tier, decision.earned, decision.pending) == ("gold", "rest", pending)
    assert (decision.is_undetermined, decision.missing) == (True, ("product_count",))


def test_a_better_tier_that_is_open_does_not_hide_one_that_is_earned() -> None:
    tiering = Tiering(
        ["best", "good", "rest"], [Rule("best", aum >= 9), Rule("good", product_count >= 2)]
    )
    decision = tiering.decide(holding("rest"), known(product_count=2), JUNE)
    assert (decision.tier, decision.is_undetermined) == ("rest", True)


# -- overrides --------------------------------------------------------------------------------


def override(tier: str, starts: date, ends: date) -> TierOverride:
    return TierOverride(tier, "board member", "manager 7", "head 1", starts, ends)


def test_an_override_in_force_decides_and_is_told() -> None:
    raised = override("private", day(0), day(90))
    before = holding("silver", overrides=(raised,), tier_pending=Pending("standard", (MAY,)))
    decision = decide(before, 9)
    assert (decision.tier, decision.earned, decision.since) == ("private", "standard", JUNE)
    assert (decision.override, decision.change) == (raised, TierChange.UPGRADE)
    assert decision.standing.overrides == (raised,)
    assert decision.pending is None
    later = decide(decision.standing, 9, day(40))
    assert (later.tier, later.since, later.change) == ("private", JUNE, TierChange.HELD)


def test_an_override_may_lower_a_tier_too() -> None:
    decision = decide(holding("private", overrides=(override("standard", MAY, day(9)),)), 5000)
    assert (decision.tier, decision.change) == ("standard", TierChange.DOWNGRADE)


def test_an_override_is_in_force_until_the_day_before_it_ends() -> None:
    before = Standing(overrides=(override("gold", day(0), day(10)),))
    assert decide(before, 9, day(-1)).tier == "standard"
    assert decide(before, 9, day(9)).tier == "gold"
    assert decide(before, 9, day(10)).tier == "standard"


def test_of_several_overrides_the_one_that_starts_last_decides() -> None:
    both = (override("gold", day(-5), day(50)), override("private", day(-9), day(50)))
    assert decide(Standing(overrides=both), 9).tier == "gold"
    assert decide(Standing(overrides=both[::-1]), 9).tier == "gold"


def test_a_tier_that_only_an_override_gave_ends_with_it() -> None:
    given = (override("private", day(0), day(90)),)
    under = decide(holding("silver", overrides=given), 9)
    ended = decide(under.standing, 9, day(90))
    assert (ended.tier, ended.change, ended.override) == ("standard", TierChange.DOWNGRADE, None)
    assert (ended.since, ended.is_provisional) == (day(90), False)
    assert decide(ended.standing, 9, day(90)).standing == ended.standing


def test_a_tier_earned_by_the_time_an_override_ends_goes_on() -> None:
    under = decide(holding("silver", overrides=(override("private", day(0), day(90)),)), 9)
    ended = decide(under.standing, 1000, day(90))
    assert (ended.tier, ended.since, ended.change) == ("private", day(0), TierChange.HELD)
    # From then on it is the customer's own, with the usual grace.
    assert decide(ended.standing, 9, day(120)).change is TierChange.WAITING


def test_an_override_that_ends_where_facts_are_missing_leaves_a_provisional_tier() -> None:
    under = decide(holding("silver", overrides=(override("private", day(0), day(90)),)), 9)
    ended = decide(under.standing, None, day(90))
    assert (ended.tier, ended.is_undetermined, ended.is_provisional) == ("standard", True, True)


def test_an_override_that_protects_a_tier_leaves_its_grace_untouched() -> None:
    protected = holding("gold", overrides=(override("gold", day(0), day(90)),))
    under = decide(protected, 9)
    assert (under.tier, under.since) == ("gold", LONG_AGO)
    ended = decide(under.standing, 9, day(90))
    assert (ended.tier, ended.change) == ("gold", TierChange.WAITING)


def test_old_overrides_change_nothing() -> None:
    old = (override("gold", date(2019, 1, 1), date(2019, 6, 30)),)
    assert decide(holding("gold", overrides=old), 9).change is TierChange.WAITING
    assert decide(holding("gold", overrides=old), 100).change is TierChange.HELD
    unknown = Standing(tier="gold", overrides=old, reviewed=MAY)
    assert decide(unknown, 9).change is TierChange.WAITING
    unreviewed = Standing(tier="gold", tier_since=MAY, overrides=(override("gold", MAY, JUNE),))
    assert decide(unreviewed, 9).tier == "standard"


# -- refusals ---------------------------------------------------------------------------------


def test_a_standing_from_a_later_day_is_refused() -> None:
    for before in (holding("gold", reviewed=day(1)), holding("gold", day(1))):
        with pytest.raises(ReviewError, match="later day"):
            decide(before, 100)


def test_a_tier_of_another_ladder_is_refused_with_the_names() -> None:
    for before in (
        holding("lapis"),
        Standing(overrides=(override("lapis", MAY, day(9)),)),
    ):
        with pytest.raises(ReviewError, match="'lapis' is no tier") as caught:
            decide(before, 100)
        assert "private, gold" in caught.value.mend
    with pytest.raises(ReviewError, match="'lapis' is no tier"):
        TIERING.keeps("lapis", known())


def test_an_override_decides_for_who_comes_from_another_ladder() -> None:
    before = holding("lapis", overrides=(override("gold", MAY, day(9)),))
    decision = decide(before, 9)
    assert (decision.tier, decision.previous, decision.change) == (
        "gold",
        "lapis",
        TierChange.FIRST,
    )


GOLD = Rule("gold", aum >= 9)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"ladder": [], "rules": []}, "a ladder needs tiers"),
        ({"ladder": ["gold", "gold"], "rules": [GOLD]}, "a ladder needs tiers"),
        ({"ladder": ["gold", "rest"], "rules": [Rule("glod", aum > 1)]}, "'glod' is no tier"),
        ({"ladder": ["gold", "rest"], "rules": [], "keep": [Rule("x", aum > 1)]}, "'x' is no tier"),
        ({"ladder": ["gold", "rest"], "rules": [GOLD], "gold": ["x"]}, "'x' is no tier"),
        ({"ladder": ["gold", "rest"], "rules": [GOLD], "labels": {"x": "X"}}, "'x' is no tier"),
        ({"ladder": ["rest", "gold"], "rules": [GOLD]}, "the last tier 'gold' has a rule"),
        ({"ladder": ["rest", "gold"], "rules": [], "keep": [GOLD]}, "the last tier 'gold' has"),
    ],
)
def test_a_tiering_that_does_not_fit_together_is_refused(
    arguments: dict[str, Any], message: str
) -> None:
    with pytest.raises(RuleBookError) as caught:
        Tiering(**arguments)
    assert message in str(caught.value)


def test_a_ladder_and_a_scope_are_no_text() -> None:
    with pytest.raises(RuleError, match="one text where several may stand"):
        Tiering("gold", [GOLD])
    with pytest.raises(RuleError, match="one text where several may stand"):
        Tiering(["gold", "rest"], [GOLD]).effective("north")


def test_a_tier_has_a_name_one_can_see() -> None:
    with pytest.raises(InvalidValueError):
        Tiering(["gold", " "], [GOLD])


# -- explanations -----------------------------------------------------------------------------


def test_what_is_missing_to_each_better_tier_is_told_with_its_distance() -> None:
    told = TIERING.missing_to_next("silver", known(aum="87.50"))
    assert [each.rule_id for each in told] == ["gold", "private"]
    assert [str(each.conditions[0].distance) for each in told] == ["12.50", "912.50"]
    assert TIERING.missing_to_next("private", known(aum=1)) == ()
    (unknown, _) = TIERING.missing_to_next("silver", known())
    assert unknown.conditions[0].missing == ("aum",)


def test_what_keeps_a_tier_is_told_with_its_margin() -> None:
    kept = TIERING.keeps("gold", known(aum=100))
    assert kept is not None
    assert (kept.verdict, str(kept.conditions[0].distance)) == (True, "20.00")
    earned = TIERING.keeps("silver", known(aum=12))
    assert earned is not None
    assert str(earned.conditions[0].distance) == "2.00"
    lost = TIERING.keeps("gold", known(aum=70))
    assert lost is not None
    assert (lost.verdict, str(lost.conditions[0].distance)) == (False, "10.00")
    assert TIERING.keeps("standard", known(aum=70)) is None


# -- the whole ----------------------------------------------------------------------------------


def test_the_order_and_priorities_of_rules_never_matter() -> None:
    turned = Tiering(
        LADDER,
        [Rule(rule.id, rule.when, None, rule.reason, priority=7) for rule in TIERING.rules.rules],
        reversed(TIERING.keep.rules),
    )
    assert turned == TIERING
    assert [rule.id for rule in turned.rules.rules] == LADDER[:-1]


def test_a_tiering_survives_pickling_with_its_answers() -> None:
    decide(holding("gold"), 9)
    copy = pickle.loads(pickle.dumps(TIERING))
    assert copy == TIERING
    assert copy.decide(holding("gold"), known(aum=9), JUNE) == decide(holding("gold"), 9)


def test_a_branch_and_a_day_have_rules_of_their_own() -> None:
    tiering = Tiering(
        ["gold", "rest"],
        [
            Rule("gold", aum >= 100, overridable=True),
            Rule("gold", aum >= 50, scope=("north",), valid_from=JUNE),
        ],
    )
    facts = known(aum=60)
    assert tiering.effective(("north",), MAY).decide(None, facts, MAY).tier == "rest"
    assert tiering.effective(("north", "city"), JUNE).decide(None, facts, JUNE).tier == "gold"
    assert tiering.effective(("south",), JUNE).decide(None, facts, JUNE).tier == "rest"
    assert TIERING.effective(("north",), JUNE) is TIERING


def test_a_tier_whose_rule_is_not_yet_in_force_can_not_be_earned() -> None:
    tiering = Tiering(["gold", "rest"], [Rule("gold", aum >= 100, valid_from=JUNE)])
    assert tiering.effective((), MAY).decide(None, known(aum=500), MAY).tier == "rest"


def test_tiers_have_words() -> None:
    tiering = Tiering(["gold", "rest"], [GOLD], labels={"gold": Text("Gold", "金牌")})
    assert tiering.label("gold").zh == "金牌"
    assert tiering.label("rest") == Text("rest")
    assert Tiering(["gold", "rest"], [GOLD], labels=tiering.labels) == tiering

"""Laws of tiering, tried on random histories of facts, against a plain account of the grace."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from relationship_core.decisions.tiering import TierChange, TierDecision, Tiering
from relationship_core.decisions.window import months_between
from relationship_core.domain import Standing, TierOverride
from relationship_core.facts import aum
from relationship_core.rules import Rule
from tests.decisions.known_facts import known

START = date(2024, 1, 31)
LADDER = ["private", "gold", "silver", "standard"]
RULES = [Rule("private", aum >= 1000), Rule("gold", aum >= 100), Rule("silver", aum >= 10)]
KEEP = [Rule("private", aum >= 800), Rule("gold", aum >= 80)]
TIERING = Tiering(LADDER, RULES, KEEP)

amounts = st.none() | st.sampled_from([0, 9, 10, 79, 80, 99, 100, 799, 800, 999, 1000])
histories = st.lists(st.tuples(st.integers(0, 60), amounts), min_size=1, max_size=25)
Observed = list[tuple[int, int | None]]

overrides = st.lists(
    st.builds(
        lambda tier, start, length: TierOverride(
            tier,
            "a reason",
            "one",
            "another",
            START + timedelta(days=start),
            START + timedelta(days=start + length),
        ),
        st.sampled_from(LADDER),
        st.integers(0, 500),
        st.integers(1, 200),
    ),
    max_size=3,
).map(tuple)


def reviewed(
    tiering: Tiering, observed: Observed, before: Standing | None = None
) -> list[tuple[date, TierDecision]]:
    decisions: list[tuple[date, TierDecision]] = []
    day, standing = START, before
    for gap, amount in observed:
        day += timedelta(days=gap)
        decision = tiering.decide(standing, known(aum=amount), day)
        decisions.append((day, decision))
        standing = decision.standing
    return decisions


@given(histories, overrides)
def test_reviewing_twice_on_a_day_changes_nothing(
    observed: Observed, given_tiers: tuple[TierOverride, ...]
) -> None:
    day, standing = START, Standing(overrides=given_tiers)
    for gap, amount in observed:
        day += timedelta(days=gap)
        standing = TIERING.decide(standing, known(aum=amount), day).standing
        again = TIERING.decide(standing, known(aum=amount), day)
        assert again.change in {TierChange.HELD, TierChange.WAITING}
        assert again.standing == standing


@given(histories)
def test_upgrades_act_at_once_and_downgrades_only_after_their_grace(observed: Observed) -> None:
    decisions = reviewed(TIERING, observed)
    for place, (day, decision) in enumerate(decisions[1:], start=1):
        before = decisions[place - 1][1]
        rank, old_rank = LADDER.index(decision.tier), LADDER.index(before.tier)
        if decision.earned is not None and LADDER.index(decision.earned) < old_rank:
            assert decision.tier == decision.earned
            assert decision.change is TierChange.UPGRADE
        if rank > old_rank:
            assert decision.change is TierChange.DOWNGRADE
            assert months_between(before.since, day) >= 6
            assert before.pending is not None
            first = before.pending.seen[0]
            assert (day - first).days >= 20
            since_first = [each for on, each in decisions[:place] if on >= first]
            assert all(each.tier == before.tier for each in since_first)


@given(histories)
def test_a_tier_changes_only_on_the_day_it_says(observed: Observed) -> None:
    before: TierDecision | None = None
    for day, decision in reviewed(TIERING, observed):
        if before is None:
            assert decision.change is TierChange.FIRST
        else:
            assert decision.previous == before.tier
            held = decision.change in {TierChange.HELD, TierChange.WAITING}
            assert held is (decision.tier == before.tier)
            assert decision.since == (before.since if held else day)
        before = decision


@given(histories, st.randoms(use_true_random=False))
def test_the_order_of_rules_changes_no_history(observed: Observed, random: Any) -> None:
    rules, keep = RULES[:], KEEP[:]
    random.shuffle(rules)
    random.shuffle(keep)
    assert reviewed(Tiering(LADDER, rules, keep), observed) == reviewed(TIERING, observed)


@given(histories, overrides)
def test_an_override_in_force_always_wins(
    observed: Observed, given_tiers: tuple[TierOverride, ...]
) -> None:
    for day, decision in reviewed(TIERING, observed, Standing(overrides=given_tiers)):
        holding = [each for each in given_tiers if each.holds(day)]
        assert (decision.override is not None) is bool(holding)
        if decision.override is not None:
            assert decision.override.starts == max(each.starts for each in holding)
            assert decision.tier == decision.override.tier


@given(histories)
def test_an_undetermined_review_holds_what_was_there(observed: Observed) -> None:
    before: TierDecision | None = None
    for _, decision in reviewed(TIERING, observed):
        if decision.is_undetermined:
            assert decision.missing == ("aum",)
            assert decision.is_provisional is (before is None)
            if before is not None:
                assert (decision.tier, decision.pending) == (before.tier, before.pending)
        before = decision


@given(st.lists(st.sampled_from([79, 80, 99, 100]), min_size=1, max_size=60))
def test_an_amount_that_wobbles_about_the_cut_off_daily_never_flaps(wobble: list[int]) -> None:
    held = Standing(tier="gold", tier_since=date(2020, 1, 1), reviewed=START)
    tiers = [
        decision.tier for _, decision in reviewed(TIERING, [(1, amount) for amount in wobble], held)
    ]
    falls = sum(a == "gold" and b == "silver" for a, b in pairwise(tiers))
    assert falls <= 60 // 21
    if all(amount >= 80 for amount in wobble):
        assert set(tiers) == {"gold"}

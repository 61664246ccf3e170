"""Laws of every lifecycle, tried on random histories of facts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from relationship_core.decisions.lifecycle import Lifecycle, StageDecision, TransitionKind
from relationship_core.decisions.lifecycle_history import history
from relationship_core.domain import Standing
from relationship_core.rules import FactValue
from tests.decisions.small_lifecycle import (
    customer,
    entry_rules,
    small_lifecycle,
    transition_rules,
)

LIFECYCLE = small_lifecycle()
START = date(2024, 1, 31)

observations = st.builds(
    customer,
    has_transacted=st.sampled_from([True, True, False, None]),
    product_count=st.none() | st.integers(0, 4),
    months_inactive=st.none() | st.sampled_from([0, 0, 1, 2, 3, 4, 12]),
    aum=st.none() | st.sampled_from(["0", "99.99", "100", "5000"]),
    transactions_3m=st.none() | st.integers(0, 2),
    exit_approved=st.sampled_from([None, None, False, False, False, True]),
)
histories = st.lists(st.tuples(st.integers(0, 45), observations), min_size=1, max_size=25)
Observed = list[tuple[int, dict[str, FactValue | None]]]


def reviewed(lifecycle: Lifecycle, observed: Observed) -> list[tuple[date, StageDecision]]:
    decisions: list[tuple[date, StageDecision]] = []
    standing: Standing | None = None
    day = START
    for gap, facts in observed:
        day += timedelta(days=gap)
        decision = lifecycle.advance(standing, facts, day)
        decisions.append((day, decision))
        standing = decision.standing
    return decisions


@given(histories)
def test_a_stage_changes_only_with_an_event_and_its_events_explain_it(observed: Observed) -> None:
    stage: str | None = None
    passed: list[str] = []
    for day, decision in reviewed(LIFECYCLE, observed):
        event = decision.event
        assert decision.previous == stage
        if event is None:
            assert decision.stage == stage
        else:
            assert (event.from_stage, event.to_stage) == (stage, decision.stage)
            assert event.to_stage != stage
            assert event.effective == decision.since == day
            passed.append(event.to_stage)
        stage = decision.stage
        assert decision.standing.stages_passed == tuple(passed)
        assert decision.standing.stage == stage


@given(histories)
def test_reviewing_twice_on_a_day_changes_nothing(observed: Observed) -> None:
    standing: Standing | None = None
    day = START
    for gap, facts in observed:
        day += timedelta(days=gap)
        standing = LIFECYCLE.advance(standing, facts, day).standing
        again = LIFECYCLE.advance(standing, facts, day)
        assert again.event is None
        assert again.standing == standing


@given(histories, st.randoms(use_true_random=False))
def test_the_order_of_rules_changes_no_history(observed: Observed, random: Any) -> None:
    entry, transitions = entry_rules(), transition_rules()
    random.shuffle(entry)
    random.shuffle(transitions)
    shuffled = Lifecycle(random.sample(LIFECYCLE.stages, 7), entry, transitions)
    assert reviewed(shuffled, observed) == reviewed(LIFECYCLE, observed)


@given(histories)
def test_whom_the_bank_made_leave_never_comes_back(observed: Observed) -> None:
    stages = [decision.stage for _, decision in reviewed(LIFECYCLE, observed)]
    if "exited" in stages:
        after = stages[stages.index("exited") :]
        assert set(after) == {"exited"}


@given(histories)
def test_decline_and_recovery_are_confirmed_on_two_days_far_enough_apart(
    observed: Observed,
) -> None:
    decisions = reviewed(LIFECYCLE, observed)
    for place, (day, decision) in enumerate(decisions):
        event = decision.event
        if event is None or event.kind not in {TransitionKind.DECLINE, TransitionKind.RECOVERY}:
            continue
        waited = decisions[place - 1][1].pending
        assert waited is not None
        assert (day - waited.seen[0]).days >= 20
        for earlier, before in decisions[:place]:
            if earlier >= waited.seen[0]:
                assert before.stage == event.from_stage


@given(histories)
def test_an_undetermined_review_moves_nobody_and_names_what_is_missing(observed: Observed) -> None:
    standing: Standing | None = None
    day = START
    for gap, facts in observed:
        day += timedelta(days=gap)
        decision = LIFECYCLE.advance(standing, facts, day)
        if decision.is_undetermined:
            assert decision.missing
            assert all(facts[name] is None for name in decision.missing)
            assert decision.is_provisional is (standing is None)
            assert decision.event is None or standing is None
        standing = decision.standing


@given(st.lists(st.sampled_from([2, 3]), min_size=1, max_size=40))
def test_a_fact_that_wobbles_about_its_threshold_daily_never_flaps(inactive: list[int]) -> None:
    standing: Standing | None = Standing("stable", START, reviewed=START)
    changes = 0
    for number, months in enumerate(inactive, start=1):
        facts = customer(months_inactive=months, product_count=3)
        decision = LIFECYCLE.advance(standing, facts, START + timedelta(days=number))
        changes += decision.event is not None
        standing = decision.standing
    # Twenty days of silence in a row are needed for one change; recovery needs activity.
    assert changes <= 1
    if 2 in inactive[max(0, len(inactive) - 20) :]:
        in_a_row = max(len(run) for run in "".join(map(str, inactive)).split("2"))
        assert changes == (in_a_row > 20)


@given(histories)
def test_every_history_has_a_pattern_or_is_open(observed: Observed) -> None:
    decisions = reviewed(LIFECYCLE, observed)
    events = [decision.event for _, decision in decisions if decision.event is not None]
    day, last = decisions[-1]
    seen = history(events, LIFECYCLE, day)
    assert seen.is_open is (last.stage not in {"lost", "exited"})
    stages = {event.to_stage for event in events}
    was_active = stages & {"exploration", "formation", "stable"}
    assert (seen.furthest is None) is not bool(was_active)
    if not seen.is_open:
        assert (seen.pattern is None) is (seen.furthest is None)

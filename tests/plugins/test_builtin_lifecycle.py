"""The built-in lifecycle, example by example, and retail against a machine written by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relationship_core import Confirmation, Pending, StageDecision, Standing, TransitionKind
from relationship_core.decisions.lifecycle_check import check_lifecycle
from relationship_core.plugins.builtin_lifecycle import (
    CorporateThresholds,
    RetailThresholds,
    default_lifecycle,
)
from relationship_core.rules import FactValue
from tests.decisions.known_facts import known

LIFECYCLE = default_lifecycle()
JANUARY, JUNE = date(2026, 1, 31), date(2026, 6, 30)


def day(number: int) -> date:
    return JUNE + timedelta(days=number)


def personal(**changed: Any) -> dict[str, FactValue | None]:
    """Somebody who has just done their first business."""
    return known(
        **{
            "kind": "personal",
            "has_transacted": True,
            "relationship_closed": False,
            "months_since_first_transaction": 0,
            "months_in_previous_stage": 5,
            "months_inactive": 0,
            "transactions_3m": 1,
            "product_count": 1,
            "salary_inflow_3m": 0,
            "salary_stopped": False,
            "contribution_12m": 1,
            "aum": 5000,
            **changed,
        }
    )


def organisation(**changed: Any) -> dict[str, FactValue | None]:
    return personal(**{"kind": "corporate", "undrawn_limits": 0, **changed})


FORMED = {"months_since_first_transaction": 3, "transactions_3m": 9, "product_count": 2}
SETTLED = {
    "months_since_first_transaction": 12,
    "product_count": 3,
    "contribution_12m": "0.01",
    "balance_change_3m": "-0.10",
}
CORPORATE_FORMED = {
    "months_since_first_transaction": 6,
    "transactions_3m": 15,
    "product_count": 2,
}
CORPORATE_SETTLED = {
    "months_since_first_transaction": 18,
    "product_count": 4,
    "raroc_12m": "0.10",
}


def at(stage: str, **changed: Any) -> Standing:
    return Standing(stage=stage, stage_since=JANUARY, reviewed=JANUARY, **changed)


def after(stage: str, facts: Mapping[str, FactValue | None], **changed: Any) -> StageDecision:
    return LIFECYCLE.advance(at(stage, **changed), facts, JUNE)


def is_declining(stage: str, facts: Mapping[str, FactValue | None]) -> bool:
    """Whether decline is indicated, and confirmed by a second review."""
    first = after(stage, facts)
    second = LIFECYCLE.advance(first.standing, facts, day(20))
    assert (first.pending is not None) is (second.stage == "decline")
    return second.stage == "decline"


# -- growth -----------------------------------------------------------------------------------


def test_the_first_own_transaction_begins_the_exploration() -> None:
    assert after("prospect", personal(has_transacted=False)).stage == "prospect"
    assert after("prospect", personal()).stage == "exploration"
    assert after("prospect", organisation(kind="institutional")).stage == "exploration"


@pytest.mark.parametrize(
    ("changed", "stage"),
    [
        ({}, "formation"),
        ({"months_since_first_transaction": 2}, "exploration"),
        ({"transactions_3m": 8}, "exploration"),
        ({"product_count": 1}, "exploration"),
        ({"product_count": 1, "salary_inflow_3m": 1}, "formation"),
    ],
)
def test_formation_of_a_personal_customer(changed: dict[str, Any], stage: str) -> None:
    assert after("exploration", personal(**{**FORMED, **changed})).stage == stage


@pytest.mark.parametrize(
    ("changed", "stage"),
    [
        ({}, "stable"),
        ({"months_since_first_transaction": 11}, "formation"),
        ({"product_count": 2}, "formation"),
        ({"contribution_12m": 0}, "formation"),
        ({"balance_change_3m": "-0.100001"}, "formation"),
        ({"balance_change_3m": None}, "stable"),
    ],
)
def test_stability_of_a_personal_customer(changed: dict[str, Any], stage: str) -> None:
    assert after("formation", personal(**{**SETTLED, **changed})).stage == stage


@pytest.mark.parametrize("kind", ["corporate", "institutional"])
@pytest.mark.parametrize(
    ("changed", "stage"),
    [
        ({}, "formation"),
        ({"months_since_first_transaction": 5}, "exploration"),
        ({"transactions_3m": 14}, "exploration"),
        ({"product_count": 1, "salary_inflow_3m": 1}, "exploration"),
    ],
)
def test_formation_of_an_organisation(kind: str, changed: dict[str, Any], stage: str) -> None:
    facts = organisation(**{**CORPORATE_FORMED, "kind": kind, **changed})
    assert after("exploration", facts).stage == stage


@pytest.mark.parametrize(
    ("changed", "stage"),
    [
        ({}, "stable"),
        ({"months_since_first_transaction": 17}, "formation"),
        ({"product_count": 3}, "formation"),
        ({"raroc_12m": "0.099999"}, "formation"),
        ({"raroc_12m": None}, "stable"),
        ({"raroc_12m": None, "contribution_12m": 0}, "formation"),
    ],
)
def test_stability_of_an_organisation(changed: dict[str, Any], stage: str) -> None:
    assert after("formation", organisation(**{**CORPORATE_SETTLED, **changed})).stage == stage


# -- decline and recovery ---------------------------------------------------------------------


@pytest.mark.parametrize("stage", ["exploration", "formation", "stable"])
@pytest.mark.parametrize(
    ("changed", "declines"),
    [
        ({"balance_change_3m": "-0.40", "transactions_change_3m": "-0.30"}, True),
        ({"balance_change_3m": "-0.399999", "transactions_change_3m": "-0.30"}, False),
        ({"balance_change_3m": "-0.40", "transactions_change_3m": "-0.299999"}, False),
        ({"balance_change_3m": "-0.40"}, False),
        ({"months_inactive": 3}, True),
        ({"months_inactive": 2}, False),
        ({"salary_stopped": True}, True),
        ({"salary_stopped": None}, False),
    ],
)
def test_decline_of_a_personal_customer(
    stage: str, changed: dict[str, Any], declines: bool
) -> None:
    assert is_declining(stage, personal(**changed)) is declines


@pytest.mark.parametrize(
    ("changed", "declines"),
    [
        ({"balance_change_12m": "-0.40", "transactions_change_12m": "-0.40"}, True),
        ({"balance_change_12m": "-0.40", "transactions_change_12m": "-0.39"}, False),
        ({"balance_change_3m": "-0.9", "transactions_change_3m": "-0.9"}, False),
        ({"months_inactive": 6}, True),
        ({"months_inactive": 5}, False),
        (
            {
                "balance_change_12m": "-0.40",
                "transactions_change_12m": "-0.40",
                "bank_led_cut": True,
            },
            False,
        ),
        ({"months_inactive": 6, "bank_led_cut": True}, False),
        ({"months_inactive": 6, "bank_led_cut": False}, True),
    ],
)
def test_decline_of_an_organisation(changed: dict[str, Any], declines: bool) -> None:
    assert is_declining("stable", organisation(**changed)) is declines


@pytest.mark.parametrize("build", [personal, organisation])
@pytest.mark.parametrize(
    ("changed", "recovers"),
    [
        ({}, True),
        ({"balance_change_3m": "-0.10"}, True),
        ({"balance_change_3m": "-0.100001"}, False),
        ({"balance_change_3m": None}, True),
        ({"balance_change_3m": None, "contribution_12m": None}, False),
        ({"months_inactive": 1}, False),
    ],
)
def test_recovery(build: Any, changed: dict[str, Any], recovers: bool) -> None:
    first = after("decline", build(**changed))
    second = LIFECYCLE.advance(first.standing, build(**changed), day(20))
    assert second.stage == ("exploration" if recovers else "decline")


def test_recovery_leads_as_high_as_the_facts_support() -> None:
    facts = personal(**{**FORMED, **SETTLED})
    waited = Pending("formation", (day(-20),))
    assert after("decline", facts, stage_pending=waited).stage == "stable"


def test_nobody_recovers_while_what_made_them_decline_goes_on() -> None:
    stopped = personal(salary_stopped=True)
    assert after("decline", stopped).pending is None
    shrunk = organisation(
        balance_change_3m=0, balance_change_12m="-0.5", transactions_change_12m="-0.5"
    )
    assert after("decline", shrunk).pending is None


# -- loss, win-back, exit ---------------------------------------------------------------------


@pytest.mark.parametrize("stage", ["exploration", "formation", "stable", "decline"])
@pytest.mark.parametrize(
    ("changed", "lost"),
    [
        ({"relationship_closed": True}, True),
        ({"months_inactive": 12, "aum": "99.99"}, True),
        ({"months_inactive": 12, "aum": 100}, False),
        ({"months_inactive": 11, "aum": 0}, False),
    ],
)
def test_loss_of_a_personal_customer(stage: str, changed: dict[str, Any], lost: bool) -> None:
    assert (after(stage, personal(**changed)).stage == "lost") is lost


@pytest.mark.parametrize(
    ("changed", "lost"),
    [
        ({"relationship_closed": True}, True),
        ({"relationship_closed": True, "undrawn_limits": 1}, False),
        ({"months_inactive": 24, "aum": 0}, False),
    ],
)
def test_loss_of_an_organisation(changed: dict[str, Any], lost: bool) -> None:
    assert (after("stable", organisation(**changed)).stage == "lost") is lost


@pytest.mark.parametrize(
    ("changed", "back"),
    [
        ({}, True),
        ({"months_inactive": 1}, False),
        ({"months_in_previous_stage": 0}, False),
        ({"relationship_closed": True}, False),
    ],
)
def test_win_back_needs_business_after_the_loss(changed: dict[str, Any], back: bool) -> None:
    decision = after("lost", personal(**{**SETTLED, **changed}))
    assert decision.stage == ("exploration" if back else "lost")
    if back:
        assert decision.event is not None
        assert decision.event.kind is TransitionKind.WIN_BACK


@pytest.mark.parametrize(
    "stage", ["prospect", "exploration", "formation", "stable", "decline", "lost"]
)
def test_exit_only_with_approval(stage: str) -> None:
    gone = {"relationship_closed": True, "months_inactive": 24, "aum": 0}
    assert after(stage, personal(exit_approved=True)).stage == "exited"
    assert after(stage, personal(**gone)).stage != "exited"
    assert after("exited", personal(**SETTLED)).stage == "exited"


# -- the first day ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "stage"),
    [
        (personal(has_transacted=False, months_inactive=8, product_count=1), "prospect"),
        (personal(has_transacted=False, relationship_closed=True), "prospect"),
        (personal(), "exploration"),
        (personal(**FORMED), "formation"),
        (personal(**SETTLED), "stable"),
        (personal(**SETTLED, months_inactive=3), "decline"),
        (personal(**SETTLED, relationship_closed=True), "lost"),
        (personal(**SETTLED, relationship_closed=True, exit_approved=True), "exited"),
        (personal(has_transacted=None, months_inactive=3), "decline"),
        (organisation(**SETTLED), "exploration"),
        (organisation(**CORPORATE_FORMED), "formation"),
        (organisation(**CORPORATE_SETTLED), "stable"),
        (organisation(**CORPORATE_SETTLED, months_inactive=6), "decline"),
        (organisation(**CORPORATE_SETTLED, relationship_closed=True), "lost"),
    ],
)
def test_a_first_day_needs_one_review_only(facts: dict[str, FactValue | None], stage: str) -> None:
    decision = LIFECYCLE.advance(None, facts, JUNE)
    assert (decision.stage, decision.is_provisional) == (stage, False)
    assert decision.event is not None
    assert decision.event.kind is TransitionKind.OPENED


def test_somebody_with_no_account_at_all_is_surely_a_prospect() -> None:
    facts = known(kind="personal", has_transacted=False, product_count=0, relationship_closed=False)
    decision = LIFECYCLE.advance(None, facts, JUNE)
    assert (decision.stage, decision.is_undetermined) == ("prospect", False)


# -- parameters -------------------------------------------------------------------------------


def test_every_threshold_is_the_bank_s_to_set() -> None:
    strict = default_lifecycle(
        retail=RetailThresholds(formation_transactions=30),
        corporate=CorporateThresholds(hurdle=Decimal("0.2")),
        confirmation=None,
    )
    busy = personal(**{**FORMED, "transactions_3m": 29})
    assert strict.advance(at("exploration"), busy, JUNE).stage == "exploration"
    settled = organisation(**CORPORATE_SETTLED)
    assert strict.advance(at("formation"), settled, JUNE).stage == "formation"
    silent = personal(months_inactive=3)
    assert strict.advance(at("stable"), silent, JUNE).stage == "decline"
    slow = default_lifecycle(confirmation=Confirmation(reviews=3))
    assert slow != LIFECYCLE
    assert default_lifecycle() == LIFECYCLE


def test_the_machine_is_sound_and_every_rule_has_a_reason_in_both_languages() -> None:
    assert check_lifecycle(LIFECYCLE) == ()
    for rule in (*LIFECYCLE.entry.rules, *LIFECYCLE.transitions.rules):
        assert rule.reason is not None
        assert rule.reason.en
        assert rule.reason.zh
    assert all(stage.label.zh for stage in LIFECYCLE.stages)


# -- retail, against a machine written by hand ------------------------------------------------


class HandWritten:
    """The retail lifecycle in plain Python; changes may be missing, all else is known."""

    def __init__(self) -> None:
        self.stage = ""
        self.since = date.min
        self.reviewed: date | None = None
        self.waits: tuple[bool, date] | None = None

    def supported(self, facts: Any) -> str:
        if facts["exit_approved"]:
            return "exited"
        if not facts["has_transacted"]:
            return "prospect"
        if self.is_gone(facts):
            return "lost"
        if self.is_falling(facts):
            return "decline"
        if self.is_settled(facts):
            return "stable"
        return "formation" if self.is_formed(facts) else "exploration"

    @staticmethod
    def is_gone(facts: Any) -> bool:
        is_silent = bool(facts["months_inactive"] >= 12 and facts["aum"] < 100)
        return bool(facts["relationship_closed"]) or is_silent

    @staticmethod
    def is_falling(facts: Any) -> bool:
        balances, acts = facts["balance_change_3m"], facts["transactions_change_3m"]
        both = None not in {balances, acts} and (
            balances <= Decimal("-0.4") and acts <= Decimal("-0.3")
        )
        return both or facts["salary_stopped"] is True or bool(facts["months_inactive"] >= 3)

    @staticmethod
    def is_steady(facts: Any) -> bool:
        change = facts["balance_change_3m"]
        return change is None or bool(change >= Decimal("-0.1"))

    @staticmethod
    def is_formed(facts: Any) -> bool:
        is_varied = bool(facts["product_count"] >= 2 or facts["salary_inflow_3m"] > 0)
        is_busy = bool(facts["transactions_3m"] >= 9)
        return is_varied and is_busy and bool(facts["months_since_first_transaction"] >= 3)

    def is_settled(self, facts: Any) -> bool:
        return (
            facts["months_since_first_transaction"] >= 12
            and facts["product_count"] >= 3
            and facts["contribution_12m"] > 0
            and self.is_steady(facts)
        )

    def review(self, facts: Any, on: date) -> str:
        if not self.stage:
            self.move(self.supported(facts), on)
        elif self.since != on:
            self.step(facts, on)
        return self.stage

    def step(self, facts: Any, on: date) -> None:
        stage, active = self.stage, {"exploration", "formation", "stable"}
        waits, self.waits = self.waits, None
        if stage == "exited":
            return
        if facts["exit_approved"]:
            self.move("exited", on)
        elif stage in active | {"decline"} and self.is_gone(facts):
            self.move("lost", on)
        elif stage in active and self.is_falling(facts):
            self.confirm("decline", False, waits, on)
        elif stage == "prospect" and facts["has_transacted"]:
            self.move("exploration", on)
        elif stage == "exploration" and self.is_formed(facts):
            self.move("formation", on)
        elif stage == "formation" and self.is_settled(facts):
            self.move("stable", on)
        elif stage == "decline":
            target = self.supported(facts)
            if self.is_steady(facts) and facts["months_inactive"] == 0 and target in active:
                self.confirm(target, True, waits, on)
        elif stage == "lost":
            is_back = facts["months_inactive"] == 0 and facts["months_in_previous_stage"] >= 1
            if is_back and not facts["relationship_closed"]:
                self.move("exploration", on)

    def confirm(
        self, target: str, recovers: bool, waits: tuple[bool, date] | None, on: date
    ) -> None:
        if waits is None or waits[0] is not recovers:
            self.waits = (recovers, on)
        elif (on - waits[1]).days >= 20:
            self.move(target, on)
        else:
            self.waits = waits

    def move(self, stage: str, on: date) -> None:
        self.stage, self.since, self.waits = stage, on, None


changes = st.none() | st.sampled_from(["-0.5", "-0.4", "-0.3", "-0.1", "0.2"])
personal_facts = st.builds(
    personal,
    has_transacted=st.sampled_from([True, True, True, False]),
    exit_approved=st.sampled_from([None, False, False, False, False, True]),
    relationship_closed=st.sampled_from([False, False, False, True]),
    months_since_first_transaction=st.sampled_from([0, 2, 3, 11, 12, 30]),
    months_in_previous_stage=st.integers(0, 2),
    months_inactive=st.sampled_from([0, 0, 0, 1, 2, 3, 12]),
    transactions_3m=st.sampled_from([0, 8, 9, 30]),
    product_count=st.integers(0, 4),
    salary_inflow_3m=st.sampled_from([0, 0, 3000]),
    salary_stopped=st.sampled_from([None, False, False, True]),
    contribution_12m=st.sampled_from(["-1", "0", "0.01", "500"]),
    aum=st.sampled_from(["0", "99.99", "100", "5000"]),
    balance_change_3m=changes,
    transactions_change_3m=changes,
)


@given(st.lists(st.tuples(st.integers(0, 40), personal_facts), min_size=1, max_size=20))
def test_retail_moves_as_a_machine_written_by_hand(
    observed: list[tuple[int, dict[str, FactValue | None]]],
) -> None:
    by_hand = HandWritten()
    standing: Standing | None = None
    on = date(2024, 1, 31)
    for gap, facts in observed:
        on += timedelta(days=gap)
        decision = LIFECYCLE.advance(standing, facts, on)
        assert not decision.is_undetermined
        assert decision.stage == by_hand.review(facts, on)
        assert decision.since == by_hand.since
        standing = decision.standing

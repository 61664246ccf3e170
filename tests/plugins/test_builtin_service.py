"""The built-in service: basic needs for all, more by tier and stage, and occasions to care."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any

import pytest

from relationship_core import EntitlementKind, ServiceDecision
from relationship_core.plugins.builtin_service import default_service
from tests.decisions.known_facts import known

TODAY = date(2026, 6, 30)
SERVICE = default_service()
TIERS = ("vip", "key", "secondary", "ordinary", "small")


def served(**facts: Any) -> ServiceDecision:
    """What a stable, living customer with one product gets, but for these facts."""
    calm: dict[str, Any] = {"product_count": 1, "stage": "stable", "account_status": "active"}
    return SERVICE.decide(known(**(calm | facts)), TODAY)


def codes(**facts: Any) -> set[str]:
    """The entitlements of such a customer."""
    return {granted.entitlement.code for granted in served(**facts).entitlements}


def occasions(**facts: Any) -> dict[str, date]:
    """The occasions to care for such a customer, with their days."""
    return {event.code: event.due for event in served(**facts).care}


@pytest.mark.parametrize("tier", TIERS)
@pytest.mark.parametrize("stage", ["exploration", "stable", "decline", "exited"])
def test_whoever_holds_a_product_keeps_basic_services(tier: str, stage: str) -> None:
    assert "basic" in codes(tier=tier, stage=stage)


def test_nobody_keeps_services_without_a_product() -> None:
    assert "basic" not in codes(product_count=0, tier="vip")


def test_a_better_tier_has_all_that_a_worse_one_has_of_manager_lane_and_price() -> None:
    special = {EntitlementKind.MANAGER, EntitlementKind.LANE, EntitlementKind.PRICE}
    granted = [
        {
            each.entitlement.code
            for each in served(tier=tier).entitlements
            if each.entitlement.kind in special
        }
        for tier in TIERS
    ]
    for better, worse in pairwise(granted):
        assert better >= worse
    assert granted[0] == {"dedicated-manager", "manager-team", "vip-lane", "price-discount"}
    assert granted[-1] == set()


@pytest.mark.parametrize("stage", ["lost", "exited"])
def test_special_services_end_with_the_relationship(stage: str) -> None:
    assert codes(tier="vip", stage=stage) == {"basic"}


@pytest.mark.parametrize(("tier", "code"), [("ordinary", True), ("small", True), ("vip", False)])
def test_self_service_is_for_those_with_shared_needs(tier: str, code: bool) -> None:
    assert ("digital-self-service" in codes(tier=tier)) is code


def test_an_ordinary_customer_who_grows_is_nurtured() -> None:
    assert "growth-nurturing" in codes(tier="ordinary", contribution_growth="0.2")
    assert "growth-nurturing" not in codes(tier="ordinary", contribution_growth="0.199999")
    assert "growth-nurturing" not in codes(tier="small", contribution_growth=1)


def test_a_newcomer_is_welcomed() -> None:
    assert "welcome-programme" in codes(stage="exploration", tier="small")
    assert "welcome-programme" not in codes(stage="stable", tier="small")


@pytest.mark.parametrize(
    ("fact", "occasion", "days"),
    [
        ("days_to_next_maturity", "deposit-maturity", 30),
        ("days_to_loan_maturity", "loan-due", 30),
        ("days_to_document_expiry", "document-expiry", 60),
    ],
)
class TestDatedOccasions:
    """They come up so many days ahead."""

    def test_on_time(self, fact: str, occasion: str, days: int) -> None:
        assert occasion in occasions(**{fact: days})
        assert occasion not in occasions(**{fact: days + 1})
        assert occasions(**{fact: 5})[occasion] == date(2026, 7, 5)

    def test_never_of_the_deceased(self, fact: str, occasion: str, days: int) -> None:
        assert occasions(**{fact: 5}, account_status="deceased") == {}

    def test_who_has_none_is_left_alone(self, fact: str, occasion: str, days: int) -> None:
        assert occasion not in served().undetermined
        assert occasion not in occasions()


class TestBirthday:
    """Good wishes are marketing, and need consent."""

    def test_with_consent(self) -> None:
        assert occasions(days_to_birthday=7, marketing_consent=True)["birthday"] == date(2026, 7, 7)
        assert "birthday" not in occasions(days_to_birthday=8, marketing_consent=True)

    @pytest.mark.parametrize("consent", [False, None])
    def test_without_consent(self, consent: bool | None) -> None:
        decision = served(days_to_birthday=0, marketing_consent=consent)
        assert "birthday" not in [event.code for event in decision.care]
        assert "birthday" not in decision.undetermined

    def test_never_to_the_bereaved(self) -> None:
        facts = {"days_to_birthday": 0, "marketing_consent": True}
        assert occasions(**facts, account_status="deceased") == {}


def test_a_movement_is_large_in_itself_and_beside_the_deposits() -> None:
    large = {"largest_movement_30d": 50_000, "deposits_average_3m": 100_000}
    assert occasions(**large) == {"large-movement": TODAY}
    assert occasions(**large | {"largest_movement_30d": "49999.99"}) == {}
    assert occasions(**large | {"deposits_average_3m": "100000.02"}) == {}


def test_entering_decline_is_an_occasion_once() -> None:
    assert "entered-decline" in occasions(stage="decline", previous_stage="stable")
    assert "entered-decline" not in occasions(stage="decline", previous_stage="decline")
    assert "entered-decline" not in occasions(stage="stable", previous_stage="decline")


def test_an_overdue_complaint_is_always_answered() -> None:
    assert occasions(overdue_complaints=1, account_status="deceased") == {
        "overdue-complaint": TODAY
    }
    assert occasions(overdue_complaints=0) == {}

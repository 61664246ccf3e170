"""Service: entitlements granted, occasions dated, and what missing facts leave open."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relationship_core import (
    Care,
    Entitlement,
    EntitlementKind,
    Fact,
    Kind,
    Rule,
    RuleSet,
    Service,
    Text,
)
from relationship_core.errors import InvalidValueError, KindError, RuleError
from relationship_core.facts import (
    aum,
    days_to_birthday,
    days_to_document_expiry,
    days_to_next_maturity,
    tier,
)
from tests.decisions.known_facts import known

TODAY = date(2026, 6, 30)
LOUNGE = Entitlement("lounge", Text("airport lounge", "机场贵宾室"), "lane", Decimal(200))


def granting(*rules: Rule) -> Service:
    """A service with these entitlements."""
    return Service(entitlements=rules)


def lounge(least: int = 100, **changes: Any) -> Rule:
    """A rule that grants the lounge."""
    return Rule("lounge", when=aum >= least, then=LOUNGE, **changes)


def caring(code: str, due_in: Fact | None = None, within: int = 30) -> Rule:
    """A rule that notices an occasion."""
    when = aum >= 0 if due_in is None else due_in <= within
    return Rule(code, when=when, then=Care(code, "say something", due_in))


class TestEntitlements:
    """Every rule that fires grants its own."""

    def test_a_rule_that_fires_grants_its_entitlement_and_is_told(self) -> None:
        decision = granting(lounge(origin="west 1.0")).decide(known(aum=100), TODAY)
        (granted,) = decision.entitlements
        assert (granted.entitlement, granted.rule, granted.origin) == (LOUNGE, "lounge", "west 1.0")
        assert decision.undetermined == ()

    def test_a_rule_that_does_not_fire_grants_nothing(self) -> None:
        assert granting(lounge()).decide(known(aum="99.99"), TODAY).entitlements == ()

    def test_a_rule_that_cannot_be_told_grants_nothing_and_is_named(self) -> None:
        decision = granting(lounge()).decide(known(), TODAY)
        assert decision.entitlements == ()
        assert decision.undetermined == ("lounge",)

    def test_a_rule_may_ask_to_be_passed_over_in_silence(self) -> None:
        decision = granting(lounge(if_missing="skip")).decide(known(), TODAY)
        assert decision.undetermined == ()

    def test_they_come_in_the_order_of_the_rules(self) -> None:
        team = Entitlement("team", "a team", EntitlementKind.MANAGER)
        rules = [lounge(priority=2), Rule("team", when=tier == "vip", then=team, priority=1)]
        decision = granting(*rules).decide(known(aum=100, tier="vip"), TODAY)
        assert str(decision) == "team, lounge"

    def test_a_branch_has_its_own(self) -> None:
        service = granting(lounge(overridable=True), lounge(50, scope=("north",)))
        facts = known(aum=60)
        assert str(service.effective(("north", "harbour")).decide(facts, TODAY)) == "lounge"
        assert str(service.effective(("south",)).decide(facts, TODAY)) == ""

    def test_a_rule_holds_only_in_its_time(self) -> None:
        service = granting(lounge(valid_until=TODAY))
        assert str(service.effective(as_of=TODAY).decide(known(aum=100), TODAY)) == "lounge"
        tomorrow = date(2026, 7, 1)
        assert str(service.effective(as_of=tomorrow).decide(known(aum=100), tomorrow)) == ""

    @pytest.mark.parametrize("cost", [Decimal(-1), Decimal("NaN"), Decimal("Infinity"), 200, 1.5])
    def test_a_cost_is_an_amount(self, cost: Any) -> None:
        with pytest.raises(InvalidValueError, match=r"Entitlement\.annual_cost"):
            Entitlement("lounge", "airport lounge", annual_cost=cost)

    def test_a_cost_may_be_unknown_or_nothing(self) -> None:
        assert Entitlement("a", "a").annual_cost is None
        assert Entitlement("a", "a", annual_cost=Decimal(0)).annual_cost == 0


class TestCare:
    """Every rule that fires is an occasion, with its day."""

    def test_an_occasion_is_due_when_its_fact_says(self) -> None:
        service = Service(care=[caring("maturity", days_to_next_maturity)])
        (event,) = service.decide(known(days_to_next_maturity=12), TODAY).care
        assert (event.code, event.due, event.rule) == ("maturity", date(2026, 7, 12), "maturity")

    def test_an_occasion_may_be_overdue(self) -> None:
        service = Service(care=[caring("document", days_to_document_expiry)])
        (event,) = service.decide(known(days_to_document_expiry=-30), TODAY).care
        assert event.due == date(2026, 5, 31)

    def test_an_occasion_without_a_day_is_due_at_once(self) -> None:
        (event,) = Service(care=[caring("movement")]).decide(known(aum=0), TODAY).care
        assert event.due == TODAY

    @pytest.mark.parametrize("days", [None, 10**9, -(10**9), 10**7])
    def test_an_occasion_whose_day_nobody_knows_is_left_open(self, days: int | None) -> None:
        fair = Fact("west.days_to_fair", Kind.DAYS)
        rules = [
            Rule("call", when=aum >= 0, then=Care("call", "call", fair)),
            Rule("birthday", when=days_to_birthday <= 30, then=Care("birthday", "call")),
            caring("movement"),
        ]
        decision = Service(care=rules).decide({**known(aum=0), fair.name: days}, TODAY)
        assert [event.code for event in decision.care] == ["movement"]
        assert decision.undetermined == ("birthday", "call")

    def test_the_soonest_come_first_then_the_order_of_the_rules(self) -> None:
        service = Service(
            care=[
                caring("a-maturity", days_to_next_maturity),
                caring("b-now"),
                caring("c-birthday", days_to_birthday),
                caring("d-now"),
            ]
        )
        facts = known(aum=0, days_to_next_maturity=9, days_to_birthday=3)
        codes = [event.code for event in service.decide(facts, TODAY).care]
        assert codes == ["b-now", "d-now", "c-birthday", "a-maturity"]

    def test_what_cannot_be_told_is_named_after_the_entitlements(self) -> None:
        service = Service(entitlements=[lounge()], care=[caring("maturity", days_to_next_maturity)])
        assert service.decide(known(), TODAY).undetermined == ("lounge", "maturity")

    def test_a_branch_has_its_own(self) -> None:
        service = Service(
            care=[
                caring("maturity", days_to_next_maturity),
                Rule("fair", when=aum >= 0, then=Care("fair", "invite"), scope=("north",)),
            ]
        )
        facts = known(aum=0)
        assert len(service.effective(["north"]).decide(facts, TODAY).care) == 1
        assert service.effective(["south"]).decide(facts, TODAY).care == ()

    def test_days_are_counted_by_a_fact_of_days(self) -> None:
        with pytest.raises(KindError, match="'aum' is a money, which doesn't count days"):
            Care("maturity", "say something", aum)

    def test_two_are_the_same_if_all_they_say_is(self) -> None:
        assert Care("a", "b", days_to_birthday) == Care("a", "b", days_to_birthday)
        assert Care("a", "b", days_to_birthday) != Care("a", "b", days_to_next_maturity)
        assert Care("a", "b", days_to_birthday) != Care("a", "b")
        assert len({Care("a", "b", days_to_birthday), Care("a", "b", days_to_birthday)}) == 1


class TestOutcomes:
    """A rule leads to what its set is for."""

    def test_an_entitlement_rule_must_lead_to_an_entitlement(self) -> None:
        with pytest.raises(RuleError, match="its outcome is a Care"):
            Service(entitlements=[caring("birthday", days_to_birthday)])

    def test_a_care_rule_must_lead_to_care(self) -> None:
        with pytest.raises(RuleError, match="its outcome is a Entitlement"):
            Service(care=[lounge()])

    def test_rules_may_come_as_a_set(self) -> None:
        rules = RuleSet("lounges", [lounge()], "collect")
        assert Service(entitlements=rules).entitlements is rules

    def test_a_plugins_fact_can_date_an_occasion(self) -> None:
        fair = Fact("west.days_to_fair", Kind.DAYS)
        service = Service(care=[caring("fair", fair)])
        (event,) = service.decide({"west.days_to_fair": 2}, TODAY).care
        assert event.due == date(2026, 7, 2)


@given(st.lists(st.integers(-60, 60) | st.none(), min_size=1, max_size=6))
def test_occasions_never_come_out_of_order_nor_get_lost(days: list[int | None]) -> None:
    facts = [Fact(f"west.days_{place}", Kind.DAYS) for place in range(len(days))]
    service = Service(care=[caring(f"c{place}", fact, 30) for place, fact in enumerate(facts)])
    decision = service.decide(dict(zip((fact.name for fact in facts), days, strict=True)), TODAY)
    due = [event.due for event in decision.care]
    assert due == sorted(due)
    assert len(due) == sum(day is not None and day <= 30 for day in days)
    assert len(decision.undetermined) == days.count(None)

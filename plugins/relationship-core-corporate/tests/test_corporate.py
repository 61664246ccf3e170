"""Chainbridge Bank's rules, tried on the plugin as it is installed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from importlib.metadata import entry_points, version
from typing import Any, ClassVar

import pytest
from relationship_core_corporate import CorporateBank
from relationship_core_corporate.facts import CAUTIOUS, ENCOURAGED
from relationship_core_corporate.tiers import (
    CORE_FROM,
    CORE_LIMITS,
    GROWTH_FROM,
    LADDER,
    SOUTH_HARBOUR,
    SOUTH_HARBOUR_CORE_FROM,
    STRATEGIC_FROM,
)

from relationship_core import (
    Customer,
    CustomerKind,
    Dossier,
    Engine,
    Review,
    Rule,
    Standing,
    extend,
    hookimpl,
)
from relationship_core.decisions.proof import prove_rule_book
from relationship_core.errors import RelationshipError
from relationship_core.facts import contribution_12m

AS_OF = date(2026, 6, 30)
STABLE = Standing(stage="stable", reviewed=date(2026, 5, 31))
ENGINE = Engine.discover(["corporate"])
CENT = Decimal("0.01")

STEELWORKS = {
    "industry": "C31",
    "contribution_12m": Decimal(9_000_000),
    "raroc_12m": Decimal("0.14"),
    "corporate.chain_role": "core",
    "corporate.chain_suppliers": 200,
    "corporate.chain_suppliers_banked": 80,
}
"""A core enterprise of a cautious industry that earns its capital all the same."""
ELECTRONICS = {
    "industry": "C39",
    "contribution_12m": Decimal(1_800_000),
    "raroc_12m": Decimal("0.11"),
    "corporate.chain_role": "none",
    "corporate.sales_12m": Decimal(90_000_000),
    "corporate.settlement_inflow_12m": Decimal(9_000_000),
}
"""A maker of electronics that settles elsewhere."""
HOSPITAL = {
    "industry": "Q84",
    "contribution_12m": Decimal(5_200_000),
    "corporate.chain_role": "none",
    "corporate.sales_12m": Decimal(400_000_000),
    "corporate.settlement_inflow_12m": Decimal(300_000_000),
}
"""It borrows nothing, so that it takes no capital and has no return on it."""
DEVELOPER = {
    "industry": "K70",
    "contribution_12m": Decimal(6_000_000),
    "raroc_12m": Decimal("0.12"),
    "corporate.chain_role": "none",
    "corporate.sales_12m": Decimal(100_000_000),
    "corporate.settlement_inflow_12m": Decimal(80_000_000),
}
"""It brings in much, but below the hurdle of real estate."""
FOUNDRY = {
    "industry": "C33",
    "contribution_12m": Decimal(40_000),
    "raroc_12m": Decimal("0.08"),
    "corporate.chain_role": "supplier",
    "corporate.sales_12m": Decimal(8_000_000),
    "corporate.settlement_inflow_12m": Decimal(2_000_000),
}
"""It supplies the steelworks."""
TEA_HOUSE = {
    "industry": "H62",
    "contribution_12m": Decimal(3_000),
    "corporate.chain_role": "none",
    "corporate.sales_12m": Decimal(900_000),
    "corporate.settlement_inflow_12m": Decimal(850_000),
}


def reviewed(
    known: dict[str, Any],
    *,
    engine: Engine = ENGINE,
    kind: CustomerKind = CustomerKind.CORPORATE,
    scope: tuple[str, ...] = ("P1", "P1C1"),
    standing: Standing | None = STABLE,
    as_of: date = AS_OF,
    **changes: Any,
) -> Review:
    """The review of a customer of whom these facts are known, with these changes to them."""
    named = {name.replace("__", "."): value for name, value in changes.items()}
    facts = {name: value for name, value in (known | named).items() if value is not None}
    dossier = Dossier(Customer("c", kind), standing=standing, scope=scope, supplied=facts)
    return engine.review(dossier, as_of)


def tier(known: dict[str, Any], **changes: Any) -> str:
    return reviewed(known, **changes).tier.tier


def codes(known: dict[str, Any], **changes: Any) -> set[str]:
    """What such a customer is entitled to by the bank's own rules."""
    granted = reviewed(known, **changes).services.entitlements
    return {each.entitlement.code for each in granted if each.origin.startswith("corporate ")}


def test_it_is_installed_under_its_name() -> None:
    (point,) = entry_points(group="relationship_core", name="corporate")
    assert point.value == "relationship_core_corporate:CorporateBank"
    assert ENGINE.rule_book.plugins == (f"corporate {version('relationship-core-corporate')}",)


def test_the_book_is_proved_without_an_error_or_a_warning() -> None:
    proof = prove_rule_book(ENGINE.rule_book)
    assert proof.holds
    assert [str(each) for each in proof.findings if each.code.severity != "note"] == []


class TestCustomers:
    """Customers as the bank has them."""

    @pytest.mark.parametrize(
        ("known", "expected"),
        [
            pytest.param(STEELWORKS, "strategic", id="steelworks"),
            pytest.param(ELECTRONICS, "core", id="electronics"),
            pytest.param(DEVELOPER, "growth", id="developer"),
            pytest.param(FOUNDRY, "growth", id="foundry"),
            pytest.param(TEA_HOUSE, "basic", id="tea-house"),
        ],
    )
    def test_companies(self, known: dict[str, Any], expected: str) -> None:
        decision = reviewed(known, standing=None).tier
        assert (decision.tier, decision.is_undetermined) == (expected, False)

    def test_an_institution_without_loans_needs_no_return_on_capital(self) -> None:
        assert tier(HOSPITAL, kind=CustomerKind.INSTITUTIONAL) == "strategic"

    @pytest.mark.parametrize("known", [STEELWORKS, HOSPITAL])
    def test_a_person_is_a_basic_customer_whatever_they_bring_in(
        self, known: dict[str, Any]
    ) -> None:
        assert tier(known, kind=CustomerKind.PERSONAL) == "basic"

    def test_what_the_chain_desk_does_not_say_leaves_the_tier_open(self) -> None:
        decision = reviewed(STEELWORKS, standing=None, corporate__chain_role=None).tier
        assert decision.is_provisional
        assert "corporate.chain_role" in decision.missing

    def test_each_tier_has_words_in_both_languages(self) -> None:
        tiering = ENGINE.rule_book.tiering
        assert all(tiering.label(each).zh.endswith("客户") for each in LADDER)
        own = [rule for rule in ENGINE.rule_book.rules() if rule.origin.startswith("corporate ")]
        labels = [getattr(rule.then, "label", rule.reason) for rule in own]
        assert all(text is not None and text.en and text.zh for text in labels)


class TestThresholds:
    """Each on both sides."""

    @pytest.mark.parametrize(
        ("known", "threshold", "at", "below"),
        [
            (HOSPITAL, STRATEGIC_FROM, "strategic", "core"),
            (ELECTRONICS, CORE_FROM, "core", "growth"),
            (TEA_HOUSE, GROWTH_FROM, "growth", "basic"),
        ],
    )
    def test_contribution(self, known: dict[str, Any], threshold: int, at: str, below: str) -> None:
        assert tier(known, contribution_12m=Decimal(threshold)) == at
        assert tier(known, contribution_12m=threshold - CENT) == below

    @pytest.mark.parametrize(
        ("industry", "hurdle"), [("C39", "0.10"), *((code, "0.13") for code in CAUTIOUS)]
    )
    def test_the_hurdle_is_higher_in_industries_treated_with_caution(
        self, industry: str, hurdle: str
    ) -> None:
        short = Decimal(hurdle) - Decimal("0.000001")
        assert tier(STEELWORKS, industry=industry, raroc_12m=Decimal(hurdle)) == "strategic"
        assert tier(STEELWORKS, industry=industry, raroc_12m=short) == "growth"

    def test_the_host_sets_the_hurdle(self) -> None:
        engine = Engine.discover(["corporate"], settings={"corporate": {"hurdle": "0.12"}})
        assert tier(ELECTRONICS, engine=engine) == "growth"
        assert tier(ELECTRONICS, engine=engine, raroc_12m=Decimal("0.12")) == "core"

    @pytest.mark.parametrize(
        ("banked", "expected"), [(60, "strategic"), (59, "core"), (19, "growth")]
    )
    def test_a_core_enterprise_brings_its_suppliers(self, banked: int, expected: str) -> None:
        assert tier(STEELWORKS, corporate__chain_suppliers_banked=banked) == expected

    @pytest.mark.parametrize(
        ("inflow", "expected"),
        [("200000000", "strategic"), ("199999799.99", "core")],
    )
    def test_or_settles_half_of_its_sales_here(self, inflow: str, expected: str) -> None:
        assert tier(HOSPITAL, corporate__settlement_inflow_12m=Decimal(inflow)) == expected

    @pytest.mark.parametrize("industry", ENCOURAGED)
    def test_a_favoured_industry_is_position_enough_for_core(self, industry: str) -> None:
        assert tier(ELECTRONICS, industry=industry) == "core"
        assert tier(ELECTRONICS, industry="H62") == "growth"

    @pytest.mark.parametrize("role", ["supplier", "buyer"])
    def test_a_part_of_a_chain_that_settles_here_grows(self, role: str) -> None:
        least = Decimal(800_000)
        assert tier(FOUNDRY, corporate__chain_role=role) == "growth"
        at = tier(FOUNDRY, corporate__chain_role=role, corporate__settlement_inflow_12m=least)
        assert at == "growth"
        below = least - 8
        assert tier(FOUNDRY, corporate__settlement_inflow_12m=below) == "basic"
        assert tier(FOUNDRY, corporate__chain_role="none") == "basic"


class TestSouthHarbour:
    """In this city core customers begin at 700,000."""

    def test_there_and_nowhere_else(self) -> None:
        worth = Decimal(SOUTH_HARBOUR_CORE_FROM)
        assert tier(ELECTRONICS, contribution_12m=worth, scope=SOUTH_HARBOUR) == "core"
        assert tier(ELECTRONICS, contribution_12m=worth, scope=(*SOUTH_HARBOUR, "B1")) == "core"
        assert tier(ELECTRONICS, contribution_12m=worth - CENT, scope=SOUTH_HARBOUR) == "growth"
        assert tier(ELECTRONICS, contribution_12m=worth) == "growth"
        assert tier(ELECTRONICS, contribution_12m=worth, scope=SOUTH_HARBOUR[:1]) == "growth"

    def test_the_decision_says_whose_rule_it_was(self) -> None:
        assert reviewed(ELECTRONICS, scope=SOUTH_HARBOUR).tier.scope == SOUTH_HARBOUR

    def test_a_tier_is_kept_there_by_less_too(self) -> None:
        held = Standing(
            tier="core", tier_since=date(2025, 1, 1), stage="stable", reviewed=date(2026, 5, 31)
        )
        worth = Decimal(630_000)
        there = {"scope": SOUTH_HARBOUR, "standing": held}
        assert reviewed(ELECTRONICS, contribution_12m=worth, **there).tier.pending is None
        assert reviewed(ELECTRONICS, contribution_12m=worth - CENT, **there).tier.pending

    @pytest.mark.parametrize(
        ("threshold", "is_allowed"),
        [
            (CORE_LIMITS[0], True),
            (CORE_LIMITS[0] - 1, False),
            (CORE_LIMITS[1], True),
            (CORE_LIMITS[1] + 1, False),
        ],
    )
    def test_another_branch_may_go_as_far_as_head_office_lets_it(
        self, threshold: int, is_allowed: bool
    ) -> None:
        (core,) = (
            rule
            for rule in ENGINE.rule_book.tiering.rules.rules
            if rule.id == "core" and not rule.scope
        )
        first, worth, *others = core.when.operands  # type: ignore[attr-defined]
        assert worth.same_as(contribution_12m >= CORE_FROM)
        when = first & (contribution_12m >= threshold)
        for other in others:
            when = when & other

        class Branch:
            @hookimpl
            def rc_tiering(self) -> Any:
                return extend(rules=[Rule("core", when, scope=("P3",))])

        if is_allowed:
            Engine.from_plugins(CorporateBank(), Branch())
        else:
            with pytest.raises(RelationshipError, match="outside"):
                Engine.from_plugins(CorporateBank(), Branch())


class TestService:
    """Teams, chain finance and prices follow tier, industry and role."""

    def test_a_core_enterprise_gets_finance_for_its_suppliers(self) -> None:
        assert codes(STEELWORKS) == {"supplier-finance", "price-band-a"}
        assert "supplier-finance" not in codes(STEELWORKS, corporate__chain_role="buyer")

    def test_its_suppliers_get_finance_against_what_it_owes(self) -> None:
        assert codes(FOUNDRY, corporate__core_enterprise_lost=False) == {"receivables-finance"}
        assert "receivables-finance" not in codes(FOUNDRY, corporate__core_enterprise_lost=True)
        assert "receivables-finance" not in codes(FOUNDRY)

    def test_specialists_know_the_favoured_industries(self) -> None:
        core = {"relationship-manager", "price-band-b"}
        assert codes(ELECTRONICS) == {*core, "industry-team"}
        settled = ELECTRONICS["corporate.sales_12m"]
        assert codes(ELECTRONICS, industry="H62", corporate__settlement_inflow_12m=settled) == core

    @pytest.mark.parametrize(("inflow", "has_band"), [("30000000", True), ("29999900", False)])
    def test_a_growth_customer_pays_less_who_settles_here(
        self, inflow: str, has_band: bool
    ) -> None:
        granted = codes(DEVELOPER, corporate__settlement_inflow_12m=Decimal(inflow))
        assert ("price-band-c" in granted) is has_band

    @pytest.mark.parametrize("stage", ["lost", "exited"])
    def test_nothing_of_it_outlives_the_relationship(self, stage: str) -> None:
        gone = Standing(stage=stage, reviewed=date(2026, 5, 31))
        assert codes(STEELWORKS, standing=gone) == set()

    def test_basic_services_are_everybodys(self) -> None:
        granted = reviewed(TEA_HOUSE, product_count=1).services.entitlements
        assert "basic" in {each.entitlement.code for each in granted}

    @pytest.mark.parametrize(
        ("known", "changes", "code"),
        [
            (STEELWORKS, {"days_since_contact": 90}, "visit-due"),
            (STEELWORKS, {"corporate__chain_suppliers_banked": 59}, "win-suppliers"),
            (FOUNDRY, {"days_to_loan_maturity": 90}, "renew-limits"),
        ],
    )
    def test_occasions_to_care(
        self, known: dict[str, Any], changes: dict[str, Any], code: str
    ) -> None:
        def noticed(**known_too: Any) -> set[str]:
            return {each.code for each in reviewed(known, **known_too).services.care}

        (name,) = changes
        beyond = {name: changes[name] + (1 if code != "visit-due" else -1)}
        assert code in noticed(**changes)
        assert code not in noticed(**beyond)


class TestRetention:
    """Settlement leaves before balances do, and a supplier follows its core enterprise."""

    calm: ClassVar[dict[str, Any]] = {
        "balance_change_3m": Decimal(0),
        "deposits_average_3m": Decimal(1_000_000),
        "outflow_to_other_banks_30d": Decimal(0),
        "overdue_complaints": 0,
        "product_count_change_6m": 0,
        "manager_left": False,
        "corporate__settlement_change_3m": Decimal(0),
        "corporate__core_enterprise_lost": False,
    }

    def seen(self, known: dict[str, Any], **changes: Any) -> tuple[str, set[str], str | None]:
        """The risk, the signals, and what is proposed."""
        found = reviewed(known, **self.calm | changes).retention
        assert not found.is_undetermined
        return found.risk, {each.rule for each in found.signals}, found.action_rule

    @pytest.mark.parametrize("known", [STEELWORKS, ELECTRONICS, DEVELOPER, FOUNDRY, TEA_HOUSE])
    def test_where_nothing_is_amiss_nothing_is_done(self, known: dict[str, Any]) -> None:
        assert self.seen(known) == ("low", set(), None)

    @pytest.mark.parametrize(
        ("known", "risk", "action"),
        [
            (STEELWORKS, "high", "executive-visit"),
            (ELECTRONICS, "high", "cash-management-offer"),
            (DEVELOPER, "medium", "manager-call"),
        ],
    )
    def test_settlement_that_leaves(self, known: dict[str, Any], risk: str, action: str) -> None:
        leaves, stays = Decimal("-0.3"), Decimal("-0.299999")
        expected = (risk, {"settlement-leaving"}, action)
        assert self.seen(known, corporate__settlement_change_3m=leaves) == expected
        assert self.seen(known, corporate__settlement_change_3m=stays)[0] == "low"

    def test_it_is_no_sign_where_the_bank_cut_the_business(self) -> None:
        fall = {"corporate__settlement_change_3m": Decimal(-1), "balance_change_3m": Decimal(-1)}
        assert self.seen(STEELWORKS, **fall)[0] == "high"
        assert self.seen(STEELWORKS, **fall, bank_led_cut=True)[0] == "low"

    def test_a_supplier_whose_core_enterprise_is_lost(self) -> None:
        lost = {"corporate__core_enterprise_lost": True}
        assert self.seen(FOUNDRY, **lost) == ("medium", {"core-enterprise-lost"}, "new-chain")
        assert self.seen(TEA_HOUSE, **lost) == ("low", set(), None)

    def test_no_action_costs_more_than_the_customer_is_worth(self) -> None:
        lost = {"corporate__core_enterprise_lost": True}
        assert self.seen(FOUNDRY, **lost, contribution_12m=Decimal(8_000))[2] == "new-chain"
        assert self.seen(FOUNDRY, **lost, contribution_12m=Decimal(7_999))[2] == "manager-call"

    def test_two_signs_are_grave_for_anybody(self) -> None:
        risk, signals, action = self.seen(
            TEA_HOUSE, overdue_complaints=1, outflow_to_other_banks_30d=Decimal(300_000)
        )
        assert (risk, action) == ("high", "answer-complaint")
        assert signals == {"overdue-complaint", "outflow-to-other-banks"}

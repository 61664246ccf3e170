from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from relationship_core import Standing
from relationship_core.decisions.tiering import TierChange
from relationship_core.errors import RuleBookError
from relationship_core.plugins.builtin_tiering import Cutoff, default_tiering
from tests.decisions.known_facts import known

TIERING = default_tiering()
JUNE = date(2026, 6, 30)


def tier_of(percentile: str | None, before: Standing | None = None, **changed: Any) -> str:
    facts = known(
        **{
            "kind": "personal",
            "contribution_12m": 1,
            "contribution_percentile": percentile,
            **changed,
        }
    )
    return TIERING.decide(before, facts, JUNE).tier


@pytest.mark.parametrize(
    ("percentile", "tier"),
    [
        ("1", "vip"),
        ("0.99", "vip"),
        ("0.989999", "key"),
        ("0.95", "key"),
        ("0.949999", "secondary"),
        ("0.80", "secondary"),
        ("0.799999", "ordinary"),
        ("0.50", "ordinary"),
        ("0.499999", "small"),
        ("0", "small"),
    ],
)
def test_the_pyramid(percentile: str, tier: str) -> None:
    assert tier_of(percentile) == tier


def test_whoever_brings_in_nothing_is_small_even_without_benchmarks() -> None:
    decision = TIERING.decide(None, known(kind="personal", contribution_12m=0), JUNE)
    assert (decision.tier, decision.is_undetermined) == ("small", False)


def test_without_benchmarks_the_tier_is_provisional_and_says_what_it_lacks() -> None:
    decision = TIERING.decide(None, known(kind="personal", contribution_12m=500), JUNE)
    assert (decision.tier, decision.is_provisional) == ("small", True)
    assert decision.missing == ("contribution_percentile",)


@pytest.mark.parametrize("kind", ["corporate", "institutional"])
@pytest.mark.parametrize(
    ("raroc", "tier"), [("0.10", "key"), ("0.099999", "secondary"), (None, "key")]
)
def test_a_key_organisation_earns_its_capital(kind: str, raroc: str | None, tier: str) -> None:
    assert tier_of("0.96", kind=kind, raroc_12m=raroc) == tier
    assert tier_of("0.96", kind="personal", raroc_12m=raroc) == "key"


@pytest.mark.parametrize(
    ("tier", "percentile", "change"),
    [
        ("vip", "0.98", TierChange.HELD),
        ("vip", "0.979999", TierChange.WAITING),
        ("key", "0.93", TierChange.HELD),
        ("key", "0.929999", TierChange.WAITING),
        ("secondary", "0.78", TierChange.HELD),
        ("ordinary", "0.479999", TierChange.WAITING),
    ],
)
def test_a_tier_is_left_below_where_it_is_entered(
    tier: str, percentile: str, change: TierChange
) -> None:
    before = Standing(tier=tier, tier_since=date(2020, 1, 1))
    facts = known(kind="personal", contribution_12m=1, contribution_percentile=percentile)
    assert TIERING.decide(before, facts, JUNE).change is change


def test_a_key_customer_falls_after_two_reviews_and_six_months() -> None:
    facts = known(kind="personal", contribution_12m=1, contribution_percentile="0.92")
    standing = Standing(tier="key", tier_since=date(2026, 1, 31), reviewed=date(2026, 1, 31))
    tiers = []
    for days in (0, 20, 31, 40):
        decision = TIERING.decide(standing, facts, JUNE + timedelta(days=days))
        standing = decision.standing
        tiers.append(decision.tier)
    assert tiers == ["key", "key", "secondary", "secondary"]


def test_gold_are_the_key_customers_and_the_rest_is_divided() -> None:
    assert TIERING.gold == ("vip", "key")
    assert TIERING.treat("key", known()) is None
    assert TIERING.treat("secondary", known()) is not None


def test_every_tier_has_words_and_every_rule_a_reason_in_both_languages() -> None:
    assert all(TIERING.label(tier).zh for tier in TIERING.ladder)
    for rule in (*TIERING.rules.rules, *TIERING.keep.rules):
        assert rule.reason is not None
        assert rule.reason.zh


def test_every_cut_off_is_the_bank_s_to_set() -> None:
    wide = default_tiering(
        key=Cutoff(Decimal("0.90"), Decimal("0.85")), hurdle=Decimal("0.5"), downgrade=None
    )
    facts = known(kind="personal", contribution_12m=1, contribution_percentile="0.90")
    assert wide.decide(None, facts, JUNE).tier == "key"
    firm = known(
        kind="corporate", contribution_12m=1, contribution_percentile="0.90", raroc_12m="0.4"
    )
    assert wide.decide(None, firm, JUNE).tier == "secondary"
    assert default_tiering() == TIERING


@pytest.mark.parametrize(("enters", "leaves"), [("0.9", "0.95"), ("1.1", "0.9"), ("0.5", "-0.1")])
def test_a_tier_is_not_left_above_where_it_is_entered(enters: str, leaves: str) -> None:
    with pytest.raises(RuleBookError, match="left at or below"):
        Cutoff(Decimal(enters), Decimal(leaves))

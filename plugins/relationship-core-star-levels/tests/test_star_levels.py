"""Seven Star Bank's rules, tried on the plugin as it is installed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from importlib.metadata import entry_points, version
from typing import Any, ClassVar

import pytest
from relationship_core_star_levels.levels import LEVELS, NORTH_RIVER, ONE_STAR

from relationship_core import Customer, CustomerKind, Dossier, Engine, Review, Standing, Text
from relationship_core.testing import RetentionContract, ServiceContract, TieringContract

AS_OF = date(2026, 6, 30)
RECENT = date(2025, 1, 1)
LOYAL = date(2010, 1, 1)
ELSEWHERE = ("P1", "P1C1", "P1C1B1")
THERE = (*NORTH_RIVER, "P1C3B1")

ENGINE = Engine.discover(["star-levels"])


def reviewed(
    engine: Engine = ENGINE,
    *,
    kind: CustomerKind = CustomerKind.PERSONAL,
    since: date = RECENT,
    scope: tuple[str, ...] = ELSEWHERE,
    standing: Standing | None = None,
    as_of: date = AS_OF,
    **supplied: Any,
) -> Review:
    """The review of a customer of whom these facts are known."""
    facts = {name.replace("__", "."): value for name, value in supplied.items()}
    dossier = Dossier(
        Customer("c", kind, since=since), standing=standing, scope=scope, supplied=facts
    )
    return engine.review(dossier, as_of)


def stars(aum: str | int, **changes: Any) -> int:
    """A person's stars by assets."""
    return int(reviewed(aum=Decimal(aum), **changes).tier.tier.removeprefix("star-"))


def codes(**known: Any) -> set[str]:
    """What such a customer is entitled to by stars."""
    granted = reviewed(**known).services.entitlements
    return {each.entitlement.code for each in granted if each.origin.startswith("star-levels")}


def test_it_is_installed_under_its_name() -> None:
    (point,) = entry_points(group="relationship_core", name="star-levels")
    assert point.value == "relationship_core_star_levels:StarLevels"
    assert ENGINE.rule_book.plugins == (f"star-levels {version('relationship-core-star-levels')}",)


class TestTieringLaws(TieringContract):
    """More assets, contribution or years never give fewer stars, in no town."""

    plugin = "star-levels"
    monotone: ClassVar[set[str]] = {"aum", "contribution_12m", "tenure_months"}


class TestServiceLaws(ServiceContract):
    """More points never take a gift away."""

    plugin = "star-levels"
    monotone: ClassVar[set[str]] = {"star.event_points"}


class TestRetentionLaws(RetentionContract):
    """What is added leaves the built-in signals and risks as they are."""

    plugin = "star-levels"
    monotone: ClassVar[set[str]] = {"overdue_complaints"}
    antitone: ClassVar[set[str]] = {"balance_change_3m"}


class TestLevels:
    """Seven of them, by assets or contribution."""

    @pytest.mark.parametrize("level", LEVELS, ids=lambda level: level.tier)
    def test_a_person_reaches_a_level_by_assets(self, level: Any) -> None:
        assert stars(level.aum) == level.stars
        assert stars(Decimal(level.aum) - Decimal("0.01")) == level.stars - 1

    @pytest.mark.parametrize("level", LEVELS, ids=lambda level: level.tier)
    @pytest.mark.parametrize("kind", [CustomerKind.CORPORATE, CustomerKind.INSTITUTIONAL])
    def test_an_organisation_reaches_a_level_by_contribution(
        self, level: Any, kind: CustomerKind
    ) -> None:
        worth = Decimal(level.contribution)
        tier = reviewed(kind=kind, aum=Decimal(0), contribution_12m=worth).tier.tier
        assert tier == level.tier

    def test_everybody_has_at_least_one_star(self) -> None:
        assert stars(0) == 1

    def test_without_known_assets_the_level_is_only_a_guess(self) -> None:
        decision = reviewed().tier
        assert decision.tier == ONE_STAR
        assert decision.is_provisional
        assert decision.missing == ("aum",)

    def test_each_level_has_words_in_both_languages(self) -> None:
        tiering = ENGINE.rule_book.tiering
        assert tiering.label("star-7") == Text("Seven stars", "七星级")
        assert all(tiering.label(tier).zh.endswith("星级") for tier in tiering.ladder)
        assert all(rule.reason is not None and rule.reason.zh for rule in tiering.rules.rules)


class TestLoyalty:
    """Who has been a customer for long needs less, never more."""

    def test_four_fifths_are_enough(self) -> None:
        assert stars(800_000, since=LOYAL) == 5
        assert stars("799999.99", since=LOYAL) == 4
        assert stars(800_000) == 4

    def test_the_host_says_from_when_on(self, plugin_host: Any) -> None:
        engine = plugin_host("star-levels", {"star_levels": {"loyal_months": 12}})
        assert stars(800_000, engine=engine) == 5


class TestNorthRiver:
    """In this town four stars begin at 200,000."""

    def test_there_and_in_its_branches(self) -> None:
        assert stars(200_000, scope=NORTH_RIVER) == 4
        assert stars(200_000, scope=THERE) == 4
        assert stars("199999.99", scope=THERE) == 3

    def test_nowhere_else(self) -> None:
        assert stars(200_000) == 3
        assert stars(200_000, scope=()) == 3
        assert stars(200_000, scope=("P1",)) == 3

    @pytest.mark.parametrize("level", [each for each in LEVELS if each.stars != 4])
    def test_other_levels_are_as_everywhere(self, level: Any) -> None:
        assert stars(level.aum, scope=THERE) == stars(level.aum) == level.stars

    def test_a_level_is_kept_there_by_less_too(self) -> None:
        held = Standing(tier="star-4", tier_since=date(2025, 1, 1), reviewed=date(2026, 5, 31))
        kept = reviewed(aum=Decimal(180_000), scope=THERE, standing=held).tier
        falling = reviewed(aum=Decimal(180_000), standing=held).tier
        assert kept.pending is None
        assert falling.pending is not None


class TestLosingALevel:
    """It takes nine tenths to keep one, and two reviews and three months to lose it."""

    held = Standing(tier="star-5", tier_since=date(2026, 1, 1), reviewed=date(2026, 5, 31))

    def test_nine_tenths_keep_it(self) -> None:
        assert reviewed(aum=Decimal(900_000), standing=self.held).tier.pending is None

    def test_one_bad_review_is_not_enough_two_are(self) -> None:
        first = reviewed(aum=Decimal(899_999), standing=self.held)
        assert first.tier.tier == "star-5"
        second = reviewed(aum=Decimal(899_999), standing=first.standing, as_of=date(2026, 7, 31))
        assert second.tier.tier == "star-4"

    def test_a_better_level_comes_at_once(self) -> None:
        assert reviewed(aum=Decimal(3_000_000), standing=self.held).tier.tier == "star-6"


class TestGrowth:
    """Below five stars, those who grow are nurtured."""

    growing: ClassVar[dict[str, Any]] = {
        "balance_change_3m": Decimal("0.1"),
        "product_count": 2,
        "months_inactive": 0,
    }
    stage = Standing(stage="formation", reviewed=date(2026, 5, 31))

    @pytest.mark.parametrize(
        ("aum", "nurtured"), [(0, False), (5_000, True), (300_000, True), (1_000_000, False)]
    )
    def test_of_two_to_four_stars(self, aum: int, nurtured: bool) -> None:
        granted = codes(aum=Decimal(aum), standing=self.stage, **self.growing)
        assert ("star-growth" in granted) is nurtured

    @pytest.mark.parametrize(
        "short",
        [{"balance_change_3m": Decimal("0.099999")}, {"product_count": 1}, {"months_inactive": 1}],
    )
    def test_only_with_all_signs_of_growth(self, short: dict[str, Any]) -> None:
        known = self.growing | short
        assert "star-growth" not in codes(aum=Decimal(50_000), standing=self.stage, **known)

    def test_growth_is_also_how_they_are_treated(self) -> None:
        review = reviewed(aum=Decimal(50_000), **self.growing)
        choice = ENGINE.effective(ELSEWHERE).tiering.treat(review.tier.tier, review.facts)
        assert choice is not None
        assert choice.outcome == "nurture"


class TestFactsOfItsOwn:
    """One is computed, one is supplied."""

    def test_the_share_of_deposits_is_computed(self) -> None:
        known = {"aum": Decimal(1_000_000), "deposits_average_3m": Decimal(950_000)}
        review = reviewed(**known)
        assert review.facts["star.deposits_share"] == Decimal("0.950000")
        assert "star-advice" in codes(**known, standing=TestGrowth.stage)

    def test_it_is_missing_without_assets(self) -> None:
        facts = reviewed(aum=Decimal(0), deposits_average_3m=Decimal(1)).facts
        assert facts["star.deposits_share"] is None

    def test_points_come_from_the_host(self) -> None:
        assert "star-gift" in codes(star__event_points=500)
        assert "star-gift" not in codes(star__event_points=499)
        assert "star-gift" not in codes()

    def test_the_host_says_how_many_earn_a_gift(self, plugin_host: Any) -> None:
        engine = plugin_host("star-levels", {"star_levels": {"points_for_gift": 10}})
        assert "star-gift" in codes(engine=engine, star__event_points=10)


class TestBesideTheBuiltInRules:
    """What it extends is still there."""

    def test_basic_services_are_everybodys(self) -> None:
        granted = reviewed(aum=Decimal(0), product_count=1).services.entitlements
        assert "basic" in {each.entitlement.code for each in granted}

    @pytest.mark.parametrize(
        ("aum", "contribution", "action"),
        [
            (1_000_000, 5_000, "star-visit"),
            (8_000_000, 5_000, "manager-visit"),
            (8_000_000, 1_100, "star-visit"),
        ],
    )
    def test_a_leaver_of_five_stars_or_more_is_visited(
        self, aum: int, contribution: int, action: str
    ) -> None:
        review = reviewed(
            aum=Decimal(aum),
            contribution_12m=Decimal(contribution),
            balance_change_3m=Decimal("-0.5"),
            salary_stopped=True,
            overdue_complaints=0,
            standing=TestGrowth.stage,
        )
        assert review.retention.risk == "high"
        assert review.retention.action_rule == action

    def test_a_small_bank_has_customers_of_many_stars(
        self, small_bank: tuple[Dossier, ...]
    ) -> None:
        there = {ENGINE.review(each, AS_OF).tier.tier for each in small_bank}
        assert {"star-1", "star-2", "star-3", "star-4", "star-6"} <= there

    def test_what_is_missing_to_the_next_level_is_told(self) -> None:
        facts = reviewed(aum=Decimal(280_000)).facts
        nearest, *_ = ENGINE.effective(ELSEWHERE).tiering.missing_to_next("star-3", facts)
        assert nearest.rule_id == "star-4"
        assert Decimal(20_000) in {condition.distance for condition in nearest.conditions}

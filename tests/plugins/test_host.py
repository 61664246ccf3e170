"""Many plugins, one rule book: whose answer holds, in what order, and who is to blame."""

from __future__ import annotations

from datetime import date
from itertools import permutations

import pytest
from attrs import evolve

from relationship_core import (
    ContributionParameters,
    Entitlement,
    Fact,
    Kind,
    Model,
    Rule,
    RuleSet,
    Service,
    Tiering,
    extend,
)
from relationship_core.decisions.match_matrix import match_matrix
from relationship_core.errors import PluginError, RelationshipError, RuleBookError
from relationship_core.facts import aum, service_ability, tenure_months, tier
from relationship_core.plugins.builtin import BUILTIN
from relationship_core.plugins.host import Assembly, assemble
from relationship_core.plugins.plugin import Plugin
from tests.plugins.bank import lounge, plugin, two_tiers

SHARE = Fact("west.share", Kind.RATIO)


def made(*plugins: Plugin, mode: str = "fail") -> Assembly:
    """What the host makes of the plugins."""
    return assemble(plugins, on_plugin_error=mode)


def faults(*plugins: Plugin) -> dict[str, tuple[str, str]]:
    """For each plugin that is left out, the hook and the reason."""
    return {each.plugin: (each.hook, each.reason) for each in made(*plugins, mode="skip").skipped}


class TestWhoseAnswerHolds:
    """The built-in one, a replacement, or both together."""

    def test_without_plugins_the_built_in_rules_hold(self) -> None:
        book = made().rule_book
        assert book.tiering.ladder[0] == "vip"
        assert {rule.origin for rule in book.rules()} == {"builtin"}
        assert book.plugins == ()

    def test_a_plugin_replaces_what_it_answers_and_nothing_else(self) -> None:
        book = made(plugin("west", rc_tiering=lambda: two_tiers("west"))).rule_book
        assert book.tiering.ladder == ("west", "rest")
        assert book.lifecycle == made().rule_book.lifecycle
        granted = {rule.id for rule in book.service.entitlements.rules}
        assert granted < {rule.id for rule in made().rule_book.service.entitlements.rules}

    def test_an_extension_adds_to_what_is_in_force(self) -> None:
        book = made(plugin("west", rc_service=lambda: extend(entitlements=[lounge()]))).rule_book
        assert {rule.id for rule in book.service.entitlements.rules} > {"basic", "lounge"}

    def test_an_extension_adds_to_another_plugins_replacement(self) -> None:
        book = made(
            plugin("west", rc_service=lambda: Service(entitlements=[lounge()])),
            plugin("east", rc_service=lambda: extend(care=made().rule_book.service.care.rules)),
        ).rule_book
        assert [rule.id for rule in book.service.entitlements.rules] == ["lounge"]
        assert book.service.care.rules == made().rule_book.service.care.rules

    def test_an_empty_extension_changes_nothing(self) -> None:
        book = made(plugin("west", rc_tiering=extend)).rule_book
        assert book.fingerprint == made().rule_book.fingerprint

    def test_replaced_parameters_replace_them_all(self) -> None:
        own = (ContributionParameters("west", date(2020, 1, 1), "CNY"),)
        book = made(plugin("west", rc_contribution_parameters=lambda: own)).rule_book
        assert book.contribution == own


class TestOrder:
    """It never matters."""

    def test_plugins_in_any_order_make_the_same_book(self) -> None:
        plugins = [
            plugin("west", rc_tiering=lambda: two_tiers("west"), rc_facts=lambda: [SHARE]),
            plugin("east", rc_tiering=lambda: extend(treatments=[Rule("charm", when=aum > 0)])),
            plugin("south", rc_service=lambda: extend(entitlements=[lounge(SHARE > 0)])),
            plugin("ladder", rc_tiering=lambda: extend(gold=["rest"])),
            plugin("steps", rc_tiering=lambda: extend(labels=[("rest", "the rest")])),
        ]
        turns = [plugins[turn:] + plugins[:turn] for turn in range(len(plugins))]
        books = [made(*order).rule_book for order in (*turns, *(turn[::-1] for turn in turns[:3]))]
        assert len({book.fingerprint for book in books}) == 1
        assert {book.plugins for book in books} == {
            ("east 1.0", "ladder 1.0", "south 1.0", "steps 1.0", "west 1.0")
        }

    def test_facts_may_build_on_each_other_in_any_order(self) -> None:
        first = Fact("west.a", Kind.MONEY, derived=aum * 2)
        second = Fact("east.b", Kind.MONEY, derived=first + aum)
        for facts in permutations([first, second]):
            west = plugin("west", rc_facts=lambda facts=facts: list(facts))
            assert set(made(west).rule_book.catalogue) > {"west.a", "east.b"}
        separate = [
            plugin("west", rc_facts=lambda: [first]),
            plugin("east", rc_facts=lambda: [second]),
        ]
        for plugins in permutations(separate):
            assert set(made(*plugins).rule_book.catalogue) > {"west.a", "east.b"}


class TestOrigin:
    """Every rule says where it came from."""

    def test_every_rule_of_a_plugin_is_marked(self) -> None:
        west = plugin(
            "west",
            "2.1",
            rc_tiering=lambda: two_tiers("west"),
            rc_service=lambda: extend(entitlements=[lounge()]),
        )
        book = made(west).rule_book
        assert {rule.origin for rule in book.tiering.rules.rules} == {"west 2.1"}
        origins = {rule.id: rule.origin for rule in book.service.entitlements.rules}
        assert origins["lounge"] == "west 2.1"
        assert origins["basic"] == "builtin"

    def test_what_a_plugin_leaves_at_its_default_is_built_in(self) -> None:
        plain, own = two_tiers("west"), match_matrix(able=service_ability >= 0.9)
        for tiering, matrix in ((plain, "builtin"), (evolve(plain, matrix=own), "west 1.0")):
            west = plugin("west", rc_tiering=lambda given=tiering: given)
            book = made(west).rule_book
            assert {rule.origin for rule in book.tiering.rules.rules} == {"west 1.0"}
            assert {rule.origin for rule in book.tiering.matrix.rules} == {matrix}
            assert {rule.origin for rule in book.tiering.treatments.rules} == {"builtin"}

    def test_a_rule_cannot_claim_another_origin(self) -> None:
        service = Service(entitlements=[lounge(origin="the central bank")])
        book = made(plugin("west", rc_service=lambda: service)).rule_book
        assert {rule.origin for rule in book.service.entitlements.rules} == {"west 1.0"}

    def test_the_origin_is_no_part_of_a_books_identity(self) -> None:
        one, other = (
            made(plugin(name, version, rc_tiering=lambda: two_tiers("gold"))).rule_book
            for name, version in (("west", "1.0"), ("east", "2.0"))
        )
        assert one.fingerprint == other.fingerprint
        assert one == other


class TestPluginsThatDoNotGoTogether:
    """Nobody's fault alone: the host has to choose, whatever it does about faults."""

    @pytest.mark.parametrize("mode", ["fail", "skip"])
    def test_two_replacements_of_one_part(self, mode: str) -> None:
        with pytest.raises(RuleBookError, match=r"east 1\.0 and west 1\.0 both replace"):
            made(plugin("west", rc_service=Service), plugin("east", rc_service=Service), mode=mode)

    @pytest.mark.parametrize("mode", ["fail", "skip"])
    def test_two_rules_of_one_name(self, mode: str) -> None:
        both = [
            plugin(name, rc_service=lambda: extend(entitlements=[lounge()]))
            for name in ("west", "east")
        ]
        with pytest.raises(RelationshipError, match=r"lounge.*from east 1\.0 and west 1\.0"):
            made(*both, mode=mode)

    @pytest.mark.parametrize("mode", ["fail", "skip"])
    def test_two_facts_of_one_name(self, mode: str) -> None:
        both = [plugin(name, rc_facts=lambda: [SHARE]) for name in ("west", "east")]
        with pytest.raises(RuleBookError, match=r"east 1\.0 and west 1\.0 both have a fact"):
            made(*both, mode=mode)

    @pytest.mark.parametrize("mode", ["fail", "skip"])
    def test_facts_in_a_circle_across_plugins(self, mode: str) -> None:
        share = Fact("east.share", Kind.RATIO, derived=SHARE + 1)
        circular = Fact("west.share", Kind.RATIO, derived=share - 1)
        with pytest.raises(RuleBookError, match=r"east\.share -> west\.share -> east\.share"):
            made(
                plugin("west", rc_facts=lambda: [circular], rc_models=list),
                plugin("east", rc_facts=lambda: [share]),
                mode=mode,
            )

    @pytest.mark.parametrize("mode", ["fail", "skip"])
    def test_two_plugins_of_one_name(self, mode: str) -> None:
        with pytest.raises(RuleBookError, match="two plugins are named 'west'"):
            made(plugin("west", rc_service=extend), plugin("west", rc_tiering=extend), mode=mode)

    def test_a_plugin_that_calls_itself_built_in(self) -> None:
        with pytest.raises(RuleBookError, match="two plugins are named 'builtin'"):
            made(plugin(BUILTIN.name, rc_service=extend))

    def test_once_a_faulty_one_is_left_out_the_others_may_go_together(self) -> None:
        misspelt = Fact("aumm", Kind.MONEY)
        assembly = made(
            plugin("west", rc_service=lambda: Service(entitlements=[lounge(misspelt > 0)])),
            plugin("east", rc_service=lambda: Service(entitlements=[lounge()])),
            mode="skip",
        )
        assert [report.plugin for report in assembly.skipped] == ["west"]
        assert assembly.rule_book.plugins == ("east 1.0",)


class TestWhoIsToBlame:
    """A fault is told of the plugin that made it, never of one that rests on it or stands by."""

    def test_not_the_plugin_that_comes_first(self) -> None:
        found = faults(
            plugin("a-sound-one", rc_service=lambda: extend(entitlements=[lounge()])),
            plugin(
                "west",
                rc_tiering=lambda: Tiering(
                    ladder=["a", "b"], rules=[Rule("a", when=Fact("aumm", Kind.MONEY) > 0)]
                ),
            ),
        )
        assert list(found) == ["west"]
        assert found["west"][0] == "rc_tiering"

    def test_of_several_hooks_the_one_that_is_wrong(self) -> None:
        tier_too_early = two_tiers("gold").rules.rules[0].when & (tier == "gold")
        west = plugin(
            "west",
            rc_facts=lambda: [SHARE],
            rc_service=lambda: extend(entitlements=[lounge(SHARE > 0)]),
            rc_tiering=lambda: Tiering(ladder=["a", "b"], rules=[Rule("a", when=tier_too_early)]),
        )
        with pytest.raises(PluginError) as caught:
            made(west)
        assert caught.value.hook == "rc_tiering"
        assert caught.value.__cause__ is not None

    def test_a_fact_that_builds_on_a_faulty_one_is_not(self) -> None:
        unfounded = Fact("west.share", Kind.RATIO, derived=Fact("aumm", Kind.RATIO) + 1)
        building = Fact("east.share", Kind.RATIO, derived=unfounded + 1)
        with pytest.raises(PluginError) as caught:
            made(
                plugin("east", rc_facts=lambda: [building]),
                plugin("west", rc_facts=lambda: [unfounded]),
            )
        assert (caught.value.plugin, caught.value.hook) == ("west", "rc_facts")

    def test_what_rests_on_a_plugin_left_out_is_left_out_too(self) -> None:
        unfounded = Fact("west.share", Kind.RATIO, derived=Fact("aumm", Kind.RATIO) + 1)
        found = faults(
            plugin("east", rc_service=lambda: extend(entitlements=[lounge(unfounded > 0)])),
            plugin("north", rc_service=extend),
            plugin("west", rc_facts=lambda: [unfounded]),
        )
        assert list(found) == ["east", "west"]
        assert "there is no fact 'west.share'" in found["east"][1]

    def test_an_extension_that_does_not_fit_the_replacement(self) -> None:
        east = plugin("east", rc_tiering=lambda: extend(rules=[Rule("vip", when=aum > 0)]))
        west = plugin("west", rc_tiering=lambda: two_tiers("gold"))
        assert list(faults(east, west)) == ["east"]

    def test_a_branch_that_replaces_a_rule_which_is_not_overridable(self) -> None:
        branch = lounge(aum >= 9, scope=["north"])
        east = plugin("east", rc_service=lambda: extend(entitlements=[branch]))
        west = plugin("west", rc_service=lambda: Service(entitlements=[lounge()]))
        hook, reason = faults(east, west)["east"]
        assert hook == "rc_service"
        assert "isn't overridable" in reason

    def test_a_model_that_reads_what_comes_after_it(self) -> None:
        score = Fact("west.score", Kind.RATIO)
        model = Model("west.model", "1", "0" * 64, score, inputs=[tenure_months, tier])
        west = plugin("west", rc_facts=lambda: [score], rc_models=lambda: [model])
        hook, reason = faults(west)["west"]
        assert hook == "rc_models"
        assert "'tier'" in reason

    def test_two_models_of_one_plugin_with_one_score(self) -> None:
        score = Fact("west.score", Kind.RATIO)
        models = [Model(name, "1", "0" * 64, score, inputs=[aum]) for name in ("a", "b")]
        west = plugin("west", rc_facts=lambda: [score], rc_models=lambda: models)
        hook, reason = faults(west)["west"]
        assert hook == "rc_models"
        assert "two models score 'west.score'" in reason

    def test_a_model_whose_score_is_derived_already(self) -> None:
        score = Fact("west.score", Kind.RATIO, derived=SHARE + 1)
        model = Model("west.model", "1", "0" * 64, score, inputs=[aum])
        west = plugin("west", rc_facts=lambda: [score, SHARE], rc_models=lambda: [model])
        hook, reason = faults(west)["west"]
        assert hook == "rc_models"
        assert "no supplied fact" in reason


def test_a_rule_set_may_be_answered_as_one() -> None:
    rules = RuleSet("service.entitlements", [lounge()], "collect")
    book = made(plugin("west", rc_service=lambda: Service(entitlements=rules))).rule_book
    assert book.service.entitlements.rules[0].origin == "west 1.0"


def test_what_a_plugin_changes_later_does_not_reach_the_book() -> None:
    rules = [lounge()]
    book = made(plugin("west", rc_service=lambda: Service(entitlements=rules))).rule_book
    before = book.service.entitlements.rules
    rules.append(Rule("spa", when=aum > 0, then=Entitlement("spa", "a spa")))
    assert book.service.entitlements.rules == before


def test_no_plugin_is_blamed_for_what_is_wrong_without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = Service(entitlements=[lounge(Fact("aumm", Kind.MONEY) > 0)])
    monkeypatch.setattr("relationship_core.plugins.builtin.default_service", lambda: broken)
    with pytest.raises(RelationshipError, match="there is no fact 'aumm'") as caught:
        made(plugin("west", rc_facts=lambda: [SHARE]))
    assert not isinstance(caught.value, PluginError)


def test_a_mode_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="shrug"):
        made(mode="shrug")

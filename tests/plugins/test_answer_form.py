"""Answers as data: all of an answer comes back, and no data whatever harms who reads it."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relationship_core import (
    ContributionParameters,
    Fact,
    Kind,
    Lifecycle,
    Model,
    Rule,
    Stage,
    Tiering,
    extend,
)
from relationship_core.errors import RelationshipError, RuleBookError
from relationship_core.facts import aum, tenure_months
from relationship_core.plugins.answer_form import read_answer, write_answer
from relationship_core.plugins.answers import PARTS
from relationship_core.plugins.builtin import BUILTIN
from relationship_core.plugins.extension import Extension
from relationship_core.plugins.plugin import HOOKS, OBSERVER
from tests.plugins.bank import lounge, two_tiers
from tests.plugins.test_frames import PLAIN

SHARE = Fact("west.share", Kind.RATIO, minimum=0, maximum=1, relations=[aum >= 0])
TENTH = Fact("west.tenth", Kind.MONEY, derived=aum * SHARE)
ANSWERING = [hook for hook in HOOKS if hook != OBSERVER]


def sent(hook: str, value: Any) -> Any:
    """An answer after its way through JSON."""
    return read_answer(hook, json.loads(json.dumps(write_answer(hook, value))))


class TestAWholePart:
    """Every rule of it, its place too."""

    @pytest.mark.parametrize("hook", PARTS)
    def test_of_the_built_in_rules(self, hook: str) -> None:
        part = BUILTIN.ask(hook, settings={})
        again = sent(hook, part)
        assert type(again) is type(part)
        assert again == part
        assert rules(again) == rules(part)
        assert all(place is not None for _, _, place in rules(part))

    def test_of_parameters(self) -> None:
        sets = tuple(BUILTIN.ask("rc_contribution_parameters", settings={}))
        assert sent("rc_contribution_parameters", sets) == sets

    def test_with_facts_of_a_plugin(self) -> None:
        again = sent("rc_tiering", Tiering(["a", "b"], [Rule("a", when=TENTH > 5)]))
        (rule,) = again.rules.rules
        assert rule.when.canonical() == (TENTH > 5).canonical()

    def test_without_a_place_of_a_rule(self) -> None:
        tiering = Tiering(["a", "b"], [Rule("a", when=aum > 5, place=None)])
        assert rules(sent("rc_tiering", tiering))[0][2] is None


class TestAnExtension:
    """What it adds to each field."""

    @pytest.mark.parametrize(
        ("hook", "extension"),
        [
            ("rc_tiering", extend(labels={"vip": "the best"}, gold=["vip"], ladder=["last"])),
            ("rc_lifecycle", extend(stages=[Stage("dormant", role="decline")])),
            ("rc_retention", extend(levels=["grave"])),
            ("rc_service", extend()),
        ],
    )
    def test_grows_a_part_alike(self, hook: str, extension: Extension) -> None:
        part = BUILTIN.ask(hook, settings={})
        again = sent(hook, extension)
        assert _grown(again, part) == _grown(extension, part)

    def test_keeps_rules_their_places_and_order(self) -> None:
        added = [lounge(TENTH > 2, priority=7, scope=["north"]), lounge(aum >= 1)]
        again = sent("rc_service", extend(entitlements=added))
        assert list(again.additions["entitlements"]) == added
        assert [each.place for each in again.additions["entitlements"]] == [
            each.place for each in added
        ]

    def test_of_a_field_that_is_not_there_is_told_by_the_host(self) -> None:
        again = sent("rc_service", extend(entitlement=[lounge()], downgrade=[object()]))
        assert dict(again.additions) == {"entitlement": (), "downgrade": ()}

    def test_of_a_field_that_cannot_grow_is_told_by_the_host(self) -> None:
        assert sent("rc_tiering", extend(downgrade=[object()])).additions["downgrade"] == ()

    def test_of_something_else_than_rules_is_refused(self) -> None:
        with pytest.raises(RuleBookError, match="a str can't be added to entitlements"):
            write_answer("rc_service", extend(entitlements=["lounge"]))


class TestFacts:
    """They come back with all that is declared of them."""

    def test_each_with_what_it_is_built_on(self) -> None:
        again = sent("rc_facts", (TENTH, SHARE))
        assert [fact.definition() for fact in again] == [TENTH.definition(), SHARE.definition()]

    def test_two_of_one_name_are_left_to_the_host_to_refuse(self) -> None:
        again = sent("rc_facts", (SHARE, Fact("west.share", Kind.MONEY)))
        assert [fact.kind for fact in again] == [Kind.RATIO, Kind.MONEY]

    def test_one_taken_for_two_kinds_is_refused(self) -> None:
        copied = Fact("aum", Kind.COUNT)
        rules = [Rule("a", when=copied > 5), Rule("b", when=aum > 5)]
        with pytest.raises(RuleBookError, match="it takes 'aum' for a count and for a money"):
            write_answer("rc_tiering", Tiering(["a", "b", "c"], rules))

    def test_one_taken_for_another_kind_beneath_a_derived_one_is_refused(self) -> None:
        other = Fact("west.other", Kind.MONEY, derived=Fact("west.tenth", Kind.RATIO) * aum)
        with pytest.raises(RuleBookError, match=r"'west\.tenth' for a money and for a ratio"):
            write_answer("rc_service", extend(entitlements=[lounge((TENTH > 1) & (other > 1))]))

    def test_a_copy_alone_is_left_to_the_host_to_refuse(self) -> None:
        copied = Fact("aum", Kind.COUNT)
        (rule,) = sent("rc_service", extend(entitlements=[lounge(copied >= 3)])).additions[
            "entitlements"
        ]
        assert rule.when.canonical() == (copied >= 3).canonical()


class TestModels:
    """They come back without what they compute."""

    def test_and_say_whether_they_compute(self) -> None:
        score = Fact("west.score", Kind.RATIO)
        models = (
            Model("a", "1", "0" * 64, score, [aum, tenure_months], expires=date(2027, 1, 1)),
            Model("b", "1", "0" * 64, score, [aum], predict=len),
        )
        written = write_answer("rc_models", models)
        again = read_answer("rc_models", json.loads(json.dumps(written)))
        assert again == models
        assert [each.predict for each in again] == [None, None]
        assert written["computes"] == [False, True]
        assert [each.score.definition() for each in again] == [score.definition()] * 2


@given(hook=st.sampled_from(ANSWERING), value=PLAIN, facts=PLAIN, places=PLAIN)
def test_no_data_harms_the_host(hook: str, value: Any, facts: Any, places: Any) -> None:
    for data in (
        {"value": value, "facts": facts, "places": places},
        {"value": value, "facts": [], "places": []},
        {"value": {"extend": value}, "facts": [], "places": []},
        value,
    ):
        with suppress(RelationshipError):
            read_answer(hook, data)


@pytest.mark.parametrize("hook", ANSWERING)
@given(data=st.data())
def test_no_spoilt_answer_harms_the_host(hook: str, data: st.DataObject) -> None:
    """An answer with something else in one of its places."""
    answers: dict[str, Any] = {
        "rc_facts": (TENTH, SHARE),
        "rc_lifecycle": Lifecycle([Stage("stable")], [Rule("stable", aum > 1)], []),
        "rc_contribution_parameters": (ContributionParameters("w", date(2020, 1, 1), "CNY"),),
        "rc_tiering": two_tiers("gold"),
        "rc_models": (Model("a", "1", "0" * 64, SHARE, [aum]),),
        "rc_service": extend(entitlements=[lounge(TENTH > 1)]),
        "rc_retention": extend(levels=["grave"]),
    }
    spoilt = json.loads(json.dumps(write_answer(hook, answers[hook])))
    holder, key = data.draw(st.sampled_from(list(_places(spoilt))))
    holder[key] = data.draw(PLAIN)
    with suppress(RelationshipError):
        read_answer(hook, spoilt)


def _places(held: Any) -> Any:
    keys = held if isinstance(held, dict) else range(len(held)) if isinstance(held, list) else ()
    for key in keys:
        yield held, key
        yield from _places(held[key])


def _grown(extension: Extension, part: Any) -> Any:
    try:
        return extension.applied_to(part)
    except RelationshipError as error:
        return str(error)


def rules(part: Any) -> list[tuple[str, str, Any]]:
    """Every rule of a part: its id, its condition and its place."""
    from relationship_core.decisions.rule_book_check import rule_sets

    return [
        (rule.id, rule.when.canonical(), rule.place)
        for rule_set in rule_sets(part)
        for rule in rule_set.rules
    ]

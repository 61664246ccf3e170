"""The built-in rules as a whole: they make a book, by the same hooks as a bank's own."""

from __future__ import annotations

import json
from datetime import date

import pytest

from relationship_core import Channel, CustomerKind, Fact, ProductFamily, Rule, RuleBook, RuleSet
from relationship_core.decisions.parameters import parameters_in_force
from relationship_core.facts import (
    CATALOGUE,
    PHASES,
    Phase,
    previous_stage,
    previous_tier,
    retention_risk,
    stage,
    tier,
)
from relationship_core.plugins.builtin import BUILTIN
from relationship_core.plugins.host import assemble
from relationship_core.plugins.plugin import HOOKS
from relationship_core.rules import Literal, facts_in
from relationship_core.rules.expression import Comparison, Membership

BOOK = assemble([]).rule_book
RULES = {f"{rule.id} {place}": rule for place, rule in enumerate(BOOK.rules())}

every_rule = pytest.mark.parametrize("rule", RULES.values(), ids=RULES)


def test_they_answer_every_hook_that_gives_a_part() -> None:
    assert set(BUILTIN.hooks()) == set(HOOKS) - {"rc_facts", "rc_models", "rc_review_completed"}


@every_rule
def test_every_rule_reads_facts_of_the_catalogue(rule: Rule) -> None:
    for fact in facts_in(rule.when):
        assert CATALOGUE[fact.name] is fact


@every_rule
def test_no_rule_asks_for_what_a_customer_is(rule: Rule) -> None:
    assert not [fact.name for fact in facts_in(rule.when) if fact.protected]


@every_rule
def test_every_rule_is_told_as_built_in(rule: Rule) -> None:
    assert rule.origin == "builtin"


@pytest.mark.parametrize(
    "rule_set",
    [
        BOOK.tiering.rules,
        BOOK.tiering.keep,
        BOOK.tiering.treatments,
        BOOK.retention.risks,
        BOOK.lifecycle.entry,
        BOOK.lifecycle.transitions,
    ],
    ids=lambda rule_set: rule_set.name,
)
def test_every_rule_that_decides_gives_its_reason_in_both_languages(rule_set: RuleSet) -> None:
    for rule in rule_set.rules:
        assert rule.reason is not None, rule.id
        assert rule.reason.en, rule.id
        assert rule.reason.zh, rule.id


def test_every_outcome_is_labelled_in_both_languages() -> None:
    sets = (BOOK.service.entitlements, BOOK.service.care, BOOK.retention.signals)
    for rule_set in (*sets, BOOK.retention.actions):
        for rule in rule_set.rules:
            assert rule.then.label.en, rule.id
            assert rule.then.label.zh, rule.id


def test_the_code_of_an_outcome_is_the_id_of_its_rule() -> None:
    sets = (BOOK.service.entitlements, BOOK.service.care, BOOK.retention.signals)
    for rule_set in (*sets, BOOK.retention.actions):
        assert {rule.id: rule.then.code for rule in rule_set.rules} == {
            rule.id: rule.id for rule in rule_set.rules
        }


def names_asked(rule: Rule, fact: Fact) -> set[object]:
    """The categories that a rule compares a fact with."""
    asked: set[object] = set()
    for node in rule.when.walk():
        match node:
            case Membership(operand=Fact(name=name), values=values) if name == fact.name:
                asked |= set(values)
            case Comparison(left=Fact(name=name), right=Literal(value=value)) if name == fact.name:
                asked.add(value)
    return asked


@every_rule
def test_every_rule_names_only_what_there_is(rule: Rule) -> None:
    stages = {each.id for each in BOOK.lifecycle.stages}
    assert names_asked(rule, tier) | names_asked(rule, previous_tier) <= set(BOOK.tiering.ladder)
    assert names_asked(rule, stage) | names_asked(rule, previous_stage) <= stages
    assert names_asked(rule, retention_risk) <= set(BOOK.retention.levels)


def test_every_tier_is_asked_for_by_some_service() -> None:
    asked = {name for rule in BOOK.service.entitlements.rules for name in names_asked(rule, tier)}
    assert asked == set(BOOK.tiering.ladder)


def test_the_book_comes_back_from_json_whole() -> None:
    again = RuleBook.from_json(json.loads(json.dumps(BOOK.to_json())))
    assert again == BOOK
    assert again.fingerprint == BOOK.fingerprint


def test_service_and_retention_leave_nothing_to_a_later_phase() -> None:
    later = {name for name, phase in PHASES.items() if phase is Phase.RETENTION}
    read = {
        fact.name
        for rule_set in (BOOK.service.entitlements, BOOK.service.care, BOOK.retention.risks)
        for fact in rule_set.facts
    }
    assert not read & later


@pytest.mark.parametrize("on", [date(2000, 1, 1), date(2026, 6, 30), date(2035, 12, 31)])
def test_parameters_are_in_force_for_every_product_channel_and_kind(on: date) -> None:
    held = parameters_in_force(BOOK.contribution, on)
    assert {each.product for each in held.products} == {family.value for family in ProductFamily}
    assert {each.channel for each in held.unit_costs} == set(Channel)
    assert {each.kind for each in held.relationship_upkeep} == set(CustomerKind)
    assert {each.currency for each in held.transfer_prices} == {"CNY", "USD"}


def test_a_machine_is_cheaper_than_a_person() -> None:
    (held,) = BOOK.contribution
    costs = {each.channel: each.amount for each in held.unit_costs}
    assert (
        costs[Channel.COUNTER] > costs[Channel.PHONE] > costs[Channel.ATM] > costs[Channel.ONLINE]
    )


def test_longer_funds_are_never_cheaper_in_the_reporting_currency() -> None:
    (held,) = BOOK.contribution
    curve = [
        each.rate
        for each in sorted(held.transfer_prices, key=lambda each: each.tenor_months)
        if each.currency == held.currency
    ]
    assert curve == sorted(curve)

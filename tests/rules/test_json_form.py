"""Rules written as JSON and read back mean the same, and their fingerprint is their meaning's."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from relationship_core.errors import KindError, RuleError, UnknownFactError
from relationship_core.rules import (
    Expression,
    Fact,
    FactValue,
    HitPolicy,
    Kind,
    Rule,
    RuleSet,
    Text,
    at_least,
    evaluate,
)
from relationship_core.rules.json_form import (
    canonical_rule_set,
    fingerprint,
    read_expression,
    read_fact,
    read_rule,
    read_rule_set,
    read_text,
    read_value,
    write_rule,
    write_rule_set,
    write_text,
    write_value,
)
from tests.rules.strategies import (
    FACTS,
    Facts,
    any_facts,
    aum,
    consents,
    debt,
    growth,
    opened,
    products,
    rule_sets,
    salaried,
    share,
    tier,
    value_expressions,
    values,
)


def by_wire(data: Any) -> Any:
    """The data as it comes out at the other end of a wire."""
    return json.loads(json.dumps(data))


def as_is(outcome: Any) -> Any:
    return outcome


@given(st.data(), st.sampled_from(Kind), any_facts)
def test_expressions_come_back_the_same(data: st.DataObject, kind: Kind, facts: Facts) -> None:
    expression = data.draw(value_expressions(kind, 3))
    again = read_expression(by_wire(expression.to_json()), FACTS)
    assert again.canonical() == expression.canonical()
    assert again.same_as(expression)
    assert again.kind is expression.kind
    assert repr(evaluate(again, facts)) == repr(evaluate(expression, facts))


@given(rule_sets(), any_facts)
def test_rule_sets_come_back_the_same(rule_set: RuleSet, facts: Facts) -> None:
    again = read_rule_set(by_wire(write_rule_set(rule_set, as_is)), FACTS, as_is)
    assert again == rule_set
    collect = evolve(rule_set, hit_policy=HitPolicy.COLLECT)
    assert evolve(again, hit_policy=HitPolicy.COLLECT).compiled(facts) == collect.evaluate(facts)


FULL = Rule(
    "gold",
    (aum >= 5) & tier.is_in(["gold", "silver"]) & at_least(1, salaried, consents),
    Decimal("1.50"),
    Text("enough", "足够"),
    priority=3,
    scope=("north", "b1"),
    valid_from=date(2026, 1, 1),
    valid_until=date(2026, 12, 31),
    overridable=True,
    if_missing="skip",
    origin="northern",
)


def test_a_rule_comes_back_with_all_its_fields() -> None:
    data = by_wire(write_rule(FULL, str))
    assert data["then"] == "1.50"
    again = read_rule(data, FACTS, Decimal)
    assert again == FULL
    assert again.origin == "northern"
    assert by_wire(write_rule(again, str)) == data


def test_no_outcome_is_written_as_none() -> None:
    data = write_rule(Rule("gold", salaried), str)
    assert data["then"] is None
    assert data["reason"] is None
    assert read_rule(data, FACTS, Decimal).then is None


DEFINED = Fact(
    "northern.net",
    Kind.MONEY,
    Text("net assets", "净资产"),
    "What is left.",
    unit="CNY",
    source="ledger",
    minimum=-5,
    maximum=Decimal("1E+3"),
    protected=True,
    freshness="month_end",
    relations=(aum >= debt, ~salaried),
    derived=aum - debt,
)


@pytest.mark.parametrize("fact", [*FACTS.values(), DEFINED], ids=repr)
def test_facts_come_back_the_same(fact: Fact) -> None:
    again = read_fact(by_wire(fact.definition()), FACTS)
    assert again.definition() == fact.definition()
    assert again.same_as(fact)


@pytest.mark.parametrize(
    "fact",
    [
        Fact("opened", Kind.DATE, minimum=date(2000, 1, 1), maximum=date(2026, 1, 1)),
        Fact("stars", Kind.COUNT, minimum=1, maximum=7),
        Fact("share", Kind.RATIO, minimum=0, maximum=1),
    ],
    ids=repr,
)
def test_bounds_come_back_with_their_type(fact: Fact) -> None:
    again = read_fact(by_wire(fact.definition()), {})
    assert repr((again.minimum, again.maximum)) == repr((fact.minimum, fact.maximum))


@given(st.data(), st.sampled_from(Kind))
def test_values_come_back_the_same(data: st.DataObject, kind: Kind) -> None:
    value = data.draw(values(kind))
    assert repr(read_value(by_wire(write_value(value)), kind)) == repr(value)


@pytest.mark.parametrize("text", [None, Text("gold"), Text("gold", "金牌")])
def test_words_come_back_the_same(text: Text | None) -> None:
    assert read_text(by_wire(write_text(text))) == text


# -- what is no rule ------------------------------------------------------------------------------
def test_an_unknown_fact_is_told_with_the_nearest() -> None:
    data = (aum >= 5).to_json()
    with pytest.raises(UnknownFactError, match=r"no fact 'aum'.*did you mean 'aums'"):
        read_expression(data, {"aums": aum})
    rule = write_rule(Rule("gold", aum >= 5), as_is)
    with pytest.raises(UnknownFactError, match="no fact 'aum'"):
        read_rule(rule, {}, as_is)
    with pytest.raises(UnknownFactError, match="no fact 'aum'"):
        read_rule_set({"name": "t", "hit_policy": "first", "rules": [rule]}, {}, as_is)
    with pytest.raises(UnknownFactError, match="no fact 'aum'"):
        read_fact(DEFINED.definition(), {})


LITERAL = {"literal": "5.00", "kind": "money"}
AUM_FACT = {"fact": "aum"}


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"op": "&&", "args": []},
        {"op": "and"},
        {"op": "and", "args": []},
        {"op": "+", "args": [AUM_FACT]},
        {"op": "+", "args": [AUM_FACT, LITERAL, LITERAL]},
        {"op": ">", "args": [AUM_FACT]},
        {"op": ["and"], "args": []},
        {"op": "not", "args": []},
        {"op": "missing", "args": [AUM_FACT, AUM_FACT]},
        {"op": "between", "args": [AUM_FACT, LITERAL]},
        {"op": "in", "args": [AUM_FACT]},
        {"op": "in", "args": [AUM_FACT], "values": []},
        {"op": "in", "args": [], "values": [LITERAL]},
        {"op": "in", "args": [AUM_FACT, AUM_FACT], "values": [LITERAL]},
        {"op": "at_least", "args": [{"fact": "salaried"}]},
        {"op": "at_least", "args": [{"fact": "salaried"}], "count": "1"},
        {"fact": ["aum"]},
        {"literal": "5.00"},
        {"literal": "5.00", "kind": "monye"},
        {"literal": "five", "kind": "money"},
        {"literal": "NaN", "kind": "money"},
        {"literal": "1e999999999999999999999", "kind": "money"},
        {"literal": "5.001", "kind": "money"},
        {"literal": True, "kind": "count"},
        {"literal": 1.5, "kind": "count"},
        {"literal": 1, "kind": "flag"},
        {"literal": True, "kind": "category"},
        {"literal": "tomorrow", "kind": "date"},
        "aum",
        ["aum"],
        None,
        5,
    ],
)
def test_what_is_no_expression_is_refused(data: Any) -> None:
    with pytest.raises(RuleError):
        read_expression(data, FACTS)


def test_kinds_are_checked_again_on_the_way_in() -> None:
    data = (aum >= 5).to_json()
    with pytest.raises(KindError, match="a count can't be compared with a money"):
        read_expression(data, {"aum": products})


def test_data_nested_without_end_is_refused() -> None:
    data: dict[str, Any] = {"fact": "salaried"}
    for _ in range(5_000):
        data = {"op": "not", "args": [data]}
    with pytest.raises(RuleError, match="the data is no expression"):
        read_expression(data, FACTS)


@pytest.mark.parametrize("key", sorted(write_rule(FULL, str)))
def test_a_rule_that_lacks_a_field_is_refused(key: str) -> None:
    data = write_rule(FULL, str)
    del data[key]
    with pytest.raises(RuleError, match="the data is no rule"):
        read_rule(data, FACTS, Decimal)


@pytest.mark.parametrize(
    "change",
    [
        {"valid_from": "tomorrow"},
        {"valid_from": 5},
        {"if_missing": "maybe"},
        {"reason": "words"},
        {"scope": "north"},
        {"scope": None},
        {"priority": "3"},
        {"overridable": "no"},
        {"id": 5},
    ],
)
def test_a_rule_with_a_wrong_field_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(RuleError):
        read_rule({**write_rule(FULL, str), **change}, FACTS, Decimal)


@pytest.mark.parametrize("key", sorted(DEFINED.definition()))
def test_a_fact_that_lacks_a_field_is_refused(key: str) -> None:
    data = DEFINED.definition()
    del data[key]
    with pytest.raises(RuleError, match="the data is no fact"):
        read_fact(data, FACTS)


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"name": "t", "hit_policy": "some", "rules": []},
        {"name": "t", "hit_policy": "first", "rules": 5},
        {"name": "t", "hit_policy": "first", "rules": [{}]},
        None,
    ],
)
def test_what_is_no_rule_set_is_refused(data: Any) -> None:
    with pytest.raises(RuleError, match="the data is no rule"):
        read_rule_set(data, FACTS, as_is)


# -- fingerprints ---------------------------------------------------------------------------------
def print_of(*rules: Rule, name: str = "tiers", policy: HitPolicy = HitPolicy.FIRST) -> str:
    return fingerprint(canonical_rule_set(RuleSet(name, rules, policy), str))


SILVER = Rule("silver", share.between(0.1, 0.5) | (growth / 2 > 0), priority=5)
CHANGED_RULES = {
    "id": evolve(FULL, id="golden"),
    "threshold": evolve(FULL, when=(aum >= 6) & FULL.when.children()[1] & FULL.when.children()[2]),
    "operator": evolve(FULL, when=(aum > 5) & FULL.when.children()[1] & FULL.when.children()[2]),
    "fact": evolve(FULL, when=(debt >= 5) & FULL.when.children()[1] & FULL.when.children()[2]),
    "member": evolve(FULL, when=(aum >= 5) & tier.is_in(["gold"]) & FULL.when.children()[2]),
    "order": evolve(FULL, when=FULL.when.children()[1] & (aum >= 5) & FULL.when.children()[2]),
    "outcome": evolve(FULL, then=Decimal("1.51")),
    "no outcome": evolve(FULL, then=None),
    "reason": evolve(FULL, reason=Text("enough", "够")),
    "priority": evolve(FULL, priority=4),
    "scope": evolve(FULL, scope=("north",)),
    "start": evolve(FULL, valid_from=date(2026, 1, 2)),
    "end": evolve(FULL, valid_until=date(2026, 12, 30)),
    "no end": evolve(FULL, valid_until=None),
    "overridable": evolve(FULL, overridable=False),
    "if missing": evolve(FULL, if_missing="undetermined"),
}


@pytest.mark.parametrize("change", CHANGED_RULES)
def test_any_change_of_a_rule_changes_the_fingerprint(change: str) -> None:
    assert print_of(CHANGED_RULES[change], SILVER) != print_of(FULL, SILVER)


def test_changed_rules_have_fingerprints_of_their_own() -> None:
    assert len({print_of(rule, SILVER) for rule in CHANGED_RULES.values()}) == len(CHANGED_RULES)


def test_any_change_of_a_set_changes_the_fingerprint() -> None:
    prints = {
        print_of(FULL, SILVER),
        print_of(FULL),
        print_of(),
        print_of(FULL, SILVER, name="care"),
        print_of(FULL, SILVER, policy=HitPolicy.COLLECT),
        print_of(FULL, SILVER, policy=HitPolicy.UNIQUE),
    }
    assert len(prints) == 6


DEFINITIONS: dict[str, Any] = {
    "name": "northern.gross",
    "label": Text("net assets", "资产"),
    "description": "",
    "unit": "EUR",
    "source": "",
    "minimum": -6,
    "maximum": None,
    "protected": False,
    "freshness": "daily",
    "relations": (aum > debt, ~salaried),
    "derived": debt - aum,
}


@pytest.mark.parametrize("field", DEFINITIONS)
def test_any_change_of_a_facts_definition_changes_the_fingerprint(field: str) -> None:
    changed = evolve(DEFINED, **{field: DEFINITIONS[field]})
    assert fingerprint(changed.definition()) != fingerprint(DEFINED.definition())


def test_the_fingerprint_knows_a_facts_kind_and_categories() -> None:
    days, months = Fact("x", Kind.DAYS), Fact("x", Kind.MONTHS)
    assert fingerprint(days.definition()) != fingerprint(months.definition())
    more, fewer = (Fact("x", Kind.CATEGORY, categories=each) for each in (("a", "b"), ("a",)))
    assert fingerprint(more.definition()) != fingerprint(fewer.definition())


@given(rule_sets(), st.randoms())
def test_the_order_of_loading_never_shows(rule_set: RuleSet, random: Any) -> None:
    shuffled = list(rule_set.rules)
    random.shuffle(shuffled)
    other = RuleSet(rule_set.name, shuffled, rule_set.hit_policy)
    assert fingerprint(canonical_rule_set(other, as_is)) == fingerprint(
        canonical_rule_set(rule_set, as_is)
    )


def test_the_order_of_loading_never_shows_among_versions_of_a_rule() -> None:
    old = Rule("gold", aum >= 1, valid_until=date(2025, 12, 31))
    new = Rule("gold", aum >= 2, valid_from=date(2026, 1, 1))
    assert print_of(old, new) == print_of(new, old)


def test_where_a_rule_came_from_never_shows() -> None:
    assert print_of(evolve(FULL, origin="other"), SILVER) == print_of(FULL, SILVER)
    written = write_rule_set(RuleSet("tiers", [FULL]), str)
    assert written["rules"][0]["origin"] == "northern"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (aum >= Decimal("1E+3"), aum >= 1000.0),
        (tier.is_in(["silver", "gold"]), tier.is_in(["gold", "silver", "gold"])),
        (opened < date(2026, 1, 1), date(2026, 1, 1) > opened),
    ],
)
def test_two_spellings_of_one_expression_have_one_fingerprint(
    one: Expression, other: Expression
) -> None:
    assert print_of(Rule("a", one)) == print_of(Rule("a", other))


BUILD = """
from relationship_core.rules import Fact, Kind, Rule, RuleSet, Text
from relationship_core.rules.json_form import canonical_rule_set, fingerprint
words = [chr(97 + n) * 3 for n in range(20)]
tier = Fact("tier", Kind.CATEGORY, Text("tier", "层级"), categories=words)
stars = Fact("stars", Kind.COUNT, minimum=0, relations=[tier.is_in(set(words[3:]))])
rules = {Rule(w, tier.is_in(set(words)) & (stars > n)) for n, w in enumerate(words)}
print(fingerprint([canonical_rule_set(RuleSet("tiers", rules), str), stars.definition()]))
"""


def printed_with(seed: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", BUILD],
        capture_output=True,
        check=True,
        text=True,
        env={**os.environ, "PYTHONHASHSEED": seed},
    ).stdout


def test_no_process_shows_in_the_fingerprint() -> None:
    prints = {printed_with(seed) for seed in ("0", "1", "4242")}
    assert len(prints) == 1
    assert len(prints.pop().strip()) == 64


def test_the_fingerprint_is_the_sha_256_of_sorted_compact_utf_8() -> None:
    # printf '{"a":"金","b":[1,null]}' | sha256sum
    assert fingerprint({"b": [1, None], "a": "金"}) == (
        "89bdc0e60eec4fa3f6e15e4e7abdf3661d08306954b5efeac91661e696f35c25"
    )


@pytest.mark.parametrize("write", [write_rule_set, canonical_rule_set])
def test_writing_reads_every_outcome_through_its_writer(
    write: Callable[[RuleSet, Callable[[Any], Any]], Any],
) -> None:
    rule_set = RuleSet("t", [Rule("a", salaried, then=1), Rule("b", salaried)])
    seen: list[FactValue] = []
    write(rule_set, seen.append)
    assert seen == [1]

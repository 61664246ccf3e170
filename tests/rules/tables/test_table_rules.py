"""The rows of a table are rules like any others, and answer as the table does."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve
from hypothesis import assume, given
from hypothesis import strategies as st

from relationship_core.errors import HitPolicyError, RuleError, TableError
from relationship_core.rules import Fact, HitPolicy, Kind, Rule, Text, truth
from relationship_core.rules.json_form import read_rule_set, write_rule_set
from relationship_core.rules.place import Place
from relationship_core.rules.tables import (
    DecisionTable,
    Input,
    Output,
    Outputs,
    Row,
    TablePolicy,
    read_outcome,
    write_outcome,
)
from tests.rules.strategies import FACTS, Facts, any_facts, known_facts
from tests.rules.tables.table_strategies import decision_tables

aum = Fact("aum", Kind.MONEY)
salaried = Fact("salaried", Kind.FLAG)

TIERS = DecisionTable(
    "Which tier?",
    [Input(aum), Input(salaried)],
    [Output("tier", Kind.CATEGORY, default="basic")],
    [
        Row([">= 300000", "-"], ["gold"], ["", "Wealth", "资产"], Place("tiers.csv", 6)),
        Row([">= 100000", "true"], ["gold"], ["", "Wealth", "资产"], Place("tiers.csv", 7)),
        Row([">= 50000", "-"], ["silver"], ["half", "", ""], Place("tiers.csv", 8)),
    ],
    TablePolicy.FIRST,
    ["id", "reason", "reason_zh"],
)


def conditions(rules: tuple[Rule, ...]) -> dict[str, str]:
    return {rule.id: repr(rule.when) for rule in rules}


def test_each_row_is_a_rule() -> None:
    assert conditions(TIERS.rules()) == {
        "Which_tier.1": "(aum >= 300000.00)",
        "Which_tier.2": "((aum >= 100000.00) & salaried)",
        "half": "(aum >= 50000.00)",
        "Which_tier.default": "True",
    }
    first, _, third, default = TIERS.rules()
    assert (first.then, third.then, default.then) == ("gold", "silver", "basic")
    assert first.reason == Text("Wealth", "资产")
    assert third.reason is None
    assert [rule.priority for rule in TIERS.rules()] == [1, 2, 3, 4]
    assert [str(rule.place) for rule in TIERS.rules()] == [
        *("tiers.csv:6", "tiers.csv:7", "tiers.csv:8", "tiers.csv:8")
    ]


def test_a_tiering_has_a_rule_for_each_tier() -> None:
    rules = TIERS.rules_by_outcome()
    assert conditions(rules) == {
        "gold": "((aum >= 300000.00) | ((aum >= 100000.00) & salaried))",
        "silver": "(aum >= 50000.00)",
        "basic": "True",
    }
    assert rules[0].reason == Text("Wealth", "资产")
    assert str(rules[0].place) == "tiers.csv:6"


def test_different_reasons_are_none() -> None:
    rows = [evolve(TIERS.rows[0], annotations=["", "Salary", ""]), *TIERS.rows[1:]]
    assert evolve(TIERS, rows=rows).rules_by_outcome()[0].reason is None


def test_different_reasons_are_none_in_chinese_too() -> None:
    rows = [
        evolve(TIERS.rows[0], annotations=["gold", "Wealth", "资产"]),
        evolve(TIERS.rows[1], annotations=["gold", "Salary", "资产"]),
    ]
    assert evolve(TIERS, rows=rows).rules()[0].reason is None


@pytest.mark.parametrize("note", ["reason", "exemption"])
def test_words_in_chinese_alone_are_refused_not_lost(note: str) -> None:
    rows = [evolve(TIERS.rows[0], annotations=["gold", "", "资产"])]
    table = evolve(TIERS, rows=rows, annotations=["id", note, f"{note}_zh"])
    with pytest.raises(TableError, match=rf"line 6: the note {note}_zh is filled"):
        table.rules()


def test_a_default_that_rows_answer_too_is_one_rule_with_them() -> None:
    table = evolve(TIERS, outputs=[Output("tier", Kind.CATEGORY, default="gold")])
    gold, silver = table.rules_by_outcome()
    assert (gold.id, silver.id) == ("gold", "silver")
    assert truth(gold.when, {"aum": Decimal(1), "salaried": False}) is True
    assert truth(gold.when, {"aum": Decimal(60_000), "salaried": False}) is False
    assert truth(gold.when, {"aum": None, "salaried": False}) is None


def test_an_outcome_is_made_of_what_a_row_answers() -> None:
    assert [rule.then for rule in TIERS.rules(str.upper)] == ["GOLD", "GOLD", "SILVER", "BASIC"]
    assert [rule.then for rule in TIERS.rules_by_outcome(len)] == [4, 6, 5]


def test_several_outputs_are_one_value() -> None:
    table = DecisionTable(
        "offer",
        [Input(aum)],
        [Output("card", Kind.CATEGORY), Output("limit", Kind.MONEY)],
        [Row([">= 10"], ["a", 100]), Row(["< 10"], ["b", 50])],
    )
    one, other = table.rules()
    assert one.then == Outputs((("card", "a"), ("limit", Decimal(100))))
    assert (one.then["limit"], other.then.as_dict()) == (100, {"card": "b", "limit": 50})
    assert hash(one.then) != hash(other.then)
    assert [rule.id for rule in table.rules_by_outcome()] == ["a", "b"]


@pytest.mark.parametrize(
    ("policy", "asked_by"),
    [
        ("unique", HitPolicy.UNIQUE),
        ("first", HitPolicy.FIRST),
        ("any", HitPolicy.ANY),
        ("priority", HitPolicy.FIRST),
        ("collect", HitPolicy.COLLECT),
        ("collect count", HitPolicy.COLLECT),
    ],
)
def test_a_set_is_asked_by_the_policy_that_suits(policy: str, asked_by: HitPolicy) -> None:
    output = Output("tier", Kind.CATEGORY, ["silver", "gold"])
    rule_set = evolve(TIERS, policy=policy, outputs=[output]).rule_set()
    assert (rule_set.name, rule_set.hit_policy) == ("Which tier?", asked_by)
    ids = ["half", "Which_tier.1", "Which_tier.2"] if policy == "priority" else None
    assert ids is None or [rule.id for rule in rule_set.rules] == ids


def test_a_table_without_rows_has_its_default_alone() -> None:
    table = DecisionTable("等级", [], [Output("o", "count", default=3)], [], "unique")
    [rule] = table.rules()
    assert (rule.id, rule.then, repr(rule.when)) == ("table.default", 3, "True")


def rows(*answers: Any) -> list[Row]:
    return [
        Row([f"> {number}"], [answer], place=Place("t.csv", number))
        for number, answer in enumerate(answers, start=1)
    ]


def table_of(policy: str, *answers: Any, **output: Any) -> DecisionTable:
    return DecisionTable(
        "t", [Input(aum)], [Output("o", Kind.CATEGORY, **output)], rows(*answers), policy
    )


def test_rows_of_one_answer_have_to_stand_together_where_order_decides() -> None:
    with pytest.raises(TableError, match=r"t\.csv, line 1: the rows that answer 'a' stand apart"):
        table_of("first", "a", "b", "a").rules_by_outcome()
    assert [rule.id for rule in table_of("any", "a", "b", "a").rules_by_outcome()] == ["a", "b"]
    # Ordered by their rank, they do stand together.
    ranked = table_of("priority", "a", "b", "a", values=["b", "a"]).rules_by_outcome()
    assert [rule.id for rule in ranked] == ["b", "a"]


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (table_of("collect count", "a"), "collect count gives a value, not an outcome"),
        (table_of("any", "黄金"), "t.csv, line 1: '黄金' is no id for a rule"),
        (
            DecisionTable(
                "t",
                [Input(aum)],
                [Output("o", "count"), Output("p", "count")],
                [Row(["-"], [1, 1]), Row(["-"], [1, 2])],
            ),
            "several of its answers are named '1'",
        ),
        (
            DecisionTable("t", [], [Output("o", "count", default=1), Output("p", "count")], []),
            "only some outputs have a default",
        ),
    ],
)
def test_what_makes_no_tiering_is_refused(table: DecisionTable, message: str) -> None:
    with pytest.raises(TableError) as caught:
        table.rules_by_outcome()
    assert message in str(caught.value)


def test_rows_of_one_id_are_one_rule() -> None:
    named = [evolve(row, annotations=["rich", "", ""]) for row in TIERS.rows[:2]]
    rules = evolve(TIERS, rows=[*named, TIERS.rows[2]]).rules()
    assert conditions(rules)["rich"] == "((aum >= 300000.00) | ((aum >= 100000.00) & salaried))"
    assert [(rule.id, rule.priority) for rule in rules[:2]] == [("rich", 1), ("half", 2)]


def test_rows_of_one_id_must_answer_alike_and_stand_together() -> None:
    twice = [evolve(row, annotations=["same", "", ""]) for row in TIERS.rows]
    with pytest.raises(TableError) as caught:
        evolve(TIERS, rows=twice).rule_set()
    assert str(caught.value) == (
        "tiers.csv, line 8, column id: its id is that of line 6, but it answers otherwise"
        " (give it an id of its own)"
    )
    apart = [twice[0], TIERS.rows[2], twice[0]]
    with pytest.raises(TableError, match="line 6: the rows of the id 'same' stand apart"):
        evolve(TIERS, rows=apart).rules()
    assert len(evolve(TIERS, rows=apart, policy="collect").rules()) == 3


def test_what_is_no_id_is_refused() -> None:
    wrong = [evolve(TIERS.rows[0], annotations=["not an id", "", ""])]
    with pytest.raises(TableError, match=r"tiers\.csv, line 6: 'not an id' is no id"):
        evolve(TIERS, rows=wrong).rules()


def test_the_policy_priority_is_put_into_the_order() -> None:
    ranked = table_of("priority", "a", "b", "a", values=["b", "a"])
    assert [(rule.id, rule.priority) for rule in ranked.rules()] == [
        ("t.2", 1),
        ("t.1", 2),
        ("t.3", 3),
    ]


@pytest.mark.parametrize("turn", [DecisionTable.rules, DecisionTable.rules_by_outcome])
def test_the_priority_of_each_row_is_looked_up_once(
    turn: Callable[[DecisionTable], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    rank, asked = DecisionTable.rank, list[int]()

    def counted(table: DecisionTable, place: int) -> tuple[int, ...]:
        asked.append(place)
        return rank(table, place)

    monkeypatch.setattr(DecisionTable, "rank", counted)
    answers = [f"v{number}" for number in range(20)]
    assert len(turn(table_of("priority", *answers, values=answers))) == 20
    assert sorted(asked) == list(range(20))


def by_the_rules(table: DecisionTable, facts: Facts) -> Any:
    """The table's answer, put together from the rule set's."""
    rules = table.rule_set()
    fired = [rules.rules[place] for place in rules.evaluate(facts).fired]
    if not fired:
        return None
    thens = [each.then.as_dict() if isinstance(each.then, Outputs) else each.then for each in fired]
    if fired[0].id.endswith(".default"):
        return thens if table.policy is TablePolicy.COLLECT else thens[0]
    match table.policy:
        case TablePolicy.COLLECT:
            return thens
        case TablePolicy.COLLECT_MIN:
            return min(thens)
        case TablePolicy.COLLECT_MAX:
            return max(thens)
        case TablePolicy.COLLECT_SUM:
            return sum(thens)
        case TablePolicy.COLLECT_COUNT:
            return len(thens)
    return thens[0]


def asking_anything(table: DecisionTable) -> DecisionTable:
    """The table, asked of customers whom its columns wouldn't allow: rules don't know of that."""
    return evolve(table, inputs=[Input(each.expression) for each in table.inputs])


@given(decision_tables(), known_facts)
def test_the_rules_answer_as_the_table_does(drawn: DecisionTable, facts: Facts) -> None:
    table = asking_anything(drawn)
    defaults = [each.default is None for each in table.outputs]
    assume(all(defaults) or not any(defaults))
    try:
        answer = table.decide(facts)
    except HitPolicyError:
        with pytest.raises(RuleError):
            by_the_rules(table, facts)
        return
    assert by_the_rules(table, facts) == answer


@given(decision_tables(), any_facts)
def test_each_rule_holds_where_its_row_hits(table: DecisionTable, facts: Facts) -> None:
    bare = evolve(table, outputs=[evolve(each, default=None) for each in table.outputs])
    rules = {rule.id: truth(rule.when, facts) for rule in bare.rules()}
    hits = {int(rule_id.rpartition(".")[2]) - 1 for rule_id, holds in rules.items() if holds}
    assert hits == set(asking_anything(bare).hits(facts))


@given(decision_tables(st.just(TablePolicy.ANY)), known_facts)
def test_a_rule_for_each_answer_answers_the_same(table: DecisionTable, facts: Facts) -> None:
    bare = evolve(
        asking_anything(table),
        outputs=[Output("answer", Kind.CATEGORY)],
        rows=[evolve(row, outputs=[f"a{len(str(row.outputs[0])) % 3}"]) for row in table.rows],
    )
    fired = [rule.then for rule in bare.rules_by_outcome() if truth(rule.when, facts)]
    assert fired == list(dict.fromkeys(bare.rows[place].outputs[0] for place in bare.hits(facts)))


@given(decision_tables())
def test_the_rules_go_to_json_and_back(table: DecisionTable) -> None:
    bare = evolve(table, outputs=[evolve(each, default=None) for each in table.outputs])
    rule_set = bare.rule_set()
    data = json.loads(json.dumps(write_rule_set(rule_set, write_outcome)))
    assert read_rule_set(data, FACTS, lambda then: read_outcome(table, then)) == rule_set


def test_data_of_another_table_is_no_answer() -> None:
    several = DecisionTable("t", [], [Output("o", "count"), Output("p", "count")], [])
    for data in (3, {"o": 3}, {"p": 3, "o": 3}):
        with pytest.raises(TableError, match="table t: the data is no answer of it"):
            read_outcome(several, data)
    with pytest.raises(RuleError):
        read_outcome(evolve(several, outputs=several.outputs[:1]), "three")

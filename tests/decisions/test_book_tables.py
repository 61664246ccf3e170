from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from relationship_core import Engine, Service, Tiering
from relationship_core.decisions.book_tables import book_table
from relationship_core.errors import RuleBookError, RuleError, UnsupportedError
from relationship_core.rules import facts_in, truth
from relationship_core.rules.tables import TablePolicy
from relationship_core.testing.strategies import fact_mappings
from tests.decisions.listed_book import EARLIER, LATER, LOCAL, NORTH, book
from tests.decisions.small_book import small_book
from tests.decisions.tabled_book import BOOK, SETS, rows, rules_in


def test_a_tiering_answers_with_its_tiers() -> None:
    table = book_table(BOOK, "tiering.rules")
    assert rows(table) == [
        ">= 300000, -, - -> gold",
        ">= 100000, >= 12, - -> gold",
        '>= 50000, -, "personal" -> silver',
    ]
    [output] = table.outputs
    assert (table.name, table.policy, output.name) == ("tiering.rules", TablePolicy.FIRST, "tier")
    assert (output.values, output.default) == (("gold", "silver", "honorary", "rest"), "rest")
    facts: dict[str, Any] = {"aum": 120_000, "tenure_months": 3, "kind": "personal"}
    assert table.decide(facts) == "silver"
    assert table.decide(facts | {"aum": 1}) == "rest"


def test_keeping_a_tier_has_no_default() -> None:
    table = book_table(BOOK, "tiering.keep")
    assert (rows(table), table.outputs[0].default) == ([">= 90000 -> gold"], None)


def test_an_entry_answers_with_its_stage_the_latest_first() -> None:
    table = book_table(BOOK, "lifecycle.entry")
    assert rows(table) == [
        ">= 3, >= 12, - -> stable",
        "-, -, >= 900000 -> stable",
        ">= 1, -, - -> formation",
    ]
    assert [row.annotations[0] for row in table.rows] == [
        "stable-loyal",
        "stable-rich",
        "formation",
    ]
    assert table.outputs[0].values == ("stable", "formation", "prospect")
    assert table.outputs[0].default == "prospect"


def test_a_risk_answers_with_its_level() -> None:
    table = book_table(BOOK, "retention.risks")
    assert (table.outputs[0].name, table.outputs[0].default) == ("level", "low")
    assert [row.outputs[0] for row in table.rows] == [*["high"] * 3, *["medium"] * 2]


def test_what_may_be_empty_stands_in_notes() -> None:
    table = book_table(BOOK, "service.entitlements")
    assert table.policy is TablePolicy.COLLECT
    assert rows(table) == [
        '"gold", "silver" -> calls, calls, basic',
        '"gold" -> lounge, a lounge, lane',
    ]
    notes = dict(zip(table.annotations, table.rows[1].annotations, strict=True))
    assert (notes["label_zh"], notes["annual_cost"]) == ("贵宾室", "200")
    assert table.rows[0].annotations[-2:] == ("", "")


def test_care_notes_what_it_counts_and_what_it_skips() -> None:
    table = book_table(BOOK, "service.care")
    notes = [dict(zip(table.annotations, row.annotations, strict=True)) for row in table.rows]
    assert [(each["due_in"], each["if_missing"]) for each in notes] == [
        ("days_to_birthday", ""),
        ("", "skip"),
    ]


def test_actions_tell_their_cost() -> None:
    table = book_table(BOOK, "retention.actions")
    assert rows(table) == ['"high", - -> visit, a visit, 150.00', "-, > 0 -> call, a call, 0.00"]


@given(st.data(), st.sampled_from(SETS))
def test_a_row_of_a_rule_hits_where_the_rule_fires(data: st.DataObject, name: str) -> None:
    table, rules = book_table(BOOK, name), rules_in(BOOK, name)
    read = {fact.name: fact for rule in rules for fact in facts_in(rule.when)}
    facts = data.draw(fact_mappings(tuple(read.values()), missing=0.3))
    hit = {table.rows[place].annotations[0] for place in table.hits(facts)}
    assert hit == {rule.id for rule in rules if truth(rule.when, facts)}


def test_arithmetic_is_refused_by_the_rule_and_its_part() -> None:
    built_in = Engine.from_plugins().rule_book
    with pytest.raises(UnsupportedError) as caught:
        book_table(built_in, "retention.risks")
    assert str(caught.value) == (
        "rule high of retention.risks: in a cell, (outflow_to_other_banks_30d >="
        " (deposits_average_3m * 0.300000)) isn't supported (declare a fact derived by what it"
        " computes, and ask for that)"
    )


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("lifecycle.transitions", "leads each rule from stages to a stage"),
        (
            "tiering.rule",
            "there is no such set of rules (name one of lifecycle.entry, tiering.rules",
        ),
    ],
)
def test_what_is_no_table_is_refused(name: str, message: str) -> None:
    with pytest.raises(RuleBookError) as caught:
        book_table(BOOK, name)
    assert str(caught.value).startswith(f"{name}: {message}")


class TestNodesAndDays:
    def test_rules_of_a_node_need_that_node(self) -> None:
        with pytest.raises(UnsupportedError, match=r"the node north > harbour isn't .*--scope A/B"):
            book_table(book(LOCAL), "service.entitlements")
        there = book_table(book(LOCAL), "service.entitlements", scope=NORTH)
        assert [row.outputs[0] for row in there.rows] == ["desk", "lounge"]
        above = book_table(book(LOCAL), "service.entitlements", scope=())
        assert [row.outputs[0] for row in above.rows] == ["lounge"]

    def test_rules_that_end_need_a_day(self) -> None:
        with pytest.raises(UnsupportedError, match=r"begins or ends on a day .*--as-of"):
            book_table(book(LATER, EARLIER), "service.entitlements")
        with pytest.raises(RuleError, match="several versions"):
            book_table(book(LATER, EARLIER), "service.entitlements", scope=())
        for day, asks in ((date(2025, 6, 30), ">= 2"), (date(2026, 1, 1), ">= 1")):
            table = book_table(book(LATER, EARLIER), "service.entitlements", as_of=day)
            assert rows(table)[0].startswith(asks)


def test_a_ladder_of_one_tier_has_a_table_without_rows() -> None:
    alone = small_book(tiering=Tiering(["all"], ()))
    assert rows(book_table(alone, "tiering.rules")) == []


def test_a_set_without_rules_has_its_columns() -> None:
    table = book_table(evolve(BOOK, service=Service()), "service.care")
    assert [each.name for each in table.outputs] == ["code", "label"]
    assert rows(table) == []

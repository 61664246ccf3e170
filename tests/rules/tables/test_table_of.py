"""Rules become a table whose rules answer as they do, and the table is read back from any file."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from hypothesis import assume, given
from hypothesis import strategies as st

from relationship_core.errors import RuleError, TableError, UnsupportedError
from relationship_core.rules import (
    Expression,
    HitPolicy,
    IfMissing,
    Kind,
    Rule,
    RuleSet,
    Text,
    at_least,
    between,
    truth,
)
from relationship_core.rules.expression import And, Literal, Or
from relationship_core.rules.place import Place
from relationship_core.rules.tables import (
    DecisionTable,
    Output,
    Outputs,
    Said,
    TablePolicy,
    UnaryTests,
    read_dmn,
    read_table,
    table_of,
    write_table,
)
from relationship_core.rules.tables.alternatives import MOST_ROWS, alternatives
from relationship_core.rules.tables.merging import merged
from tests.rules.strategies import (
    ALL,
    FACTS,
    Facts,
    any_facts,
    aum,
    branch,
    conditions,
    debt,
    growth,
    opened,
    overdue,
    rule_sets,
    salaried,
    sex,
    tier,
    visits,
)
from tests.rules.tables.table_strategies import unary_tests

YES, NO = Literal(True, Kind.FLAG), Literal(False, Kind.FLAG)


def cells(*rules: Rule) -> list[list[str]]:
    """What the rows of a table of these rules ask, cell by cell."""
    return [[test.text() for test in row.when] for row in table_of(rules).rows]


def asked(condition: Expression) -> list[list[str]]:
    return cells(Rule("r", condition))


class TestConditions:
    def test_a_column_stands_for_each_fact(self) -> None:
        table = table_of([Rule("a", aum >= 5), Rule("b", (visits > 2) & (aum < 5))])
        assert [each.name for each in table.inputs] == ["aum", "visits"]
        assert table.inputs[0].label == "assets under management"
        assert [[test.text() for test in row.when] for row in table.rows] == [
            [">= 5", "-"],
            ["< 5", "> 2"],
        ]

    @pytest.mark.parametrize(
        ("condition", "rows"),
        [
            (salaried, [["true"]]),
            (~salaried, [["false"]]),
            (salaried == False, [["false"]]),  # noqa: E712 - builds a condition
            (5 < aum, [["> 5"]]),
            (aum > debt, [["> debt"]]),
            (aum.between(1, 5), [["[1..5]"]]),
            (aum.between(debt, 5), [["[debt..5]"]]),
            (~aum.between(1, 5), [["< 1, > 5"]]),
            (tier.is_in(["gold", "basic"]), [['"basic", "gold"']]),
            (~tier.is_in(["gold", "basic"]), [['not("basic", "gold")']]),
            (aum.is_missing(), [["null"]]),
            (~aum.is_missing(), [["not(null)"]]),
            ((aum > 5) | aum.is_missing(), [["> 5, null"]]),
            (opened >= date(2026, 6, 30), [['>= date("2026-06-30")']]),
            ((aum > 1) & (visits > 2) & YES, [["> 1", "> 2"]]),
            ((aum > 1) | ((visits > 2) & NO), [["> 1"]]),
            (YES | (aum > 1), [["-"], ["> 1"]]),
            ((aum > 1) | (visits > 2), [["> 1", "-"], ["-", "> 2"]]),
            (~((aum > 1) & (visits > 2)), [["<= 1", "-"], ["-", "<= 2"]]),
            (
                (aum > 1) & ((visits > 2) | salaried),
                [["> 1", "> 2", "-"], ["> 1", "-", "true"]],
            ),
            (
                at_least(2, aum > 1, visits > 2, salaried),
                [["> 1", "> 2", "-"], ["> 1", "-", "true"], ["-", "> 2", "true"]],
            ),
            ((aum > 1) | (aum > 1), [["> 1"]]),
        ],
    )
    def test_what_is_asked_stands_in_cells(
        self, condition: Expression, rows: list[list[str]]
    ) -> None:
        assert asked(condition) == rows

    @pytest.mark.parametrize(
        ("condition", "rows"),
        [
            (salaried.or_else(True), [["true, null"]]),
            (salaried.or_else(False), [["not(false, null)"]]),
            (~salaried.or_else(False), [["false, null"]]),
            (aum.or_else(0) < 5, [["< 5, null"]]),
            (aum.or_else(0) >= 5, [["not(< 5, null)"]]),
            (aum.or_else(3).between(1, 5), [["[1..5], null"]]),
            (tier.or_else("gold").is_in(["gold", "basic"]), [['"basic", "gold", null']]),
            (aum.or_else(debt) > 5, [["not(<= 5, null)", "-"], ["null", "> 5"]]),
            (~aum.or_else(0).is_missing(), [["not(null)"], ["null"]]),
        ],
    )
    def test_a_default_is_told_by_what_is_missing(
        self, condition: Expression, rows: list[list[str]]
    ) -> None:
        assert asked(condition) == rows

    @pytest.mark.parametrize(
        ("condition", "rows"),
        [
            ((aum >= 1) & (aum < 5), [["[1..5)"]]),
            ((aum > 1) & (aum <= 5) & (aum > 2) & (aum >= 2), [["(2..5]"]]),
            ((aum <= 5) & (aum < 5), [["< 5"]]),
            (aum.between(1, 5) & (aum >= 3), [["[3..5]"]]),
            ((aum >= 3) & (aum <= 3), [["[3..3]"]]),
            ((aum >= 3) & (aum < 3), [["not(< 3, >= 3)"]]),
            ((aum > debt) & (aum < 5), [["(debt..5)"]]),
            ((aum > debt) & (aum >= 5), [["not(< 5, <= debt)"]]),
            ((aum != 5) & (aum != 6), [["not(5, 6)"]]),
            ((aum > 1) & (aum != 6), [["not(<= 1, 6)"]]),
            (aum.between(1, 5) & (aum != 3), [["not(< 1, > 5, 3)"]]),
            ((aum > 1) & (aum < 5) & ~aum.is_missing(), [["not(<= 1, >= 5, null)"]]),
            (tier.is_in(["gold", "basic"]) & (tier != "gold"), [['"basic"']]),
            ((tier == "gold") & (tier == "gold"), [['"gold"']]),
            (
                tier.is_in(["gold", "basic"]) & ~tier.is_missing(),
                [["not(null)", '"basic", "gold"']],
            ),
            ((aum > 1) & aum.is_missing(), [["> 1", "null"]]),
        ],
    )
    def test_tests_of_one_fact_become_one_where_they_can(
        self, condition: Expression, rows: list[list[str]]
    ) -> None:
        assert asked(condition) == rows

    @given(conditions(), any_facts)
    def test_the_rows_hold_where_the_condition_does(
        self, condition: Expression, facts: Facts
    ) -> None:
        try:
            rows = alternatives(condition)
        except TableError:
            assume(False)
        alike = Or(
            [NO, *(And([YES, *(one.tests.condition(one.fact) for one in row)]) for row in rows)]
        )
        assert truth(alike, facts) is truth(condition, facts)

    @given(st.data(), any_facts)
    def test_merging_changes_nothing(self, data: st.DataObject, facts: Facts) -> None:
        fact = data.draw(st.sampled_from(ALL))
        some = unary_tests(fact).filter(lambda each: each.tests)
        several: list[UnaryTests] = data.draw(st.lists(some, min_size=1, max_size=4))

        def holds(tests: list[UnaryTests]) -> bool | None:
            return truth(And([each.condition(fact) for each in tests]), facts)

        try:
            answer = holds(several)
        except RuleError:
            assume(False)
        assert holds(list(merged(fact, several))) is answer

    @pytest.mark.parametrize(
        ("condition", "part"),
        [
            (aum + debt > 5, "(aum + debt) > 5"),
            (aum > debt * 2, "debt * 2"),
            (aum.between(debt + 1, 5), "debt + 1.00"),
            ((aum + debt).is_missing(), "(aum + debt).is_missing()"),
            ((aum > 5) == salaried, "((aum > 5.00) == salaried)"),
            (Literal(1, Kind.COUNT) / Literal(0, Kind.COUNT) > growth, "(1 / 0)"),
            (Literal(1, Kind.COUNT) / Literal(0, Kind.COUNT) > 1, "(1 / 0)"),
        ],
    )
    def test_what_no_cell_can_ask_is_refused(self, condition: Expression, part: str) -> None:
        with pytest.raises(UnsupportedError) as caught:
            table_of(RuleSet("tiers", [Rule("gold", (visits > 2) & condition)]))
        assert part in caught.value.part
        assert str(caught.value).startswith("rule gold of tiers: in a cell, ")

    def test_a_constant_of_another_scale_is_refused(self) -> None:
        half = Literal(Decimal("0.5"), Kind.NUMBER)
        with pytest.raises(UnsupportedError, match=r"isn't supported \(write a count\)"):
            table_of([Rule("r", visits > half)])

    def test_too_many_rows_are_refused(self) -> None:
        either = [(aum > n) | (visits > n) for n in range(1, 9)]
        with pytest.raises(TableError, match=f"it takes more than {MOST_ROWS} rows"):
            table_of([Rule("r", And(either))])
        with pytest.raises(TableError, match="it takes more than"):
            table_of([Rule("r", at_least(6, *[aum > n for n in range(12)]))])
        two = [(aum > n) & (visits > n) for n in range(MOST_ROWS + 1)]
        with pytest.raises(TableError, match="it takes more than"):
            table_of([Rule("r", Or(two))])

    def test_a_rule_that_never_holds_is_refused(self) -> None:
        with pytest.raises(TableError, match="rule r of rules: its condition never holds"):
            table_of([Rule("r", (aum > 1) & NO)])


class TestTables:
    def test_reason_and_id_stand_in_notes(self) -> None:
        rules = [
            Rule("gold", aum > 5, reason=Text("Wealth", "资产"), place=Place("bank.py", 7)),
            Rule("silver", (aum > 1) | salaried, place=None),
        ]
        table = table_of(RuleSet("tiers", rules))
        assert (table.name, table.policy, table.annotations) == (
            *("tiers", TablePolicy.FIRST),
            ("id", "reason", "reason_zh"),
        )
        assert [row.annotations for row in table.rows] == [
            ("gold", "Wealth", "资产"),
            ("silver", "", ""),
            ("silver", "", ""),
        ]
        assert [row.outputs for row in table.rows] == [("gold",), ("silver",), ("silver",)]
        assert [str(row.place) for row in table.rows] == ["bank.py:7", "tiers:2", "tiers:3"]

    def test_the_rules_of_the_table_are_the_rules(self) -> None:
        rules = [
            Rule(
                "gold",
                (aum >= 5) & (visits > 1),
                "g",
                Text("Wealth", "资产"),
                overridable={"aum": between(1, 10), "visits": between(0, 4)},
                priority=1,
            ),
            Rule("women", sex == "female", "w", exemption=Text("Law", "法"), priority=2),
            Rule("silver", salaried, "s", if_missing=IfMissing.SKIP, overridable=True, priority=3),
        ]
        table = table_of(rules)
        assert table.annotations == (
            *("id", "reason", "reason_zh", "if_missing", "overridable", "exemption"),
            "exemption_zh",
        )
        place = table.annotations.index("overridable")
        told = [row.annotations[place] for row in table.rows]
        assert told == ["aum [1..10], visits [0..4]", "", "yes"]
        assert table.rules() == tuple(rules)

    def test_limits_of_days_are_kept(self) -> None:
        day = date(2026, 6, 30)
        rule = Rule(
            "r", opened < day, "x", overridable=between(day, date(2026, 12, 31)), priority=1
        )
        assert table_of([rule]).rules() == (rule,)

    @pytest.mark.parametrize(
        ("then", "kind"),
        [
            (None, "category"),
            (True, "flag"),
            (3, "count"),
            (Decimal("0.5"), "number"),
            (date.min, "date"),
        ],
    )
    def test_rules_lead_to_values_of_one_kind(self, then: Any, kind: str) -> None:
        table = table_of([Rule("r", aum > 5, then)])
        assert [(each.name, each.kind) for each in table.outputs] == [("outcome", kind)]
        assert table.rows[0].outputs == ("r" if then is None else then,)

    def test_rules_of_several_outputs_are_written_back(self) -> None:
        then = Outputs((("card", "a"), ("fee", Decimal("2.5"))))
        table = table_of([Rule("r", aum > 5, then, priority=1)])
        assert [(each.name, each.kind) for each in table.outputs] == [
            ("card", Kind.CATEGORY),
            ("fee", Kind.NUMBER),
        ]
        assert table.rules()[0].then == then

    def test_what_is_no_value_needs_words(self) -> None:
        rules = [Rule("r", aum > 5, Text("a thing"))]
        with pytest.raises(
            TableError, match="its rules lead to a Text, which is no value of a cell"
        ):
            table_of(rules)
        table = table_of(
            rules,
            [Output("words", Kind.CATEGORY)],
            lambda rule: Said((rule.then.en,), {"words_zh": rule.then.zh}),
            name="Thing?",
        )
        assert (table.name, table.rows[0].outputs) == ("Thing?", ("a thing",))
        assert table.annotations == ("id", "reason", "reason_zh", "words_zh")

    def test_no_rules_are_a_table_without_rows(self) -> None:
        table = table_of([])
        assert (table.inputs, table.rows, table.rules()) == ((), (), ())

    @pytest.mark.parametrize(
        ("rule", "message"),
        [
            (
                Rule("r", aum > 5, scope=["north", "harbour"]),
                "rule r of rules: in a table, the node north > harbour isn't supported",
            ),
            (
                Rule("r", aum > 5, valid_from=date(2026, 1, 1)),
                "that a rule begins or ends on a day",
            ),
            (
                Rule("r", aum > 5, valid_until=date(2026, 1, 1)),
                "that a rule begins or ends on a day",
            ),
            (Rule("r", aum > 5, reason="a\x00b"), "rule r of rules: 'a\\x00b' holds a sign"),
        ],
    )
    def test_what_a_table_has_no_place_for_is_refused(self, rule: Rule, message: str) -> None:
        with pytest.raises(TableError) as caught:
            table_of([rule])
        assert message in str(caught.value)

    def test_rules_of_one_node_make_a_table(self) -> None:
        rules = [Rule("r", aum > 5, overridable=True), Rule("r", aum > 9, scope=["north"])]
        assert asked_at(RuleSet("tiers", rules), "north") == [["> 9"]]
        assert asked_at(RuleSet("tiers", rules), "south") == [["> 5"]]

    def test_rows_of_one_rule_may_hit_together_though_rules_exclude_each_other(self) -> None:
        rules = RuleSet("s", [Rule("a", (aum > 5) | salaried), Rule("b", aum < 1)], "unique")
        assert table_of(rules).policy is TablePolicy.ANY
        assert table_of(rules).decide({"aum": Decimal(7), "salaried": True}) == "a"
        alike = evolve(rules, rules=[evolve(rule, then="same") for rule in rules.rules])
        with pytest.raises(UnsupportedError, match="rule a of s: in a table whose rows exclude"):
            table_of(alike)
        plain = evolve(alike, rules=[Rule("a", aum > 5, "same")])
        assert table_of(plain).policy is TablePolicy.UNIQUE

    def test_rules_that_agree_by_leading_to_nothing_are_refused(self) -> None:
        rules = RuleSet("s", [Rule("a", aum > 5), Rule("b", aum > 3)], "any")
        with pytest.raises(UnsupportedError, match="rule a of s: .* a rule that leads to nothing"):
            table_of(rules)
        assert [row.outputs for row in table_of(evolve(rules, hit_policy="first")).rows] == [
            ("a",),
            ("b",),
        ]


def asked_at(rule_set: RuleSet, *node: str) -> list[list[str]]:
    table = table_of(rule_set.effective(node))
    return [[test.text() for test in row.when] for row in table.rows]


def answer(rule_set: RuleSet, facts: Facts) -> tuple[list[str], list[str]] | None:
    """The ids of the rules that fire and of those left open; None where the set refuses."""
    try:
        outcome = rule_set.evaluate(facts)
    except RuleError:
        return None
    return (
        [rule_set.rules[place].id for place in outcome.fired],
        [rule_set.rules[place].id for place in outcome.unknown],
    )


def with_outcomes(rule_set: RuleSet) -> RuleSet:
    """Rules of the policy any with outcomes to agree by, two of three the same."""
    if rule_set.hit_policy is not HitPolicy.ANY:
        return rule_set
    pairs = zip(rule_set.rules, ["a", "b", "a"], strict=False)
    return evolve(rule_set, rules=[evolve(rule, then=then) for rule, then in pairs])


def tables_of_rules(rule_set: RuleSet) -> DecisionTable:
    """The table of rules drawn at random, where a table can say them."""
    try:
        return table_of(rule_set)
    except TableError:
        assume(False)
        raise


@given(rule_sets().map(with_outcomes), any_facts)
def test_the_rules_of_the_table_answer_as_the_rules_did(drawn: RuleSet, facts: Facts) -> None:
    table = tables_of_rules(drawn)
    assert answer(table.rule_set(), facts) == answer(drawn, facts)


@given(rule_sets(HitPolicy.FIRST), any_facts)
def test_named_by_their_answer_they_do_too(drawn: RuleSet, facts: Facts) -> None:
    rules = [evolve(rule, then=None, if_missing="undetermined") for rule in drawn.rules]
    named = evolve(drawn, rules=rules)
    by_outcome = RuleSet("named", tables_of_rules(named).rules_by_outcome())
    assert answer(by_outcome, facts) == answer(named, facts)


@given(rule_sets().map(with_outcomes))
def test_a_table_of_the_table_s_rules_is_that_table(drawn: RuleSet) -> None:
    table = tables_of_rules(drawn)
    again = tables_of_rules(table.rule_set())
    assert answer(again.rule_set(), dict.fromkeys(FACTS)) == answer(
        table.rule_set(), dict.fromkeys(FACTS)
    )


@pytest.mark.parametrize("form", [".csv", ".xlsx", ".dmn"])
def test_any_file_holds_the_table(form: str, tmp_path: Path) -> None:
    rules = [
        Rule("a", (aum > debt) & (tier.is_in(["gold", "basic"]) | opened.is_missing())),
        Rule("b", (branch == "closed") & salaried.or_else(False), reason=Text("Why", "为何")),
        Rule("c", at_least(2, growth > 0, overdue < 3, (aum > 1) & (aum != 5)), if_missing="skip"),
    ]
    table = table_of(RuleSet("tiers", rules))
    write_table(table, tmp_path / f"t{form}")
    assert read_table(tmp_path / f"t{form}", facts=FACTS) == table
    if form == ".dmn":
        assert [*read_dmn(tmp_path / "t.dmn", facts=FACTS).tables] == ["tiers"]


class TestNotes:
    def table(self, *notes: dict[str, str]) -> DecisionTable:
        plain = table_of([Rule("r", (aum > 5) | (visits > 2) | salaried, "x")])
        names = [*dict.fromkeys(name for each in notes for name in each)]
        rows = [
            evolve(row, annotations=["r", *(each.get(name, "") for name in names)])
            for row, each in zip(plain.rows, notes, strict=False)
        ]
        return evolve(plain, annotations=["id", *names], rows=rows)

    def test_a_note_in_one_row_is_that_of_the_rule(self) -> None:
        [rule] = self.table(
            {}, {"reason": "Why", "exemption": "Law"}, {"if_missing": "skip"}
        ).rules()
        assert (rule.reason, rule.exemption, rule.if_missing) == (
            *(Text("Why"), Text("Law")),
            IfMissing.SKIP,
        )

    def test_plain_words_are_read(self) -> None:
        [rule] = self.table({"overridable": "no", "if_missing": "undetermined"}).rules()
        assert (rule.overridable, rule.if_missing) == (False, IfMissing.UNDETERMINED)

    @pytest.mark.parametrize(
        ("notes", "message"),
        [
            (
                [{"if_missing": "skip"}, {"if_missing": "undetermined"}],
                "column if_missing: rows of one rule differ: 'skip', 'undetermined'",
            ),
            ([{"if_missing": "sometimes"}], "column if_missing: 'sometimes' says not what to do"),
            ([{"overridable": "maybe"}], "column overridable: 'maybe' says not who may override"),
            (
                [{"overridable": "aum [1..x]"}],
                "column overridable: the expression 'x' as an output",
            ),
            (
                [{"overridable": "aum [6..9]"}],
                "its limits 6 to 9 for 'aum' hold no threshold of it",
            ),
        ],
    )
    def test_notes_that_say_nothing_are_refused(
        self, notes: list[dict[str, str]], message: str
    ) -> None:
        with pytest.raises(TableError) as caught:
            self.table(*notes).rules()
        assert message in str(caught.value)
        assert caught.value.line is not None

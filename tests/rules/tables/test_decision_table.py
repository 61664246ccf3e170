"""A table answers as DMN's hit policies say, and refuses what would leave its answer open."""

from __future__ import annotations

import pickle
from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from relationship_core.errors import (
    HitPolicyError,
    RelationshipError,
    TableError,
    UnknownFactError,
)
from relationship_core.rules import Fact, Kind, Literal
from relationship_core.rules.place import Place
from relationship_core.rules.tables import (
    Answer,
    DecisionTable,
    Input,
    Output,
    Row,
    TablePolicy,
)
from tests.rules.strategies import Facts, any_facts
from tests.rules.tables.table_strategies import decision_tables

aum = Fact("aum", Kind.MONEY)
salaried = Fact("salaried", Kind.FLAG)
tier = Fact("tier", Kind.CATEGORY, categories=["gold", "silver", "basic"])

WEALTHY = {"aum": Decimal(500_000), "salaried": True}
MIDDLING = {"aum": Decimal(60_000), "salaried": True}
POOR = {"aum": Decimal(10), "salaried": False}
UNKNOWN: dict[str, Any] = {"aum": None, "salaried": None}


def fees(policy: str, *answers: Any, **output: Any) -> DecisionTable:
    """Three rows that overlap: >= 50,000; >= 300,000; salaried."""
    tests = [[">= 50000", "-"], [">= 300000", "-"], ["-", "true"]]
    kind = Kind.CATEGORY if isinstance(answers[0], str) else Kind.MONEY
    return DecisionTable(
        "fee",
        [Input(aum), Input(salaried)],
        [Output("fee", kind, **output)],
        [Row(test, [answer]) for test, answer in zip(tests, answers, strict=True)],
        policy,
    )


@pytest.mark.parametrize(
    ("table", "facts", "answer"),
    [
        (fees("first", "low", "none", "mid"), WEALTHY, "low"),
        (fees("any", "low", "low", "low"), WEALTHY, "low"),
        (fees("priority", "c", "a", "b", values=["a", "b", "c"]), WEALTHY, "a"),
        (fees("priority", "c", "a", "b", values=["a", "b", "c"]), MIDDLING, "b"),
        (fees("collect", "c", "a", "c"), WEALTHY, ["c", "a", "c"]),
        (fees("collect min", 3, 1, 2), WEALTHY, 1),
        (fees("collect min", "c", "a", "b"), WEALTHY, "a"),
        (fees("collect max", 3, 1, 2), MIDDLING, 3),
        (fees("collect sum", Decimal("1.1"), Decimal("2.2"), 3), WEALTHY, Decimal("6.3")),
        (fees("collect count", 7, 7, 7), WEALTHY, 3),
        (fees("collect count", "c", "a", "b"), MIDDLING, 2),
    ],
)
def test_the_policy_decides(table: DecisionTable, facts: Facts, answer: Answer) -> None:
    assert table.decide(facts) == answer


@pytest.mark.parametrize("policy", TablePolicy)
def test_where_no_row_hits_the_default_answers(policy: TablePolicy) -> None:
    bare = fees(policy, 1, 2, 3, values=[1, 2, 3])
    assert bare.decide(POOR) is None
    answer = [Decimal(3)] if policy is TablePolicy.COLLECT else Decimal(3)
    assert fees(policy, 1, 2, 3, values=[1, 2, 3], default=3).decide(POOR) == answer


def test_a_row_whose_test_is_unknown_does_not_hit() -> None:
    assert fees("collect", "a", "b", "c", default="d").decide(UNKNOWN) == ["d"]
    asks_nothing = DecisionTable("t", [Input(aum)], [Output("o", "count")], [Row(["-"], [1])])
    assert asks_nothing.decide(UNKNOWN) == 1
    negated = DecisionTable("t", [Input(tier)], [Output("o", "count")], [Row(['not("gold")'], [1])])
    assert negated.decide({"tier": None}) is None
    asks_for_it = DecisionTable("t", [Input(aum)], [Output("o", "count")], [Row(["null"], [1])])
    assert asks_for_it.decide(UNKNOWN) == 1


def test_unique_refuses_several_and_names_them() -> None:
    table = fees("unique", "low", "none", "mid")
    with pytest.raises(HitPolicyError) as caught:
        table.decide(MIDDLING)
    assert str(caught.value).startswith("table fee: several rows hit at once: row 1 (")
    assert "row 3 (" in str(caught.value)
    assert "row 2" not in str(caught.value)


def test_any_refuses_rows_that_differ() -> None:
    with pytest.raises(HitPolicyError, match="differ: row 1 .*, row 3"):
        fees("any", "low", "low", "mid").decide(MIDDLING)


def two_outputs(policy: str, **first: Any) -> DecisionTable:
    return DecisionTable(
        "offer",
        [Input(aum)],
        [Output("card", Kind.CATEGORY, **first), Output("limit", Kind.COUNT, [2, 1])],
        [Row([">= 10"], ["a", 1]), Row([">= 20"], ["b", 2]), Row([">= 30"], ["a", 2])],
        policy,
    )


def test_several_outputs_answer_by_name() -> None:
    listed = two_outputs("priority", values=["a", "b"])
    assert listed.decide({"aum": 35}) == {"card": "a", "limit": 2}
    assert listed.decide({"aum": 25}) == {"card": "a", "limit": 1}
    # An output that lists no values has no say.
    assert two_outputs("priority").decide({"aum": 25}) == {"card": "b", "limit": 2}
    # Among equals, the row that stands first.
    assert two_outputs("priority").decide({"aum": 35}) == {"card": "b", "limit": 2}
    assert two_outputs("collect").decide({"aum": 25}) == [
        {"card": "a", "limit": 1},
        {"card": "b", "limit": 2},
    ]
    assert two_outputs("first", default="c").decide({"aum": 5}) == {"card": "c", "limit": None}


def test_a_value_that_a_column_does_not_allow_is_refused() -> None:
    table = DecisionTable(
        "t", [Input(aum, allowed="[0..100]")], [Output("o", "count")], [Row(["-"], [1])]
    )
    assert table.decide({"aum": Decimal(100)}) == 1
    assert table.decide({"aum": None}) == 1
    with pytest.raises(TableError, match=r"table t, column aum: .* isn't allowed: \[0..100\]"):
        table.decide({"aum": Decimal(101)})


def test_a_fact_that_nobody_gave_is_no_missing_one() -> None:
    with pytest.raises(UnknownFactError, match="salaried"):
        fees("first", "a", "b", "c").decide({"aum": None})


def test_a_column_may_test_an_expression() -> None:
    table = DecisionTable(
        "t", [Input(aum * 2)], [Output("o", "flag")], [Row([">= 20"], [True])], "first"
    )
    assert table.decide({"aum": Decimal(10)}) is True
    assert [fact.name for fact in table.facts] == ["aum"]


def column(kind: Kind = Kind.COUNT, **given: Any) -> Output:
    return Output("o", kind, **given)


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: DecisionTable(" ", [], [column()], []), "a table has no name"),
        (lambda: DecisionTable("t", [], [], []), "table t: it has no output"),
        (lambda: DecisionTable("t", [], [column(), column()], []), "told apart"),
        (lambda: DecisionTable("t", [], [column()], [], "first", ["a", "a"]), "told apart"),
        (lambda: DecisionTable("t", [], [column()], [], "first", [""]), "told apart"),
        (lambda: Output("", Kind.COUNT), "an output has no name"),
        (lambda: column(values=["a"]), "column o: a count can't hold a str"),
        (lambda: column(values=[1], default=2), "column o: 2 is none of the values"),
        (lambda: Input(aum, allowed="5 5"), "column aum: '5' can't stand"),
        (lambda: Input(aum, label="a\x00"), "can't be seen"),
        (lambda: DecisionTable("t", [], [column()], [], "priority"), "no output lists its values"),
        (
            lambda: DecisionTable("t", [], [column(), Output("p", "count")], [], "collect sum"),
            "collect sum needs one output",
        ),
        (lambda: DecisionTable("t", [], [column(Kind.DATE)], [], "collect sum"), "has no sum"),
        (lambda: DecisionTable("t", [], [column(Kind.FLAG)], [], "collect min"), "has no order"),
    ],
)
def test_columns_have_to_fit(build: Any, message: str) -> None:
    with pytest.raises(TableError, match=message):
        build()


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (
            Row([], [1], place=Place("fees.csv", 7)),
            "fees.csv, line 7: it has 0 tests",
        ),
        (Row(["-"], [], place=Place("fees.csv", 7)), "it has 0 outputs for 1 columns"),
        (Row(["-"], [1], ["a", "b"], Place("fees.csv", 7)), "it has 2 notes for 1 columns"),
        (Row([">"], [1], place=Place("fees.csv", 7)), "fees.csv, line 7, column aum: the end"),
        (Row(["> x"], [1], place=Place("fees.csv", 7)), "column aum: there is no fact 'x'"),
        (Row(["(5..5)"], [1], place=Place("fees.csv", 7)), "line 7, column aum: nothing lies in"),
        (Row(["> 0.001"], [1], place=Place("fees.csv", 7)), "column aum: 0.001 has more decimals"),
        (Row(["-"], [9], place=Place("fees.csv", 7)), "line 7, column o: 9 is none of the values"),
        (Row(["-"], [True], place=Place("fees.csv", 7)), "column o: a count can't hold a bool"),
    ],
)
def test_a_row_has_to_fit_its_columns(row: Row, message: str) -> None:
    with pytest.raises(TableError) as caught:
        DecisionTable("t", [Input(aum)], [column(values=[1])], [row], "first", ["note"])
    assert message in str(caught.value)


def test_a_row_knows_where_it_was_written() -> None:
    row = Row(["-"], [1])
    assert row.place.file == __file__
    assert row == evolve(row, place=Place("elsewhere.csv", 3))


def test_a_row_without_notes_has_empty_ones() -> None:
    table = DecisionTable("t", [], [column()], [Row([], [1])], annotations=["note"])
    assert table.rows[0].annotations == ("",)
    assert table.conditions[0].same_as(Literal(True, Kind.FLAG))


def test_true_is_not_one_in_a_table() -> None:
    one = DecisionTable("t", [Input(salaried)], [column()], [Row(["true"], [1])])
    other = evolve(one, rows=[Row(["false"], [1])])
    assert one != other
    assert one != evolve(one, inputs=[Input(Fact("other", Kind.FLAG))])


@given(decision_tables())
def test_a_table_is_a_value(table: DecisionTable) -> None:
    again = evolve(table)
    assert again == table
    assert hash(again) == hash(table)
    assert pickle.loads(pickle.dumps(table)) == table


def attempt(table: DecisionTable, facts: Facts) -> Any:
    try:
        answer = table.decide(facts)
    except RelationshipError as error:
        return type(error)
    if isinstance(answer, list):
        return Counter(map(str, answer))
    return answer


FREE_OF_ORDER = [
    policy for policy in TablePolicy if policy not in {TablePolicy.FIRST, TablePolicy.PRIORITY}
]


@given(
    decision_tables(st.sampled_from(FREE_OF_ORDER)), any_facts, st.randoms(use_true_random=False)
)
def test_the_order_of_rows_is_nothing_but_order(
    table: DecisionTable, facts: Facts, shuffler: Any
) -> None:
    rows = [*table.rows]
    shuffler.shuffle(rows)
    assert attempt(evolve(table, rows=rows), facts) == attempt(table, facts)


def test_days_have_a_least_and_a_greatest() -> None:
    days = [date(2026, 1, 3), date(2026, 1, 1)]
    table = DecisionTable(
        "t", [], [column(Kind.DATE)], [Row([], [day]) for day in days], "collect max"
    )
    assert table.decide({}) == days[0]

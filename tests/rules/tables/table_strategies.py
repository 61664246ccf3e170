"""Decision tables drawn at random: columns over every kind of fact, tests, policies, notes."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from relationship_core.rules import Fact, Kind
from relationship_core.rules.kind import NUMERIC
from relationship_core.rules.tables import (
    ANYTHING,
    DecisionTable,
    Input,
    Interval,
    Output,
    Relation,
    Row,
    TablePolicy,
    UnaryTests,
    Unknown,
)
from tests.rules.strategies import ALL, fact_values, values

ORDERED = NUMERIC | {Kind.DATE}

NOTES = st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn"]), max_size=8)
"""Texts that people might write beside a row, in any alphabet."""

ANY_POLICY = st.sampled_from(TablePolicy)

TEXTS = st.text(max_size=6)
"""Texts that a constant may be, unseen signs among them."""


def constants(fact: Fact) -> SearchStrategy[Any]:
    """Constants that a test of the fact may hold."""
    if fact.kind is Kind.CATEGORY and fact.categories is None:
        return st.one_of(fact_values(fact), TEXTS)
    return fact_values(fact)


def endpoints(fact: Fact) -> SearchStrategy[Any]:
    """Constants, and the other facts of the same kind."""
    others = [each for each in ALL if each.kind is fact.kind]
    return st.one_of(constants(fact), constants(fact), st.sampled_from(others))


@st.composite
def _intervals(draw: DrawFn, fact: Fact) -> Interval:
    if draw(st.booleans()):
        return Interval(
            draw(endpoints(fact)),
            draw(st.sampled_from([each for each in ALL if each.kind is fact.kind])),
            draw(st.booleans()),
            draw(st.booleans()),
        )
    low, high = sorted([draw(constants(fact)), draw(constants(fact))])
    if low == high:
        return Interval(low, high)
    return Interval(low, high, draw(st.booleans()), draw(st.booleans()))


def _single_tests(fact: Fact) -> SearchStrategy[Any]:
    equal = st.builds(Relation, st.just("=="), endpoints(fact))
    found = [equal, equal, st.builds(Relation, st.just("!="), endpoints(fact)), st.just(Unknown())]
    if fact.kind in ORDERED:
        signs = st.sampled_from(["<", "<=", ">", ">="])
        found += [st.builds(Relation, signs, endpoints(fact)), _intervals(fact)]
    return st.one_of(found)


def unary_tests(fact: Fact) -> SearchStrategy[UnaryTests]:
    """Tests that a cell of the fact's column may hold."""
    several = st.lists(_single_tests(fact), min_size=1, max_size=3).map(tuple)
    return st.one_of(st.just(ANYTHING), st.builds(UnaryTests, several, st.booleans()))


@st.composite
def _outputs(draw: DrawFn, policy: TablePolicy, name: str) -> Output:
    kinds = [*Kind]
    if policy.aggregates:
        kinds = [kind for kind in kinds if kind in NUMERIC]
    kind = draw(st.sampled_from(kinds))
    some = draw(st.lists(values(kind), min_size=1, max_size=4, unique=True))
    listed = tuple(some) if policy is TablePolicy.PRIORITY or draw(st.booleans()) else ()
    default = draw(st.one_of(st.none(), st.sampled_from(some)))
    return Output(name, kind, listed, default)


@st.composite
def decision_tables(
    draw: DrawFn, policies: SearchStrategy[TablePolicy] = ANY_POLICY
) -> DecisionTable:
    """Tables that any form can hold."""
    policy = draw(policies)
    facts = draw(st.lists(st.sampled_from(ALL), min_size=1, max_size=3))
    inputs = [
        Input(
            fact,
            draw(st.one_of(st.just(""), NOTES)),
            # What a column allows mustn't name others, and has to let most values through.
            draw(st.sampled_from([ANYTHING, UnaryTests((Unknown(), _wide(fact)))])),
        )
        for fact in facts
    ]
    names = ["answer"] if policy.aggregates else ["answer", "Why / not?", "等级"]
    outputs = [draw(_outputs(policy, name)) for name in names[: draw(st.integers(1, len(names)))]]
    notes = draw(st.sampled_from([(), ("reason",), ("说明", "reason")]))
    rows = [
        Row(
            [draw(unary_tests(fact)) for fact in facts],
            [
                draw(st.sampled_from(each.values) if each.values else values(each.kind))
                for each in outputs
            ],
            [draw(NOTES) for _ in notes],
        )
        for _ in range(draw(st.integers(0, 4)))
    ]
    name = draw(st.sampled_from(["answer", "Fee for 贵宾", "t"]))
    return DecisionTable(name, inputs, outputs, rows, policy, notes)


def _wide(fact: Fact) -> Relation:
    if fact.kind in ORDERED:
        return Relation("!=", date(2026, 6, 28) if fact.kind is Kind.DATE else -7)
    return Relation("!=", False) if fact.kind is Kind.FLAG else Relation("!=", _some_text(fact))


def _some_text(fact: Fact) -> str:
    return fact.categories[0] if fact.categories else "closed"

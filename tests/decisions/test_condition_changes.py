from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relationship_core import Expression, Fact, Kind, at_least
from relationship_core.decisions.change import Detail
from relationship_core.decisions.condition_changes import condition_changes
from relationship_core.facts import (
    aum,
    contribution_12m,
    deposits_average_3m,
    kind,
    product_count,
    salary_stopped,
    tenure_months,
)
from relationship_core.rules.expression import And, Literal

opened = Fact("opened", Kind.DATE)


def told(old: Expression, new: Expression) -> list[str]:
    return [str(detail) for detail in condition_changes(old, new)]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            contribution_12m >= 50_000,
            contribution_12m >= 60_000,
            ["contribution_12m threshold 50,000.00 -> 60,000.00"],
        ),
        (aum >= 5, aum > 5, ["aum operator >= -> >"]),
        (aum >= 5, aum < 6, ["aum operator >= -> <", "aum threshold 5.00 -> 6.00"]),
        (
            aum >= 5,
            aum >= deposits_average_3m,
            ["aum threshold 5.00 -> average deposits over three months"],
        ),
        (aum / 2 >= 5, aum / 2 >= 6, ["(aum / 2) threshold 5.00 -> 6.00"]),
        (
            opened >= date(2026, 1, 1),
            opened >= date(2026, 2, 1),
            ["opened threshold 2026-01-01 -> 2026-02-01"],
        ),
        (aum.between(1, 5), aum.between(2, 5), ["aum lower threshold 1.00 -> 2.00"]),
        (
            aum.between(1, 5),
            aum.between(2, 6),
            ["aum lower threshold 1.00 -> 2.00", "aum upper threshold 5.00 -> 6.00"],
        ),
        (
            kind.is_in(["personal"]),
            kind.is_in(["personal", "corporate"]),
            ["kind values personal -> corporate, personal"],
        ),
        (~(aum >= 5), ~(aum >= 6), ["aum threshold 5.00 -> 6.00"]),
    ],
)
def test_a_condition_that_moves_says_what_moved(
    old: Expression, new: Expression, expected: list[str]
) -> None:
    assert told(old, new) == expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            aum >= 5,
            (aum >= 5) & (tenure_months >= 12),
            ["condition added: months as a customer at least 12"],
        ),
        (
            (aum >= 5) & (tenure_months >= 12) & salary_stopped,
            (tenure_months >= 12) & (aum >= 6),
            ["aum threshold 5.00 -> 6.00", "condition removed: salary stopped"],
        ),
        (
            (aum >= 5) & (aum < 10),
            (aum < 12) & (aum >= 6),
            ["aum threshold 5.00 -> 6.00", "aum threshold 10.00 -> 12.00"],
        ),
        (aum >= 5, (aum >= 5) | salary_stopped, ["alternative added: salary stopped"]),
        (
            (aum >= 5) & ((product_count >= 2) | salary_stopped),
            (aum >= 5) & ((product_count >= 3) | salary_stopped),
            ["product_count threshold 2 -> 3"],
        ),
        (
            (aum >= 5) & ~salary_stopped,
            (aum >= 5) & salary_stopped,
            ["condition not salary stopped -> salary stopped"],
        ),
        (
            (aum >= 5) & (tenure_months >= 12),
            (tenure_months >= 12) & (aum >= 5),
            [
                "order of conditions assets under management at least 5.00; months as a customer"
                " at least 12 -> months as a customer at least 12; assets under management at"
                " least 5.00"
            ],
        ),
        (
            at_least(1, aum >= 5, salary_stopped),
            at_least(2, aum >= 6, salary_stopped),
            ["conditions that must hold 1 -> 2", "aum threshold 5.00 -> 6.00"],
        ),
        (
            at_least(1, aum >= 5, salary_stopped),
            at_least(1, aum >= 5),
            ["condition to count removed: salary stopped"],
        ),
    ],
)
def test_conditions_that_are_joined_are_compared_one_by_one(
    old: Expression, new: Expression, expected: list[str]
) -> None:
    assert told(old, new) == expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            aum >= 5,
            aum.between(5, 10),
            "condition assets under management at least 5.00"
            " -> assets under management from 5.00 to 10.00",
        ),
        (
            aum.is_missing(),
            tenure_months.is_missing(),
            "condition assets under management missing -> months as a customer missing",
        ),
        (
            aum + 1 >= 5,
            aum + 2 >= 5,
            "condition assets under management + 1.00 at least 5.00"
            " -> assets under management + 2.00 at least 5.00",
        ),
        (~(aum < 5), aum >= 5, "condition ~(aum < 5.00) -> (aum >= 5.00)"),
        (
            And([aum >= 5]),
            aum >= 5,
            "condition (assets under management at least 5.00)"
            " -> assets under management at least 5.00",
        ),
        (salary_stopped, Literal(value=True, kind=Kind.FLAG), "condition salary stopped -> yes"),
    ],
)
def test_what_is_built_otherwise_is_told_whole(
    old: Expression, new: Expression, expected: str
) -> None:
    assert told(old, new) == [expected]


def test_what_no_words_tell_apart_is_told_as_it_is_written() -> None:
    days, count = Fact("x", Kind.DAYS), Fact("x", Kind.COUNT)
    assert told(days >= 5, count >= 5) == [
        'x threshold {"kind":"days","literal":5} -> {"kind":"count","literal":5}'
    ]


def test_what_nests_too_deep_to_be_read_is_told_whole() -> None:
    def nested(limit: int) -> Expression:
        condition = aum >= limit
        for _ in range(40):
            condition = ~(condition & salary_stopped)
        return condition

    [line] = told(nested(5), nested(6))
    assert line.startswith("condition ")
    assert "5.00" in line.split(" -> ")[0]


atoms = st.one_of(
    st.builds(lambda limit: aum >= limit, st.integers(0, 3)),
    st.builds(lambda limit: aum < limit, st.integers(0, 3)),
    st.builds(lambda limit: tenure_months >= limit, st.integers(0, 3)),
    st.builds(lambda low, more: aum.between(low, low + more), st.integers(0, 2), st.integers(0, 2)),
    st.builds(
        lambda names: kind.is_in(names),
        st.sets(st.sampled_from(["personal", "corporate"]), min_size=1),
    ),
    st.just(salary_stopped),
    st.just(aum.is_missing()),
)
conditions = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.builds(lambda one, other: one & other, inner, inner),
        st.builds(lambda one, other: one | other, inner, inner),
        st.builds(lambda one: ~one, inner),
        st.builds(lambda one, other: at_least(1, one, other), inner, inner),
    ),
    max_leaves=6,
)


@given(conditions, conditions)
def test_two_conditions_differ_exactly_if_their_canonical_forms_do(
    old: Expression, new: Expression
) -> None:
    assert bool(told(old, new)) is not old.same_as(new)


@given(conditions, conditions)
def test_backwards_every_difference_is_turned_round(old: Expression, new: Expression) -> None:
    def in_order(details: list[Detail]) -> list[Detail]:
        return sorted(details, key=lambda each: (each.what, each.old or "", each.new or ""))

    forth = [Detail(each.what, each.new, each.old) for each in condition_changes(old, new)]
    back = list(condition_changes(new, old))
    assert in_order(forth) == in_order(back)

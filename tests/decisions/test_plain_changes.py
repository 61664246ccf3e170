from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relationship_core.decisions.plain_changes import plain_changes, spelling, words


def told(old: Any, new: Any, path: str = "it") -> list[str]:
    return [str(detail) for detail in plain_changes(path, old, new)]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (None, "none"),
        (True, "yes"),
        (False, "no"),
        (3, "3"),
        ("north", "north"),
        ("", '""'),
        ({"en": "Best", "zh": ""}, '"Best"'),
        ({"en": "Best", "zh": "最优"}, '"Best" (最优)'),
        ({"rate": "0.02", "currency": "CNY", "none": None}, "currency CNY, rate 0.02"),
        ({}, "{}"),
        ([], "none"),
        (["a", "b"], "a, b"),
    ],
)
def test_data_is_read_as_words(data: Any, expected: str) -> None:
    assert words(data) == expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (1, 2, ["it 1 -> 2"]),
        (1, True, ["it 1 -> yes"]),
        (["a, b"], ["a", "b"], ['it ["a, b"] -> ["a", "b"]']),
        (None, {"reviews": 2}, ["it none -> reviews 2"]),
        ({"reviews": 2, "days": 3}, {"reviews": 2, "days": 4}, ["it.days 3 -> 4"]),
        ({"a": {"en": "x", "zh": ""}}, {"a": {"en": "y", "zh": ""}}, ['it.a "x" -> "y"']),
        ({"a": 1}, {"b": 1}, ["it.a removed: 1", "it.b added: 1"]),
    ],
)
def test_what_differs_is_told_by_its_path(old: Any, new: Any, expected: list[str]) -> None:
    assert told(old, new) == expected


def test_entries_of_a_list_are_told_apart_by_what_they_are_for() -> None:
    old = [{"channel": "atm", "amount": "1"}, {"channel": "card", "amount": "2"}]
    new = [{"channel": "card", "amount": "3"}, {"channel": "online", "amount": "1"}]
    assert told({"unit_costs": old}, {"unit_costs": new}, "") == [
        "unit_costs.atm removed: amount 1, channel atm",
        "unit_costs.card.amount 2 -> 3",
        "unit_costs.online added: amount 1, channel online",
    ]


data = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(0, 2), st.sampled_from(["", "a", "none", "1"])),
    lambda inner: st.one_of(
        st.lists(inner, max_size=2),
        st.dictionaries(st.sampled_from(["en", "zh", "a"]), inner, max_size=2),
    ),
    max_leaves=5,
)


@given(data, data)
def test_two_data_differ_exactly_if_they_are_spelt_otherwise(old: Any, new: Any) -> None:
    details = tuple(plain_changes("it", old, new))
    assert bool(details) is (spelling(old) != spelling(new))
    assert all(detail.old != detail.new for detail in details)

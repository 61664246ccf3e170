"""Which missing facts leave a rule open, against the explanation that finds them in words."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from relationship_core.decisions.first_hit import FirstHit
from relationship_core.rules import (
    Expression,
    Fact,
    FactValue,
    Kind,
    Rule,
    RuleSet,
    at_least,
    explain,
    truth,
)

FACTS = [Fact(f"f{number}", Kind.COUNT) for number in range(4)]
LEAVES = [
    *(fact >= 2 for fact in FACTS),
    FACTS[0] + FACTS[1] < 3,
    FACTS[0] / FACTS[1] > 1,
    FACTS[2].is_missing(),
    FACTS[3].or_else(5) > 4,
    FACTS[1].between(1, FACTS[3]),
    FACTS[0].is_in([1, 2]),
]
conditions: st.SearchStrategy[Expression] = st.recursive(
    st.sampled_from(LEAVES),
    lambda inner: st.one_of(
        st.builds(lambda a, b: a & b, inner, inner),
        st.builds(lambda a, b: a | b, inner, inner),
        st.builds(lambda a: ~a, inner),
        st.builds(lambda a, b, c: at_least(2, a, b, c), inner, inner, inner),
    ),
    max_leaves=8,
)
values = st.fixed_dictionaries({fact.name: st.none() | st.integers(0, 4) for fact in FACTS})


@given(st.lists(conditions, min_size=1, max_size=3), values)
def test_missing_facts_are_those_that_an_explanation_names(
    whens: list[Expression], facts: dict[str, FactValue | None]
) -> None:
    asked = FirstHit(RuleSet("set", [Rule(f"r{place}", when) for place, when in enumerate(whens)]))
    unknown = tuple(
        place for place, rule in enumerate(asked.rules) if truth(rule.when, facts) is None
    )
    told = {
        name
        for place in unknown
        for condition in explain(asked.rules[place], facts).conditions
        for name in condition.missing
    }
    assert set(asked.missing(unknown, facts)) == told


def test_a_missing_fact_beside_a_condition_that_fails_anyway_is_not_named() -> None:
    a, b, c, _ = FACTS
    asked = FirstHit(RuleSet("set", [Rule("r", ((a >= 2) & (b >= 2)) | (c >= 2))]))
    assert asked.missing((0,), {"f0": 0, "f1": None, "f2": None}) == ("f2",)


def test_nothing_open_lacks_nothing() -> None:
    asked = FirstHit(RuleSet("set", [Rule("r", FACTS[0] >= 1)]))
    assert asked.missing((), {"f0": None}) == ()


def test_what_cannot_be_computed_is_open_although_nothing_is_missing() -> None:
    a, b, c, d = FACTS
    asked = FirstHit(RuleSet("set", [Rule("r", (a / b > 1) | ((c >= 2) & (d >= 2)))]))
    facts = {"f0": 1, "f1": 0, "f2": 0, "f3": None}
    assert asked.decide(facts).unknown == (0,)
    assert asked.missing((0,), facts) == ()

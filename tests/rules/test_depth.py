"""An expression nests no deeper than it can be read, whoever calls."""

from __future__ import annotations

import pytest

from relationship_core.errors import RuleError
from relationship_core.rules import Expression, Fact, Kind, Rule, RuleSet, explain, in_words
from relationship_core.rules.depth import DEEPEST, require_shallow
from relationship_core.rules.json_form import read_expression
from tests.rules.strategies import FACTS, NOTHING_KNOWN, aum, consents, salaried


def sums(levels: int) -> Expression:
    chain: Expression = aum
    for _ in range(levels - 1):
        chain = chain + aum
    return chain


def nested(levels: int) -> Expression:
    condition: Expression = salaried
    for level in range(levels - 1):
        condition = condition & consents if level % 2 else condition | consents
    return condition


@pytest.mark.parametrize("build", [sums, nested])
def test_as_many_levels_as_allowed_are_allowed_and_no_more(build: object) -> None:
    require_shallow(build(DEEPEST), "here")  # type: ignore[operator]
    with pytest.raises(RuleError, match=f"here: its expression nests more than {DEEPEST} levels"):
        require_shallow(build(DEEPEST + 1), "here")  # type: ignore[operator]


def test_a_rule_too_deep_is_refused_by_name() -> None:
    with pytest.raises(RuleError, match="rule gold: its expression nests more than"):
        Rule("gold", nested(DEEPEST + 1))


def test_a_fact_derived_too_deep_is_refused_by_name() -> None:
    with pytest.raises(RuleError, match="fact total: its expression nests more than"):
        Fact("total", Kind.MONEY, derived=sums(DEEPEST + 1))
    with pytest.raises(RuleError, match="fact total: its expression nests more than"):
        Fact("total", Kind.MONEY, relations=[nested(DEEPEST + 1)])


def test_parts_that_are_shared_cost_nothing() -> None:
    doubled: Expression = aum
    for _ in range(100):
        doubled = doubled + doubled
    require_shallow(doubled, "here")


def called_from_deep_below(frames: int, ask: object) -> object:
    return ask() if not frames else called_from_deep_below(frames - 1, ask)  # type: ignore[operator]


@pytest.mark.parametrize("condition", [nested(DEEPEST), ~(sums(DEEPEST - 2) > 0)], ids=["&|", "+"])
@pytest.mark.parametrize("known", [True, False, None])
def test_the_deepest_rule_is_read_even_from_deep_below(
    condition: Expression, known: bool | None
) -> None:
    facts = {**NOTHING_KNOWN, "salaried": known, "consents": known}

    def ask() -> None:
        rule = Rule("deep", condition)
        rule_set = RuleSet("deep", [rule])
        assert rule_set.compiled(facts) == rule_set.evaluate(facts)
        assert explain(rule, facts).conditions
        assert in_words(condition)
        assert read_expression(condition.to_json(), FACTS).same_as(condition)

    called_from_deep_below(120, ask)

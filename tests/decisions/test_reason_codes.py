"""Reason codes are what the explanations say first, of any rules and any facts."""

from __future__ import annotations

import pickle

from hypothesis import given
from hypothesis import strategies as st

from relationship_core import Review
from relationship_core.decisions.reason_codes import ReasonCodes
from relationship_core.rules import Expression, FactValue, Rule, explain
from tests.decisions.test_open_conditions import conditions, values
from tests.decisions.told_customers import TOLD


@given(st.lists(conditions, min_size=1, max_size=3), values)
def test_they_are_what_explanations_say_first(
    whens: list[Expression], facts: dict[str, FactValue | None]
) -> None:
    rules = [Rule(f"r{place}", when) for place, when in enumerate(whens)]
    told = {rule.id: explain(rule, facts).reason_code for rule in rules}
    assert ReasonCodes(rules).of(facts) == told


def test_a_review_keeps_them_however_it_is_kept() -> None:
    for reviewed in TOLD.values():
        review = reviewed()
        goals = review.explanation.better_tiers
        codes = {goal.rule.rule_id: goal.rule.reason_code for goal in goals}
        assert list(review.reason_codes.items()) == list(codes.items())
        assert review.reason_codes is review.reason_codes
        assert pickle.loads(pickle.dumps(review)).reason_codes == codes
        assert Review.from_json(review.to_json()).reason_codes == codes

from __future__ import annotations

from decimal import Decimal

import pytest

from relationship_core import Retention, RetentionAction, Rule
from relationship_core.decisions.proof import prove_rule_book
from relationship_core.facts import CATALOGUE, open_complaints, product_count
from relationship_core.rules.analysis import Severity
from tests.decisions.proof.sound_book import sound_book

D = Decimal


def found(*actions: Rule, share: Decimal) -> list[tuple[str, tuple[str, ...]]]:
    retention = Retention(actions=actions, maximum_cost_share=share)
    proof = prove_rule_book(sound_book(retention=retention))
    return [(e.code.id, e.rules) for e in proof.findings if e.code.severity is not Severity.NOTE]


def action(name: str, cost: str, *, priority: int, least: int = 1) -> Rule:
    done = RetentionAction(name, name, D(cost))
    return Rule(name, product_count >= least, done, priority=priority)


@pytest.mark.parametrize(
    ("first", "second", "is_offered"),
    [("20", "10", True), ("20", "20", False), ("20", "20.01", False), ("0", "10", False)],
)
def test_a_second_action_is_offered_where_the_first_costs_too_much(
    first: str, second: str, is_offered: bool
) -> None:
    actions = action("visit", first, priority=1), action("call", second, priority=2)
    expected = [] if is_offered else [("RC103", ("call", "visit"))]
    assert found(*actions, share=D("0.25")) == expected


def test_costs_that_come_to_the_same_cent_of_contribution_are_the_same() -> None:
    actions = action("visit", "0.11", priority=1), action("call", "0.10", priority=2)
    assert found(*actions, share=D("0.25")) == []
    assert found(*actions, share=D("1")) == []
    fine = action("visit", "1.0001", priority=1), action("call", "1", priority=2)
    assert found(*fine, share=D("1")) == []
    finer = action("visit", "1.0002", priority=1), action("call", "1.0001", priority=2)
    assert found(*finer, share=D("1")) == [("RC103", ("call", "visit"))]


def test_what_no_contribution_can_pay_is_never_offered() -> None:
    dear = action("palace", "100000000000000", priority=1)
    assert found(dear, share=D("0.000000000001")) == []
    assert found(dear, share=D("0.00000000000000000001")) == [("RC104", ("palace",))]


def test_an_action_that_is_unknown_stands_in_nobody_s_way() -> None:
    whatever = (product_count >= 1) & (open_complaints >= 0)
    first = Rule("visit", whatever, RetentionAction("visit", "visit"), priority=1)
    second = action("call", "0", priority=2)
    assert found(first, second, share=D(1)) == []
    customer = {**dict.fromkeys(CATALOGUE), "product_count": 1}
    assert Retention(actions=[first, second]).decide(customer).action_rule == "call"


def test_one_that_nobody_meets_is_told_once_whatever_it_costs() -> None:
    rule = action("visit", "20", priority=1, least=3)
    never = Rule("visit", rule.when & (product_count < 2), rule.then)
    for share in (D(0), D("0.25")):
        assert found(never, share=share) == [("RC104", ("visit",))]

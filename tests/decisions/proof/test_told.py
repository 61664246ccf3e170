from __future__ import annotations

from typing import Any

from attrs import evolve

from relationship_core.decisions.proof.codes import OSCILLATION
from relationship_core.decisions.proof.told import Told
from relationship_core.facts import aum, product_count
from relationship_core.rules import HitPolicy, Rule, RuleSet
from relationship_core.rules.analysis import Finding, Witness
from relationship_core.rules.analysis.finding import DISLOYAL, GAP, SHADOWED
from tests.decisions.proof.sound_book import GOLD, SILVER

HERE, THERE = ("north", "harbour"), ("north", "quay")
RULES = RuleSet("tiering.rules", [evolve(GOLD, priority=1), evolve(SILVER, priority=2)])


def witness(**facts: Any) -> Witness:
    return Witness(tuple(facts.items()))


def finding(code: Any = SHADOWED, **changes: Any) -> Finding:
    given = {"message": "it is wrong", "mend": "mend it", "rule_set": RULES.name}
    return Finding(code, **(given | changes))


def told(*findings: tuple[Finding, RuleSet]) -> list[tuple[str, ...]]:
    memory = Told()
    return [new.scope for each, rules in findings for new in memory.new([each], rules)]


def at(scope: tuple[str, ...], found: Finding) -> Finding:
    return evolve(found, scope=scope)


def with_gold(when: Any, scope: tuple[str, ...]) -> RuleSet:
    own = Rule("gold", when, priority=1, scope=scope)
    return RuleSet(RULES.name, [own, RULES.rules[1]], node=scope)


def test_of_two_branches_each_is_told_what_it_does() -> None:
    gap = finding(GAP, witness=witness(aum=9))
    assert told((at(HERE, gap), RULES), (at(THERE, gap), RULES)) == [HERE, THERE]
    assert told((at(HERE, gap), RULES), (at(HERE, gap), RULES)) == [HERE]
    assert told((gap, RULES), (at(THERE, gap), RULES)) == [()]


def test_a_gap_that_a_rule_of_the_head_office_closes_is_the_branch_s_own() -> None:
    gap = finding(GAP, witness=witness(aum=60))
    own = with_gold(aum >= 1000, HERE)
    narrow = RuleSet(RULES.name, own.rules[:1], node=HERE)
    assert told((finding(GAP, witness=witness(aum=9)), RULES), (at(HERE, gap), narrow)) == [
        (),
        HERE,
    ]


def law(message: str, less: int, more: int, **others: int) -> Finding:
    one, other = (witness(tenure_months=n, aum=500, **others) for n in (less, more))
    return finding(DISLOYAL, message=message, witness=one, other=other, rules=("gold",))


def test_a_broken_law_is_the_same_whoever_shows_it() -> None:
    first, again = law("of 1 and 2", 1, 2), law("of 3 and 4", 3, 4)
    assert told((first, RULES), (at(HERE, again), RULES)) == [()]


def test_but_not_if_a_branch_s_own_rule_decides_about_them() -> None:
    first, again = law("of 1 and 2", 1, 2), law("of 3 and 4", 3, 4)
    own = with_gold((aum >= 90) & (product_count >= 0), HERE)
    theirs = evolve(again, scope=HERE)
    asked = law("of 3 and 4", 3, 4, product_count=1)
    assert told((first, RULES), (evolve(asked, scope=HERE), own)) == [(), HERE]
    assert told((first, RULES), (theirs, RULES)) == [()]


def test_nor_if_it_is_the_law_of_another_fact() -> None:
    other = finding(
        DISLOYAL, witness=witness(loyalty=1, aum=500), other=witness(loyalty=2, aum=500)
    )
    assert told((law("of 1 and 2", 1, 2), RULES), (other, RULES)) == [(), ()]


def test_circles_of_other_moves_are_others() -> None:
    swings = finding(
        OSCILLATION,
        witness=witness(previous_stage="a"),
        other=witness(previous_stage="b"),
        rules=("gold",),
    )
    wider = evolve(swings, message="through more stages")
    collected = RuleSet(RULES.name, RULES.rules, HitPolicy.COLLECT)
    assert told((swings, collected), (wider, collected), (swings, collected)) == [(), ()]

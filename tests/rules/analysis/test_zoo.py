"""Every planted fault is found, shown by customers whom the rules confirm; no twin is accused."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from relationship_core.errors import RuleError
from relationship_core.rules import FactValue, HitPolicy, RuleSet, evaluate, truth
from relationship_core.rules.analysis import RULE_CODES, Finding, Severity, Witness, prove
from relationship_core.rules.analysis.world import facts_beneath
from tests.rules.analysis.beast import Beast
from tests.rules.analysis.zoo_conflicts import CONFLICTS
from tests.rules.analysis.zoo_gaps import GAPS
from tests.rules.analysis.zoo_laws import BROKEN, LAWLESS, OUTSIDE
from tests.rules.analysis.zoo_reach import IMPOSSIBLES, NEEDLESS, NOBODYS, SHADOWS

ZOO: list[Beast] = [
    *(*GAPS, *CONFLICTS, *SHADOWS, *IMPOSSIBLES, *NEEDLESS),
    *(*NOBODYS, *BROKEN, *LAWLESS, *OUTSIDE),
]
Customer = dict[str, FactValue | None]


def named(beast: Beast) -> str:
    return f"{beast.code.name}: {beast.name}"


def at_node(beast: Beast) -> RuleSet:
    return beast.sick.effective(beast.asked.get("scope", ()), beast.asked.get("as_of"))


def outcomes(book: RuleSet, customer: Customer, otherwise: Any = None) -> Any:
    """What a customer gets, by both of the engine's ways, which must agree."""
    answers: list[Any] = []
    for way in (book.evaluate, book.compiled):
        try:
            answers.append(way(customer))
        except RuleError:
            answers.append("refused")
    one, other = answers
    assert one == other
    if one == "refused":
        return one
    got = [
        book.rules[place].id if book.rules[place].then is None else book.rules[place].then
        for place in one.fired
    ]
    if book.hit_policy is HitPolicy.COLLECT:
        return set(got)
    return got[0] if got else otherwise


def check_possible(beast: Beast, witness: Witness, *, but_for: str = "") -> Customer:
    """The witness as a customer, once it is sure that there can be such a one."""
    customer = dict(witness.facts)
    conditions = [rule.when for rule in at_node(beast).rules]
    facts = facts_beneath(conditions, beast.asked.get("facts", {}))
    assert set(customer) == set(facts)
    for name, fact in facts.items():
        value = customer[name]
        assert value is None or fact.kind.value == "flag" or fact.admits(value), name
        assert all(truth(each, customer) is not False for each in fact.relations)
        if fact.derived is not None and name != but_for and but_for not in beneath(facts, name):
            assert value == evaluate(fact.derived, customer)
    return customer


def beneath(facts: Any, name: str) -> set[str]:
    return set(facts_beneath([facts[name]]))


def check_told(beast: Beast, witness: Witness, customer: Customer) -> None:
    """What a witness tells of the rules is what they say."""
    book = at_node(beast)
    truths = {rule.id: truth(rule.when, customer) for rule in book.rules}
    assert witness.meets == tuple(rule for rule, holds in truths.items() if holds)
    assert witness.open == tuple(rule for rule, holds in truths.items() if holds is None)


def check_shown(beast: Beast, finding: Finding) -> None:
    """The fault shows at the customers of its finding, by what the rules answer them."""
    assert finding.witness is not None
    book, otherwise = at_node(beast), beast.asked.get("otherwise")
    one = check_possible(beast, finding.witness)
    check_told(beast, finding.witness, one)
    got = outcomes(book, one, otherwise)
    place = next((n for n, each in enumerate(book.rules) if (each.id,) == finding.rules[:1]), 0)
    match finding.code.name:
        case "gap":
            answer = book.evaluate(one)
            assert answer.fired == ()
            assert not answer.unknown or None not in one.values()
        case "conflict":
            assert got == "refused"
            assert set(finding.rules) <= set(finding.witness.meets)
        case "shadowed":
            assert truth(book.rules[place].when, one) is True
            fired = book.evaluate(one).fired[0]
            assert fired < place
            assert book.rules[fired].id in finding.rules[1:]
        case "impossible":
            assert truth(book.rules[place].when, one) is not True
        case "redundant":
            assert truth(book.rules[place].when, one) is True
            without = [each for each in book.rules if each.id != finding.rules[0]]
            assert outcomes(RuleSet("without", without, book.hit_policy), one, otherwise) == got
        case "unreachable":
            assert not set(finding.rules) & set(finding.witness.decides)
        case "out-of-range":
            assert finding.other is None
        case "not-monotone" | "disloyal":
            check_law(beast, finding, one)
        case "protected":
            name = differing(finding)[0]
            other = check_possible(beast, finding.other or finding.witness, but_for=name)
            check_alike(beast, one, other, name)
            assert outcomes(book, other, otherwise) != got


def differing(finding: Finding) -> list[str]:
    """The facts in which two customers differ, the one that the finding is about first."""
    assert finding.witness is not None
    assert finding.other is not None
    known = dict(finding.other.facts)
    names = [name for name, value in finding.witness.facts if known[name] != value]
    return sorted(names, key=lambda name: f"differ in {name} alone" not in finding.message)


def check_alike(beast: Beast, one: Customer, other: Customer, name: str) -> None:
    """Two customers differ in a fact and in what is derived from it, and in nothing else."""
    facts = facts_beneath([rule.when for rule in at_node(beast).rules])
    assert one[name] != other[name]
    for each, fact in facts.items():
        if each != name and one[each] != other[each]:
            assert fact.derived is not None
            assert name in beneath(facts, each)


def check_law(beast: Beast, finding: Finding, less: Customer) -> None:
    (law,) = beast.asked["laws"]
    otherwise = beast.asked.get("otherwise")
    assert finding.other is not None
    more = check_possible(beast, finding.other, but_for=law.fact)
    check_alike(beast, less, more, law.fact)
    assert less[law.fact] < more[law.fact]  # type: ignore[operator]
    book = at_node(beast)
    got, gets = outcomes(book, less, otherwise), outcomes(book, more, otherwise)
    if book.hit_policy is HitPolicy.COLLECT:
        assert (got - gets) & set(law.outcomes)
        return
    ladder = [*law.outcomes, *({otherwise} - set(law.outcomes))]
    assert ladder.index(gets) > ladder.index(got)


@pytest.mark.parametrize("beast", ZOO, ids=named)
def test_a_planted_fault_is_found_and_shown(beast: Beast) -> None:
    proof = prove(beast.sick, **beast.asked)
    assert not proof.undecided
    found = [each for each in proof.findings if each.code == beast.code]
    assert found, [str(each) for each in proof.findings]
    assert any(each.rules[: len(beast.about)] == beast.about for each in found), found
    for finding in proof.findings:
        if finding.code.severity is not Severity.NOTE:
            check_shown(beast, finding)
    # No finding is told twice.
    assert len(set(map(str, proof.findings))) == len(proof.findings)


@pytest.mark.parametrize("beast", ZOO, ids=named)
def test_its_twin_is_accused_of_nothing(beast: Beast) -> None:
    proof = prove(beast.twin, **beast.asked)
    accused = [str(each) for each in proof.findings if each.code.severity is not Severity.NOTE]
    assert not accused
    assert proof.holds


def test_the_zoo_is_large_and_has_every_kind_of_fault() -> None:
    kinds = Counter(beast.code for beast in ZOO)
    assert len(ZOO) >= 100
    assert {each for each in RULE_CODES if each.severity is not Severity.NOTE} - set(kinds) == {
        each for each in RULE_CODES if each.name == "undecided"
    }
    assert len({named(beast) for beast in ZOO}) == len(ZOO)

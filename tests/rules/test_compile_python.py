"""One generated function answers as the rules do when read one by one."""

from __future__ import annotations

import decimal
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import reduce
from operator import add

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relationship_core.errors import RuleError, UnknownFactError
from relationship_core.rules import (
    Expression,
    Fact,
    HitPolicy,
    Kind,
    Literal,
    Outcome,
    Rule,
    RuleSet,
    at_least,
    evaluate,
)
from relationship_core.rules.compile_python import compile_values
from tests.rules.strategies import (
    ALL,
    FACTS,
    HOSTILE,
    NOTHING_KNOWN,
    Facts,
    any_facts,
    aum,
    conditions,
    consents,
    debt,
    products,
    rule_sets,
    salaried,
    share,
    some_facts,
    tenure,
    tier,
    value_expressions,
    values,
)

Answer = Outcome | str


def asked(decide: Callable[[Facts], Outcome], facts: Facts) -> Answer:
    """What it answers, or the words in which it refuses."""
    try:
        return decide(facts)
    except RuleError as error:
        return str(error)


@given(rule_sets(), any_facts)
def test_compiled_answers_as_interpreted(rule_set: RuleSet, facts: Facts) -> None:
    assert asked(rule_set.compiled, facts) == asked(rule_set.evaluate, facts)


@given(conditions(), st.sampled_from(HitPolicy), st.lists(some_facts, min_size=1, max_size=5))
def test_one_compiled_function_answers_for_many_customers(
    condition: Expression, policy: HitPolicy, customers: list[Facts]
) -> None:
    rule_set = RuleSet("one", [Rule("only", condition)], policy)
    for facts in customers:
        assert rule_set.compiled(facts) == rule_set.evaluate(facts)


@given(st.data(), any_facts)
def test_compiled_values_are_the_interpreted_ones(data: st.DataObject, facts: Facts) -> None:
    kinds = data.draw(st.lists(st.sampled_from(Kind), max_size=4))
    expressions = [data.draw(value_expressions(kind, 3)) for kind in kinds]
    compute = compile_values(expressions, {})
    computed = compute(facts)
    assert computed == tuple(evaluate(each, facts) for each in expressions)
    assert [type(value) for value in computed] == [
        type(evaluate(each, facts)) for each in expressions
    ]


@given(rule_sets(), any_facts)
def test_the_hosts_decimal_context_changes_no_answer(rule_set: RuleSet, facts: Facts) -> None:
    calm = asked(rule_set.compiled, facts)
    with decimal.localcontext(HOSTILE):
        assert asked(RuleSet("tiers", rule_set.rules, rule_set.hit_policy).compiled, facts) == calm
        assert asked(rule_set.evaluate, facts) == calm


def test_derived_facts_are_computed_where_they_are_read() -> None:
    net = Fact("net", Kind.MONEY, derived=aum - debt)
    rich = Fact("rich", Kind.FLAG, derived=net > 100)
    derived = {fact.name: fact.derived for fact in (net, rich) if fact.derived is not None}
    compute = compile_values([rich, net * 2, rich & salaried], derived)
    facts = {**NOTHING_KNOWN, "aum": decimal.Decimal(300), "debt": decimal.Decimal(150)}
    assert compute(facts) == (True, decimal.Decimal("300.00"), None)
    assert compute({**facts, "salaried": True}) == (True, decimal.Decimal("300.00"), True)
    assert compute(NOTHING_KNOWN) == (None, None, None)


def test_equal_constants_of_different_kinds_stay_apart() -> None:
    defaults = [salaried.or_else(True), products.or_else(1), aum.or_else(1), share.or_else(1)]
    computed = compile_values(defaults, {})(NOTHING_KNOWN)
    assert repr(computed) == "(True, 1, Decimal('1.00'), Decimal('1.000000'))"


def test_a_constant_and_a_list_of_the_same_words_stay_apart() -> None:
    branch = FACTS["northern.branch"]
    condition = (branch != "gold") & branch.is_in(["category", "gold"])
    assert both_ways(condition, known(**{"northern.branch": "category"})) is True
    assert both_ways(condition, known(**{"northern.branch": "old"})) is False


def test_one_operation_at_different_scales_stays_apart() -> None:
    computed = compile_values([aum * 1, share * share, products * 2], {})
    facts = known(aum=decimal.Decimal("0.05"), share=decimal.Decimal("0.005"), products=3)
    assert repr(computed(facts)) == "(Decimal('0.05'), Decimal('0.000025'), 6)"


def test_no_values_are_an_empty_answer() -> None:
    assert compile_values([], {})(NOTHING_KNOWN) == ()


@pytest.mark.parametrize("policy", HitPolicy)
def test_a_set_without_rules_says_nothing(policy: HitPolicy) -> None:
    assert RuleSet("none", [], policy).compiled({}) == Outcome((), ())


@pytest.mark.parametrize("policy", HitPolicy)
@pytest.mark.parametrize("holds", [True, False])
def test_a_rule_that_reads_no_fact(policy: HitPolicy, holds: bool) -> None:
    constant = Literal(holds, Kind.FLAG)
    either = RuleSet("constant", [Rule("a", constant), Rule("b", constant == False)], policy)  # noqa: E712
    assert either.compiled({}) == either.evaluate({}) == Outcome((0 if holds else 1,), ())


def test_two_thousand_rules_compile_and_answer() -> None:
    rules = [
        Rule(f"r{place}", (aum >= 2_000 - place) & (tenure >= 12) | (debt > place), priority=place)
        for place in range(2_000)
    ]
    facts: Facts = {**NOTHING_KNOWN, "aum": decimal.Decimal(1), "tenure": 12}
    first = RuleSet("many", rules)
    assert first.compiled(facts) == first.evaluate(facts)
    assert first.compiled(facts).fired == (1_999,)
    assert len(first.compiled(facts).unknown) == 1_999
    all_of_them = RuleSet("many", rules, HitPolicy.COLLECT)
    known: Facts = {**facts, "debt": decimal.Decimal(1_000)}
    assert all_of_them.compiled(known) == all_of_them.evaluate(known)
    assert len(all_of_them.compiled(known).fired) == 1_001


def both_ways(condition: Expression, facts: Facts) -> bool | None:
    rule_set = RuleSet("deep", [Rule("deep", condition)])
    assert rule_set.compiled(facts) == rule_set.evaluate(facts)
    outcome = rule_set.compiled(facts)
    return True if outcome.fired else None if outcome.unknown else False


def known(**values: object) -> Facts:
    return {**NOTHING_KNOWN, **values}  # type: ignore[dict-item]


def test_a_chain_of_500_conditions_compiles() -> None:
    chain: Expression = aum >= 0
    for place in range(499):
        chain = chain & (aum >= -place)
    assert both_ways(chain, known(aum=decimal.Decimal(0))) is True
    assert both_ways(chain, known(aum=decimal.Decimal(-1))) is False
    assert both_ways(chain, known()) is None


def test_a_chain_of_200_sums_compiles() -> None:
    chain = reduce(add, [aum] * 201) >= 201
    assert both_ways(chain, known(aum=decimal.Decimal(1))) is True
    assert both_ways(chain, known(aum=decimal.Decimal("0.99"))) is False
    assert both_ways(chain, known()) is None


@pytest.mark.parametrize("salary", [True, False, None])
@pytest.mark.parametrize("amount", [decimal.Decimal(0), decimal.Decimal(1_000), None])
def test_240_nested_conditions_compile(salary: bool | None, amount: decimal.Decimal | None) -> None:
    nested: Expression = salaried
    for place in range(60):
        nested = at_least(1, ~(nested & (aum >= place)) | consents)
    both_ways(nested, known(salaried=salary, aum=amount, consents=False))
    both_ways(nested, known(salaried=salary, aum=amount))


@pytest.mark.parametrize("policy", HitPolicy)
def test_rules_that_share_a_deep_part_are_each_left_open_where_it_is(policy: HitPolicy) -> None:
    shared: Expression = salaried
    for place in range(60):
        shared = (shared & consents) | (debt < -place)
    rules = [Rule("a", shared & (aum > 5)), Rule("b", shared & (aum > 4))]
    rule_set = RuleSet("deep", rules, policy)
    facts = known(aum=decimal.Decimal(9), consents=True, debt=decimal.Decimal(0))
    assert rule_set.evaluate(facts) == Outcome((), (0, 1))
    assert rule_set.compiled(facts) == Outcome((), (0, 1))


def test_flags_compared_with_each_other_compile_in_short_time() -> None:
    parity: Expression = salaried
    for _ in range(60):
        parity = (parity != consents) == salaried
    for salary in (True, False, None):
        both_ways(parity, known(salaried=salary, consents=True))


def test_at_least_of_many_compiles() -> None:
    many = at_least(600, *[aum >= place for place in range(1_000)])
    assert both_ways(many, known(aum=decimal.Decimal(599))) is True
    assert both_ways(many, known(aum=decimal.Decimal(598))) is False


def test_a_common_part_is_computed_once() -> None:
    class Counting(dict):  # type: ignore[type-arg]
        reads = 0

        def __getitem__(self, name: str) -> object:
            Counting.reads += 1
            return super().__getitem__(name)

    ratio = aum / debt
    rule_set = RuleSet("one", [Rule(f"r{n}", (ratio > n) & (aum / debt < 9)) for n in range(5)])
    rule_set.compiled(Counting(NOTHING_KNOWN))
    assert Counting.reads == 2


@pytest.mark.parametrize(
    "text", ['"); import os; ("', "x'] or 1 #", "\\", "\n", "{0}", "f0", "c3", "金牌"]
)
def test_texts_reach_the_function_as_values_never_as_code(text: str) -> None:
    branch = FACTS["northern.branch"]
    for condition in (branch == text, branch.is_in([text, "other"]), branch.or_else(text) == text):
        assert both_ways(condition, known(**{"northern.branch": text})) is True
        assert both_ways(condition, known(**{"northern.branch": "x"})) is False


@pytest.mark.parametrize("ask", ["compiled", "evaluate"])
def test_a_fact_that_the_mapping_lacks_is_named_with_its_nearest_name(ask: str) -> None:
    rule_set = RuleSet("tiers", [Rule("gold", (salaried | consents) & (aum >= 5))])
    facts = {"aums": None, "salaried": True, "consents": None}
    with pytest.raises(UnknownFactError, match=r"no fact 'aum'.*did you mean 'aums'") as caught:
        getattr(rule_set, ask)(facts)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


@pytest.mark.parametrize("ask", ["compiled", "evaluate"])
def test_a_default_that_the_mapping_lacks_is_named_even_where_it_is_not_needed(ask: str) -> None:
    rule_set = RuleSet("tiers", [Rule("gold", aum.or_else(debt) >= 5)])
    with pytest.raises(UnknownFactError, match="no fact 'debt'"):
        getattr(rule_set, ask)({"aum": decimal.Decimal(1)})


@pytest.mark.parametrize("ask", ["compiled", "evaluate"])
def test_unique_refuses_two_that_fire_and_names_them(ask: str) -> None:
    rules = [Rule("b", salaried), Rule("a", consents), Rule("c", aum > 5)]
    unique = RuleSet("one", rules, HitPolicy.UNIQUE)
    facts = known(salaried=True, consents=True)
    with pytest.raises(RuleError, match=r"several rules fire at once: a, b"):
        getattr(unique, ask)(facts)
    facts = known(salaried=True, consents=True, aum=decimal.Decimal(0))
    with pytest.raises(RuleError, match=r"several rules fire at once: a, b"):
        getattr(unique, ask)(facts)
    facts["consents"] = False
    assert getattr(unique, ask)(facts) == Outcome((1,), ())


def test_threads_that_compile_at_once_get_the_same_answers() -> None:
    rule_set = RuleSet(
        "many",
        [Rule(f"r{n}", (aum >= n) & (share < 0.5) | tier.is_in(["gold"])) for n in range(50)],
    )
    facts = known(aum=decimal.Decimal(25), share=decimal.Decimal("0.4"), tier=None, products=1)
    start = threading.Barrier(8)

    def ask(_: int) -> Outcome:
        start.wait()
        return rule_set.compiled(facts)

    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(ask, range(8)))
    assert answers == {rule_set.evaluate(facts)}


def test_every_fact_of_the_tests_is_read_through_its_own_name() -> None:
    facts: Facts = {**NOTHING_KNOWN, "products": 3}
    assert compile_values(list(ALL), {})(facts) == tuple(
        3 if fact is products else None for fact in ALL
    )
    assert values(Kind.COUNT) is not values(Kind.DAYS)

"""An answer is known only where no value of what is missing could change it (Kleene's logic)."""

from __future__ import annotations

import decimal
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relationship_core.errors import RuleError, UnknownFactError
from relationship_core.rules import (
    Expression,
    HitPolicy,
    Kind,
    Literal,
    Rule,
    RuleSet,
    at_least,
    evaluate,
    facts_in,
    truth,
)
from relationship_core.rules.expression import Between, Condition
from tests.rules.strategies import (
    FACTS,
    HOSTILE,
    NOTHING_KNOWN,
    Facts,
    any_facts,
    aum,
    conditions,
    consents,
    debt,
    fact_values,
    known_facts,
    products,
    salaried,
    share,
    some_facts,
    tier,
    value_expressions,
)

D = Decimal
TRUTHS = (True, False, None)


def facts(**values: object) -> Facts:
    return {**NOTHING_KNOWN, **values}  # type: ignore[dict-item]


AND = {
    (True, True): True,
    (True, None): None,
    (True, False): False,
    (None, None): None,
    (None, False): False,
    (False, False): False,
}


@pytest.mark.parametrize(("left", "right"), list(product(TRUTHS, TRUTHS)))
def test_kleenes_tables(left: bool | None, right: bool | None) -> None:
    seen = facts(salaried=left, consents=right)
    pair = (left, right) if (left, right) in AND else (right, left)
    assert truth(salaried & consents, seen) is AND[pair]
    # De Morgan: the table of `or` is that of `and` read through negation.
    negation = {True: False, False: True, None: None}
    flipped = facts(salaried=negation[left], consents=negation[right])
    assert truth(salaried | consents, flipped) is negation[AND[pair]]
    assert truth(~salaried, seen) is negation[left]


@given(st.lists(st.sampled_from(TRUTHS), min_size=1, max_size=6), st.data())
def test_at_least_counts_what_every_completion_allows(
    truths: list[bool | None], data: st.DataObject
) -> None:
    count = data.draw(st.integers(1, len(truths)))
    flags = [salaried if known else consents for known in truths]
    unknown = [place for place, known in enumerate(truths) if known is None]
    operands = [aum.is_missing() & Literal(False, Kind.FLAG) | flag for flag in flags]
    for place in unknown:
        operands[place] = aum > 0
    verdict = truth(at_least(count, *operands), facts(salaried=True, consents=False))
    possible = {truths.count(True) + more >= count for more in range(len(unknown) + 1)}
    assert verdict is (possible.pop() if len(possible) == 1 else None)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        (aum, D("100.00")),
        (debt, None),
        (Literal(5, Kind.COUNT), 5),
        (aum * 2 - 50, D("150.00")),
        (aum / 3, D("33.33")),
        (aum / products, None),
        (aum + debt, None),
        (debt.or_else(7), D("7.00")),
        (aum.or_else(7), D("100.00")),
        (products.or_else(7), 0),
        (debt.or_else(aum / products), None),
        (aum > 100, False),
        (aum >= 100, True),
        (aum < 100, False),
        (aum <= 100, True),
        (aum == 100, True),
        (aum != 100, False),
        (aum.between(100, 200), True),
        (aum.between(0, 100), True),
        (aum.between(101, 200), False),
        (aum.between(0, 99), False),
        (aum.between(debt, 99), False),
        (aum.between(101, debt), False),
        (aum.between(debt, 100), None),
        (debt.between(0, 100), None),
        (tier.is_in(["gold", "silver"]), True),
        (tier.is_in(["basic"]), False),
        (debt.is_in([1, 2]), None),
        (~debt.is_in([1, 2]), None),
        (~(debt > 5), None),
        (debt.is_missing(), True),
        (aum.is_missing(), False),
        ((aum / products).is_missing(), True),
        ((debt > 5).is_missing(), True),
        ((debt > 5).or_else(True), True),
        ((debt > 5).or_else(False) | consents, None),
        ((aum > 5) == salaried, True),
        ((aum > 5) == consents, None),
        (share == products, False),
    ],
    ids=repr,
)
def test_values(expression: Expression, value: object) -> None:
    seen = facts(aum=D("100.00"), products=0, salaried=True, tier="gold", share=D("0.500000"))
    assert evaluate(expression, seen) == value
    assert type(evaluate(expression, seen)) is type(value)


@given(conditions(asks_missing=False), some_facts, known_facts)
def test_learning_a_fact_never_changes_a_known_answer(
    condition: Expression, seen: Facts, learnt: Facts
) -> None:
    verdict = truth(condition, seen)
    missing = [name for name, value in seen.items() if value is None]
    for count in range(len(missing) + 1):
        later = {**seen, **{name: learnt[name] for name in missing[:count]}}
        if verdict is not None:
            assert truth(condition, later) is verdict
        verdict = truth(condition, later)


@given(st.data(), st.sampled_from(Kind), some_facts, known_facts)
def test_learning_a_fact_never_changes_a_known_value(
    data: st.DataObject, kind: Kind, seen: Facts, learnt: Facts
) -> None:
    expression = data.draw(value_expressions(kind, 3, asks_missing=False))
    value = evaluate(expression, seen)
    later = {name: learnt[name] if known is None else known for name, known in seen.items()}
    if value is not None:
        assert evaluate(expression, later) == value


def rests_on_facts(condition: Expression) -> bool:
    """Whether every condition in it reads a fact, and none settles an answer by constants alone."""
    return all(
        facts_in(node.operand if isinstance(node, Between) else node)
        for node in condition.walk()
        if node.kind is Kind.FLAG
    )


@given(conditions(asks_missing=False).filter(rests_on_facts))
def test_no_rule_fires_on_missing_facts_nor_does_its_negation(condition: Expression) -> None:
    for asked in (condition, ~condition):
        for rule_set in (RuleSet("one", [Rule("only", asked)], policy) for policy in HitPolicy):
            assert rule_set.evaluate(NOTHING_KNOWN) == ((), (0,))
            assert rule_set.compiled(NOTHING_KNOWN) == ((), (0,))


@given(st.sampled_from(sorted(FACTS)), st.data())
def test_no_single_condition_nor_its_negation_fires_on_its_missing_fact(
    name: str, data: st.DataObject
) -> None:
    fact = FACTS[name]
    value = data.draw(fact_values(fact))
    asked = [fact == value, fact != value, fact.is_in([value])]
    if fact.kind.is_numeric:
        asked += [fact >= value, fact < value, fact.between(value, value), fact / fact > 0]
    if fact.kind is Kind.FLAG:
        asked += [fact]
    for condition in asked:
        for each in (condition, ~condition, ~(~condition), ~(condition & ~condition)):
            rule_set = RuleSet("one", [Rule("only", each)])
            assert rule_set.evaluate(NOTHING_KNOWN) == ((), (0,))
            assert rule_set.compiled(NOTHING_KNOWN) == ((), (0,))


@given(conditions(), any_facts)
def test_a_negation_is_unknown_exactly_where_the_condition_is(
    condition: Expression, seen: Facts
) -> None:
    negation = {True: False, False: True, None: None}
    assert truth(~condition, seen) is negation[truth(condition, seen)]
    assert truth(~(~condition), seen) is truth(condition, seen)


@given(st.data(), any_facts)
def test_the_hosts_decimal_context_changes_no_value(data: st.DataObject, seen: Facts) -> None:
    expression = data.draw(value_expressions(data.draw(st.sampled_from(Kind)), 3))
    calm = repr(evaluate(expression, seen))
    with decimal.localcontext(HOSTILE):
        assert repr(evaluate(expression, seen)) == calm


def test_a_fact_that_the_mapping_lacks_is_named_with_the_nearest() -> None:
    with pytest.raises(UnknownFactError, match=r"no fact 'aum' \(did you mean 'aun'\?\)") as caught:
        evaluate(aum + 1, {"aun": None})
    assert caught.value.__suppress_context__


class Hunch(Condition):
    """A condition that the language doesn't know."""


class Guess(Expression):
    """A value that the language doesn't know."""

    kind = Kind.MONEY


@pytest.mark.parametrize("stranger", [Hunch(), Guess()])
def test_what_the_language_does_not_know_is_refused(stranger: Expression) -> None:
    for ask in (evaluate, truth):
        with pytest.raises(RuleError, match=f"{type(stranger).__name__} has no meaning"):
            ask(stranger, {})


def test_a_value_is_no_condition() -> None:
    with pytest.raises(RuleError, match="Arithmetic has no meaning as a condition"):
        truth(aum + 1, NOTHING_KNOWN)

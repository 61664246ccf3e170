"""Negations pushed down to single conditions change no answer."""

from __future__ import annotations

from hypothesis import given

from relationship_core.rules import Expression, at_least, truth
from relationship_core.rules.expression import And, AtLeast, Not, Or
from relationship_core.rules.negation import negated, negations_pushed_down
from tests.rules.strategies import (
    Facts,
    any_facts,
    aum,
    conditions,
    consents,
    debt,
    salaried,
    tier,
)


@given(conditions(), any_facts)
def test_the_answer_stays_the_same(condition: Expression, facts: Facts) -> None:
    assert truth(negations_pushed_down(condition), facts) is truth(condition, facts)
    assert truth(negated(condition), facts) is truth(~condition, facts)


def groups_joined_by_words(condition: Expression) -> list[Expression]:
    """The condition and the groups in it, as far down as words join them."""
    if isinstance(condition, And | Or | AtLeast):
        return [
            condition,
            *(g for each in condition.operands for g in groups_joined_by_words(each)),
        ]
    return [condition]


@given(conditions())
def test_only_single_conditions_are_negated(condition: Expression) -> None:
    for each in groups_joined_by_words(negations_pushed_down(condition)):
        if isinstance(each, Not):
            assert not isinstance(each.operand, And | Or | AtLeast | Not)


def test_what_negations_turn_into() -> None:
    for condition, positive in [
        (~(~salaried), salaried),
        (~(~(salaried & ~(aum < 5))), salaried & (aum >= 5)),
        (~(aum >= 5), aum < 5),
        (~(aum == 5), aum != 5),
        (~(salaried & (aum > 5)), ~salaried | (aum <= 5)),
        (~(salaried | ~consents), ~salaried & consents),
        (~aum.between(1, 2), (aum < 1) | (aum > 2)),
        (~at_least(2, salaried, consents, aum > 5), at_least(2, ~salaried, ~consents, aum <= 5)),
        (~at_least(1, salaried, consents), at_least(2, ~salaried, ~consents)),
        (at_least(1, ~(aum < debt)), at_least(1, aum >= debt)),
        (~tier.is_in(["gold"]), ~tier.is_in(["gold"])),
        (~aum.is_missing(), ~aum.is_missing()),
        (salaried & ~(aum < 5), salaried & (aum >= 5)),
        (salaried | ~(aum < 5), salaried | (aum >= 5)),
    ]:
        assert negations_pushed_down(condition).same_as(positive), condition

"""Negations pushed down to single conditions change no answer."""

from __future__ import annotations

from hypothesis import given

from relationship_core.rules import Expression, at_least, truth
from relationship_core.rules.expression import And, AtLeast, Not, Or
from relationship_core.rules.negation import negated, negations_pushed_down
from tests.rules.strategies import (
    AUM,
    CONSENTS,
    DEBT,
    SALARIED,
    TIER,
    Facts,
    any_facts,
    conditions,
)


@given(conditions(), any_facts)
def test_the_answer_stays_the_same(condition: Expression, facts: Facts) -> None:
    assert truth(negations_pushed_down(condition), facts) is truth(condition, facts)
    assert truth(negated(condition), facts) is truth(~condition, facts)


def groups_joined_by_words(condition: Expression) -> list[Expression]:
    """The condition and the groups in it, as far down as words join them."""
    if isinstance(condition, And | Or | AtLeast):
        return [condition, *(g for each in condition.operands for g in groups_joined_by_words(each))]
    return [condition]


@given(conditions())
def test_only_single_conditions_are_negated(condition: Expression) -> None:
    for each in groups_joined_by_words(negations_pushed_down(condition)):
        if isinstance(each, Not):
            assert not isinstance(each.operand, And | Or | AtLeast | Not)


def test_what_negations_turn_into() -> None:
    for condition, positive in [
        (~(~SALARIED), SALARIED),
        (~(AUM >= 5), AUM < 5),
        (~(AUM == 5), AUM != 5),
        (~(SALARIED & (AUM > 5)), ~SALARIED | (AUM <= 5)),
        (~(SALARIED | ~CONSENTS), ~SALARIED & CONSENTS),
        (~AUM.between(1, 2), (AUM < 1) | (AUM > 2)),
        (~at_least(2, SALARIED, CONSENTS, AUM > 5), at_least(2, ~SALARIED, ~CONSENTS, AUM <= 5)),
        (~at_least(1, SALARIED, CONSENTS), at_least(2, ~SALARIED, ~CONSENTS)),
        (at_least(1, ~(AUM < DEBT)), at_least(1, AUM >= DEBT)),
        (~TIER.is_in(["gold"]), ~TIER.is_in(["gold"])),
        (~AUM.is_missing(), ~AUM.is_missing()),
        (SALARIED & ~(AUM < 5), SALARIED & (AUM >= 5)),
        (SALARIED | ~(AUM < 5), SALARIED | (AUM >= 5)),
    ]:
        assert negations_pushed_down(condition).same_as(positive), condition

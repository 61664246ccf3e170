"""Reason codes: for each better tier its rule, and the first condition that makes it so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from relationship_core.portfolio.decide.cell import (
    Cell,
    first_that_holds,
    none,
    small,
    told,
    where,
)
from relationship_core.portfolio.decide.nodes import Nodes
from relationship_core.portfolio.decide.words import Held
from relationship_core.portfolio.review_table import SHORT_OF
from relationship_core.rules import Expression, Rule, in_words
from relationship_core.rules.expression import And, AtLeast, Or
from relationship_core.rules.negation import negations_pushed_down


class ReasonColumns:
    """Why customers aren't in better tiers: `decisions.reason_codes`, for every row at once.

    Args:
        nodes: The books of the bank's nodes.
    """

    def __init__(self, nodes: Nodes) -> None:
        self._sheet = nodes.sheet
        self._better = nodes.book.tiering.ladder[:-1]
        self._rules = nodes.rules(lambda book: book.tiering.rules)

    def columns(self, place: Cell) -> dict[str, Cell]:
        """The reason codes, null for tiers that aren't better than the customer's.

        Args:
            place: The place of the customer's tier on the ladder.
        """
        return {
            f"{SHORT_OF}{tier}": self._reason(tier, place > small(rank))
            for rank, tier in enumerate(self._better)
        }

    def _reason(self, tier: str, is_short: Cell) -> Cell:
        texts: list[str] = []
        first = none(Held.SMALL)
        for held in self._rules:
            if held.rule.id == tier:
                own = self._first(held.rule, texts)
                first = own if held.where is None else where(held.where, own, first)
        return told(where(is_short, first), texts)

    def _first(self, rule: Rule, texts: list[str]) -> Cell:
        """The place of the code of the first condition that makes a rule what it is."""
        whole = negations_pushed_down(rule.when)
        places: dict[int, int] = {}
        for leaf in _leaves(whole):
            places[id(leaf)] = len(texts)
            texts.append(f"{rule.id}: {in_words(leaf)}")
        made = {verdict: self._first_with(whole, verdict, places) for verdict in _VERDICTS}
        pairs = [(self._is(whole, verdict), made[verdict]) for verdict in (True, False)]
        return first_that_holds(pairs, made[None])

    def _first_with(
        self, condition: Expression, verdict: bool | None, places: Mapping[int, int]
    ) -> Cell:
        """The same below a condition that has a verdict."""
        if not isinstance(condition, And | Or | AtLeast):
            return small(places[id(condition)])
        below = [self._first_with(each, verdict, places) for each in condition.operands]
        if isinstance(condition, And | Or) and verdict is isinstance(condition, And):
            return below[0]  # where all are true, or all false, the first of them is too
        tests = [self._is(each, verdict) for each in condition.operands]
        return first_that_holds([*zip(tests[:-1], below[:-1], strict=True)], below[-1])

    def _is(self, condition: Expression, verdict: bool | None) -> Cell:
        answer = self._sheet.condition(condition)
        if verdict is None:
            return answer.is_null()
        return answer if verdict else ~answer


_VERDICTS: Final = (True, False, None)


def _leaves(condition: Expression) -> Iterator[Expression]:
    """The single conditions, left to right."""
    if isinstance(condition, And | Or | AtLeast):
        for operand in condition.operands:
            yield from _leaves(operand)
    else:
        yield condition

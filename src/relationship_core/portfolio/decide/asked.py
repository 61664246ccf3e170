"""The rules of one set at all of a bank's nodes, as columns that tell whether each fires."""

from __future__ import annotations

from collections.abc import Callable

from relationship_core.decisions.rule_book import RuleBook
from relationship_core.portfolio.decide.cell import Cell
from relationship_core.portfolio.decide.nodes import NodeRule, Nodes
from relationship_core.rules import IfMissing, Rule, RuleSet


class AskedRules:
    """Rules in the order in which they are tried, and their answers.

    Args:
        nodes: The books of the bank's nodes.
        of: Which set of a book.
        asked_of: For each rule of whom it is asked at all: a flag that is never null; None for all.

    Attributes:
        rules: The rules.
        answers: For each whether it fires; null where that is unknown, which is no firing.
    """

    def __init__(
        self,
        nodes: Nodes,
        of: Callable[[RuleBook], RuleSet],
        asked_of: Callable[[Rule], Cell] | None = None,
    ) -> None:
        self.held = nodes.rules(of)
        self.rules = tuple(each.rule for each in self.held)
        self._nodes = nodes
        self._asked_of = asked_of
        self.answers = tuple(map(self._answer, self.held))

    def _answer(self, held: NodeRule) -> Cell:
        answer = self._nodes.sheet.condition(held.rule.when)
        if self._asked_of is not None:
            answer = self._asked_of(held.rule) & answer
        return answer if held.where is None else held.where & answer

    def counting(self) -> list[int]:
        """The places of the rules that count where they are unknown."""
        return [
            place for place, rule in enumerate(self.rules) if rule.if_missing is not IfMissing.SKIP
        ]

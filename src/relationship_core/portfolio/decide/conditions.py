"""What the rules ask, computed once for all of them, as soon as all that they read is decided."""

from __future__ import annotations

from collections.abc import Callable

import narwhals as nw

from relationship_core.decisions.fact_phases import ORDER, FactPhases
from relationship_core.decisions.rule_book import RuleBook
from relationship_core.facts import Phase
from relationship_core.portfolio.decide.columns import PREFIX, Frame, surely
from relationship_core.portfolio.decide.nodes import NodeRule, Nodes
from relationship_core.rules import Expression, Fact, IfMissing, Rule, RuleSet, facts_in
from relationship_core.rules.compile_frame import value_columns
from relationship_core.rules.compile_frame.frames import facts_of
from relationship_core.rules.expression import Missing


class Conditions:
    """Expressions that become columns of their own, by phases.

    Args:
        book: The rule book, for what is known when.
    """

    def __init__(self, book: RuleBook) -> None:
        self._phases = FactPhases(book.catalogue, book.facts, book.models).phases
        self._derived = {fact.name: fact.derived for fact in book.facts if fact.derived is not None}
        self._asked: dict[str, tuple[str, Expression]] = {}
        self._computed = set[str]()

    def column(self, expression: Expression) -> str:
        """The name of the column that will hold an expression's value."""
        if isinstance(expression, Fact) and expression.name not in self._derived:
            return expression.name
        key = expression.canonical()
        return self._asked.setdefault(key, (f"{PREFIX}{len(self._asked)}", expression))[0]

    def of(self, expression: Expression) -> nw.Expr:
        """The column that will hold an expression's value."""
        return nw.col(self.column(expression))

    def is_missing(self, fact: Fact) -> nw.Expr:
        """Whether a fact is missing."""
        if fact.name in self._derived:
            return self.of(Missing(fact))
        return nw.col(fact.name).is_null()

    def reads(self, *names: str) -> bool:
        """Whether anything that was asked rests on one of some facts."""
        read = facts_of([expression for _, expression in self._asked.values()], self._derived)
        return not read.keys().isdisjoint(names)

    def computed(self, frame: Frame, phase: Phase) -> Frame:
        """The frame with all that can be told once a phase is over."""
        ready = {
            name: expression
            for name, expression in self._asked.values()
            if name not in self._computed and self._known_after(expression) <= ORDER[phase]
        }
        self._computed |= ready.keys()
        return value_columns(frame, ready, self._derived) if ready else frame

    def _known_after(self, expression: Expression) -> int:
        return max((ORDER[self._phases[fact.name]] for fact in facts_in(expression)), default=0)


class AskedRules:
    """The rules of one set at all nodes, and the columns that tell whether each fires.

    Args:
        nodes: The books of the bank's nodes.
        of: Which set of a book.
        conditions: Where their conditions are computed.
        asked_of: For each rule of whom it is asked at all: a flag that is never null; None for all.
    """

    def __init__(
        self,
        nodes: Nodes,
        of: Callable[[RuleBook], RuleSet],
        conditions: Conditions,
        asked_of: Callable[[Rule], nw.Expr] | None = None,
    ) -> None:
        self.all: tuple[NodeRule, ...] = nodes.rules(of)
        self._asked_of = asked_of
        self._names = [conditions.column(each.rule.when) for each in self.all]

    def __len__(self) -> int:
        return len(self.all)

    def answers(self) -> list[nw.Expr]:
        """For each rule whether it fires; null where that is unknown and counts."""
        return [self._answer(place) for place in range(len(self.all))]

    def fire(self) -> list[nw.Expr]:
        """For each rule whether it fires, whatever is unknown."""
        return [surely(answer) for answer in self.answers()]

    def _answer(self, place: int) -> nw.Expr:
        held = self.all[place]
        answer = nw.col(self._names[place])
        if held.rule.if_missing is IfMissing.SKIP:
            answer = surely(answer)
        if self._asked_of is not None:
            answer = self._asked_of(held.rule) & answer
        return nw.col(held.where) & answer if held.where else answer

    def may_be_open(self) -> list[int]:
        """The places of the rules that count where they are unknown."""
        return [
            place
            for place, held in enumerate(self.all)
            if held.rule.if_missing is not IfMissing.SKIP
        ]

"""Which missing facts leave a rule open: asked of thousands of thin records, so compiled once."""

from __future__ import annotations

from collections.abc import Iterable
from types import MappingProxyType

from relationship_core.decisions.condition_tree import ConditionTree, condition_tree
from relationship_core.rules import Expression, Facts, Rule, facts_in
from relationship_core.rules.compile_python import compile_values

_Open = tuple[bool | None, tuple[str, ...]]


class OpenConditions:
    """The single conditions of some rules, all evaluated at one go."""

    __slots__ = ("_reads", "_trees", "_values")

    def __init__(self, rules: Iterable[Rule]) -> None:
        leaves: list[Expression] = []
        self._trees = [condition_tree(rule.when, leaves) for rule in rules]
        self._values = compile_values(leaves, MappingProxyType({}))
        self._reads = [tuple(fact.name for fact in facts_in(leaf)) for leaf in leaves]

    def missing(self, places: Iterable[int], facts: Facts) -> tuple[str, ...]:
        """The names of the missing facts that leave the rules at these places open, each once.

        A missing fact beside a condition that settles the rule anyway leaves nothing open.
        """
        values = self._values(facts)
        found: dict[str, None] = {}
        for place in places:
            found |= dict.fromkeys(self._open(self._trees[place], values, facts)[1])
        return tuple(found)

    def _open(self, tree: ConditionTree, values: tuple[bool | None, ...], facts: Facts) -> _Open:
        if isinstance(tree, int):
            truth = values[tree]
            if truth is not None:
                return truth, ()
            return None, tuple(name for name in self._reads[tree] if facts[name] is None)
        join, parts = tree
        answers = [self._open(part, values, facts) for part in parts]
        truth = join([answer[0] for answer in answers])
        if truth is not None:
            return truth, ()
        return None, tuple(name for answer in answers for name in answer[1])

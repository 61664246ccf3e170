"""The reason codes of many customers: what `explain` would say first, without the rest of it."""

from __future__ import annotations

from collections.abc import Iterable
from types import MappingProxyType

from relationship_core.decisions.condition_tree import ConditionTree, condition_tree
from relationship_core.rules import Expression, Facts, Rule, in_words
from relationship_core.rules.compile_python import compile_values

_First = tuple[bool | None, int]


class ReasonCodes:
    """The single conditions of some rules, all evaluated at one go."""

    __slots__ = ("_codes", "_trees", "_values")

    def __init__(self, rules: Iterable[Rule]) -> None:
        leaves: list[Expression] = []
        self._trees: dict[str, ConditionTree] = {}
        self._codes: list[str] = []
        for rule in rules:
            self._trees[rule.id] = condition_tree(rule.when, leaves)
            told = [in_words(leaf) for leaf in leaves[len(self._codes) :]]
            self._codes += [f"{rule.id}: {words}" for words in told]
        self._values = compile_values(leaves, MappingProxyType({}))

    def of(self, facts: Facts) -> dict[str, str]:
        """For each rule by its id, in order, the `reason_code` that its explanation would have."""
        values = self._values(facts)
        return {
            name: self._codes[self._first(tree, values)[1]] for name, tree in self._trees.items()
        }

    def _first(self, tree: ConditionTree, values: tuple[bool | None, ...]) -> _First:
        """What a condition comes to, and the first single one that makes it so."""
        if isinstance(tree, int):
            return values[tree], tree
        join, parts = tree
        answers = [self._first(part, values) for part in parts]
        truth = join([answer[0] for answer in answers])
        return truth, next(place for verdict, place in answers if verdict is truth)

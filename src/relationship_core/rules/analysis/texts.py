"""The texts that categories can be, as whole numbers for the solver."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from relationship_core.rules.expression import Literal, Membership
from relationship_core.rules.fact import Fact
from relationship_core.rules.kind import Kind


class Texts:
    """One list of texts for all categories of a proof.

    It holds every text that the conditions name or that a fact declares, and for each fact whose
    categories are open one more text that nobody names: enough for any two of them to differ.

    Args:
        context: The solver's context, in which the terms live.
        facts: The facts of the proof.
        conditions: All that is asked about them.
    """

    def __init__(self, context: Any, facts: Iterable[Fact], conditions: Iterable[Any]) -> None:
        self.context = context
        named: set[str] = set()
        others = 0
        for fact in facts:
            named.update(fact.categories or ())
            others += fact.kind is Kind.CATEGORY and fact.categories is None
        for condition in conditions:
            for node in condition.walk():
                if isinstance(node, Literal) and isinstance(node.value, str):
                    named.add(node.value)
                elif isinstance(node, Membership):
                    named.update(value for value in node.values if isinstance(value, str))
        unnamed = (text for text in _unnamed() if text not in named)
        self._texts = [*sorted(named), *(next(unnamed) for _ in range(others))]
        self._places = {text: place for place, text in enumerate(self._texts)}

    def __len__(self) -> int:
        return len(self._texts)

    def place(self, text: str) -> int:
        """The number that stands for a text."""
        return self._places[text]

    def text(self, place: int) -> str:
        """The text that a number stands for."""
        return self._texts[place]


def _unnamed() -> Iterable[str]:
    yield "another"
    number = 2
    while True:
        yield f"another_{number}"
        number += 1

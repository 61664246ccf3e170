"""Looking for a customer who shows that a condition can hold, among the values that matter.

No proof: what isn't found may still exist. The values tried for a fact are those at and beside the
constants that the condition compares it with, the ends of its range, and missing where the
condition asks for that. The search is deterministic.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from relationship_core.rules import (
    EXACT,
    Expression,
    Fact,
    FactValue,
    Kind,
    Literal,
    facts_in,
    truth,
)
from relationship_core.rules.expression import And, Between, Comparison, Membership, Missing, OrElse

Witness = tuple[tuple[str, FactValue | None], ...]

_MOST_STEPS = 20_000


def find_witness(condition: Expression) -> Witness | None:
    """Values of the facts that a condition reads for which it holds; None where none was found.

    What the facts declare of each other holds for what is found, as far as it concerns facts that
    the condition reads.
    """
    read = {fact.name for fact in facts_in(condition)}
    relations = [
        relation
        for fact in facts_in(condition)
        for relation in fact.relations
        if {each.name for each in facts_in(relation)} <= read
    ]
    return _Search(And((condition, *relations))).run()


class _Search:
    """Depth first, one fact after the other, leaving a branch once the condition can't hold."""

    def __init__(self, condition: Expression) -> None:
        # Until it is chosen a fact counts as missing, which prunes rightly except where a condition
        # asks for just that: such facts are chosen first, and nothing is pruned before they are.
        asked = {
            fact.name
            for node in condition.walk()
            if isinstance(node, Missing | OrElse)
            for fact in facts_in(node)
        }
        facts = sorted(facts_in(condition), key=lambda fact: (fact.name not in asked, fact.name))
        self._condition = condition
        self._names = [fact.name for fact in facts]
        self._domains = [_domain(fact, condition, fact.name in asked) for fact in facts]
        self._blind = len(asked)
        self._chosen: dict[str, FactValue | None] = dict.fromkeys(self._names)
        self._steps = 0

    def run(self, depth: int = 0) -> Witness | None:
        self._steps += 1
        if self._steps > _MOST_STEPS:
            return None
        answer = truth(self._condition, self._chosen) if depth >= self._blind else None
        if answer is False:
            return None
        if depth == len(self._names):
            return tuple(sorted(self._chosen.items())) if answer else None
        for value in self._domains[depth]:
            self._chosen[self._names[depth]] = value
            found = self.run(depth + 1)
            if found is not None:
                return found
        self._chosen[self._names[depth]] = None
        return None


def _domain(fact: Fact, condition: Expression, may_be_missing: bool) -> list[FactValue | None]:
    """The values to try for a fact, in ascending order, missing last."""
    found: set[FactValue] = {_ORDINARY[fact.kind]}
    for constant in constants_beside(fact, condition):
        found.update(around(constant, fact.kind))
    found.update(value for value in (fact.minimum, fact.maximum) if value is not None)
    found.update(fact.categories or ())
    if fact.kind is Kind.FLAG:
        found.add(True)
    admitted = sorted(value for value in found if fact.admits(value))
    return [*admitted, *([None] if may_be_missing else [])]


_ORDINARY: dict[Kind, FactValue] = {
    **dict.fromkeys((Kind.MONEY, Kind.RATIO, Kind.NUMBER), Decimal(0)),
    **dict.fromkeys((Kind.COUNT, Kind.DAYS, Kind.MONTHS), 0),
    Kind.FLAG: False,
    Kind.CATEGORY: "another",
    Kind.DATE: date(2000, 1, 1),
}


def constants_beside(fact: Fact, condition: Expression) -> Iterator[FactValue]:
    """The constants of the fact's type in the single conditions that read it."""
    python_type = type(_ORDINARY[fact.kind])
    for node in condition.walk():
        if not isinstance(node, Comparison | Between | Membership | OrElse):
            continue
        if fact.name not in {each.name for each in facts_in(node)}:
            continue
        constants = [each.value for each in node.walk() if isinstance(each, Literal)]
        if isinstance(node, Membership):
            constants.extend(node.values)
        yield from (value for value in constants if type(value) is python_type)


def around(value: FactValue, kind: Kind) -> tuple[FactValue, ...]:
    """A value with its nearest neighbours of the kind."""
    if isinstance(value, bool | str):
        return (value,)
    if isinstance(value, date):
        return (value - timedelta(days=1), value, value + timedelta(days=1))
    if isinstance(value, int):
        return (value - 1, value, value + 1)
    step = Decimal(1).scaleb(-kind.scale)
    return (EXACT.subtract(value, step), value, EXACT.add(value, step))

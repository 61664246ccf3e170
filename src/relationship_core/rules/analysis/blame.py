"""Which of the rules before one leave it nobody."""

from __future__ import annotations

from collections.abc import Iterable

from relationship_core.rules.analysis.examination import Examination
from relationship_core.rules.analysis.inquiry import Inquiry
from relationship_core.rules.analysis.solver import Term
from relationship_core.rules.analysis.world import Customer

_FEW = 4
"""Rules that are sought one by one; where it takes more, the solver's own reasons must do."""


class Blame:
    """The rules that take away whom others would decide.

    Args:
        examination: The rules.
    """

    def __init__(self, examination: Examination) -> None:
        self._examination = examination
        self._inquiry = Inquiry(examination.world, examination.steps)
        self._marks: list[Term] = []

    def of(self, place: int) -> list[int]:
        """The places of rules before one that together take everybody who meets it.

        Raises:
            UndecidedError: The solver gave up.
        """
        taking: list[int] = []
        while len(taking) <= _FEW:
            customer = self._left(place, taking)
            if customer is None:
                return sorted(taking)
            taking.append(self._examination.met_by(customer)[0])
        return self._by_the_solver(place)

    def _left(self, place: int, taking: Iterable[int]) -> Customer | None:
        """A customer who meets the rule at a place and none of some others."""
        true = self._examination.true
        others = self._examination.none_of([true[each] for each in taking])
        return self._examination.inquiry.customer(true[place], others)

    def _by_the_solver(self, place: int) -> list[int]:
        world, true = self._examination.world, self._examination.true
        for fires in true[len(self._marks) : place]:
            mark = world.z3.FreshBool("taken", ctx=world.context)
            left = self._inquiry.term(self._examination.negated(fires))
            self._inquiry.assume(world.z3.Implies(mark, left))
            self._marks.append(mark)
        return self._inquiry.in_the_way(true[place], self._marks[:place])

"""Asking whether there is a customer of whom something holds."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from relationship_core.rules.analysis.encoding import Encoding
from relationship_core.rules.analysis.solver import Term, all_hold
from relationship_core.rules.analysis.world import Customer, World

STEPS = 20_000_000
"""The solver's steps for one question, some seconds of work."""


Read = TypeVar("Read")


class UndecidedError(Exception):
    """The solver could neither find such a customer nor prove that there is none."""


class Inquiry:
    """Questions about the customers of a world.

    Args:
        world: The customers there can be.
        steps: The solver's steps for one question.
    """

    def __init__(self, world: World, steps: int = STEPS) -> None:
        self.world = world
        z3 = world.z3
        self._solver = z3.Solver(ctx=world.context)
        self._solver.set("rlimit", steps)
        self._learned = 0
        self._is_ordinary = z3.Bool("ordinary", world.context)
        for each in world.ordinary:
            self._solver.add(z3.Implies(self._is_ordinary, each))

    def assume(self, *conditions: Term) -> None:
        """Ask only about customers of whom these hold, from now on."""
        for condition in conditions:
            if condition is not True:
                self._add(condition)

    def _add(self, condition: Term) -> None:
        z3, term = self.world.z3, self.term(condition)
        z3.Z3_solver_assert(self.world.context.ref(), self._solver.solver, term.as_ast())

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Forget afterwards what is assumed in between."""
        self._learn()
        learned = self._learned
        self._solver.push()
        try:
            yield
        finally:
            self._solver.pop()
            self._learned = learned

    def _learn(self) -> None:
        for definition in self.world.definitions[self._learned :]:
            self._add(definition)
        self._learned = len(self.world.definitions)

    def is_there(self, *conditions: Term) -> bool:
        """Whether there can be a customer of whom all conditions hold.

        Raises:
            UndecidedError: The solver gave up.
        """
        return self._asked(conditions, lambda: True) is True

    def _asked(self, conditions: Iterable[Term], read: Callable[[], Read]) -> Read | None:
        """What is read off the solver once it has found somebody; None where there is nobody."""
        asked = all_hold(self.world.z3, conditions)
        if asked is False:
            return None
        with self.aside():
            self._add(asked)
            if self._checked(self._is_ordinary) or (self._asks_for_more() and self._checked()):
                return read()
        return None

    def _asks_for_more(self) -> bool:
        """Whether it is for ordinary amounts alone that nobody was found."""
        return bool(self._solver.unsat_core())

    def _checked(self, *assumptions: Term) -> bool:
        z3 = self.world.z3
        answer = self._solver.check(*assumptions)
        if answer == z3.unknown:
            raise UndecidedError
        return bool(answer == z3.sat)

    def customer(self, *conditions: Term) -> Customer | None:
        """A customer of whom all conditions hold; None where there can be none.

        Raises:
            UndecidedError: The solver gave up.
        """
        return self._asked(conditions, lambda: self._read(self.world.encoding))

    def ordinary_customer(self, *conditions: Term) -> Customer | None:
        """A customer of ordinary amounts of whom all conditions hold; None where there is none.

        Raises:
            UndecidedError: The solver gave up.
        """
        with self.aside():
            self.assume(self._is_ordinary)
            return self.customer(*conditions)

    def _read(self, encoding: Encoding) -> Customer:
        return self.world.customer(self._solver.model(), encoding)

    def pair(self, other: Encoding, *conditions: Term) -> tuple[Customer, Customer] | None:
        """Two customers of whom all conditions hold; None where there can be none.

        Raises:
            UndecidedError: The solver gave up.
        """
        found = self.several([self.world.encoding, other], *conditions)
        return None if found is None else (found[0], found[1])

    def several(self, encodings: Iterable[Encoding], *conditions: Term) -> list[Customer] | None:
        """A customer for each encoding, of whom all conditions hold together; None as for `pair`.

        Raises:
            UndecidedError: The solver gave up.
        """
        return self._asked(conditions, lambda: [self._read(each) for each in encodings])

    def in_the_way(self, condition: Term, marks: Sequence[Term]) -> list[int]:
        """The places of those marks that together leave nobody a condition.

        Args:
            condition: A name for what nobody meets of whom all marks hold.
            marks: Names too.

        Raises:
            UndecidedError: The solver gave up.
        """
        self._learn()
        if self._solver.check(self.term(condition), *marks) != self.world.z3.unsat:
            raise UndecidedError
        core = {each.get_id() for each in self._solver.unsat_core()}
        return [place for place, mark in enumerate(marks) if mark.get_id() in core]

    def term(self, condition: Term) -> Term:
        """A condition as the solver takes it, also where it is already settled."""
        if isinstance(condition, bool):
            return self.world.z3.BoolVal(condition, self.world.context)
        return condition

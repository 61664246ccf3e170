"""Any expression as columns: three-valued, with null for unknown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from operator import and_, invert, or_
from typing import Any, cast

import narwhals as nw
from attrs import evolve, frozen

from relationship_core.errors import RuleError
from relationship_core.rules.compile_frame.cells import units
from relationship_core.rules.compile_frame.dialect import EPOCH, Words
from relationship_core.rules.compile_frame.exact import COMPARE
from relationship_core.rules.compile_frame.number import Number
from relationship_core.rules.compile_frame.numbers import Arithmetician
from relationship_core.rules.compile_frame.plan import Plan, Term
from relationship_core.rules.compile_frame.truths import two_or_more
from relationship_core.rules.expression import (
    And,
    Arithmetic,
    AtLeast,
    Between,
    Comparison,
    Expression,
    Literal,
    Membership,
    Missing,
    Not,
    Or,
    OrElse,
)
from relationship_core.rules.fact import Fact
from relationship_core.rules.kind import NUMERIC, FactValue, Kind

_PAIR = 2
_CHEAP = 2
"""What nests no deeper is computed wherever it is used, which is as fast as keeping it."""

_FIRST = (date.min - EPOCH).days
_LAST = (date.max - EPOCH).days
_CALENDAR = _LAST - _FIRST


@frozen
class Held:
    """How a fact's numbers stand in their column.

    Args:
        bound: The largest magnitude of their units.
        is_narrower: Whether the column has fewer than 64 bits.
    """

    bound: int
    is_narrower: bool


@frozen
class Day:
    """A day in a column, as a date or, where it was computed, as the number of days from 1970."""

    term: Term
    is_number: bool = False


@frozen
class Plain:
    """A flag or a category in a column."""

    term: Term


Value = Number | Day | Plain


class Compiler:
    """Compiles expressions over a frame's facts into terms of one plan.

    Args:
        plan: The plan.
        derived: The facts that are computed wherever an expression reads them, by name.
        held: How the others stand in their columns, by name.
    """

    def __init__(
        self, plan: Plan, derived: Mapping[str, Expression], held: Mapping[str, Held]
    ) -> None:
        self.plan = plan
        self._derived = derived
        self._held = held
        self._numbers = Arithmetician(plan)
        self._places: dict[object, int] = {}
        """A number that expressions have in common which are built alike of the same parts."""
        # With the expression itself, or another might take its identity.
        self._places_of: dict[int, tuple[Expression, int]] = {}
        self._nodes: list[Expression] = []
        self._uses = Counter[int]()
        self._values: dict[int, Value] = {}

    def expect(self, expressions: Iterable[Expression]) -> None:
        """Learn what expressions have in common, so that it becomes a column of its own."""
        for each in expressions:
            self._uses[self._place(each)] += 1

    def result(self, expression: Expression) -> Term:
        """What a column is to hold: wide integers of units for whatever is a number."""
        value = self.value(expression)
        if isinstance(value, Number):
            return self._numbers.widened(value).term
        if isinstance(value, Day) and value.is_number:
            return self.plan.join(self.plan.dialect.day, value.term)
        return value.term

    def truth(self, condition: Expression) -> Term:
        """A condition: true, false or null."""
        return self.value(condition).term

    def value(self, expression: Expression) -> Value:
        """The value of an expression."""
        place = self._place(expression)
        waiting = [place]
        while waiting:
            node = self._nodes[waiting[-1]]
            parts = [self._place(each) for each in self._parts(node)]
            missing = [each for each in parts if each not in self._values]
            if missing:
                waiting.extend(missing)
                continue
            done = waiting.pop()
            if done not in self._values:
                self._values[done] = self._shared(self._compiled(node), self._uses[done])
        return self._values[place]

    def _shared(self, value: Value, uses: int) -> Value:
        """The value, as a column of its own if it is used often and costs more than a column."""
        if uses < 2 or value.term.depth <= _CHEAP:
            return value
        return evolve(value, term=self.plan.named(value.term))

    def _place(self, expression: Expression) -> int:
        """Where an expression's value is kept, its parts first, however deep they nest."""
        waiting = [expression]
        while waiting:
            node = waiting[-1]
            if id(node) in self._places_of:
                waiting.pop()
                continue
            parts = self._parts(node)
            missing = [each for each in parts if id(each) not in self._places_of]
            if missing:
                waiting.extend(missing)
                continue
            place = self._places.setdefault(self._built_of(node), len(self._places))
            if place == len(self._nodes):
                self._nodes.append(node)
                self._uses.update(self._places_of[id(each)][1] for each in parts)
            self._places_of[id(node)] = (node, place)
        return self._places_of[id(expression)][1]

    def _parts(self, expression: Expression) -> tuple[Expression, ...]:
        match expression:
            case Fact(name=name) if name in self._derived:
                return (self._derived[name],)
        return expression.children()

    def _built_of(self, expression: Expression) -> object:
        match expression:
            case Fact(name=name):
                return name
            case Literal(value=value, kind=kind):
                return kind, value
        parts = tuple(self._places_of[id(child)][1] for child in expression.children())
        said = [getattr(expression, name, None) for name in ("operator", "values", "count")]
        return type(expression), parts, *said

    def _compiled(self, expression: Expression) -> Value:
        match expression:
            case Fact(name=name) if name in self._derived:
                return self.value(self._derived[name])
            case Fact(name=name, kind=kind):
                return self._read(name, kind)
            case Literal(value=value, kind=kind):
                return self._constant(value, kind)
            case Arithmetic(operator=symbol, left=left, right=right, kind=kind):
                return self._computed(symbol, self.value(left), self.value(right), kind)
            case OrElse(operand=operand, default=default):
                return self._coalesced(self.value(operand), self.value(default))
        return Plain(self._condition(expression))

    def _read(self, name: str, kind: Kind) -> Value:
        term = Term(self.plan.dialect.column(name), column=name)
        if kind in NUMERIC:
            held = self._held[name]
            if held.is_narrower:
                term = self.plan.join(lambda x: x.cast(nw.Int64()), term)
            return Number(term, kind.scale, held.bound)
        return Day(term) if kind is Kind.DATE else Plain(term)

    def _constant(self, value: FactValue, kind: Kind) -> Value:
        if kind in NUMERIC:
            return self._numbers.constant(units(value, kind), kind.scale)
        if isinstance(value, date):
            return Day(Term(self.plan.dialect.constant_day(value)))
        return Plain(Term(self.plan.dialect.value(value)))

    # -- values -------------------------------------------------------------------------------
    def _computed(self, symbol: str, left: Value, right: Value, kind: Kind) -> Value:
        if isinstance(left, Day) and isinstance(right, Day):
            sides = self._day_number(left), self._day_number(right)
            return Number(self.plan.join(lambda x, y: x - y, *sides), 0, _CALENDAR)
        if isinstance(left, Day):
            shift = self._numbers.small(cast(Number, right), _CALENDAR)
            return self._shifted(self._day_number(left), shift, backwards=symbol == "-")
        return self._numbers.computed(symbol, cast(Number, left), cast(Number, right), kind.scale)

    def _shifted(self, day: Term, shift: Term, *, backwards: bool) -> Day:
        def moved(x: Words, days: Words) -> Words:
            return x - days if backwards else x + days

        number = self.plan.named(self.plan.join(moved, day, shift))
        return Day(
            self.plan.join(
                lambda x: self.plan.dialect.where((x >= _FIRST) & (x <= _LAST), x), number
            ),
            is_number=True,
        )

    def _day_number(self, day: Day) -> Term:
        if day.is_number:
            return day.term
        return self.plan.join(self.plan.dialect.day_number, day.term)

    def _coalesced(self, one: Value, other: Value) -> Value:
        if isinstance(one, Number) and isinstance(other, Number):
            return self._numbers.coalesced(one, other)
        terms, is_number = self._alike(one, other)
        term = self.plan.join(self.plan.dialect.first_known, *terms)
        return Day(term, is_number) if isinstance(one, Day) else Plain(term)

    def _alike(self, *values: Value) -> tuple[list[Term], bool]:
        """Days all as dates, or all as numbers."""
        is_number = any(isinstance(each, Day) and each.is_number for each in values)
        return [
            self._day_number(each) if is_number and isinstance(each, Day) else each.term
            for each in values
        ], is_number

    # -- conditions ---------------------------------------------------------------------------
    def _condition(self, condition: Expression) -> Term:
        match condition:
            case Comparison(operator=symbol, left=left, right=right):
                return self._compared(symbol, left, right)
            case Between(operand=operand, low=low, high=high):
                low_enough = self._compared("<=", operand, high)
                return self.plan.join(and_, self._compared("<=", low, operand), low_enough)
            case Membership(operand=operand, values=values):
                return self._listed(self.value(operand), operand.kind, values)
            case Missing(operand=operand):
                return self.plan.join(lambda x: x.is_null(), self.value(operand).term)
            case Not(operand=operand):
                return self.plan.join(invert, self.truth(operand))
            case And(operands=operands):
                return self.plan.balanced(and_, map(self.truth, operands))
            case Or(operands=operands):
                return self.plan.balanced(or_, map(self.truth, operands))
            case AtLeast(count=count, operands=operands):
                return self._enough(count, [self.truth(each) for each in operands])
        raise RuleError(f"{type(condition).__name__} has no meaning in columns")

    def _compared(self, symbol: str, left: Expression, right: Expression) -> Term:
        one, other = self.value(left), self.value(right)
        if isinstance(one, Number) and isinstance(other, Number):
            return self._numbers.compared(symbol, one, other)
        return self.plan.join(COMPARE[symbol], *self._alike(one, other)[0])

    def _listed(self, value: Value, kind: Kind, values: tuple[Any, ...]) -> Term:
        if isinstance(value, Number):
            return self._numbers.listed(value, [units(each, kind) for each in values])
        if isinstance(value, Day) and not value.is_number:
            day = self.plan.named(value.term)
            constant_days = [Term(self.plan.dialect.constant_day(each)) for each in values]
            same = [self.plan.join(COMPARE["=="], day, each) for each in constant_days]
            return self.plan.balanced(or_, same)
        is_day = isinstance(value, Day)
        listed = [(each - EPOCH).days for each in values] if is_day else list(values)
        return self.plan.join(lambda x: x.is_in(listed), value.term)

    def _enough(self, count: int, operands: list[Term]) -> Term:
        if count in {1, len(operands)}:
            return self.plan.balanced(or_ if count == 1 else and_, operands)
        if count == _PAIR:
            return two_or_more(self.plan, operands)
        words = self.plan.dialect
        one, nought = words.whole(1), words.whole(0)

        def counted(term: Term, *, as_it_is: bool) -> Term:
            return self.plan.join(lambda x: words.where(x if as_it_is else ~x, one, nought), term)

        named = [self.plan.named(each) for each in operands]
        true, false = (
            self.plan.balanced(lambda x, y: x + y, [counted(each, as_it_is=side) for each in named])
            for side in (True, False)
        )
        spare = len(operands) - count
        return self.plan.join(
            # False where it can't be any more, null where that is open still.
            lambda t, f: (t >= count) | words.where(f > spare, words.value(False)),
            true,
            false,
        )

"""The steps in which columns are computed: what is used more than once is computed once.

Engines differ in whether they notice that two expressions share a part; an expression that holds a
part twice at each of its levels doubles at each. So such a part becomes a column of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from attrs import define, field, frozen

from relationship_core.rules.compile_frame.dialect import Dialect, Frame, Words
from relationship_core.rules.compile_frame.quotient import Quotient

PREFIX = "_relationship_core_"
"""What the names of the columns in between begin with."""

_NESTED = 20
"""Deeper expressions become columns in between, whatever an engine's stack can bear."""


@frozen
class Term:
    """An expression, and the step from which on the columns it reads are there.

    Args:
        expression: What is computed, in the engine's words.
        step: The step.
        depth: How deep it nests; 0 for a column or a constant.
        column: The column's name, where it is no more than one.
    """

    expression: Words
    step: int = 0
    depth: int = 0
    column: str = ""


@define
class _Step:
    expressions: dict[str, Words] = field(factory=dict)
    quotients: dict[str, Quotient] = field(factory=dict)


class Plan:
    """Columns in between, step by step."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self._steps: list[_Step] = []
        self._names: list[str] = []

    def join(self, make: Callable[..., Words], *terms: Term) -> Term:
        """The term that `make` builds of others."""
        joined = Term(
            make(*[each.expression for each in terms]),
            max(each.step for each in terms),
            max(each.depth for each in terms) + 1,
        )
        return self.named(joined) if joined.depth > _NESTED else joined

    def balanced(self, make: Callable[[Words, Words], Words], terms: Iterable[Term]) -> Term:
        """Many terms joined two by two, so that the whole nests no deeper than need be."""
        row = list(terms)
        while len(row) > 1:
            pairs = [self.join(make, *pair) for pair in zip(row[::2], row[1::2], strict=False)]
            row = [*pairs, *row[len(pairs) * 2 :]]
        return row[0]

    def named(self, term: Term) -> Term:
        """The same value as a column of its own, unless it is as good as one already."""
        return self._column_of(term) if term.depth else term

    def divided(
        self,
        over: Term,
        under: Term | int,
        *,
        most: int,
        divisor: int,
        least: int = 1,
        is_wide: bool,
        is_signed: bool,
    ) -> Term:
        """The whole quotient, rounded down; null where a side is.

        Args:
            over: What is divided.
            under: Positive, and of the same width.
            most: What the magnitude of `over` stays at or below.
            divisor: What `under` stays at or below.
            least: What it stays at or above.
            is_wide: Whether both are wide integers.
            is_signed: Whether `over` can be below zero.
        """
        over = self._column_of(over)
        under = under if isinstance(under, int) else self._column_of(under)
        step = over.step if isinstance(under, int) else max(over.step, under.step)
        below = under if isinstance(under, int) else under.column
        quotient = Quotient(over.column, below, most, divisor, least, is_wide, is_signed)
        expression = self.dialect.quotient(quotient)
        if expression is not None:
            return Term(expression, step, depth=1)
        name = self._new(step)
        self._steps[step].quotients[name] = quotient
        return Term(self.dialect.column(name), step + 1, column=name)

    def _column_of(self, term: Term) -> Term:
        if term.column:
            return term
        name = self._new(term.step)
        self._steps[term.step].expressions[name] = term.expression
        return Term(self.dialect.column(name), term.step + 1, column=name)

    def awaited(self) -> Term:
        """A column that the frame will have when this is carried out, and that is dropped then."""
        name = self._new(0)
        return Term(self.dialect.column(name), column=name)

    def _new(self, step: int) -> str:
        name = f"{PREFIX}{len(self._names)}"
        self._names.append(name)
        while len(self._steps) <= step:
            self._steps.append(_Step())
        return name

    def carried_out(self, frame: Frame, results: Mapping[str, Term]) -> Frame:
        """The frame with the results as columns, and none in between left."""
        for step in self._steps:
            if step.expressions:
                frame = self.dialect.added(frame, step.expressions)
            if step.quotients:
                frame = self.dialect.divided(frame, step.quotients)
        last = {name: each.expression for name, each in results.items()}
        return self.dialect.replaced(frame, last, self._names)

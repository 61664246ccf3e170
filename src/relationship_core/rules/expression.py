"""Typed expressions over named facts: the one object that decides, computes and explains."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, ClassVar, NoReturn

from attrs import field, frozen

from relationship_core.errors import KindError, RuleError
from relationship_core.rules.kind import (
    FactValue,
    Kind,
    literal_kind,
    literal_value,
    require_comparable,
    result_kind,
    write_value,
)
from relationship_core.rules.text import several

Operand = Any
"""What may stand beside an expression: another expression, or a Python literal of its kind."""


class Expression:
    """A value that is computed from facts; a condition where its kind is a flag.

    Operators build larger expressions and check kinds as they do. `==` builds too, so compare two
    expressions by `same_as`, and never look for one with `in`.
    """

    __slots__ = ()
    __match_args__: ClassVar[tuple[str, ...]] = ()
    spelling: ClassVar[str]
    kind: Kind
    operator: str

    def __add__(self, other: Operand) -> Expression:
        return _arithmetic("+", self, other)

    def __radd__(self, other: Operand) -> Expression:
        return _arithmetic("+", other, self)

    def __sub__(self, other: Operand) -> Expression:
        return _arithmetic("-", self, other)

    def __rsub__(self, other: Operand) -> Expression:
        return _arithmetic("-", other, self)

    def __mul__(self, other: Operand) -> Expression:
        return _arithmetic("*", self, other)

    def __rmul__(self, other: Operand) -> Expression:
        return _arithmetic("*", other, self)

    def __truediv__(self, other: Operand) -> Expression:
        return _arithmetic("/", self, other)

    def __rtruediv__(self, other: Operand) -> Expression:
        return _arithmetic("/", other, self)

    def __lt__(self, other: Operand) -> Expression:
        return Comparison("<", self, _beside(self, other))

    def __le__(self, other: Operand) -> Expression:
        return Comparison("<=", self, _beside(self, other))

    def __gt__(self, other: Operand) -> Expression:
        return Comparison(">", self, _beside(self, other))

    def __ge__(self, other: Operand) -> Expression:
        return Comparison(">=", self, _beside(self, other))

    def __eq__(self, other: Operand) -> Expression:  # type: ignore[override]
        return Comparison("==", self, _beside(self, other))

    def __ne__(self, other: Operand) -> Expression:  # type: ignore[override]
        return Comparison("!=", self, _beside(self, other))

    __hash__ = object.__hash__

    def between(self, low: Operand, high: Operand) -> Expression:
        """Whether low <= self <= high, both ends counted."""
        return Between(self, _beside(self, low), _beside(self, high))

    def is_in(self, values: Iterable[Operand]) -> Expression:
        """Whether self is one of the values (categories, counts, dates)."""
        return Membership(self, values)

    def is_missing(self) -> Expression:
        """Whether self is unknown; itself always known."""
        return Missing(self)

    def or_else(self, default: Operand) -> Expression:
        """Self where it is known, else the default."""
        return OrElse(self, _beside(self, default))

    def __and__(self, other: Operand) -> Expression:
        return And(_flattened(And, self, other))

    def __rand__(self, other: Operand) -> Expression:
        return And(_flattened(And, other, self))

    def __or__(self, other: Operand) -> Expression:
        return Or(_flattened(Or, self, other))

    def __ror__(self, other: Operand) -> Expression:
        return Or(_flattened(Or, other, self))

    def __invert__(self) -> Expression:
        return Not(self)

    def __bool__(self) -> NoReturn:
        raise RuleError(
            "an expression has no truth value until a customer's facts are known",
            mend="write & | ~ for and, or, not; x.between(a, b) for a <= x <= b; a.same_as(b) to"
            " compare two expressions",
        )

    def children(self) -> tuple[Expression, ...]:
        """The expressions this one is built of, in the order written."""
        parts = [getattr(self, name) for name in self.__match_args__]
        flat = [each for part in parts for each in (part if isinstance(part, tuple) else [part])]
        return tuple(each for each in flat if isinstance(each, Expression))

    def check_category(self, value: FactValue) -> None:
        """Refuse a value that self can't have; only facts of declared categories are strict."""

    def walk(self) -> Iterator[Expression]:
        """This expression and all below it, each parent before its children."""
        yield self
        for child in self.children():
            yield from child.walk()

    def same_as(self, other: object) -> bool:
        """Whether both have the same canonical form."""
        return isinstance(other, Expression) and self.canonical() == other.canonical()

    def __repr__(self) -> str:
        return self.spelling.format(*[getattr(self, name) for name in self.__match_args__])

    def to_json(self) -> dict[str, Any]:
        """This expression as plain JSON data."""
        return {"op": self.operator, "args": [child.to_json() for child in self.children()]}

    def canonical(self) -> str:
        """The one text form that equal expressions share."""
        return json.dumps(self.to_json(), sort_keys=True, separators=(",", ":"))


def require_condition(operand: Operand) -> Expression:
    """The operand as a condition.

    Raises:
        KindError: It is no expression, or not a flag.
    """
    if not isinstance(operand, Expression):
        raise KindError(
            f"{operand!r} is no condition",
            mend="put each comparison in parentheses: (a > 1) & (b > 2)",
        )
    if operand.kind is not Kind.FLAG:
        raise KindError(f"a {operand.kind} is no condition", mend="compare it with something first")
    return operand


def _conditions(operands: Iterable[Operand]) -> tuple[Expression, ...]:
    if not (conditions := tuple(map(require_condition, operands))):
        raise RuleError("there is no condition to join")
    return conditions


@frozen(eq=False, repr=False)
class Literal(Expression):
    """A constant."""

    value: FactValue
    kind: Kind

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "value", literal_value(self.value, self.kind))

    def to_json(self) -> dict[str, Any]:
        """This constant with its kind, as plain JSON data."""
        return {"literal": write_value(self.value), "kind": self.kind.value}

    def __repr__(self) -> str:
        return repr(self.value) if isinstance(self.value, str | date) else str(self.value)


@frozen(eq=False, repr=False)
class Arithmetic(Expression):
    """`left operator right`, rounded half-even at the scale of its kind."""

    spelling = "({1!r} {0} {2!r})"
    operator: str
    left: Expression
    right: Expression
    kind: Kind = field(init=False)

    def __attrs_post_init__(self) -> None:
        kind = result_kind(self.operator, self.left.kind, self.right.kind)
        object.__setattr__(self, "kind", kind)


class Condition(Expression):
    """An expression that is true, false or unknown."""

    __slots__ = ()
    kind = Kind.FLAG


@frozen(eq=False, repr=False)
class Comparison(Condition):
    """`left operator right`; unknown where a side is."""

    spelling = Arithmetic.spelling
    operator: str
    left: Expression
    right: Expression

    def __attrs_post_init__(self) -> None:
        _require_comparable(self.operator, self.left, self.right)


@frozen(eq=False, repr=False)
class Between(Condition):
    """`low <= operand <= high`."""

    operator = "between"
    spelling = "{0!r}.between({1!r}, {2!r})"
    operand: Expression
    low: Expression
    high: Expression

    def __attrs_post_init__(self) -> None:
        _require_comparable("<=", self.low, self.operand)
        _require_comparable("<=", self.operand, self.high)
        match self.low, self.high:
            case Literal(value=low), Literal(value=high) if low > high:  # type: ignore[operator]
                raise RuleError(f"nothing lies between {low} and {high}", mend="swap the two")


@frozen(eq=False, repr=False)
class Membership(Condition):
    """Whether the operand is one of the values."""

    operator = "in"
    operand: Expression
    values: tuple[Any, ...] = field(converter=several)

    def __attrs_post_init__(self) -> None:
        if not self.values:
            raise RuleError("is_in() needs at least one value")
        settled = {literal_value(value, self.operand.kind) for value in self.values}
        for value in settled:
            self.operand.check_category(value)
        # A set has no order: one canonical form however it was written.
        object.__setattr__(self, "values", tuple(sorted(settled)))

    def to_json(self) -> dict[str, Any]:
        """This condition with its values, as plain JSON data."""
        values = [Literal(value, self.operand.kind).to_json() for value in self.values]
        return {**Condition.to_json(self), "values": values}

    def __repr__(self) -> str:
        values = [Literal(value, self.operand.kind) for value in self.values]
        return f"{self.operand!r}.is_in({values})"


@frozen(eq=False, repr=False)
class Missing(Condition):
    """Whether the operand is unknown."""

    operator = "missing"
    spelling = "{0!r}.is_missing()"
    operand: Expression


@frozen(eq=False, repr=False)
class OrElse(Expression):
    """The operand where it is known, else the default."""

    operator = "or_else"
    spelling = "{0!r}.or_else({1!r})"
    operand: Expression
    default: Expression
    kind: Kind = field(init=False)

    def __attrs_post_init__(self) -> None:
        if self.operand.kind is not self.default.kind:
            raise KindError(
                f"a {self.default.kind} can't stand in for a {self.operand.kind}",
                mend="give a default of the same kind",
            )
        _require_comparable("==", self.operand, self.default)
        object.__setattr__(self, "kind", self.operand.kind)

    def check_category(self, value: FactValue) -> None:
        """Refuse a value that the operand can't have; it may still be another default fact's."""
        if isinstance(self.default, Literal):
            self.operand.check_category(value)


@frozen(eq=False, repr=False)
class Junction(Condition):
    """Conditions joined by one word."""

    operands: tuple[Expression, ...] = field(converter=_conditions)
    word: ClassVar[str]

    def __repr__(self) -> str:
        return "(" + f" {self.word} ".join(map(repr, self.operands)) + ")"


@frozen(eq=False, repr=False)
class And(Junction):
    """True where all are true, false where one is false, else unknown."""

    operator = "and"
    word = "&"


@frozen(eq=False, repr=False)
class Or(Junction):
    """True where one is true, false where all are false, else unknown."""

    operator = "or"
    word = "|"


@frozen(eq=False, repr=False)
class Not(Condition):
    """True where the operand is false; unknown where it is."""

    operator = "not"
    spelling = "~{0!r}"
    operand: Expression = field(converter=require_condition)


@frozen(eq=False, repr=False)
class AtLeast(Condition):
    """True where at least `count` operands are true, false where that can't be, else unknown."""

    operator = "at_least"
    count: int
    operands: tuple[Expression, ...] = field(converter=_conditions)

    def __attrs_post_init__(self) -> None:
        possible = range(1, len(self.operands) + 1)
        if isinstance(self.count, bool) or self.count not in possible:
            raise RuleError(
                f"at_least({self.count}, ...) can't be met by {len(self.operands)} conditions",
                mend="ask for between 1 and the number of conditions",
            )

    def to_json(self) -> dict[str, Any]:
        """This condition with its count, as plain JSON data."""
        return {**Condition.to_json(self), "count": self.count}

    def __repr__(self) -> str:
        return f"at_least({self.count}, {', '.join(map(repr, self.operands))})"


def at_least(count: int, *conditions: Expression) -> Expression:
    """Whether at least `count` of the conditions hold."""
    return AtLeast(count, conditions)


def _flattened(kind: type[And | Or], *operands: Operand) -> tuple[Expression, ...]:
    flat: list[Expression] = []
    for operand in operands:
        flat.extend(operand.operands if isinstance(operand, kind) else [require_condition(operand)])
    return tuple(flat)


def _beside(expression: Expression, other: Operand) -> Expression:
    """The other operand as an expression; a literal takes the kind of what it stands beside."""
    return other if isinstance(other, Expression) else Literal(other, expression.kind)


def _arithmetic(operator: str, left: Operand, right: Operand) -> Expression:
    if not isinstance(left, Expression):
        left = Literal(left, literal_kind(operator, left, right.kind))
    elif not isinstance(right, Expression):
        right = Literal(right, literal_kind(operator, right, left.kind))
    return Arithmetic(operator, left, right)


def _require_comparable(operator: str, left: Expression, right: Expression) -> None:
    require_comparable(operator, left.kind, right.kind)
    for one, other in ((left, right), (right, left)):
        if isinstance(other, Literal):
            one.check_category(other.value)

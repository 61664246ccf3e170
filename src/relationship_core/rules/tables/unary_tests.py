"""The test in a cell of a decision table: what it asks of its column's value (S-FEEL, DMN 1.5, 9).

A test is kept as it was written, so that a table goes out as it came in; `condition` gives what it
means in the rule language.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce

from attrs import field, frozen

from relationship_core.errors import TableError
from relationship_core.rules.expression import (
    Between,
    Comparison,
    Expression,
    Literal,
    Membership,
    Missing,
    Not,
)
from relationship_core.rules.fact import Fact
from relationship_core.rules.kind import FactValue, Kind
from relationship_core.rules.tables.literal import write_literal

Endpoint = FactValue | Fact
"""What a column's value is compared with: a constant, or another fact of the same customer."""

Spelling = Callable[[Fact], str]
"""The name by which a fact goes in the file that a test is written to."""


def _identity(endpoint: Endpoint) -> tuple[object, ...]:
    # A fact's own == builds a condition; and True is 1 for Python.
    if isinstance(endpoint, Fact):
        return (Fact, endpoint.name)
    return (isinstance(endpoint, bool), endpoint)


def _by_name(fact: Fact) -> str:
    return fact.name


@frozen
class Relation:
    """How the column's value stands to one endpoint.

    Args:
        operator: `==`, `!=`, `<`, `<=`, `>` or `>=`.
        endpoint: What it is compared with.
    """

    operator: str
    endpoint: Endpoint = field(eq=_identity)

    def condition(self, column: Expression) -> Expression:
        """The relation as a condition over the column."""
        other = _beside(column, self.endpoint)
        if column.kind is Kind.FLAG and self.operator in _EQUALITIES and isinstance(other, Literal):
            return column if other.value is (self.operator == "==") else Not(column)
        return Comparison(self.operator, column, other)

    def text(self, spelling: Spelling) -> str:
        """The relation as S-FEEL writes it."""
        end = _written(self.endpoint, spelling)
        return end if self.operator == "==" else f"{_SIGNS.get(self.operator, self.operator)} {end}"


_EQUALITIES = frozenset({"==", "!="})
_SIGNS = {"==": "=", "!=": "!="}


@frozen
class Interval:
    """Between two endpoints, each counted in or not."""

    low: Endpoint = field(eq=_identity)
    high: Endpoint = field(eq=_identity)
    holds_low: bool = True
    holds_high: bool = True

    def condition(self, column: Expression) -> Expression:
        """The interval as a condition over the column.

        Raises:
            RuleError: Nothing lies in it.
        """
        low, high = _beside(column, self.low), _beside(column, self.high)
        both = Between(column, low, high)
        if self.holds_low and self.holds_high:
            return both
        match low, high:
            case Literal(value=least), Literal(value=most) if least == most:
                raise TableError(
                    f"nothing lies in {self.text(_by_name)}", mend="count both ends in: [a..b]"
                )
        above = Comparison(">=" if self.holds_low else ">", column, low)
        return above & Comparison("<=" if self.holds_high else "<", column, high)

    def text(self, spelling: Spelling) -> str:
        """The interval as S-FEEL writes it."""
        opening, closing = "[" if self.holds_low else "(", "]" if self.holds_high else ")"
        low, high = (_written(each, spelling) for each in (self.low, self.high))
        return f"{opening}{low}..{high}{closing}"


@frozen
class Unknown:
    """That the column's value is missing: the test `null`."""

    def condition(self, column: Expression) -> Expression:
        """That as a condition over the column; itself never unknown."""
        return Missing(column)

    def text(self, spelling: Spelling) -> str:  # noqa: ARG002 - it names no fact
        """The word for it."""
        return "null"


Test = Relation | Interval | Unknown


@frozen
class UnaryTests:
    """What one cell asks.

    Args:
        tests: The value has to meet one of these; empty where nothing is asked (`-`).
        negated: It has to meet none of them instead.
    """

    tests: tuple[Test, ...] = ()
    negated: bool = False

    def condition(self, column: Expression) -> Expression | None:
        """What the cell asks of the column, in the rule language; None where it asks nothing.

        Raises:
            KindError: A test doesn't fit the column's kind.
            RuleError: A test can't be met, or names what is none of the column's categories.
        """
        if not self.tests:
            return None
        constants = [
            test.endpoint
            for test in self.tests
            if isinstance(test, Relation)
            and test.operator == "=="
            and not isinstance(test.endpoint, Fact)
        ]
        if len(constants) == len(self.tests) > 1 and column.kind is not Kind.FLAG:
            met: Expression = Membership(column, constants)
        else:
            met = reduce(Expression.__or__, [test.condition(column) for test in self.tests])
        return Not(met) if self.negated else met

    def text(self, spelling: Spelling = _by_name) -> str:
        """The cell as S-FEEL writes it, in its one spelling."""
        if not self.tests:
            return "-"
        listed = ", ".join(test.text(spelling) for test in self.tests)
        return f"not({listed})" if self.negated else listed

    def facts(self) -> tuple[Fact, ...]:
        """The other facts that the cell compares its column with."""
        ends = [
            end
            for test in self.tests
            for end in (
                [test.endpoint]
                if isinstance(test, Relation)
                else [test.low, test.high]
                if isinstance(test, Interval)
                else []
            )
        ]
        return tuple(end for end in ends if isinstance(end, Fact))


ANYTHING = UnaryTests()
"""The cell `-`: it asks nothing, not even that the value is known."""


def _beside(column: Expression, endpoint: Endpoint) -> Expression:
    return endpoint if isinstance(endpoint, Fact) else Literal(endpoint, column.kind)


def _written(endpoint: Endpoint, spelling: Spelling) -> str:
    return spelling(endpoint) if isinstance(endpoint, Fact) else write_literal(endpoint)

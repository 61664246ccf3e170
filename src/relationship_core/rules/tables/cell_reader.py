"""Reads what stands in a cell: a unary test, a list of allowed values, one output value.

The language is S-FEEL's simple unary tests (OMG DMN 1.5, clause 9). What only full FEEL has is
refused by its name, never guessed at.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from attrs import frozen

from relationship_core.errors import TableError, UnsupportedError
from relationship_core.rules.fact import Fact, unknown_fact
from relationship_core.rules.kind import FactValue, Kind, literal_value
from relationship_core.rules.tables.literal import read_date_literal, read_text_literal
from relationship_core.rules.tables.scanner import Scanner, unexpected
from relationship_core.rules.tables.unary_tests import (
    ANYTHING,
    Endpoint,
    Interval,
    Relation,
    Test,
    UnaryTests,
    Unknown,
)

_RELATIONS = ("<=", ">=", "!=", "<", ">", "=")
_OPERATORS = {"=": "=="}
_BARE_WORD = re.compile(r'(?!null\s*(?:[",()\[\]<>=]|$))[^\s",()\[\]<>=!-][^",()\[\]<>=]*')
_BARE_DAY = re.compile(r"\d{4}-\d\d-\d\d(?!\w)", re.ASCII)
_GROUPED = re.compile(r"\d,\d{3}(?!\d)")
_TRUTHS = frozenset({"true", "false"})
_PATH = re.compile(r"[^\W\d]\w*(?:\.\w+)*")
_FEEL_BEGINNINGS = frozenset({"if", "for", "some", "every", "function", "date", "null"})
_FEEL_WORDS = frozenset({"and", "or", "in", "between", "instance", "if", "then", "else"})


@frozen
class CellReader:
    """Reads the cells of one column.

    Args:
        kind: The kind of value that the column holds; None where that is still to be seen.
        names: The facts that a cell may compare with, as the file spells them.
        is_sheet: Whether words and days may stand without quotes, as people type them in a sheet.
    """

    kind: Kind | None
    names: Mapping[str, Fact]
    is_sheet: bool = False

    def tests(self, text: str) -> UnaryTests:
        """The test that a cell holds.

        Raises:
            UnsupportedError: It holds what only full FEEL has.
            UnknownFactError: It names a fact that isn't known.
            TableError: It can't be read; the character is told.
        """
        if text.strip() == "-":
            return ANYTHING
        if self.is_sheet and self._is_numeric and _GROUPED.search(text):
            raise TableError(
                f"{text!r} may be one number or a list",
                mend="write a number without a comma, and a blank after each comma of a list",
            )
        scanner = Scanner(text, self.names)
        is_negated = scanner.peek().text == "not" and scanner.is_call(scanner.peek())
        if is_negated:
            scanner.next()
            scanner.next()
        tests = self._listed(scanner)
        if is_negated and not scanner.take(")"):
            raise _unexpected(scanner, ")")
        if scanner.peek().kind != "end":
            raise _unexpected(scanner)
        return UnaryTests(tests, negated=is_negated)

    def values(self, text: str) -> tuple[FactValue, ...]:
        """The constants that a cell lists, in their order.

        Raises:
            UnsupportedError: It holds anything but constants.
            KindError: One is of another kind than the column.
            TableError: It can't be read.
        """
        read = self.tests(text)
        found = []
        for test in read.tests:
            if read.negated or not isinstance(test, Relation) or test.operator != "==":
                raise UnsupportedError(f"a list of values that holds a test ({text!r})")
            if isinstance(test.endpoint, Fact):
                raise UnsupportedError(f"a list of values that holds a name ({text!r})")
            found.append(test.endpoint)
        return tuple(found)

    def value(self, text: str) -> FactValue:
        """The one constant that a cell holds.

        Raises:
            UnsupportedError: It holds an expression.
            KindError: The constant is of another kind than the column.
            TableError: It can't be read.
        """
        scanner = Scanner(text, ())
        if scanner.peek().kind == "end":
            raise TableError("the cell is empty", mend="write the value")
        value = self._constant(scanner)
        if value is None or scanner.peek().kind != "end":
            raise UnsupportedError(
                f"the expression {text.strip()!r} as an output",
                mend='write one constant: a number, "a text", true, false or date("2026-06-30")',
            )
        return self._settled(value)

    @property
    def _is_numeric(self) -> bool:
        return self.kind is not None and self.kind.is_numeric

    def _settled(self, value: FactValue) -> FactValue:
        return value if self.kind is None else literal_value(value, self.kind)

    def _listed(self, scanner: Scanner) -> tuple[Test, ...]:
        tests = [self._test(scanner)]
        while scanner.take(","):
            tests.append(self._test(scanner))
        return tuple(tests)

    def _test(self, scanner: Scanner) -> Test:
        if opening := scanner.take("[", "(", "]"):
            return self._interval(scanner, opening)
        if sign := scanner.take(*_RELATIONS):
            return Relation(_OPERATORS.get(sign, sign), self._endpoint(scanner))
        if scanner.peek().kind == "word" and scanner.take("null"):
            return Unknown()
        return Relation("==", self._endpoint(scanner))

    def _interval(self, scanner: Scanner, opening: str) -> Interval:
        low = self._endpoint(scanner)
        if not scanner.take(".."):
            raise _unexpected(scanner, "..")
        high = self._endpoint(scanner)
        if not (closing := scanner.take("]", ")", "[")):
            raise _unexpected(scanner, "] or )")
        return Interval(low, high, holds_low=opening == "[", holds_high=closing == "]")

    def _endpoint(self, scanner: Scanner) -> Endpoint:
        token = scanner.peek()
        if token.kind == "name":
            return self.names[scanner.next().text]
        value = self._constant(scanner)
        if value is not None:
            return self._settled(value)
        if token.kind == "word" and token.text in _FEEL_BEGINNINGS:
            raise UnsupportedError(f"the expression {scanner.text.strip()!r}")
        if path := scanner.take_pattern(_PATH):
            raise unknown_fact(path, self.names)
        raise _unexpected(scanner, "a value")

    def _constant(self, scanner: Scanner) -> FactValue | None:
        """The constant that stands next, read; None where something else stands there."""
        if self.is_sheet and (bare := self._bare(scanner)) is not None:
            return bare
        token = scanner.peek()
        if token.kind == "word" and scanner.is_call(token):
            return _day(scanner)
        match token.kind, token.text:
            case "text", quoted:
                scanner.next()
                return read_text_literal(quoted)
            # A spreadsheet saves truths in capitals.
            case "word", word if (word.lower() if self.is_sheet else word) in _TRUTHS:
                scanner.next()
                return word.lower() == "true"
            case "sign", "@":
                scanner.next()
                return read_date_literal(_quoted(scanner))
            case "sign" | "number", _:
                sign = scanner.take("-")
                if scanner.peek().kind == "number":
                    return Decimal(sign + scanner.next().text)
        return None

    def _bare(self, scanner: Scanner) -> FactValue | None:
        if self.kind is Kind.DATE and (day := scanner.take_pattern(_BARE_DAY)):
            return read_date_literal(day)
        if self.kind is Kind.CATEGORY and (word := scanner.take_pattern(_BARE_WORD)):
            return word.strip()
        return None


def _day(scanner: Scanner) -> date:
    function = scanner.next().text
    if function != "date":
        raise UnsupportedError(f"the function {function}()")
    scanner.next()
    day = read_date_literal(_quoted(scanner))
    if not scanner.take(")"):
        raise _unexpected(scanner, ")")
    return day


def _quoted(scanner: Scanner) -> str:
    if scanner.peek().kind != "text":
        raise _unexpected(scanner, "a day in quotes")
    return read_text_literal(scanner.next().text)


def _unexpected(scanner: Scanner, expected: str = "") -> TableError:
    token = scanner.peek()
    if token.kind == "sign" and token.text == "-":
        return UnsupportedError(f"arithmetic ({scanner.text!r}, character {token.at + 1})")
    if token.kind == "word" and token.text in _FEEL_WORDS:
        return UnsupportedError(f"the operator {token.text!r} ({scanner.text!r})")
    return unexpected(token, scanner.text, expected)

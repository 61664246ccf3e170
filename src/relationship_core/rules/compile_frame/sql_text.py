"""DuckDB's expressions as text, with the operators of Narwhals' expressions.

Narwhals would list every column of the frame at each step, and DuckDB's relations look at each
expression of such a list beside each column; a text is taken as it is, and costs a tenth.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import narwhals as nw

_TYPES = {nw.Int64: "bigint", nw.Int32: "integer", nw.Int128: "hugeint", nw.Date: "date"}


class SqlText:
    """An expression in SQL; what operators join is in parentheses.

    Args:
        text: The expression.
    """

    __slots__ = ("text",)
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, text: str) -> None:
        self.text = text

    def _joined(self, operator: str, other: SqlText | int) -> SqlText:
        right = other.text if isinstance(other, SqlText) else str(other)
        return SqlText(f"({self.text} {operator} {right})")

    def __add__(self, other: SqlText | int) -> SqlText:
        return self._joined("+", other)

    def __sub__(self, other: SqlText | int) -> SqlText:
        return self._joined("-", other)

    def __mul__(self, other: SqlText | int) -> SqlText:
        return self._joined("*", other)

    def __mod__(self, other: SqlText | int) -> SqlText:
        return self._joined("%", other)

    def __lt__(self, other: SqlText | int) -> SqlText:
        return self._joined("<", other)

    def __le__(self, other: SqlText | int) -> SqlText:
        return self._joined("<=", other)

    def __gt__(self, other: SqlText | int) -> SqlText:
        return self._joined(">", other)

    def __ge__(self, other: SqlText | int) -> SqlText:
        return self._joined(">=", other)

    def __eq__(self, other: SqlText | int) -> SqlText:  # type: ignore[override]
        return self._joined("=", other)

    def __ne__(self, other: SqlText | int) -> SqlText:  # type: ignore[override]
        return self._joined("<>", other)

    def __and__(self, other: SqlText) -> SqlText:
        return self._joined("and", other)

    def __or__(self, other: SqlText) -> SqlText:
        return self._joined("or", other)

    def __invert__(self) -> SqlText:
        return SqlText(f"(not {self.text})")

    def abs(self) -> SqlText:
        """The magnitude."""
        return SqlText(f"abs({self.text})")

    def is_null(self) -> SqlText:
        """Whether there is no value."""
        return SqlText(f"({self.text} is null)")

    def is_in(self, values: Sequence[int | str | bool]) -> SqlText:
        """Whether the value is among some; there is one at least."""
        return SqlText(f"({self.text} in ({', '.join(literal(each) for each in values)}))")

    def cast(self, dtype: nw.dtypes.DType) -> SqlText:
        """The value in another type."""
        return SqlText(f"({self.text})::{_TYPES[type(dtype)]}")


def literal(value: int | str | bool | date) -> str:
    """A value in SQL."""
    match value:
        case bool():
            return str(value).lower()
        case int():
            return f"({value})"
        case date():
            return f"date '{value.isoformat()}'"
    return "'" + value.replace("'", "''") + "'"


def quoted(name: str) -> str:
    """A column's name in SQL, whatever characters it has."""
    return '"' + name.replace('"', '""') + '"'

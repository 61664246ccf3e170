"""Columns of checked text as typed columns, in SQL: exactly, or refused by name.

A number's text may have any decimals and an exponent. Whatever it looks like, it is some digits
without a zero at their end, and a scale: so much is found in SQL, and a column's unit from that.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from attrs import frozen

from relationship_core.errors import DataError
from relationship_core.portfolio.cells import CellKind
from relationship_core.portfolio.database import Database
from relationship_core.portfolio.schema import Column, Table
from relationship_core.portfolio.source import LINE, Source
from relationship_core.portfolio.tables.measure import MOST_DIGITS, Measure
from relationship_core.portfolio.tables.units import NUMBERS


@frozen
class Written:
    """How the text of a number is written, each part in SQL.

    Args:
        text: The text, in SQL.
    """

    text: str

    @property
    def _mantissa(self) -> str:
        return f"ltrim(split_part(lower({self.text}), 'e', 1), '+-')"

    @property
    def _exponent(self) -> str:
        return (
            f"coalesce(TRY_CAST(ltrim(split_part(lower({self.text}), 'e', 2), '+') AS INTEGER), 0)"
        )

    @property
    def _all_digits(self) -> str:
        return f"replace({self._mantissa}, '.', '')"

    @property
    def digits(self) -> str:
        """Its digits without zeros at the end; none for zero."""
        return f"rtrim({self._all_digits}, '0')"

    @property
    def sign(self) -> str:
        """A minus, or nothing."""
        return f"CASE WHEN starts_with({self.text}, '-') THEN '-' ELSE '' END"

    @property
    def scale(self) -> str:
        """How many of its digits stand after the point; negative where zeros follow them."""
        fraction = f"length(split_part({self._mantissa}, '.', 2))"
        trimmed = f"length({self._all_digits}) - length({self.digits})"
        return (
            f"CASE WHEN {self.digits} = '' THEN 0"
            f" ELSE {fraction} - ({trimmed}) - {self._exponent} END"
        )

    @property
    def whole_digits(self) -> str:
        """How many digits stand before the point."""
        return f"greatest(length(ltrim({self.digits}, '0')) - ({self.scale}), 0)"

    def units(self, scale: int) -> str:
        """Its text in whole units of a scale that suffices for it."""
        return (
            f"{self.sign} || {self.digits} || repeat('0', greatest({scale} - ({self.scale}), 0))"
            f" || CASE WHEN {self.digits} = '' THEN '0' ELSE '' END"
        )


def measure_numbers(
    database: Database, table: Table, source: Source, given: Collection[str]
) -> Mapping[str, Measure]:
    """Find the unit that each column of numbers needs, and how large its numbers get.

    Args:
        database: With good rows only.
        table: The table.
        source: Its file, for the error.
        given: The columns to look at.

    Raises:
        DataError: A column's numbers have more digits than any engine's integers hold.
    """
    columns = [one.name for one in table.columns if one.kind in NUMBERS and one.name in given]
    if not columns:
        return {}
    found = database.rows(
        "SELECT "
        + ", ".join(
            f'coalesce(max({Written(_cell(name)).scale}), 0)::INTEGER AS "{name} scale",'
            f' coalesce(max({Written(_cell(name)).whole_digits}), 0)::INTEGER AS "{name} whole"'
            for name in columns
        )
        + f' FROM "{table.name}"'
    ).to_pylist()[0]
    measures = {}
    for name in columns:
        scale = max(0, found[f"{name} scale"])
        digits = found[f"{name} whole"] + scale
        if digits > MOST_DIGITS:
            raise _too_long(database, table, source, name)
        measures[name] = Measure(scale, 10**digits - 1)
    return measures


def _too_long(database: Database, table: Table, source: Source, name: str) -> DataError:
    text = Written(_cell(name))
    finest = database.rows(
        f'SELECT "{LINE}" FROM "{table.name}" WHERE "{name}" IS NOT NULL'
        f' ORDER BY {text.scale} DESC, "{LINE}" LIMIT 1'
    )
    return DataError(
        f"its largest number and its finest one together need more than {MOST_DIGITS} digits",
        file=source.file,
        line=finest.column(LINE)[0].as_py(),
        field=name,
        mend="round the column to the decimals that are meant; the line is the finest one's",
    )


def typed_columns(
    table: Table,
    given: Collection[str],
    measures: Mapping[str, Measure],
) -> str:
    """The columns that a file has as typed ones, in SQL.

    Args:
        table: The table, of which the database holds text.
        given: The columns that the file has.
        measures: The units of its columns of numbers.
    """
    return ", ".join(
        f'{_typed(column, measures)} AS "{column.name}"'
        for column in table.columns
        if column.name in given
    )


def _typed(column: Column, measures: Mapping[str, Measure]) -> str:
    cell = _cell(column.name)
    if column.name in measures:
        measure = measures[column.name]
        held = "BIGINT" if measure.is_narrow else f"DECIMAL({MOST_DIGITS}, 0)"
        return f"CAST({Written(cell).units(measure.scale)} AS {held})"
    return _CASTS.get(column.kind, "{}").format(cell)


def _cell(name: str) -> str:
    return f'"{name}"'


_DAY: Final = "CAST({} AS DATE)"
_CASTS: Final[Mapping[CellKind, str]] = {
    CellKind.DATE: _DAY,
    CellKind.MONTH: _DAY,
    CellKind.FLAG: "(lower({}) IN ('true', '1'))",
    CellKind.COUNT: "CAST(ltrim(split_part({}, '.', 1), '+') AS BIGINT)",
}

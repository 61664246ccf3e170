"""Columns of checked text as typed columns, in SQL: exactly, or refused by name.

A number's text may have any decimals and an exponent. Whatever it looks like, it is some digits
without a zero at their end, and a scale: so much is found in SQL, and a column's unit from that.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from relationship_core.errors import DataError
from relationship_core.portfolio.cells import CellKind
from relationship_core.portfolio.database import Database
from relationship_core.portfolio.schema import Column, Table
from relationship_core.portfolio.source import LINE, PART_LINES, Source
from relationship_core.portfolio.tables.measure import MOST_DIGITS, Measure
from relationship_core.portfolio.tables.units import NUMBERS

# Each step names what the next ones use, so that the engine reckons it once. The digits are those
# of the number without zeros at their end; the scale is how many of them stand after the point,
# and negative where zeros follow them.
_STEPS: Final = (
    ("mantissa", "ltrim(split_part(lower(\"{0}\"), 'e', 1), '+-')"),
    ("figures", "replace(\"{0} mantissa\", '.', '')"),
    ("digits", "rtrim(\"{0} figures\", '0')"),
    (
        "scale",
        "CASE WHEN \"{0} digits\" = '' THEN 0 ELSE length(split_part(\"{0} mantissa\", '.', 2))"
        ' - length("{0} figures") + length("{0} digits") - coalesce(TRY_CAST('
        "ltrim(split_part(lower(\"{0}\"), 'e', 2), '+') AS INTEGER), 0) END",
    ),
)
_WHOLE_DIGITS: Final = 'greatest(length(ltrim("{0} digits", \'0\')) - "{0} scale", 0)'
_UNITS: Final = (
    "CASE WHEN starts_with(\"{0}\", '-') THEN '-' ELSE '' END || CASE WHEN \"{0} digits\" = ''"
    " THEN '0' ELSE \"{0} digits\" || repeat('0', {1} - \"{0} scale\") END"
)


def taken_apart(rows: str, names: Sequence[str]) -> str:
    """Rows with the digits and the scale of each number beside its text, in SQL.

    Args:
        rows: A table or query that can stand after FROM.
        names: The columns that hold numbers as text.
    """
    for part, expression in _STEPS if names else ():
        added = ", ".join(f'{expression.format(name)} AS "{name} {part}"' for name in names)
        rows = f"(SELECT *, {added} FROM {rows})"
    return rows


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
    names = [one.name for one in table.columns if one.kind in NUMBERS and one.name in given]
    if not names:
        return {}
    ends = ", ".join(
        f'coalesce(max("{name} scale"), 0)::INTEGER AS "{name} scale",'
        f' coalesce(max({_WHOLE_DIGITS.format(name)}), 0)::INTEGER AS "{name} whole"'
        for name in names
    )
    rows = taken_apart(f'"{table.name}"', names)
    (found,) = database.rows(f"SELECT {ends} FROM {rows}").to_pylist()
    measures = {}
    for name in names:
        scale = max(0, found[f"{name} scale"])
        digits = found[f"{name} whole"] + scale
        if digits > MOST_DIGITS:
            raise _too_long(database, table, source, name)
        measures[name] = Measure(scale, 10**digits - 1)
    return measures


def _too_long(database: Database, table: Table, source: Source, name: str) -> DataError:
    rows = taken_apart(f'"{table.name}"', [name])
    finest = database.rows(
        f'SELECT "{LINE}" FROM {rows} WHERE "{name}" IS NOT NULL'
        f' ORDER BY "{name} scale" DESC, "{LINE}" LIMIT 1'
    )
    part, line = divmod(finest.column(LINE)[0].as_py(), PART_LINES)
    return DataError(
        f"its largest number and its finest one together need more than {MOST_DIGITS} digits",
        file=source.parts[part].place.file,
        line=line,
        field=name,
        mend="round the column to the decimals that are meant; the line is the finest one's",
    )


def typed_rows(table: Table, given: Collection[str], measures: Mapping[str, Measure]) -> str:
    """The columns that are given as typed ones, in SQL.

    Args:
        table: The table, of which the database holds text.
        given: The columns.
        measures: The units of its columns of numbers.
    """
    columns = ", ".join(
        f'{_typed(column, measures)} AS "{column.name}"'
        for column in table.columns
        if column.name in given
    )
    rows = taken_apart(f'"{table.name}"', list(measures))
    return f"SELECT {columns} FROM {rows}"


def _typed(column: Column, measures: Mapping[str, Measure]) -> str:
    if column.name in measures:
        measure = measures[column.name]
        held = "BIGINT" if measure.is_narrow else f"DECIMAL({MOST_DIGITS}, 0)"
        units = _UNITS.format(column.name, measure.scale)
        return f'CASE WHEN "{column.name}" IS NOT NULL THEN CAST({units} AS {held}) END'
    return _CASTS.get(column.kind, "{}").format(f'"{column.name}"')


_DAY: Final = "CAST({} AS DATE)"
_CASTS: Final[Mapping[CellKind, str]] = {
    CellKind.DATE: _DAY,
    CellKind.MONTH: _DAY,
    CellKind.FLAG: "(lower({}) IN ('true', '1'))",
    CellKind.COUNT: "CAST(ltrim(split_part({}, '.', 1), '+') AS BIGINT)",
}

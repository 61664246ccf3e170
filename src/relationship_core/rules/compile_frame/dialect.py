"""What engines spell differently: expressions, wide integers, their division, and days."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

import narwhals as nw

from relationship_core.errors import KindError
from relationship_core.rules.compile_frame.duckdb_sql import quotient_in_sql
from relationship_core.rules.compile_frame.quotient import Quotient, Quotients
from relationship_core.rules.compile_frame.sql_text import SqlText, literal, quoted

EPOCH = date(1970, 1, 1)
"""The day that day numbers count from."""

Frame = nw.LazyFrame[Any]
Words = Any
"""An expression as the engine takes it: one of Narwhals, or DuckDB's text with its operators."""


class Dialect(Protocol):
    """How one engine spells expressions, holds and divides integers of 38 digits, counts days."""

    wide: nw.dtypes.DType

    def column(self, name: str) -> Words:
        """A column by its name, whatever characters that has."""

    def value(self, value: Any) -> Words:
        """The same flag or text for everyone."""

    def whole(self, units: int | None, *, wide: bool = False) -> Words:
        """The same whole number for everyone, of 64 bits or a wide one; null where None."""

    def where(self, condition: Words, value: Words, otherwise: Words | None = None) -> Words:
        """A value where a condition holds, else another or null."""

    def first_known(self, *values: Words) -> Words:
        """The first that isn't null."""

    def constant_day(self, day: date) -> Words:
        """The same day for everyone."""

    def day_number(self, day: Words) -> Words:
        """The days from 1970-01-01 to a day, as Int64; of an expression of Narwhals' too."""

    def day(self, number: Words) -> Words:
        """The day of a number; of an expression of Narwhals' too."""

    def quotient(self, quotient: Quotient) -> Words | None:
        """A whole quotient as an expression; None where it takes a step of its own."""

    def added(self, frame: Frame, columns: Mapping[str, Words]) -> Frame:
        """The frame with more columns, of new names."""

    def divided(self, frame: Frame, quotients: Quotients) -> Frame:
        """The frame with whole quotients that took a step of their own."""

    def replaced(self, frame: Frame, columns: Mapping[str, Words], dropped: list[str]) -> Frame:
        """The frame with columns, some in the place of its own, and without others."""


class Polars:
    """Polars holds integers of 128 bits."""

    wide: nw.dtypes.DType = nw.Int128()

    def column(self, name: str) -> Words:
        """A column by its name."""
        return nw.col(name)

    def value(self, value: Any) -> Words:
        """A literal."""
        return nw.lit(value)

    def whole(self, units: int | None, *, wide: bool = False) -> Words:
        """A literal of its type."""
        if not wide:
            return nw.lit(units, dtype=nw.Int64())
        # As text: not every engine takes so large a number from Python.
        return nw.lit(str(units)).cast(self.wide)

    def where(self, condition: Words, value: Words, otherwise: Words | None = None) -> Words:
        """When, then, otherwise."""
        chosen = nw.when(condition).then(value)
        return chosen if otherwise is None else chosen.otherwise(otherwise)

    def first_known(self, *values: Words) -> Words:
        """Coalesced."""
        return nw.coalesce(*values)

    def constant_day(self, day: date) -> Words:
        """A literal."""
        return nw.lit(day)

    def day_number(self, day: Words) -> Words:
        """A date is its day number, in 32 bits."""
        return day.cast(nw.Int32()).cast(nw.Int64())

    def day(self, number: Words) -> Words:
        """And back."""
        return number.cast(nw.Int32()).cast(nw.Date())

    def quotient(self, quotient: Quotient) -> Words | None:
        """By the engine's own division of integers, which rounds down."""
        if isinstance(quotient.under, int):
            return nw.col(quotient.over) // self.whole(quotient.under, wide=quotient.is_wide)
        return nw.col(quotient.over) // nw.col(quotient.under)

    def added(self, frame: Frame, columns: Mapping[str, Words]) -> Frame:
        """By Narwhals."""
        return frame.with_columns(*[each.alias(name) for name, each in columns.items()])

    def divided(self, frame: Frame, quotients: Quotients) -> Frame:
        """None is asked for."""
        raise NotImplementedError

    def replaced(self, frame: Frame, columns: Mapping[str, Words], dropped: list[str]) -> Frame:
        """By Narwhals."""
        frame = self.added(frame, columns)
        return frame.drop(dropped) if dropped else frame


class DuckDB(Polars):
    """DuckDB holds integers of 128 bits, and takes expressions as text."""

    def column(self, name: str) -> Words:
        """A column by its name."""
        return SqlText(quoted(name))

    def value(self, value: Any) -> Words:
        """A literal."""
        return SqlText(literal(value))

    def whole(self, units: int | None, *, wide: bool = False) -> Words:
        """A literal of its type."""
        return SqlText(f"({'null' if units is None else units})::{'hugeint' if wide else 'bigint'}")

    def where(self, condition: Words, value: Words, otherwise: Words | None = None) -> Words:
        """Case, when, then, else."""
        other = "" if otherwise is None else f" else {otherwise.text}"
        return SqlText(f"case when {condition.text} then {value.text}{other} end")

    def first_known(self, *values: Words) -> Words:
        """Coalesced."""
        return SqlText(f"coalesce({', '.join(each.text for each in values)})")

    def constant_day(self, day: date) -> Words:
        """A literal."""
        return SqlText(literal(day))

    def day_number(self, day: Words) -> Words:
        """DuckDB casts no date to a number, but subtracts."""
        if isinstance(day, nw.Expr):
            return (day - nw.lit(EPOCH)).cast(nw.Int64())
        return SqlText(f"({day.text} - {literal(EPOCH)})::bigint")

    def day(self, number: Words) -> Words:
        """And back."""
        if isinstance(number, nw.Expr):
            return nw.lit(EPOCH) + number.cast(nw.Int32())
        return SqlText(f"({literal(EPOCH)} + ({number.text})::integer)")

    def quotient(self, quotient: Quotient) -> Words | None:
        """In DuckDB's own words: Narwhals would ask for many a remainder."""
        return SqlText(f"({quotient_in_sql(quotient)})")

    def added(self, frame: Frame, columns: Mapping[str, Words]) -> Frame:
        """One text beside all there is."""
        made = [f"{each.text} as {quoted(name)}" for name, each in columns.items()]
        return _selected(frame, ["*", *made])

    def replaced(self, frame: Frame, columns: Mapping[str, Words], dropped: list[str]) -> Frame:
        """One text in which every column is named that stays."""
        gone = set(dropped)
        left = {name: quoted(name) for name in frame.to_native().columns if name not in gone}
        made = {name: f"{each.text} as {quoted(name)}" for name, each in columns.items()}
        return _selected(frame, list((left | made).values()))


def _selected(frame: Frame, texts: list[str]) -> Frame:
    chosen: Frame = nw.from_native(frame.to_native().select(", ".join(texts)))
    return chosen


class Spark(Polars):
    """Spark has no integer of 128 bits, but decimals of 38 digits."""

    wide: nw.dtypes.DType = nw.Decimal(38, 0)

    def column(self, name: str) -> Words:
        """Spark takes a dot for the way into a structure, unless the name is quoted."""
        return nw.col(f"`{name}`" if "." in name else name)

    def constant_day(self, day: date) -> Words:
        """As text: PySpark spells years before 1000 in too few digits."""
        return nw.lit(day.isoformat()).cast(nw.Date())

    def day_number(self, day: Words) -> Words:
        """Spark casts no date to a number, but subtracts."""
        return (day - nw.lit(EPOCH)).cast(nw.Int64())

    def day(self, number: Words) -> Words:
        """And back."""
        return nw.lit(EPOCH) + number.cast(nw.Int32())

    def quotient(self, _: Quotient) -> Words | None:
        """Narwhals would divide by way of a float."""
        return None

    def divided(self, frame: Frame, quotients: Quotients) -> Frame:
        """Whole quotients, in Spark's own words.

        A quotient of decimals keeps six decimals and rounds them, so that the remainder, which is
        exact, is taken off first.
        """
        functions = nw.get_native_namespace(frame).functions
        columns = {}
        for name, each in quotients.items():
            over = functions.col(f"`{each.over}`")
            is_number = isinstance(each.under, int)
            under = functions.lit(Decimal(each.under)) if is_number else functions.col(each.under)
            if not each.is_wide:
                over, under = over.cast("decimal(38,0)"), under.cast("decimal(38,0)")
            whole = ((over - functions.pmod(over, under)) / under).cast("decimal(38,0)")
            columns[name] = whole if each.is_wide else whole.cast("bigint")
        added: Frame = nw.from_native(frame.to_native().withColumns(columns))
        return added


def dialect_of(frame: nw.LazyFrame[Any]) -> Dialect:
    """How a frame's engine speaks.

    Raises:
        KindError: It is none of the engines known to be exact, or set up so that it isn't.
    """
    match frame.implementation:
        case nw.Implementation.POLARS:
            return Polars()
        case nw.Implementation.DUCKDB:
            return DuckDB()
        case nw.Implementation.PYSPARK:
            _require_scale(frame.to_native())
            return Spark()
    raise KindError(
        f"frames of {frame.implementation} are none that rules are computed on",
        mend="give one of Polars, DuckDB, PySpark, pandas or PyArrow",
    )


_LOSING = "spark.sql.decimalOperations.allowPrecisionLoss"


def _require_scale(native: Any) -> None:
    """Without this setting Spark keeps so many decimals of a quotient that large ones are null."""
    if native.sparkSession.conf.get(_LOSING) != "true":
        raise KindError(f"{_LOSING} is off, so that Spark can't divide", mend="leave it on")

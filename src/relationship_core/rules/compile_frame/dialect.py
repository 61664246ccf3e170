"""What engines spell differently: wide integers, their division, and days."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Protocol

import narwhals as nw

from relationship_core.errors import KindError
from relationship_core.rules.compile_frame.duckdb_sql import quotient_in_sql
from relationship_core.rules.compile_frame.quotient import Quotient, Quotients

EPOCH = date(1970, 1, 1)
"""The day that day numbers count from."""

Frame = nw.LazyFrame[Any]


class Dialect(Protocol):
    """How one engine holds integers of 38 digits, divides them, and counts days."""

    wide: nw.dtypes.DType

    def column(self, name: str) -> nw.Expr:
        """A column by its name, whatever characters that has."""

    def divided(self, frame: Frame, quotients: Quotients) -> Frame:
        """The frame with whole quotients, exact."""

    def constant_day(self, day: date) -> nw.Expr:
        """The same day for everyone."""

    def day_number(self, day: nw.Expr) -> nw.Expr:
        """The days from 1970-01-01 to a day, as Int64."""

    def day(self, number: nw.Expr) -> nw.Expr:
        """The day of a number."""


class Polars:
    """Polars holds integers of 128 bits."""

    wide: nw.dtypes.DType = nw.Int128()

    def column(self, name: str) -> nw.Expr:
        """A column by its name."""
        return nw.col(name)

    def divided(self, frame: Frame, quotients: Quotients) -> Frame:
        """Whole quotients, by the engine's own division of integers."""
        return frame.with_columns(
            **{name: nw.col(each.over) // self._divisor(each) for name, each in quotients.items()}
        )

    def _divisor(self, quotient: Quotient) -> nw.Expr:
        if isinstance(quotient.under, str):
            return nw.col(quotient.under)
        dtype = self.wide if quotient.is_wide else nw.Int64()
        return nw.lit(str(quotient.under)).cast(dtype)

    def constant_day(self, day: date) -> nw.Expr:
        """A literal."""
        return nw.lit(day)

    def day_number(self, day: nw.Expr) -> nw.Expr:
        """A date is its day number, in 32 bits."""
        return day.cast(nw.Int32()).cast(nw.Int64())

    def day(self, number: nw.Expr) -> nw.Expr:
        """And back."""
        return number.cast(nw.Int32()).cast(nw.Date())


class DuckDB(Polars):
    """DuckDB holds integers of 128 bits; the difference of two dates is a number of days."""

    def divided(self, frame: Frame, quotients: Quotients) -> Frame:
        """Whole quotients, in DuckDB's own words: Narwhals would ask for many a remainder."""
        duckdb = nw.get_native_namespace(frame)
        made = [
            duckdb.SQLExpression(quotient_in_sql(each)).alias(name)
            for name, each in quotients.items()
        ]
        relation = frame.to_native().select(duckdb.StarExpression(), *made)
        added: Frame = nw.from_native(relation)
        return added

    def day_number(self, day: nw.Expr) -> nw.Expr:
        """DuckDB casts no date to a number, but subtracts."""
        return (day - nw.lit(EPOCH)).cast(nw.Int64())

    def day(self, number: nw.Expr) -> nw.Expr:
        """And back."""
        return nw.lit(EPOCH) + number.cast(nw.Int32())


class Spark(DuckDB):
    """Spark has no integer of 128 bits, but decimals of 38 digits."""

    wide: nw.dtypes.DType = nw.Decimal(38, 0)

    def column(self, name: str) -> nw.Expr:
        """Spark takes a dot for the way into a structure, unless the name is quoted."""
        return nw.col(f"`{name}`" if "." in name else name)

    def constant_day(self, day: date) -> nw.Expr:
        """As text: PySpark spells years before 1000 in too few digits."""
        return nw.lit(day.isoformat()).cast(nw.Date())

    def divided(self, frame: Frame, quotients: Quotients) -> Frame:
        """Whole quotients, in Spark's own words: Narwhals would divide by way of a float.

        A quotient of decimals keeps six decimals and rounds them, so that the remainder, which is
        exact, is taken off first.
        """
        functions = nw.get_native_namespace(frame).functions
        columns = {}
        for name, each in quotients.items():
            over = functions.col(each.over)
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

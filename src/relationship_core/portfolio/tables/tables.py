"""A portfolio's tables as lazy frames of one engine, in the types that are counted on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Any

import narwhals as nw
from attrs import evolve, field, frozen

from relationship_core.portfolio.header import check_header, check_tables
from relationship_core.portfolio.schema import COUNTS, POSITIONS, TABLES
from relationship_core.portfolio.tables.engine import Kept, lazily
from relationship_core.portfolio.tables.measure import Measure
from relationship_core.portfolio.tables.units import typed, unscaled
from relationship_core.rules.compile_frame.dialect import Dialect, dialect_of

Frame = nw.LazyFrame[Any]


@frozen(slots=False, eq=False)
class Tables:
    """The tables of a portfolio, ready to be computed on. `Tables.of` makes them of frames.

    Every column that the schema names is there, null where the bank's own table lacks it. Ids,
    texts and choices are String, dates Date, counts Int64, flags Boolean. Amounts, rates and shares
    are whole units in Int64, or in an integer of 128 bits where `measure` says that they need it.

    Args:
        frames: The tables that were given, by name.
        measures: How the columns of numbers are to be read, by table and column.
        are_acts_counted: Whether positions tell how many own acts there were.
        kept: What kind of frame came in, to give the same one back.
    """

    frames: Mapping[str, Frame]
    measures: Mapping[tuple[str, str], Measure]
    are_acts_counted: bool
    kept: Kept = field(repr=False)

    @classmethod
    def of(cls, tables: Mapping[str, Any]) -> Tables:
        """Take a bank's frames as the tables of a portfolio, without looking at their rows.

        Args:
            tables: Frames by the names of tables: all of Polars, DuckDB, pandas, PyArrow, or
                anything that hands over Arrow data. Columns beside the schema's are refused.

        Raises:
            DataError: A table or column is unknown, a required one is missing, a column's type
                can't hold its values exactly, or the frames are of several engines.
        """
        check_tables(tables)
        taken, kept = lazily(tables)
        frames: dict[str, Frame] = {}
        measures: dict[tuple[str, str], Measure] = {}
        are_acts_counted = False
        for name, frame in taken.items():
            table = TABLES[name]
            schema = frame.collect_schema()
            check_header(table, list(schema), name)
            if table is POSITIONS:
                are_acts_counted = not COUNTS.isdisjoint(schema)
            whole = unscaled(frame)
            columns = {}
            for column in table.columns:
                columns[column.name], measure = typed(whole, name, column, schema.get(column.name))
                if measure is not None:
                    measures[name, column.name] = measure
            frames[name] = whole.select(**columns)
        return cls(MappingProxyType(frames), MappingProxyType(measures), are_acts_counted, kept)

    def frame(self, name: str) -> Frame:
        """A table that was given."""
        return self.frames[name]

    def has(self, name: str) -> bool:
        """Whether a table was given; of one that wasn't, nothing is known."""
        return name in self.frames

    def only(self, names: Iterable[str]) -> Tables:
        """Some of the tables, as if the others hadn't been given."""
        kept = {name: self.frames[name] for name in names}
        return evolve(self, frames=MappingProxyType(kept))

    def measure(self, table: str, column: str) -> Measure:
        """How a column of numbers is to be read."""
        return self.measures[table, column]

    @cached_property
    def dialect(self) -> Dialect:
        """How the frames' engine speaks."""
        return dialect_of(next(iter(self.frames.values())))

    def measured_as(self, measures: Mapping[tuple[str, str], Measure]) -> Tables:
        """The same tables, of whose units more is known than their types say.

        What fits 64 bits is computed in them, which is several times as fast as in 128.

        Args:
            measures: By table and column; others stay as they are.
        """
        frames = dict(self.frames)
        for name, frame in self.frames.items():
            narrow = [
                nw.col(column).cast(nw.Int64())
                for (table, column), measure in measures.items()
                if table == name
                and measure.is_narrow
                and not self.measures[table, column].is_narrow
            ]
            frames[name] = frame.with_columns(narrow) if narrow else frame
        return evolve(
            self,
            frames=MappingProxyType(frames),
            measures=MappingProxyType({**self.measures, **measures}),
        )

    def measured(self) -> Tables:
        """The same tables, their numbers measured: looks once at every row of those."""
        measures = {}
        for name, frame in self.frames.items():
            own = [column for table, column in self.measures if table == name]
            largest = _largest(frame, own) if own else {}
            for column in own:
                scale = self.measures[name, column].scale
                measures[name, column] = Measure(scale, largest[column])
        return self.measured_as(measures)


def _largest(frame: Frame, columns: list[str]) -> dict[str, int]:
    ends = [nw.col(column).max().alias(f"{column}_max") for column in columns]
    ends += [nw.col(column).min().alias(f"{column}_min") for column in columns]
    found = frame.select(ends).collect().rows(named=True)[0]
    return {
        column: max(abs(int(found[f"{column}_{end}"] or 0)) for end in ("max", "min"))
        for column in columns
    }

"""A table's rows in a Parquet file; columns of any plain type, taken by what they print as."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from relationship_core.errors import DataError
from relationship_core.portfolio.schema import Column
from relationship_core.portfolio.source.part import (
    BATCH_ROWS,
    LINE,
    Batch,
    FilePlace,
    Wanted,
    tidy,
)


class ParquetPart:
    """A Parquet file of a table.

    Args:
        place: Where it is.
    """

    def __init__(self, place: FilePlace) -> None:
        self.place = place

    def header(self) -> frozenset[str]:
        """Read the names of the columns it has."""
        return self.place.check_header(self.schema().names, None)

    def schema(self) -> pa.Schema:
        """Read the types of the columns in the file itself.

        Raises:
            DataError: It is no readable Parquet file.
        """
        with self._open() as parquet:
            schema: pa.Schema = parquet.schema_arrow
            return schema

    def _open(self) -> pq.ParquetFile:
        try:
            return pq.ParquetFile(self.place.path)
        except (pa.ArrowException, OSError) as error:
            raise DataError("it is no readable Parquet file", file=self.place.file) from error

    def batches(self, wanted: Wanted) -> Iterator[Batch]:
        """Read its rows in order, from the start; a row's line is its number."""
        with self._open() as parquet:
            self.place.check_header(parquet.schema_arrow.names, None)
            first = 1
            for batch in parquet.iter_batches(batch_size=BATCH_ROWS):
                numbers = pa.array(range(first, first + batch.num_rows), pa.int64())
                first += batch.num_rows
                yield Batch(_sifted(self.as_text(numbers, batch), wanted))

    def as_text(self, numbers: pa.Array, rows: pa.RecordBatch) -> pa.RecordBatch:
        """Rows as text.

        Args:
            numbers: Each row's number in the file.
            rows: With the columns of the file.

        Raises:
            DataError: A column's type has no text.
        """
        table = self.place.table
        columns = [
            self._column_as_text(rows.column(column.name), column)
            if column.name in rows.schema.names
            else self.place.same_cell(column.name, rows.num_rows)
            for column in table.columns
        ]
        return pa.RecordBatch.from_arrays([numbers, *columns], [LINE, *table.column_names])

    def _column_as_text(self, values: pa.Array, column: Column) -> pa.Array:
        if pa.types.is_timestamp(values.type) and values.type.tz is None:
            values = pc.replace_substring_regex(
                values.cast(pa.string()), pattern=r" 00:00:00(\.0+)?$", replacement=""
            )
        try:
            text = values.cast(pa.string())
        except pa.ArrowException as error:
            raise DataError(
                f"a column of {values.type} can't be read",
                file=self.place.file,
                field=column.name,
            ) from error
        try:
            text.validate(full=True)
        except pa.ArrowException:
            # The error would hold what stands there.
            raise DataError(
                "the column holds text that is not UTF-8",
                file=self.place.file,
                field=column.name,
                mend="write it as text in UTF-8",
            ) from None
        return tidy(text)


def _sifted(rows: pa.RecordBatch, wanted: Wanted) -> pa.RecordBatch:
    if not wanted:
        return rows
    masks = [
        pc.is_in(rows.column(name), value_set=pa.array(sorted(ids), pa.string()))
        for name, ids in wanted.items()
    ]
    mask = masks[0]
    for other in masks[1:]:
        mask = pc.or_(mask, other)
    return rows.filter(mask)

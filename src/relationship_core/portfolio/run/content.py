"""What files of rows hold, told by a digest that neither their order nor their number changes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import duckdb
from attrs import frozen

from relationship_core.portfolio.database import sql_text
from relationship_core.portfolio.run.sql import only_row, rows_in

HASHED_BY: Final = f"duckdb {duckdb.__version__}"
"""Whose hash digests of content are made of."""

_WORD: Final = 2**64


@frozen
class Content:
    """Some rows, whatever order they are in.

    Two hashes of 64 bits of each row, over its columns by name and the other way round, are added
    up over all rows. So the content of parts is the sum of theirs, and rows that were swapped, lost
    or doubled show. The hash is DuckDB's, twenty times as fast as MD5 over text, and may change
    with its version: digests compare where `HASHED_BY` is the same. They tell accidents, and are no
    seal against somebody who forges.

    Args:
        rows: How many there are.
        total: The sum of the rows' digests.
    """

    rows: int
    total: int

    def __add__(self, other: Content) -> Content:
        (high, low), (more, rest) = divmod(self.total, _WORD), divmod(other.total, _WORD)
        return Content(self.rows + other.rows, joined(low + rest, high + more))

    @property
    def digest(self) -> str:
        """The sum in hexadecimal, 32 characters."""
        return f"{self.total:032x}"

    @classmethod
    def from_digest(cls, rows: int, digest: str) -> Content:
        """The content of so many rows whose digest is known."""
        return cls(rows, int(digest, 16))


def content_of(connection: duckdb.DuckDBPyConnection, file: Path) -> Content:
    """The content of a Parquet file."""
    names = connection.sql(f"SELECT * FROM {rows_in(file)} LIMIT 0").columns
    sums = ", ".join(row_sums(names))
    rows, one, other = only_row(connection, f"SELECT count(*), {sums} FROM {rows_in(file)}")
    return Content(rows, joined(one, other))


def row_sums(names: Iterable[str], salt: str = "") -> tuple[str, str]:
    """In SQL: two sums over rows of hashes of some columns, in which their order plays no part.

    Args:
        names: The columns, in any order.
        salt: A text by which rows of several tables differ.
    """
    up = [sql_text(salt), *(f'"{name}"' for name in sorted(names))]
    one, other = (f"sum(hash({', '.join(columns)})::HUGEINT)" for columns in (up, up[::-1]))
    return one, other


def joined(one: int | None, other: int | None) -> int:
    """Two sums of hashes as one number of 128 bits; no rows have none."""
    return (one or 0) % _WORD + (other or 0) % _WORD * _WORD


def digest_of_all(contents: Iterable[tuple[str, Content]], *others: str) -> str:
    """One SHA-256 of the contents of several tables, and of texts beside them."""
    told = [f"{name} {content.rows} {content.digest}" for name, content in sorted(contents)]
    return hashlib.sha256("\n".join([*told, *others]).encode()).hexdigest()

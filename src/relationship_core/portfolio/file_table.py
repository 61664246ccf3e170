"""A table whose rows stay in their files: only what differs from them is held beside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import attrs

from relationship_core.portfolio.schema import Table
from relationship_core.portfolio.source import LINE


class _Runs(Protocol):
    def run(self, statement: str) -> None: ...
    def number(self, query: str) -> int: ...


@attrs.frozen
class FileTable:
    """The rows of a table's files as a view, without those set aside and with those mended.

    Args:
        table: The table.
        query: In SQL, every row as the files have it: its line and all columns of the table.
        types: The SQL type of each column.
    """

    table: Table
    query: str
    types: Mapping[str, str]

    @property
    def set_aside(self) -> str:
        """The table of lines that don't count as the files have them."""
        return f'"{self.table.name} set aside"'

    @property
    def mended(self) -> str:
        """The table of rows that count otherwise than in the files, as text.

        Of what isn't text in the files it only counts whether it is missing: nothing else is ever
        mended there.
        """
        return f'"{self.table.name} mended"'

    def create(self, database: _Runs) -> None:
        """Put the view where the table's rows were to be."""
        texts = ", ".join(f'"{name}" VARCHAR' for name in self.table.column_names)
        database.run(f'DROP TABLE "{self.table.name}"')
        database.run(f'CREATE TABLE {self.set_aside} ("{LINE}" BIGINT)')
        database.run(f'CREATE TABLE {self.mended} ("{LINE}" BIGINT, {texts})')
        self.show(database)

    def show(self, database: _Runs) -> None:
        """Make the view anew, as simple as what is beside the files allows."""
        view = self.query
        if self.is_changed(database):
            view = (
                f'SELECT * FROM ({self.query}) ANTI JOIN {self.set_aside} USING ("{LINE}")'
                f" UNION ALL {self._mended_rows}"
            )
        database.run(f'CREATE OR REPLACE VIEW "{self.table.name}" AS {view}')

    def is_changed(self, database: _Runs) -> bool:
        """Whether any row of the files doesn't count as it is there."""
        return database.number(f"SELECT count(*) FROM (FROM {self.set_aside} LIMIT 1)") > 0

    @property
    def _mended_rows(self) -> str:
        columns = ", ".join(
            f'm."{name}"'
            if self.types[name] == "VARCHAR"
            else f'CASE WHEN m."{name}" IS NOT NULL THEN f."{name}" END AS "{name}"'
            for name in self.table.column_names
        )
        return (
            f'SELECT m."{LINE}", {columns}'
            f' FROM {self.mended} AS m JOIN ({self.query}) AS f USING ("{LINE}")'
        )

    def remove(self, database: _Runs, found: str) -> None:
        """Leave out the rows whose lines a table has."""
        database.run(f'INSERT INTO {self.set_aside} SELECT "{LINE}" FROM {found}')
        database.run(f'DELETE FROM {self.mended} WHERE "{LINE}" IN (SELECT "{LINE}" FROM {found})')
        self.show(database)

    def clear(self, database: _Runs, column: str, condition: str) -> None:
        """Take a column's cells out of the rows for which a condition holds."""
        cells = ", ".join(
            f'NULL AS "{name}"' if name == column else f'CAST("{name}" AS VARCHAR) AS "{name}"'
            for name in self.table.column_names
        )
        database.run(
            f'CREATE TEMP TABLE cleared AS SELECT "{LINE}", {cells}'
            f' FROM "{self.table.name}" WHERE {condition}'
        )
        self.remove(database, "cleared")
        database.run(f"INSERT INTO {self.mended} FROM cleared")
        database.run("DROP TABLE cleared")
        self.show(database)

"""The bank's `.asc` files, row by row: a field is read only when asked for."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TypeVar

import attrs

from relationship_core.errors import DataError

_Meaning = TypeVar("_Meaning")
_DAY = re.compile(r"(\d\d)(\d\d)(\d\d)(?: 00:00:00)?", re.ASCII)
_MONTHS_ADDED_FOR_WOMEN = 50


@attrs.frozen
class Row:
    """One row of a file, its fields still text."""

    file: str
    line: int
    fields: Mapping[str, str] = attrs.field(repr=False)

    def text(self, field: str) -> str:
        """The field as written, blanks at its ends dropped."""
        return self.fields[field].strip()

    def whole(self, field: str) -> int:
        """The field as a whole number."""
        try:
            return int(self.text(field))
        except ValueError:
            raise self.fault(field, "isn't a whole number") from None

    def amount(self, field: str) -> Decimal:
        """The field as an amount of crowns, never negative."""
        try:
            amount = Decimal(self.text(field))
        except InvalidOperation:
            raise self.fault(field, "isn't an amount") from None
        if not amount.is_finite() or amount < 0:
            raise self.fault(field, "isn't an amount of zero or more")
        return amount

    def balance(self, field: str) -> Decimal:
        """The field as a balance of crowns, negative when overdrawn."""
        try:
            balance = Decimal(self.text(field))
        except InvalidOperation:
            raise self.fault(field, "isn't a balance") from None
        if not balance.is_finite():
            raise self.fault(field, "isn't a balance")
        return balance

    def day(self, field: str) -> date:
        """The field as a day of the twentieth century, written YYMMDD."""
        return self._day(field, months_added=0)

    def born(self, field: str) -> tuple[date, str]:
        """The day of birth and the sex that a birth number holds: women's months are 50 higher."""
        woman = self.text(field)[2:3] >= "5"
        born = self._day(field, months_added=_MONTHS_ADDED_FOR_WOMEN if woman else 0)
        return born, "female" if woman else "male"

    def code(self, field: str, meanings: Mapping[str, _Meaning]) -> _Meaning:
        """What the field's code means.

        Raises:
            DataError: The code isn't one of the published ones; the error lists those.
        """
        try:
            return meanings[self.text(field)]
        except KeyError:
            known = ", ".join(repr(code) for code in meanings)
            raise self.fault(field, "is none of the published codes", mend=known) from None

    def fault(self, field: str, what: str, *, mend: str = "") -> DataError:
        """The error that names this row and field, never the value."""
        return DataError(what, file=self.file, line=self.line, field=field, mend=mend)

    def _day(self, field: str, months_added: int) -> date:
        written = _DAY.fullmatch(self.text(field))
        if written is None:
            raise self.fault(field, "isn't a day written YYMMDD")
        year, month, day = (int(part) for part in written.groups())
        try:
            return date(1900 + year, month - months_added, day)
        except ValueError:
            raise self.fault(field, "is no day of the calendar") from None


def read_rows(source: Path, name: str, *needed: str) -> Iterator[Row]:
    """Read the rows of one file of the records, in the file's order.

    Args:
        source: The folder of the eight files.
        name: The file's name without its ending.
        needed: The columns that will be read; no other column is looked at.

    Raises:
        DataError: The file or a needed column isn't there, or a row has too few fields.
    """
    path = source / f"{name}.asc"
    if not path.is_file():
        raise DataError("the file isn't there", file=path.name, mend="name the records' folder")
    with path.open(encoding="utf-8", newline="") as lines:
        reader = csv.reader(lines, delimiter=";")
        header = next(reader, [])
        for column in needed:
            if column not in header:
                raise DataError("the column isn't there", file=path.name, field=column)
        places = {column: header.index(column) for column in needed}
        for fields in reader:
            if len(fields) < len(header):
                raise DataError("the row has too few fields", file=path.name, line=reader.line_num)
            kept = {column: fields[place] for column, place in places.items()}
            yield Row(path.name, reader.line_num, kept)

"""The close look at a row: what is wrong with it, and what of it can be kept.

The nouns themselves are the judges: a row is good if its noun can be built.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

import attrs

from relationship_core.decisions.observe.supplied import observe_supplied
from relationship_core.domain.identifiers import IdentifierScheme, parse_identifier
from relationship_core.errors import InvalidValueError, RelationshipError
from relationship_core.portfolio.cells import CellKind, read_cell
from relationship_core.portfolio.noun import ALONE, HOME_COUNTRY
from relationship_core.portfolio.rejection import Rejection
from relationship_core.portfolio.schema import Column, Table
from relationship_core.rules import Fact, FactValue, Kind

Cells = list[str | None]

# What an error calls a field, where the column is called otherwise.
_COLUMNS_OF: Final[Mapping[str, str]] = {
    "Branch.id": "branch_id",
    "Customer.id": "customer_id",
    "Product.id": "product_id",
    "Account.id": "account_id",
    "Transaction.id": "transaction_id",
    "Interaction.id": "interaction_id",
    "Identifier.scheme": "id_scheme",
    "Identifier.value": "id_number",
    "Identifier.country": "id_country",
    "Identifier.expires": "id_expires",
    "Consent.given": "marketing_consent_given",
    "Consent.withdrawn": "marketing_consent_withdrawn",
}
_WHOLE_ROW: Final = Column("", CellKind.TEXT, "")
_CONSENT: Final = "marketing_consent_given"
_CONSENT_END: Final = "marketing_consent_withdrawn"


@attrs.frozen
class Reading:
    """What the reader of a folder knows beside the folder.

    Args:
        as_of: The day of the review; nobody is born after it.
        facts: The facts that may be supplied, by name.
    """

    as_of: date
    facts: Mapping[str, Fact]


@attrs.frozen
class Verdict:
    """What became of a row: its cells as they are to be kept, None if it is left out, and why.

    Kept are identifiers, lists and supplied values in the one form that each has.
    """

    cells: Cells | None
    rejections: tuple[Rejection, ...] = ()


class Examiner:
    """Looks closely at the rows of one table.

    Args:
        table: The table.
        file: The file's name, for the rejections.
        reading: What is known beside the folder.
    """

    def __init__(self, table: Table, file: str, reading: Reading) -> None:
        self._table = table
        self.file = file
        self._reading = reading
        self._places = {column.name: place for place, column in enumerate(table.columns)}

    def examine(self, line: int, cells: Cells) -> Verdict:
        """Say what can be kept of a row, and name each thing that can't."""
        cells = list(cells)
        rejections: list[Rejection] = []
        is_kept = True
        for place, column in enumerate(self._table.columns):
            fault = self._fault_of_cell(column, cells[place])
            if fault is not None:
                is_kept = self._settle(line, cells, column, fault, rejections) and is_kept
        if is_kept:
            is_kept = self._settle_noun(line, cells, rejections)
        return Verdict(cells if is_kept else None, tuple(rejections))

    def values(self, cells: Cells) -> list[Any]:
        """Read the cells of a row, in the order of the columns.

        Raises:
            InvalidValueError: A cell hasn't the form of its column.
        """
        return [
            None if text is None else read_cell(column.kind, text, column.name, column.choices)
            for column, text in zip(self._table.columns, cells, strict=True)
        ]

    def _fault_of_cell(self, column: Column, text: str | None) -> InvalidValueError | None:
        if text is None:
            return InvalidValueError("is missing") if column.required else None
        try:
            read_cell(column.kind, text, column.name, column.choices)
        except InvalidValueError as error:
            return error
        return None

    def _settle(
        self,
        line: int,
        cells: Cells,
        column: Column,
        fault: RelationshipError,
        rejections: list[Rejection],
    ) -> bool:
        place = self._places.get(column.name)
        told = (self.file, line, column.name, fault.what, fault.mend or f"give {column.form}")
        if place is None or cells[place] is None or not column.is_spared:
            rejections.append(Rejection.of_row(*told))
            return False
        rejections.append(Rejection.of_cell(*told))
        cells[place] = None
        if column.name == _CONSENT_END:
            # A consent whose end can't be read is not taken to stand.
            cells[self._places[_CONSENT]] = None
        return True

    def _settle_noun(self, line: int, cells: Cells, rejections: list[Rejection]) -> bool:
        while True:
            try:
                self._build(cells)
            except RelationshipError as error:
                column = self._column_of(error)
                if not self._settle(line, cells, column, error, rejections):
                    return False
            else:
                return True

    def _build(self, cells: Cells) -> None:
        values = self.values(cells)
        special = _SPECIAL.get(self._table.name)
        if special is not None:
            special(self, cells, values)
        ALONE[self._table.name](*values)

    def _settle_identifier(self, cells: Cells, values: list[Any]) -> None:
        number = self._value(values, "id_number")
        if number is None:
            return
        try:
            identifier = parse_identifier(
                number,
                as_of=self._reading.as_of,
                scheme=self._value(values, "id_scheme"),
                country=self._value(values, "id_country") or HOME_COUNTRY,
            )
        except InvalidValueError as error:
            if error.where == "Identifier.country":
                raise
            raise InvalidValueError(
                error.what, where="Identifier.value", mend=error.mend
            ) from error
        settled: tuple[tuple[str, IdentifierScheme | str], ...] = (
            ("id_scheme", identifier.scheme),
            ("id_number", identifier.value),
        )
        for name, value in settled:
            cells[self._places[name]] = str(value)
            values[self._places[name]] = value

    def _settle_supplied(self, cells: Cells, values: list[Any]) -> None:
        fact = self._reading.facts.get(self._value(values, "fact"))
        if fact is None:
            raise InvalidValueError(
                "is no fact that the rule book knows",
                where="fact",
                mend="take the row out, or review by a rule book that knows the fact",
            )
        value = read_supplied(fact, self._value(values, "value"))
        settled: dict[str, FactValue | None] = {}
        try:
            observe_supplied(settled, {fact.name: value}, self._reading.facts)
        except InvalidValueError as error:
            raise InvalidValueError(error.what, where="value", mend=error.mend) from error
        cells[self._places["value"]] = _plain_text(settled[fact.name])

    def _settle_lists(self, cells: Cells, values: list[Any]) -> None:
        for place, column in enumerate(self._table.columns):
            if column.kind in _LISTS and values[place] is not None:
                cells[place] = ";".join(map(str, values[place]))

    def _value(self, values: list[Any], name: str) -> Any:
        return values[self._places[name]]

    def _column_of(self, error: RelationshipError) -> Column:
        place = error.where.partition("[")[0]
        name = _COLUMNS_OF.get(place, place.rpartition(".")[2])
        index = self._places.get(name)
        return _WHOLE_ROW if index is None else self._table.columns[index]


_SPECIAL: Final[Mapping[str, Callable[[Examiner, Cells, list[Any]], None]]] = {
    "customers": Examiner._settle_identifier,
    "standings": Examiner._settle_lists,
    "supplied": Examiner._settle_supplied,
}

_FORM_OF_KIND: Final[Mapping[Kind, CellKind]] = {
    Kind.MONEY: CellKind.AMOUNT,
    Kind.RATIO: CellKind.AMOUNT,
    Kind.NUMBER: CellKind.AMOUNT,
    Kind.COUNT: CellKind.AMOUNT,
    Kind.DAYS: CellKind.AMOUNT,
    Kind.MONTHS: CellKind.AMOUNT,
    Kind.FLAG: CellKind.FLAG,
    Kind.CATEGORY: CellKind.TEXT,
    Kind.DATE: CellKind.DATE,
}
_WHOLE: Final = frozenset({Kind.COUNT, Kind.DAYS, Kind.MONTHS})
_LISTS: Final = frozenset({CellKind.DATES, CellKind.IDS})


def _plain_text(value: FactValue | None) -> str:
    """A value in the one form that needs no rules of how numbers and flags may be written."""
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def read_supplied(fact: Fact, text: str) -> FactValue:
    """Read the value of a supplied fact in the form of its kind.

    Raises:
        InvalidValueError: The text hasn't that form.
    """
    value: FactValue = read_cell(_FORM_OF_KIND[fact.kind], text, "value")
    if fact.kind in _WHOLE and isinstance(value, Decimal):
        if value != value.to_integral_value():
            raise InvalidValueError("is no whole number", where="value")
        return int(value)
    return value

"""How a value of each kind stands in a column, and back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from attrs import frozen

from relationship_core.errors import RuleError
from relationship_core.rules.fact import Fact
from relationship_core.rules.kind import EXACT, NUMERIC, WHOLE, FactValue, Kind, quantise

LARGEST = 2**63 - 1
"""The most units that a fact's column can hold, of either sign."""

_PHYSICAL = {Kind.FLAG: "Boolean", Kind.CATEGORY: "String", Kind.DATE: "Date"}


@frozen
class FactColumn:
    """The column that holds a fact.

    Args:
        name: The fact's name, the column's too.
        kind: What it measures.
        physical: The column's type, as Narwhals names it: Int64 for whatever is a number, in units
            of its kind (cents for money, millionths for ratios and numbers); Boolean, String or
            Date else. Null where the fact is missing.
    """

    name: str
    kind: Kind
    physical: str


def fact_columns(facts: Iterable[Fact]) -> tuple[FactColumn, ...]:
    """The columns that hold facts, in the order given."""
    return tuple(
        FactColumn(fact.name, fact.kind, _PHYSICAL.get(fact.kind, "Int64")) for fact in facts
    )


def units(value: FactValue, kind: Kind) -> int:
    """A number in units of its kind: 12.5 of money are 1250."""
    return int(EXACT.scaleb(Decimal(value), kind.scale))  # type: ignore[arg-type]


def as_cell(value: FactValue | None, kind: Kind) -> int | bool | str | date | None:
    """A fact's value as its column holds it.

    Raises:
        KindError: The value's type doesn't belong to the kind.
        RuleError: The value is more than a column can hold: 9,223,372,036,854,775,807 units.
    """
    if value is None:
        return None
    settled = quantise(value, kind)
    if kind not in NUMERIC:
        return settled  # type: ignore[return-value]
    whole = units(settled, kind)
    if abs(whole) > LARGEST:
        raise RuleError(
            f"a column can't hold so large a {kind}",
            mend="look for a slip of scale; such a customer can be reviewed alone",
        )
    return whole


def as_value(cell: int | bool | str | date | Decimal | None, kind: Kind) -> FactValue | None:
    """The value that a cell holds, of a fact's column or of one that was computed."""
    if cell is None or kind not in NUMERIC:
        return cell
    whole = int(cell)  # type: ignore[arg-type]
    return whole if kind in WHOLE else EXACT.scaleb(Decimal(whole), -kind.scale)

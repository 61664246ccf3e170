"""Facts that a host or a model hands in beside the bank's own records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import TypeAlias, TypeVar, overload

from relationship_core.domain.validation import refuse, require_date, require_decimal, require_id

FactValue: TypeAlias = Decimal | int | bool | str | date

D = TypeVar("D")


class Supplied(Mapping[str, FactValue]):
    """Supplied facts by name; can't be changed, can be pickled, shows no value in `repr`.

    Args:
        values: Decimals, ints, bools, text and dates by fact name. What is missing is left out.

    Raises:
        InvalidValueError: A name is malformed, or a value is of another kind or not finite.
    """

    __slots__ = ("_values",)

    _values: dict[str, FactValue]

    def __init__(self, values: Mapping[str, FactValue]) -> None:
        for name, value in values.items():
            require_id(name, "Dossier.supplied")
            _require_fact_value(value, f"Dossier.supplied[{name!r}]")
        self._values = dict(values)

    def __getitem__(self, name: str) -> FactValue:
        return self._values[name]

    @overload
    def get(self, key: str, /) -> FactValue | None: ...
    @overload
    def get(self, key: str, default: FactValue | D, /) -> FactValue | D: ...
    def get(self, key: str, default: object = None, /) -> object:
        """Return the value of a fact, or the default; quicker than the inherited way."""
        return self._values.get(key, default)

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"<Supplied: {', '.join(self._values) or 'nothing'}>"

    def __reduce__(self) -> tuple[type[Supplied], tuple[dict[str, FactValue]]]:
        return (Supplied, (self._values,))


def as_supplied(values: Mapping[str, FactValue]) -> Supplied:
    """Freeze a mapping of supplied facts, once."""
    if isinstance(values, Supplied):
        return values
    if not isinstance(values, Mapping):
        refuse("not a mapping", "Dossier.supplied", "use {'fact name': value}")
    return Supplied(values)


def _require_fact_value(value: object, where: str) -> None:
    if isinstance(value, (bool, int)):
        return
    if isinstance(value, str):
        if not value:
            refuse("the text is empty", where, "leave the fact out if it is missing")
    elif isinstance(value, date):
        require_date(value, where)
    elif value is None:
        refuse("None is no value", where, "leave the fact out if it is missing")
    else:
        require_decimal(value, where)

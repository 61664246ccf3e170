"""All that is known of one customer at one time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias

import attrs

from relationship_core.domain.account import Account
from relationship_core.domain.customer import Customer
from relationship_core.domain.interaction import Interaction
from relationship_core.domain.position import Position
from relationship_core.domain.relations import Relation
from relationship_core.domain.standing import Standing
from relationship_core.domain.transaction import Transaction
from relationship_core.domain.validation import as_tuple, as_tuple_or_none

FactValue: TypeAlias = Decimal | int | bool | str | date


class FrozenMapping(Mapping[str, FactValue]):
    """A mapping that can't be changed and can be pickled."""

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, FactValue]) -> None:
        self._values = dict(values)

    def __getitem__(self, key: str) -> FactValue:
        return self._values[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"<{len(self)} values>"

    def __reduce__(self) -> tuple[Any, ...]:
        return (FrozenMapping, (self._values,))


def _frozen(values: Mapping[str, FactValue]) -> Mapping[str, FactValue]:
    return values if isinstance(values, FrozenMapping) else FrozenMapping(values)


@attrs.frozen(repr=False)
class Dossier:
    """The customer and every record of theirs; None means not given, () means known to be none."""

    customer: Customer
    accounts: tuple[Account, ...] | None = attrs.field(default=None, converter=as_tuple_or_none)
    positions: tuple[Position, ...] | None = attrs.field(default=None, converter=as_tuple_or_none)
    transactions: tuple[Transaction, ...] | None = attrs.field(
        default=None, converter=as_tuple_or_none
    )
    interactions: tuple[Interaction, ...] | None = attrs.field(
        default=None, converter=as_tuple_or_none
    )
    relations: tuple[Relation, ...] | None = attrs.field(default=None, converter=as_tuple_or_none)
    standing: Standing | None = None
    supplied: Mapping[str, FactValue] = attrs.field(factory=dict, converter=_frozen)
    scope: tuple[str, ...] = attrs.field(default=(), converter=as_tuple)

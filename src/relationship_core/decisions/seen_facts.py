"""The facts of a review, which nobody can change any more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from relationship_core.rules import FactValue


class SeenFacts(Mapping[str, FactValue | None]):
    """Facts by name, None where missing: read-only, picklable, and shown in no `repr`.

    Args:
        values: The facts; a copy is kept.
    """

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, FactValue | None]) -> None:
        self._values = dict(values)

    @classmethod
    def holding(cls, values: dict[str, FactValue | None]) -> SeenFacts:
        """Freeze a dict that nobody else holds on to, without a copy."""
        facts = cls.__new__(cls)
        facts._values = values
        return facts

    def __getitem__(self, name: str) -> FactValue | None:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        known = sum(value is not None for value in self._values.values())
        return f"<{known} of {len(self._values)} facts known>"


def seen(values: Mapping[str, FactValue | None]) -> SeenFacts:
    """Freeze a mapping of facts, once."""
    return values if isinstance(values, SeenFacts) else SeenFacts(values)

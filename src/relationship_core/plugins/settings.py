"""What the host sets for its plugins, which none of them can change under another's feet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from typing import Any


class Settings(Mapping[str, Any]):
    """Settings by name: read-only through and through, and picklable with a plugin that keeps them.

    Mappings in it become read-only too, lists tuples, and sets frozen sets. Objects of the host's
    own are handed over as they are.

    Args:
        values: What the host sets.
    """

    __slots__ = ("_values",)

    _values: dict[str, Any]

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = {name: _read_only(value) for name, value in values.items()}

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"<Settings: {', '.join(map(str, self._values)) or 'none'}>"

    def __reduce__(self) -> tuple[type[Settings], tuple[dict[str, Any]]]:
        return (Settings, (self._values,))


def _read_only(value: Any) -> Any:
    if isinstance(value, Mapping):
        return Settings(value)
    if isinstance(value, list | tuple):
        return tuple(_read_only(each) for each in value)
    return frozenset(value) if isinstance(value, Set) else value

"""Adding to what is built in, instead of replacing it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

import attrs
from attrs import field, frozen

from relationship_core.errors import RuleBookError
from relationship_core.rules import RuleSet


@frozen
class Extension:
    """What a plugin adds to a part of the rule book, by the names of the part's fields."""

    additions: Mapping[str, tuple[Any, ...]] = field(converter=MappingProxyType)

    def applied_to(self, part: Any) -> Any:
        """The part with the additions in it.

        Raises:
            RuleBookError: The part has no such field, or one that can't be added to.
            RuleError: A rule added clashes with one that is there.
        """
        grown: dict[str, Any] = {}
        for name, added in self.additions.items():
            current = getattr(part, name, None)
            if isinstance(current, RuleSet):
                grown[name] = attrs.evolve(current, rules=(*current.rules, *added))
            elif isinstance(current, tuple):
                grown[name] = (*current, *added)
            else:
                raise RuleBookError(
                    f"a {type(part).__name__} has no {name!r} to add to",
                    mend=f"extend one of: {', '.join(_can_grow(part))}",
                )
        return attrs.evolve(part, **grown)


def extend(**additions: Iterable[Any]) -> Extension:
    """Add rules to a part of the rule book instead of replacing it.

    `extend(rules=[Rule("gold", ..., scope=("north",))])` from `rc_tiering` adds a branch's own rule
    to the tiering in force; `extend(entitlements=[...])` from `rc_service` adds entitlements.

    Args:
        additions: For each field of the part, what is added to it.
    """
    return Extension({name: tuple(added) for name, added in additions.items()})


def _can_grow(part: Any) -> list[str]:
    return [
        each.name
        for each in attrs.fields(type(part))
        if each.init and isinstance(getattr(part, each.name), RuleSet | tuple)
    ]

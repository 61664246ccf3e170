"""Adding to what is in force, instead of replacing it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

import attrs
from attrs import field, frozen

from relationship_core.errors import RuleBookError
from relationship_core.rules import Rule, RuleSet

_Additions = Mapping[str, tuple[Any, ...]]


def _frozen(additions: _Additions) -> _Additions:
    return MappingProxyType(dict(additions))


@frozen
class Extension:
    """What a plugin adds to a part of the rule book, by the names of the part's fields."""

    additions: _Additions = field(converter=_frozen)

    def applied_to(self, part: Any) -> Any:
        """The part with the additions in it.

        Raises:
            RuleBookError: The part has no such field, or it can't hold what is added.
            RuleError: A rule that is added clashes with one that is there.
        """
        grown = {name: _grown(part, name, added) for name, added in self.additions.items()}
        return attrs.evolve(part, **grown)


def extend(**additions: Iterable[Any] | Mapping[str, Any]) -> Extension:
    """Add to a part of the rule book instead of replacing it.

    `extend(rules=[Rule("gold", ..., scope=("north",))])` from `rc_tiering` adds a branch's own rule
    to the tiering in force; `extend(entitlements=[...])` from `rc_service` adds entitlements;
    `extend()` leaves the part as it is.

    Args:
        additions: For each field of the part, what is added to it; labels by tier as a mapping.
    """
    return Extension({name: _items(added) for name, added in additions.items()})


def require_rules(name: str, added: Iterable[Any]) -> None:
    """Check that what is added to a field of rules is rules.

    Raises:
        RuleBookError: Something else is.
    """
    for each in added:
        if not isinstance(each, Rule):
            raise RuleBookError(
                f"a {type(each).__name__} can't be added to {name}", mend="add a Rule"
            )


def _items(added: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(added.items() if isinstance(added, Mapping) else added)


def _grown(part: Any, name: str, added: tuple[Any, ...]) -> Any:
    current = getattr(part, name, None)
    if isinstance(current, RuleSet):
        require_rules(name, added)
        return attrs.evolve(current, rules=(*current.rules, *added))
    if isinstance(current, tuple):
        return (*current, *added)
    raise RuleBookError(
        f"a {type(part).__name__} has no {name!r} to add to",
        mend=f"extend one of: {', '.join(_can_grow(part))}",
    )


def _can_grow(part: Any) -> list[str]:
    return [
        each.name
        for each in attrs.fields(type(part))
        if each.init and isinstance(getattr(part, each.name), RuleSet | tuple)
    ]

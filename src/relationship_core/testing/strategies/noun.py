"""A noun's strategies: values that can be built, and builders of such as must be refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, Literal, TypeVar, overload

import attrs
from attrs import field, frozen
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from relationship_core.errors import InvalidValueError, RelationshipError

N = TypeVar("N")

Changes = Mapping[str, Any]


@frozen(eq=False, repr=False)
class Refused:
    """Something that can't be built: call it, and it raises.

    Args:
        what: The noun and the fields that are wrong, never their values.
        error: What it raises; perhaps a child of it.
        build: Builds it.
    """

    what: str
    error: type[RelationshipError]
    _build: Callable[[], object]

    def __call__(self) -> object:
        """Build it.

        Raises:
            RelationshipError: Always; a thing that is built after all shows a missing check.
        """
        return self._build()

    def __repr__(self) -> str:
        return f"<Refused {self.what}>"


@frozen(eq=False)
class Noun(Generic[N]):
    """Strategies of one noun: `customers()`, and `customers(invalid=True)`.

    Args:
        valid: Values that can be built.
        wrong: For a field, what it can't hold whatever the other fields are.
        clashing: From a valid value to changes of fields that don't fit together.
        errors: What a wrong field raises, where that isn't `InvalidValueError`.
    """

    valid: SearchStrategy[N]
    wrong: Mapping[str, SearchStrategy[Any]]
    clashing: Sequence[Callable[[N], Changes]] = ()
    errors: Mapping[str, type[RelationshipError]] = field(factory=dict)

    @overload
    def __call__(self, *, invalid: Literal[False] = False) -> SearchStrategy[N]: ...
    @overload
    def __call__(self, *, invalid: Literal[True]) -> SearchStrategy[Refused]: ...
    def __call__(self, *, invalid: bool = False) -> SearchStrategy[N] | SearchStrategy[Refused]:
        """Values that can be built, or builders of such as must be refused.

        Args:
            invalid: Draw `Refused` builders instead: each raises when it is called.
        """
        return refusals(self) if invalid else self.valid


@st.composite
def refusals(draw: DrawFn, noun: Noun[Any]) -> Refused:
    """Builders that take a valid value and make one or two of its fields wrong."""
    value = draw(noun.valid)
    ways = [*noun.wrong, *range(len(noun.clashing))]
    way = draw(st.sampled_from(ways))
    if isinstance(way, str):
        changes: Changes = {way: draw(noun.wrong[way])}
    else:
        changes = noun.clashing[way](value)
    name = type(value).__name__
    error = noun.errors.get(next(iter(changes)), InvalidValueError)
    return Refused(f"{name}: {', '.join(changes)}", error, lambda: attrs.evolve(value, **changes))

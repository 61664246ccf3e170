"""Models: named, versioned, hashed functions whose score is a fact that rules may read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from attrs import field, frozen

from relationship_core.errors import InvalidValueError
from relationship_core.rules.fact import Fact
from relationship_core.rules.text import several


def _names(inputs: Iterable[Fact | str]) -> tuple[str, ...]:
    return tuple(each.name if isinstance(each, Fact) else each for each in several(inputs))


@frozen
class Model:
    """A vectorised model of a bank's own.

    Args:
        name: Its name, in the plugin's namespace.
        version: Its version.
        digest: A hash of what it was trained to (weights, coefficients); enters the fingerprint.
        score: The fact that holds its score; a supplied fact of the same plugin.
        inputs: The facts it reads, or their names, in the order of its columns; only such as are
            observed or reckoned before the lifecycle.
        owner: The function or unit that answers for it; names no person.
        validated: The day it was last validated.
        expires: The last day its score may be used; afterwards the score is missing.
        predict: Arrow record batch in (a column for each input, null where missing), Arrow array
            out (a score a row, null where it has none). None where only the scores are supplied.

    Raises:
        InvalidValueError: Name, version or digest is empty, or it expires before its validation.
    """

    name: str
    version: str
    digest: str
    score: Fact = field(eq=False)
    inputs: tuple[str, ...] = field(converter=_names)
    owner: str = ""
    validated: date | None = None
    expires: date | None = None
    predict: Callable[[Any], Any] | None = field(default=None, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        for name in ("name", "version", "digest"):
            if not getattr(self, name):
                raise InvalidValueError("it is empty", where=f"Model.{name}")
        if self.validated and self.expires and self.expires < self.validated:
            raise InvalidValueError("it ends before the validation", where="Model.expires")

    def is_valid(self, on: date) -> bool:
        """Whether its score may be used on a day."""
        return self.expires is None or on <= self.expires

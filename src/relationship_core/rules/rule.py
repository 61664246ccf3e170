"""A rule: what fires when a condition holds of a customer."""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from typing import Any

from attrs import Factory, field, frozen
from attrs.converters import optional

from relationship_core.errors import RuleError
from relationship_core.rules.depth import require_shallow
from relationship_core.rules.expression import Expression, require_condition
from relationship_core.rules.kind import Kind, quantise
from relationship_core.rules.override import (
    Limits,
    Overridable,
    as_overridable,
    bound_limits,
    refusal,
)
from relationship_core.rules.place import Place, calling_place
from relationship_core.rules.text import Text, as_text, several

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


class IfMissing(StrEnum):
    """What an unknown rule does to the decision that comes after it."""

    UNDETERMINED = "undetermined"
    SKIP = "skip"


def _day(value: date) -> date:
    quantise(value, Kind.DATE)
    return value


@frozen
class Rule:
    """When a condition holds, an outcome follows.

    Args:
        id: Its name in its set; in a tiering the tier it earns, in a lifecycle the move it makes.
        when: The condition over facts.
        then: The outcome, typed by the set it belongs to; None where the id says it all.
        reason: Why, in words for the customer.
        priority: Rules of a set are tried in ascending priority, then by id.
        scope: The node of the organisation it holds at and below, as a path of names from the top;
            empty for the head office.
        valid_from: First day it is in force; None for always.
        valid_until: Last day it is in force; None for ever.
        overridable: Whether a deeper node may replace it by a rule of the same id: False, True for
            whatever rule, or how far it may move a threshold and nothing else, as
            `between(low, high)` or, for several, `{fact name: between(low, high)}`.
        if_missing: Whether an unknown answer makes a first-hit decision undetermined or is skipped.
        exemption: The lawful ground on which it may ask for a protected fact; None for none.
        origin: The plugin it came from; told in explanations, no part of the rule's identity.
        place: Where it was written, no part of its identity either; by default the line that
            builds it.

    Raises:
        RuleError: The id, scope or priority is malformed, the validity is empty, `when` nests too
            deep, or the limits of `overridable` fit none of its thresholds.
        KindError: `when` is no condition, or an end of the validity is no date.
    """

    id: str
    when: Expression = field(converter=require_condition, eq=False)
    then: Any = None
    reason: Text | None = field(default=None, converter=optional(as_text))
    priority: int = field(default=100, kw_only=True)
    scope: tuple[str, ...] = field(default=(), converter=several, kw_only=True)
    valid_from: date | None = field(default=None, converter=optional(_day), kw_only=True)
    valid_until: date | None = field(default=None, converter=optional(_day), kw_only=True)
    overridable: Overridable = field(default=False, converter=as_overridable, kw_only=True)
    if_missing: IfMissing = field(default=IfMissing.UNDETERMINED, converter=IfMissing, kw_only=True)
    exemption: Text | None = field(default=None, converter=optional(as_text), kw_only=True)
    origin: str = field(default="", eq=False, kw_only=True)
    place: Place | None = field(default=Factory(calling_place), eq=False, repr=False, kw_only=True)
    _canonical_when: str = field(init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        if not (isinstance(self.id, str) and _ID.fullmatch(self.id)):
            raise RuleError(
                f"{self.id!r} is no id for a rule",
                mend="use letters, digits, _, . and -, starting with a letter or digit",
            )
        if not all(isinstance(name, str) and name for name in self.scope):
            raise RuleError("a scope is a path of names", where=f"rule {self.id}")
        if isinstance(self.priority, bool) or not isinstance(self.priority, int):
            raise RuleError("a priority is a whole number", where=f"rule {self.id}")
        if self.valid_from and self.valid_until and self.valid_from > self.valid_until:
            raise RuleError("its validity ends before it begins", where=f"rule {self.id}")
        require_shallow(self.when, f"rule {self.id}")
        if not isinstance(self.overridable, bool):
            object.__setattr__(self, "overridable", self._bound_limits(self.overridable))
        object.__setattr__(self, "_canonical_when", self.when.canonical())

    def _bound_limits(self, limits: tuple[Limits, ...]) -> tuple[Limits, ...]:
        try:
            return bound_limits(self.when, limits)
        except RuleError as error:
            error.where = f"rule {self.id}"
            raise

    def refusal(self, lower: Rule) -> str:
        """Why a deeper node's rule may not replace this one; empty where it may."""
        if isinstance(self.overridable, bool):
            return ""
        if (self.then, self.if_missing, self.exemption) != (
            lower.then,
            lower.if_missing,
            lower.exemption,
        ):
            return "it changes more than thresholds"
        return refusal(self.when, self.overridable, lower.when)

    @property
    def source(self) -> str:
        """Words for an error, to follow the rule's name: the plugin it came from, if any."""
        return f" (from {self.origin})" if self.origin else ""

    def is_in_force(self, on: date) -> bool:
        """Whether the rule is valid on a day, both ends counted."""
        starts = self.valid_from is None or self.valid_from <= on
        return starts and (self.valid_until is None or on <= self.valid_until)

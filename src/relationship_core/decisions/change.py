"""What differs between two rule books, thing by thing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Any

from attrs import frozen

from relationship_core.decisions.telling_rules import node_in_words


class ChangeKind(StrEnum):
    """What became of a thing, by the sign that stands before its line."""

    ADDED = "+"
    REMOVED = "-"
    CHANGED = "~"


@frozen
class Detail:
    """One difference within a thing that both books hold.

    Args:
        what: What differs: "contribution_12m threshold", "reason", "products.loan.debit_rate".
        old: What it was, in words; None where it wasn't there.
        new: What it is, in words; None where it is gone.
    """

    what: str
    old: str | None
    new: str | None

    def __str__(self) -> str:
        """The difference in one line."""
        if self.old is None:
            return f"{self.what} added: {self.new}"
        if self.new is None:
            return f"{self.what} removed: {self.old}"
        return f"{self.what} {self.old} -> {self.new}"

    @property
    def place_in_order(self) -> tuple[str, ...]:
        """Where it stands among others, whichever of the two books is taken for the older one."""
        return (self.what, *sorted((self.old or "", self.new or "")))


@frozen
class Change:
    """A thing that only one of two books holds, or that they hold differently.

    Args:
        kind: What became of it.
        part: Where in the book it is: "tiering.rules", "contribution", "facts".
        noun: What it is: a rule, a fact, a model; empty for the part itself.
        name: Its name in its part; empty for the part itself.
        scope: The node of the organisation whose rule it is; of a rule that moved, the one it left.
        version: The first day of its validity, where the part holds several of its name.
        words: What it says, where it is added or removed.
        details: What differs, where it is changed.
    """

    kind: ChangeKind
    part: str
    noun: str = ""
    name: str = ""
    scope: tuple[str, ...] = ()
    version: str = ""
    words: str = ""
    details: tuple[Detail, ...] = ()

    def lines(self) -> Iterator[str]:
        """The change as text: a line for each difference."""
        if self.kind is ChangeKind.CHANGED:
            for detail in self.details:
                yield f"{self.kind} {self._named()}: {detail}{self._place()}"
        else:
            words = f": {self.words}" if self.words else ""
            yield f"{self.kind} {self._named()}{words}{self._place()}"

    def to_json(self) -> dict[str, Any]:
        """The change as plain JSON data."""
        return {
            "kind": self.kind.value,
            "part": self.part,
            "noun": self.noun,
            "name": self.name,
            "scope": list(self.scope),
            "version": self.version,
            "words": self.words,
            "details": [
                {"what": each.what, "old": each.old, "new": each.new} for each in self.details
            ],
        }

    @property
    def is_of_rule(self) -> bool:
        """Whether it is a rule that differs."""
        return self.noun == RULE

    def _named(self) -> str:
        if not self.noun:
            return self.part
        # A rule that only changes is what most lines are about.
        is_short = self.is_of_rule and self.kind is ChangeKind.CHANGED
        name = self.name if is_short else f"{self.noun} {self.name}"
        node = f" of {node_in_words(self.scope)}" if self.scope else ""
        since = f" from {self.version}" if self.version else ""
        return f"{name}{node}{since}"

    def _place(self) -> str:
        return f" ({self.part})" if self.is_of_rule else ""


RULE = "rule"
"""The noun of rules."""


def in_order(details: Iterable[Detail]) -> tuple[Detail, ...]:
    """Differences in an order that doesn't depend on which book is the older one."""
    return tuple(sorted(details, key=lambda each: each.place_in_order))

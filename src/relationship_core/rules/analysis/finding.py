"""What a proof finds: a fault by its stable code, where it is, and a customer who shows it."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any

from attrs import field, frozen

from relationship_core.rules.kind import FactValue, write_value
from relationship_core.rules.place import Place


class Severity(StrEnum):
    """How grave a finding is: an error stops a rule book from going live."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


GRAVEST_FIRST = {severity: rank for rank, severity in enumerate(Severity)}


@frozen
class Code:
    """A kind of fault.

    Args:
        id: Its stable code.
        name: Its stable name.
        severity: How grave it is.
        meaning: What is wrong where it is found.
    """

    id: str
    name: str
    severity: Severity
    meaning: str

    def __str__(self) -> str:
        """The code with its name."""
        return f"{self.id} {self.name}"


GAP = Code("RC101", "gap", Severity.ERROR, "There are customers whom no rule covers.")
CONFLICT = Code(
    "RC102",
    "conflict",
    Severity.ERROR,
    "Two rules of a set that promised one answer fire for the same customer.",
)
SHADOWED = Code(
    "RC103",
    "shadowed",
    Severity.ERROR,
    "Whoever meets the rule meets one that comes before it, so that it never decides.",
)
IMPOSSIBLE = Code(
    "RC104",
    "impossible",
    Severity.ERROR,
    "The rule's condition holds for no customer there can be.",
)
REDUNDANT = Code(
    "RC105",
    "redundant",
    Severity.WARNING,
    "Without the rule every customer gets the same answer from the others.",
)
UNREACHABLE = Code("RC106", "unreachable", Severity.ERROR, "No customer can get this outcome.")
NOT_MONOTONE = Code(
    "RC107",
    "not-monotone",
    Severity.ERROR,
    "Who has more of a fact, all else equal, gets less, although the law declared says otherwise.",
)
PROTECTED = Code(
    "RC108",
    "protected",
    Severity.ERROR,
    "Two customers who differ in a protected fact alone get different answers.",
)
DISLOYAL = Code(
    "RC109",
    "disloyal",
    Severity.ERROR,
    "Who has been a customer for longer, all else equal, gets a worse tier or price.",
)
OUT_OF_RANGE = Code(
    "RC110",
    "out-of-range",
    Severity.ERROR,
    "A fact is compared with a value that it can't have, so that the answer is always the same.",
)
OPEN = Code(
    "RC112",
    "open-when-missing",
    Severity.NOTE,
    "Where the fact is missing, some customers' answers are left open.",
)
SKIPPED = Code(
    "RC113",
    "skipped-when-missing",
    Severity.NOTE,
    "Where a fact is missing, the rule is passed over, although it might hold.",
)
UNDECIDED = Code(
    "RC199",
    "undecided",
    Severity.ERROR,
    "The solver could neither prove this nor refute it within its steps.",
)

RULE_CODES = (
    *(GAP, CONFLICT, SHADOWED, IMPOSSIBLE, REDUNDANT, UNREACHABLE, NOT_MONOTONE),
    *(PROTECTED, DISLOYAL, OUT_OF_RANGE, OPEN, SKIPPED, UNDECIDED),
)
"""All that can be found in a set of rules, by code."""


@frozen
class Witness:
    """A customer who shows a fault, as the rules themselves see that customer.

    Args:
        facts: Every fact that the rules rest on, by name; None where it is missing.
        meets: The rules whose condition holds.
        open: The rules that missing facts leave open.
        decides: The rules that decide; empty where none does, or where the rules refuse to.
    """

    facts: tuple[tuple[str, FactValue | None], ...]
    meets: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    decides: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The customer as plain JSON data."""
        return {
            "facts": {name: write_value(value) for name, value in self.facts},
            "meets": list(self.meets),
            "open": list(self.open),
            "decides": list(self.decides),
        }


@frozen
class Finding:
    """A fault in a set of rules.

    Args:
        code: What kind of fault it is.
        message: What is wrong, in words.
        mend: What would mend it.
        rule_set: The name of the set.
        rules: The rules it is about, the one at fault first.
        origin: The plugin that rule came from.
        place: Where that rule was written; None where nobody knows.
        scope: The node of the organisation at which it shows.
        on: The day on which it shows; None where rules don't change with time.
        witness: A customer who shows it, confirmed by the rules themselves.
        other: A second customer, where it takes two to show it.
    """

    code: Code
    message: str
    mend: str
    rule_set: str
    rules: tuple[str, ...] = ()
    origin: str = ""
    place: Place | None = field(default=None, eq=False)
    scope: tuple[str, ...] = ()
    on: date | None = None
    witness: Witness | None = None
    other: Witness | None = None

    @property
    def differs_in(self) -> tuple[str, ...]:
        """The facts in which the two customers differ; none where there is but one."""
        if self.witness is None or self.other is None:
            return ()
        pairs = zip(self.witness.facts, self.other.facts, strict=True)
        return tuple(name for (name, one), (_, other) in pairs if one != other)

    def __str__(self) -> str:
        """The finding in a line."""
        at = f"{self.place}: " if self.place else ""
        return f"{at}{self.code.severity}: {self.message} [{self.code}]"

    def to_json(self) -> dict[str, Any]:
        """The finding as plain JSON data; the place tells this machine's path."""
        return {
            "code": self.code.id,
            "name": self.code.name,
            "severity": self.code.severity.value,
            "message": self.message,
            "mend": self.mend,
            "rule_set": self.rule_set,
            "rules": list(self.rules),
            "origin": self.origin,
            "place": None
            if self.place is None
            else {"file": self.place.file, "line": self.place.line},
            "scope": list(self.scope),
            "on": None if self.on is None else self.on.isoformat(),
            "witness": None if self.witness is None else self.witness.to_json(),
            "other": None if self.other is None else self.other.to_json(),
        }

"""What a proof can find in a rule book beyond what it finds in a single set of rules."""

from __future__ import annotations

from relationship_core.rules.analysis import RULE_CODES, Code, Severity

BROKEN = Code(
    "RC100", "broken", Severity.ERROR, "The rules don't make a rule book; nothing can be proved."
)
CLASH = Code(
    "RC121",
    "clash",
    Severity.ERROR,
    "Two moves out of a stage fire for the same customer, lead differently, and neither is graver.",
)
TRAP = Code("RC122", "trap", Severity.ERROR, "A stage that isn't final can't be left.")
OSCILLATION = Code(
    "RC123",
    "oscillation",
    Severity.WARNING,
    "A customer of whom nothing changes moves to a stage and back again, for ever.",
)
UNREACHED_STAGE = Code(
    "RC124", "unreached-stage", Severity.ERROR, "No chain of moves leads to a stage."
)

CODES = (BROKEN, *RULE_CODES[:-1], CLASH, TRAP, OSCILLATION, UNREACHED_STAGE, RULE_CODES[-1])
"""All that can be found in a rule book, by code."""

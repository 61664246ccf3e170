"""Facts as a review would have observed them, for tests of what is decided on them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from relationship_core.facts import CATALOGUE
from relationship_core.rules import FactValue, quantise
from relationship_core.rules.kind import NUMERIC


def known(**values: Any) -> dict[str, FactValue | None]:
    """Every fact of the catalogue: those given, numbers as plain text or int, the rest missing."""
    facts: dict[str, FactValue | None] = dict.fromkeys(CATALOGUE)
    for name, value in values.items():
        kind = CATALOGUE[name].kind
        if value is not None:
            facts[name] = quantise(Decimal(str(value)) if kind in NUMERIC else value, kind)
    return facts

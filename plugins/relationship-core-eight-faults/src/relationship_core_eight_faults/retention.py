"""A fault of retention: per cent where the fact is a share of one."""

from __future__ import annotations

from relationship_core import Rule, Signal, Text
from relationship_core.facts import balance_change_3m

COLLAPSE = Signal("collapse", Text("balances have collapsed", "余额骤降"))


def faulty_signals() -> list[Rule]:
    """A sign of leaving."""
    return [
        # RC110: a fall of 60 per cent is -0.6; balances can't fall by more than all of them.
        Rule("collapse", when=balance_change_3m <= -60, then=COLLAPSE)
    ]

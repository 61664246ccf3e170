"""A fault of the lifecycle: a move back that forgets what moved the customer there."""

from __future__ import annotations

from relationship_core import Rule, Text, Transition
from relationship_core.facts import aum, months_inactive, relationship_closed


def faulty_moves() -> list[Rule]:
    """A move from lost back to decline."""
    return [
        Rule(
            "second-chance",
            # RC123: whoever still holds something is to be called once more. But the built-in rules
            # give up who is silent for a year and holds less than 100: with 50, a customer is lost
            # at one review and back at the next, for ever.
            when=(aum > 0) & (months_inactive >= 1) & ~relationship_closed,
            then=Transition("lost", "decline"),
            reason=Text("There is still something to keep.", "客户仍有资产，可再挽留。"),
        )
    ]

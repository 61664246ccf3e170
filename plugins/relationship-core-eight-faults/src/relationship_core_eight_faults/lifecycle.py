"""A fault of the lifecycle: a move back that forgets what moves customers on."""

from __future__ import annotations

from relationship_core import Rule, Text, Transition
from relationship_core.facts import kind, product_count, transactions_3m


def faulty_moves() -> list[Rule]:
    """A move from formation back to exploration."""
    return [
        Rule(
            "cools-off",
            # RC123: quiet customers are to be courted again. The built-in rule moves whoever has
            # nine transactions on to formation, this one whoever has fewer than twelve back: of
            # ten it makes a customer who changes stage with each review, for ever.
            when=(kind == "personal") & (transactions_3m < 12) & (product_count <= 2),
            then=Transition("formation", "exploration"),
            reason=Text("Business has grown quiet.", "业务转淡。"),
        )
    ]

"""Three faults of a ladder: a tier without a rule, one lost by more, and one that never decides."""

from __future__ import annotations

from relationship_core import Rule, Text, Tiering
from relationship_core.facts import contribution_12m

# RC106: the brochure already speaks of diamond customers, but their rule was left for later.
LADDER = ("diamond", "gold", "silver", "bronze", "basic")


def faulty_tiering() -> Tiering:
    """A ladder by contribution."""
    return Tiering(
        ladder=LADDER,
        rules=[
            Rule(
                "gold",
                # RC107: the upper end comes from a table of bands, in which diamond begins there.
                # Without a rule for diamond, whoever brings in more falls to silver.
                when=contribution_12m.between(200_000, 1_000_000),
                reason=Text("A good customer.", "优质客户。"),
            ),
            Rule("silver", when=contribution_12m >= 20_000),
            Rule(
                "bronze",
                # RC103: one zero too many, so that whoever is bronze is silver before.
                when=contribution_12m >= 50_000,
            ),
        ],
        monotone=(contribution_12m,),
    )

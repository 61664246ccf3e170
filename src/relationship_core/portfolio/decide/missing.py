"""The names of the missing facts that left a decision open."""

from __future__ import annotations

from collections.abc import Mapping

from relationship_core.portfolio.decide.cell import Cell, either
from relationship_core.portfolio.decide.first_hit import FirstHitColumns
from relationship_core.portfolio.decide.listing import listing


def missing_facts(left_open: Mapping[FirstHitColumns, Cell]) -> Cell:
    """The names in alphabetical order, joined.

    Args:
        left_open: For each set of rules whether it is the one that is left open.
    """
    facts = {hit: hit.open_facts() for hit in left_open}
    names = sorted({name for each in facts.values() for name in each.names})
    flags = [
        either(
            left_open[hit] & own.leaves_open(name, hit.is_open)
            for hit, own in facts.items()
            if name in own.names
        )
        for name in names
    ]
    return listing(names, flags)

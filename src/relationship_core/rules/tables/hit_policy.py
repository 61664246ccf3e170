"""Which of the rows that hit decide, and what their answers come to (OMG DMN 1.5, 8.2.10)."""

from __future__ import annotations

from enum import StrEnum

from relationship_core.rules.outcome import HitPolicy


class TablePolicy(StrEnum):
    """How a table answers where several of its rows hit.

    The values are the words for it in a sheet.
    """

    UNIQUE = "unique"
    """At most one row may hit."""
    FIRST = "first"
    """The first row that hits, in the order written."""
    ANY = "any"
    """Several may hit, if their outputs are equal."""
    PRIORITY = "priority"
    """The row whose outputs stand first in the outputs' lists of values."""
    COLLECT = "collect"
    """Every row that hits, in the order written."""
    COLLECT_MIN = "collect min"
    """The least output of those that hit."""
    COLLECT_MAX = "collect max"
    """The greatest."""
    COLLECT_SUM = "collect sum"
    """Their sum."""
    COLLECT_COUNT = "collect count"
    """How many hit."""

    @property
    def aggregates(self) -> bool:
        """Whether the outputs are brought together into one value."""
        return self.startswith("collect ")

    @property
    def hit_policy(self) -> HitPolicy:
        """The policy by which a rule set made of the rows is asked.

        Rules of a priority table are put in the order of their priority, and the first decides.
        """
        if self.startswith("collect"):
            return HitPolicy.COLLECT
        return HitPolicy.FIRST if self is TablePolicy.PRIORITY else HitPolicy(self.value)

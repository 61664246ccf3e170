"""The names of the missing facts that left a decision open, as one set for each row."""

from __future__ import annotations

from collections.abc import Sequence

import narwhals as nw

from relationship_core.portfolio.decide.columns import Column, flag
from relationship_core.portfolio.decide.first_hit import FirstHitColumns
from relationship_core.portfolio.decide.listing import listing


class MissingFacts:
    """The missing facts of several rule sets, of which at most one leaves a row open.

    Args:
        hits: The sets.
    """

    def __init__(self, hits: Sequence[FirstHitColumns]) -> None:
        self._hits = [(hit, hit.open_facts()) for hit in hits]
        self._names = sorted({name for _, facts in self._hits for name in facts.names})

    def listing(self, counts: Sequence[nw.Expr]) -> Column:
        """The names in alphabetical order.

        Args:
            counts: For each set whether it is the one that leaves the row open.
        """
        return listing(self._names, [self._flag(each, counts) for each in self._names])

    def _flag(self, name: str, counts: Sequence[nw.Expr]) -> nw.Expr:
        found = flag(False)
        for (hit, facts), is_it in zip(self._hits, counts, strict=True):
            if name in facts.names:
                found = found | (is_it & facts.leaves_open(name, hit.is_open))
        return found

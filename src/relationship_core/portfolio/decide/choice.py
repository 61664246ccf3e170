"""The cell of the match matrix and the treatment, for every row at once."""

from __future__ import annotations

from collections.abc import Callable

from relationship_core.decisions.choice import outcome_of
from relationship_core.decisions.rule_book import RuleBook
from relationship_core.decisions.treatment import Treatment
from relationship_core.portfolio.decide.cell import Cell, small, told, where
from relationship_core.portfolio.decide.first_hit import FirstHitColumns
from relationship_core.portfolio.decide.nodes import Nodes
from relationship_core.rules import RuleSet


def match(nodes: Nodes) -> Cell:
    """The customer's cell of the match matrix; null where missing facts leave it open."""
    place, outcomes = _chosen("match", nodes, lambda book: book.tiering.matrix, None)
    return told(place, outcomes)


def treatment(nodes: Nodes, is_gold: Cell) -> Cell:
    """How customers that aren't gold are treated.

    Args:
        nodes: The books of the bank's nodes.
        is_gold: Whether they are.
    """
    otherwise = Treatment.SELF_SERVICE.value
    place, outcomes = _chosen("treatment", nodes, lambda book: book.tiering.treatments, otherwise)
    return told(where(~is_gold, place), outcomes)


def _chosen(
    name: str, nodes: Nodes, of: Callable[[RuleBook], RuleSet], otherwise: str | None
) -> tuple[Cell, tuple[str | None, ...]]:
    """The place of what `Choosing` chooses, and the outcomes."""
    hit = FirstHitColumns(name, nodes, of)
    place = where(hit.is_undetermined, small(len(hit.rules)), hit.place)
    return place, (*map(outcome_of, hit.rules), otherwise)

"""The cell of the match matrix and the treatment, for every row at once."""

from __future__ import annotations

from collections.abc import Callable

import narwhals as nw

from relationship_core.decisions.choice import outcome_of
from relationship_core.decisions.rule_book import RuleBook
from relationship_core.decisions.treatment import Treatment
from relationship_core.portfolio.decide.columns import Column, Frame, Told, small
from relationship_core.portfolio.decide.conditions import Conditions
from relationship_core.portfolio.decide.first_hit import FirstHitColumns
from relationship_core.portfolio.decide.nodes import Nodes
from relationship_core.rules import RuleSet


class ChoiceColumns:
    """An outcome by the first rule that fires: `Choosing`.

    Args:
        name: The column's name.
        nodes: The books of the bank's nodes.
        of: Which set of a book.
        conditions: Where conditions are computed.
        otherwise: The outcome where no rule fires, or missing facts leave it open.
    """

    def __init__(
        self,
        name: str,
        nodes: Nodes,
        of: Callable[[RuleBook], RuleSet],
        conditions: Conditions,
        otherwise: str | None = None,
    ) -> None:
        self._hit = FirstHitColumns(name, nodes, of, conditions)
        self._outcomes = (*map(outcome_of, self._hit.rules), otherwise)

    def decided(self, frame: Frame) -> Frame:
        """The frame with what the outcome is told by."""
        return self._hit.with_places(frame).with_columns(**self._hit.open_columns())

    def column(self, counts: nw.Expr | None = None) -> Column:
        """The outcome.

        Args:
            counts: For whom there is one; None for everyone.
        """
        open_, place = self._hit.is_undetermined, self._hit.place
        chosen = nw.when(open_).then(small(len(self._hit.rules))).otherwise(place)
        return Told(chosen if counts is None else nw.when(counts).then(chosen), self._outcomes)


def match_columns(nodes: Nodes, conditions: Conditions) -> ChoiceColumns:
    """The customer's cell of the match matrix."""
    return ChoiceColumns("match", nodes, lambda book: book.tiering.matrix, conditions)


def treatment_columns(nodes: Nodes, conditions: Conditions) -> ChoiceColumns:
    """How customers that aren't gold are treated."""
    otherwise = Treatment.SELF_SERVICE.value
    return ChoiceColumns(
        "treatment", nodes, lambda book: book.tiering.treatments, conditions, otherwise
    )

"""The laws of a lifecycle."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from relationship_core.decisions.deciding import Decisions
from relationship_core.decisions.lifecycle_check import check_lifecycle
from relationship_core.decisions.reasons import Explanation
from relationship_core.decisions.review import Review
from relationship_core.decisions.rule_book import RuleBook
from relationship_core.rules import RuleExplanation, RuleSet
from relationship_core.testing.contracts.case import Case, Verdict
from relationship_core.testing.contracts.part import PartContract


class LifecycleContract(PartContract):
    """The laws of `rc_lifecycle`: the stages, what puts a customer into each, and the moves.

    `monotone` names facts of which more never means an earlier stage on a first day, `antitone`
    those of which more never means a later one.
    """

    hook = "rc_lifecycle"
    field = "lifecycle"
    _falls = "the stage falls back"
    _rises = "the stage moves on"

    def test_no_dead_ends(self) -> None:
        """Every stage can be reached and left, and no two moves clash."""
        for scope in self._scopes():
            lifecycle = self.engine.rule_book.lifecycle
            for finding in check_lifecycle(lifecycle, scope=scope, as_of=self.as_of):
                self._breaks(str(finding), f"mend the moves of {', '.join(finding.stages)}")

    def _decide(self, book: RuleBook, case: Case) -> Any:
        return book.lifecycle.advance(case.standing, case.facts, self.as_of)

    def _of(self, review: Review) -> Any:
        return review.stage

    def _verdict(self, decision: Any, case: Case, /) -> Verdict:
        # The later the stage, the more; who doesn't stand anywhere is put by the entry rules.
        stages = [stage.id for stage in self._book(case).lifecycle.stages]
        return Verdict(-stages.index(decision.stage), frozenset(), decision.rule)

    def _deciding(self, decided: Decisions) -> Iterable[str]:
        return () if decided.stage.rule is None else (decided.stage.rule,)

    def _told(self, explained: Explanation) -> Iterator[RuleExplanation]:
        yield from explained.moves
        yield from (goal.rule for goal in explained.onward)

    def _bars(self, rule_set: RuleSet) -> bool:
        # Which moves meet is told by test_no_dead_ends, stage by stage.
        entry = self.engine.rule_book.lifecycle.entry
        return super()._bars(rule_set) and rule_set.name == entry.name

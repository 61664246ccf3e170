"""The laws of retention."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from relationship_core.decisions.deciding import Decisions
from relationship_core.decisions.reasons import Explanation
from relationship_core.decisions.review import Review
from relationship_core.decisions.rule_book import RuleBook
from relationship_core.facts import contribution_12m
from relationship_core.rules import Rule, RuleExplanation
from relationship_core.testing.contracts.case import Case, Verdict
from relationship_core.testing.contracts.part import PartContract


class RetentionContract(PartContract):
    """The laws of `rc_retention`: signals, the risk they amount to, and what is proposed.

    `monotone` names facts of which more never means less risk or fewer signals, `antitone` those
    of which more never means more.
    """

    hook = "rc_retention"
    field = "retention"
    _falls = "the risk falls, or a signal goes,"
    _rises = "the risk rises, or a signal is raised,"

    def _read(self, book: RuleBook) -> list[Rule]:
        # What an action may cost rests on the contribution, whether or not a rule reads it.
        return [*super()._read(book), Rule("worth", contribution_12m > 0)]

    def _decide(self, book: RuleBook, case: Case) -> Any:
        return book.retention.decide(case.facts)

    def _of(self, review: Review) -> Any:
        return review.retention

    def _verdict(self, decision: Any, case: Case, /) -> Verdict:
        levels = self._book(case).retention.levels
        signals = frozenset(raised.rule for raised in decision.signals)
        return Verdict(levels.index(decision.risk), signals, decision.rule)

    def _deciding(self, decided: Decisions) -> Iterable[str]:
        found = decided.retention
        raised = [each.rule for each in found.signals]
        return [each for each in (found.rule, found.action_rule, *raised) if each is not None]

    def _told(self, explained: Explanation) -> Iterator[RuleExplanation]:
        yield from (*explained.signals, *explained.risks, *explained.actions)

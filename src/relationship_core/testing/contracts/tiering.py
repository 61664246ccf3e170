"""The laws of a tiering."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from relationship_core.decisions.deciding import Decisions
from relationship_core.decisions.reasons import Explanation
from relationship_core.decisions.review import Review
from relationship_core.decisions.rule_book import RuleBook
from relationship_core.rules import RuleExplanation, RuleSet
from relationship_core.testing.contracts.case import Case, Verdict
from relationship_core.testing.contracts.part import PartContract


class TieringContract(PartContract):
    """The laws of `rc_tiering`: what is earned, the match matrix, and how the rest is treated.

    `monotone` names facts of which more never earns a worse tier, beside those that the tiering
    itself declares; `antitone` those of which more never earns a better one.
    """

    hook = "rc_tiering"
    field = "tiering"
    _falls = "the tier falls"
    _rises = "the tier rises"

    def _never_falling(self) -> frozenset[str]:
        return super()._never_falling() | {*self.engine.rule_book.tiering.monotone}

    def _decide(self, book: RuleBook, case: Case) -> Any:
        tier = book.tiering.decide(case.standing, case.facts, self.as_of)
        return (tier, book.tiering.match(case.facts), book.tiering.treat(tier.tier, case.facts))

    def _of(self, review: Review) -> Any:
        return (review.tier, review.match, review.treatment)

    def _verdict(self, decision: Any, case: Case, /) -> Verdict:
        tier = decision[0]
        ladder = self._book(case).tiering.ladder
        return Verdict(ladder.index(tier.tier), frozenset(), tier.rule or tier.tier)

    def _deciding(self, decided: Decisions) -> Iterable[str]:
        return () if decided.tier.rule is None else (decided.tier.rule,)

    def _told(self, explained: Explanation) -> Iterator[RuleExplanation]:
        single = (explained.earned, explained.keeps, explained.match, explained.treatment)
        yield from (each for each in single if each is not None)
        yield from (goal.rule for goal in explained.better_tiers)

    def _bars(self, rule_set: RuleSet) -> bool:
        # What keeps a tier is asked only of those who have it.
        return super()._bars(rule_set) and rule_set.name != self.engine.rule_book.tiering.keep.name

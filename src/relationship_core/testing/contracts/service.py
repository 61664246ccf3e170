"""The laws of service."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from relationship_core.decisions.deciding import Decisions
from relationship_core.decisions.reasons import Explanation
from relationship_core.decisions.review import Review
from relationship_core.decisions.rule_book import RuleBook
from relationship_core.rules import RuleExplanation
from relationship_core.testing.contracts.case import Case, Verdict
from relationship_core.testing.contracts.part import PartContract


class ServiceContract(PartContract):
    """The laws of `rc_service`: entitlements, and occasions to care.

    `monotone` names facts of which more never takes an entitlement or an occasion away, `antitone`
    those of which more never gives one.
    """

    hook = "rc_service"
    field = "service"
    _falls = "an entitlement or an occasion goes"
    _rises = "an entitlement or an occasion comes"

    def _decide(self, book: RuleBook, case: Case) -> Any:
        return book.service.decide(case.facts, self.as_of)

    def _of(self, review: Review) -> Any:
        return review.services

    def _verdict(self, decision: Any, _: Case, /) -> Verdict:
        given = [each.rule for each in (*decision.entitlements, *decision.care)]
        return Verdict(None, frozenset(given), None)

    def _deciding(self, decided: Decisions) -> Iterable[str]:
        services = decided.services
        return [
            *(each.rule for each in services.entitlements),
            *(each.rule for each in services.care),
        ]

    def _told(self, explained: Explanation) -> Iterator[RuleExplanation]:
        yield from (*explained.entitlements, *explained.care)

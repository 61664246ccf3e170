"""A portfolio run in figures: how many customers stand where, and what they bring in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

import attrs

from relationship_core.decisions.accrual import Component
from relationship_core.decisions.provenance import PluginReport
from relationship_core.decisions.review import Review
from relationship_core.decisions.rule_book import RuleBook
from relationship_core.domain import CustomerKind
from relationship_core.rules import exact

SUMMARY_SCHEMA = 1
"""The version of a summary's JSON form."""

_NO_OUTCOME = "none"


@attrs.frozen
class Waterfall:
    """The contribution of some customers, component by component.

    Args:
        customers: Whose contribution is known.
        unknown: Customers whose contribution isn't, and so isn't in the sums.
        components: The sum of each component, costs negative.
    """

    customers: int
    unknown: int
    components: tuple[tuple[Component, Decimal], ...]

    @property
    def total(self) -> Decimal:
        """The sum of all components."""
        with exact():
            return sum((amount for _, amount in self.components), Decimal(0))


@attrs.frozen
class Summary:
    """What a portfolio run found.

    Args:
        as_of: The review date.
        customers: How many were reviewed.
        currency: The reporting currency.
        counts: By what is counted ("stage", "tier", …) the number of customers by outcome.
        waterfall: The contribution of all.
        waterfall_by_kind: The contribution by kind of customer.
        rejected: Rows and cells left out, by file.
        rule_book: The fingerprint of the rule book.
        plugins: Names and versions of the plugins it came from.
        skipped: The plugins the engine went without.
    """

    as_of: date
    customers: int
    currency: str
    counts: tuple[tuple[str, tuple[tuple[str, int], ...]], ...]
    waterfall: Waterfall
    waterfall_by_kind: tuple[tuple[CustomerKind, Waterfall], ...]
    rejected: tuple[tuple[str, int], ...]
    rule_book: str
    plugins: tuple[str, ...]
    skipped: tuple[PluginReport, ...]

    def count(self, name: str) -> tuple[tuple[str, int], ...]:
        """The number of customers by outcome of one thing that is counted."""
        return dict(self.counts)[name]

    def to_json(self) -> dict[str, Any]:
        """The summary as plain JSON data; amounts are text, so that none loses a digit."""
        return {
            "schema": SUMMARY_SCHEMA,
            "as_of": self.as_of.isoformat(),
            "customers": self.customers,
            "currency": self.currency,
            "counts": {name: dict(counted) for name, counted in self.counts},
            "contribution_12m": _waterfall_json(self.waterfall),
            "contribution_12m_by_kind": {
                kind.value: _waterfall_json(waterfall) for kind, waterfall in self.waterfall_by_kind
            },
            "rejected": {"total": sum(n for _, n in self.rejected), **dict(self.rejected)},
            "rule_book": self.rule_book,
            "plugins": list(self.plugins),
            "skipped": [str(report) for report in self.skipped],
        }


def _waterfall_json(waterfall: Waterfall) -> dict[str, Any]:
    return {
        "customers": waterfall.customers,
        "unknown": waterfall.unknown,
        "components": {one.value: format(amount, "f") for one, amount in waterfall.components},
        "total": format(waterfall.total, "f"),
    }


class _Sums:
    def __init__(self) -> None:
        self.customers = 0
        self.unknown = 0
        self.amounts = dict.fromkeys(Component, Decimal(0))

    def add(self, review: Review) -> None:
        if review.contribution.total_12m is None:
            self.unknown += 1
            return
        self.customers += 1
        with exact():
            for component, amount in review.contribution.components_12m.items():
                if amount is not None:
                    self.amounts[component] += amount

    def closed(self) -> Waterfall:
        return Waterfall(self.customers, self.unknown, tuple(self.amounts.items()))


class Tally:
    """Counts reviews as they stream by.

    Args:
        book: The rule book, whose stages, tiers and levels give the order of the counts.
    """

    def __init__(self, book: RuleBook) -> None:
        self._counts: dict[str, Counter[str]] = {
            "kind": Counter({kind.value: 0 for kind in CustomerKind}),
            "stage": Counter({stage.id: 0 for stage in book.lifecycle.stages}),
            "tier": Counter(dict.fromkeys(book.tiering.ladder, 0)),
            "match": Counter(),
            "treatment": Counter(),
            "retention_risk": Counter(dict.fromkeys(book.retention.levels, 0)),
            "undetermined": Counter({"stage": 0, "tier": 0, "retention": 0}),
        }
        self._all = _Sums()
        self._by_kind = {kind: _Sums() for kind in CustomerKind}
        self._customers = 0

    def add(self, review: Review) -> None:
        """Count a review."""
        self._customers += 1
        kind = review.contribution.kind
        self._counts["kind"][kind.value] += 1
        self._counts["stage"][review.stage.stage] += 1
        self._counts["tier"][review.tier.tier] += 1
        self._counts["match"][review.match.outcome or _NO_OUTCOME] += 1
        treatment = review.treatment.outcome if review.treatment else None
        self._counts["treatment"][treatment or _NO_OUTCOME] += 1
        self._counts["retention_risk"][review.retention.risk] += 1
        undetermined = self._counts["undetermined"]
        undetermined["stage"] += review.stage.is_undetermined
        undetermined["tier"] += review.tier.is_undetermined
        undetermined["retention"] += review.retention.is_undetermined
        self._all.add(review)
        self._by_kind[kind].add(review)

    def closed(
        self,
        *,
        as_of: date,
        currency: str,
        book: RuleBook,
        skipped: tuple[PluginReport, ...],
        rejected: Iterable[tuple[str, int]],
    ) -> Summary:
        """The summary of all reviews counted."""
        for name in ("match", "treatment"):
            self._counts[name] = Counter(dict(sorted(self._counts[name].items())))
        return Summary(
            as_of=as_of,
            customers=self._customers,
            currency=currency,
            counts=tuple((name, tuple(found.items())) for name, found in self._counts.items()),
            waterfall=self._all.closed(),
            waterfall_by_kind=tuple((kind, sums.closed()) for kind, sums in self._by_kind.items()),
            rejected=tuple(rejected),
            rule_book=book.fingerprint,
            plugins=book.plugins,
            skipped=skipped,
        )

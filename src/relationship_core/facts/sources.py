"""Where facts come from, in the words their declarations use."""

from __future__ import annotations

from typing import Final

from attrs import evolve

from relationship_core.rules import Expression, Fact

CUSTOMER: Final = "the customer's record"
ACCOUNTS: Final = "the customer's accounts"
POSITIONS: Final = "positions, by month"
TRANSACTIONS: Final = "booked transactions"
INTERACTIONS: Final = "interactions"
RELATIONS: Final = "relations"
STANDING: Final = "the standing before the review"
CONTRIBUTION: Final = "computed by contribution"
BENCHMARKS: Final = "computed by contribution, against the cut-offs of the latest portfolio run"
LIFECYCLE: Final = "decided by the lifecycle"
TIERING: Final = "decided by the tiering"
RETENTION: Final = "decided by the retention rules"
SUPPLIED: Final = "supplied by the host: no record of a dossier tells it"

REPORTING_CURRENCY: Final = "reporting currency"
SHARE: Final = "share of one"
CHANGE: Final = "change as a part of the earlier value"


def related(fact: Fact, *relations: Expression) -> Fact:
    """Give a fact relations that name the fact itself, which therefore had to exist first."""
    return evolve(fact, relations=relations)

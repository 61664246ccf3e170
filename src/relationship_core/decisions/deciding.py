"""From observed facts to what is decided on them, phase by phase."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from attrs import field, frozen

from relationship_core.decisions.choice import Choice
from relationship_core.decisions.retention import RISK_FACT, RetentionDecision
from relationship_core.decisions.rule_book import RuleBook
from relationship_core.decisions.seen_facts import SeenFacts, seen
from relationship_core.decisions.service import ServiceDecision
from relationship_core.decisions.stage import StageDecision
from relationship_core.decisions.tier import TierDecision
from relationship_core.decisions.window import months_between
from relationship_core.domain.standing import Standing
from relationship_core.facts import Phase
from relationship_core.rules import FactValue


@frozen
class Decisions:
    """What was decided of one customer, and the facts it was decided on.

    Args:
        stage: Where the customer stands in the lifecycle.
        tier: The tier, and what is pending or overridden.
        match: The cell of the match matrix.
        treatment: What becomes of a customer that isn't gold; None for one that is.
        services: Entitlements and occasions to care.
        retention: The risk of losing the customer, and what to do.
        standing: Where the relationship stands now.
        facts: All that was seen and decided, by name; None where missing.
    """

    stage: StageDecision
    tier: TierDecision
    match: Choice
    treatment: Choice | None
    services: ServiceDecision
    retention: RetentionDecision
    standing: Standing
    facts: SeenFacts = field(repr=False, hash=False, converter=seen)


def decide(
    book: RuleBook,
    observed: Mapping[str, FactValue | None],
    standing: Standing | None,
    as_of: date,
) -> Decisions:
    """Decide the stage, the tier, the service and the retention, in this order.

    Args:
        book: The rule book as it holds at the customer's node on the day.
        observed: What was observed and reckoned; what each phase decides is added to a copy.
        standing: Where the relationship stood before; None on a first day.
        as_of: The review date.

    Raises:
        ReviewError: The standing is of a later day, or of a stage or tier that the book lacks.
    """
    facts = dict(observed)
    stage = book.lifecycle.advance(standing, facts, as_of)
    facts["stage"] = stage.stage
    facts["months_in_stage"] = months_between(stage.since, as_of)
    book.derive(facts, Phase.LIFECYCLE)
    tier = book.tiering.decide(standing, facts, as_of)
    facts["tier"] = tier.tier
    facts["months_in_tier"] = months_between(tier.since, as_of)
    book.derive(facts, Phase.TIERING)
    services = book.service.decide(facts, as_of)
    retention = book.retention.decide(facts)
    facts[RISK_FACT] = retention.risk
    book.derive(facts, Phase.RETENTION)
    return Decisions(
        stage=stage,
        tier=tier,
        match=book.tiering.match(facts),
        treatment=book.tiering.treat(tier.tier, facts),
        services=services,
        retention=retention,
        standing=tier.applied_to(standing, stage),
        facts=SeenFacts.holding(facts),
    )

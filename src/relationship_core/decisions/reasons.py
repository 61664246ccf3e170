"""The reasons behind a review's decisions: the rules that decided, and those that could have."""

from __future__ import annotations

from attrs import frozen

from relationship_core.decisions.rule_book import RuleBook
from relationship_core.decisions.stage import StageDecision
from relationship_core.decisions.tiering import TierDecision
from relationship_core.rules import Facts, RuleExplanation, explain


@frozen
class Explanation:
    """How a customer stands to every rule that mattered.

    Args:
        moves: The moves out of the stage before, the gravest first; on a first day the entry rules.
        better_tiers: The rules of the better tiers, the nearest first, with what is missing to each.
        keeps: What keeps the customer in the tier; None for a tier that asks nothing.
        risks: The rules of risk, gravest first.
    """

    moves: tuple[RuleExplanation, ...]
    better_tiers: tuple[RuleExplanation, ...]
    keeps: RuleExplanation | None
    risks: tuple[RuleExplanation, ...]


def explain_decisions(
    book: RuleBook, stage: StageDecision, tier: TierDecision, facts: Facts
) -> Explanation:
    """Work out the reasons, from the rule book in force and the facts that were seen."""
    tiering = book.tiering
    return Explanation(
        moves=book.lifecycle.explain(stage.previous, facts),
        better_tiers=tiering.missing_to_next(tier.tier, facts),
        keeps=tiering.keeps(tier.tier, facts),
        risks=tuple(explain(rule, facts) for rule in book.retention.risks.rules),
    )

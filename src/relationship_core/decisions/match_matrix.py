"""The match matrix: how good a customer is against how well the bank can serve them."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from relationship_core.decisions.choice import outcome_of
from relationship_core.errors import RuleBookError
from relationship_core.facts import contribution_12m, contribution_percentile, service_ability
from relationship_core.rules import Expression, HitPolicy, Rule, RuleSet, Text
from relationship_core.rules.rule_set import as_rule_set


class MatchCell(StrEnum):
    """How the bank chooses a customer."""

    FOCUS = "focus"
    OPPORTUNISTIC = "opportunistic"
    PASSIVE = "passive"
    DECLINE = "decline"


# A good customer brings in more than it costs to serve, all costs counted; being big isn't enough.
_GOOD = (contribution_12m > 0) & (contribution_percentile >= 0.8)
_ABLE = service_ability >= 0.6


def match_matrix(good: Expression = _GOOD, able: Expression = _ABLE) -> RuleSet:
    """The four rules of the matrix.

    Args:
        good: What makes a good customer: by default a positive contribution among the best fifth.
        able: When the bank can serve them well: by default a `service_ability` of 0.6.
    """
    cells = {
        MatchCell.FOCUS: (good & able, Text("A good customer the bank serves well", "重点选择")),
        MatchCell.OPPORTUNISTIC: (
            good & ~able,
            Text("A good customer the bank can't serve well yet", "择机选择"),
        ),
        MatchCell.PASSIVE: (
            ~good & able,
            Text("Well served, but not among the good customers", "消极选择"),
        ),
        MatchCell.DECLINE: (
            ~good & ~able,
            Text("Neither a good customer nor one the bank serves well", "放弃选择"),
        ),
    }
    return match_rules(
        Rule(cell.value, when, reason=reason) for cell, (when, reason) in cells.items()
    )


def match_rules(rules: Iterable[Rule] | RuleSet) -> RuleSet:
    """Rules of a match matrix, each named after its cell or saying it by `then`.

    Raises:
        RuleBookError: A rule leads to no cell.
    """
    rule_set = as_rule_set(rules, "tiering.matrix", HitPolicy.FIRST)
    cells = {cell.value for cell in MatchCell}
    for rule in rule_set.rules:
        if outcome_of(rule) not in cells:
            raise RuleBookError(
                f"it leads to no cell of the matrix: {outcome_of(rule)!r}",
                where=f"rule {rule.id} of {rule_set.name}",
                mend=f"the cells are {', '.join(sorted(cells))}",
            )
    return rule_set

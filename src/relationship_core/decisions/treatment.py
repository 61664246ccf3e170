"""Treatment: what becomes of customers that are not gold; they are divided, never abandoned."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from relationship_core.facts import (
    contribution_12m,
    contribution_growth,
    contribution_previous_12m,
    product_count,
    product_count_change_6m,
)
from relationship_core.rules import Expression, HitPolicy, IfMissing, Rule, RuleSet, Text
from relationship_core.rules.rule_set import as_rule_set


class Treatment(StrEnum):
    """How a customer that isn't gold is treated; basic services stay, whichever it is."""

    NURTURE = "nurture"
    HIGHER_THRESHOLD = "higher_threshold"
    SELF_SERVICE = "self_service"


_GROWING = (contribution_growth >= 0.2) | (product_count_change_6m >= 1)
# Two years that cost more than they brought, and no sign of change. Who holds nothing yet costs no
# more than the attention that is to win them.
_UNPROFITABLE = (product_count >= 1) & (contribution_12m < 0) & (contribution_previous_12m < 0)


def treatments(growing: Expression = _GROWING, unprofitable: Expression = _UNPROFITABLE) -> RuleSet:
    """The rules by which customers that aren't gold are divided.

    A growing customer is nurtured, even one who costs more than they bring. Where facts are missing
    the rule is skipped: nobody meets a higher threshold for what the bank doesn't know.

    Args:
        growing: Who is growing: by default contribution up by a fifth on the year before, or a
            product more than six months ago.
        unprofitable: Whom no service can make profitable: by default two years in a row that cost
            more than they brought, of a customer who holds a product.
    """
    return treatment_rules(
        (
            Rule(
                Treatment.NURTURE.value,
                growing,
                reason=Text("Growing: nurtured toward gold", "成长型客户，培育为金牌客户"),
                priority=1,
                if_missing=IfMissing.SKIP,
            ),
            Rule(
                Treatment.HIGHER_THRESHOLD.value,
                unprofitable,
                reason=Text(
                    "Costs more than it brings, year after year: special services cost more,"
                    " basic ones stay",
                    "持续亏损，提高服务门槛，保留基本服务",
                ),
                priority=2,
                if_missing=IfMissing.SKIP,
            ),
        )
    )


def treatment_rules(rules: Iterable[Rule] | RuleSet) -> RuleSet:
    """Rules that divide customers, each named after its treatment or saying it by `then`.

    A bank may have treatments of its own. Who is caught by no rule gets self-service.
    """
    return as_rule_set(rules, "tiering.treatments", HitPolicy.FIRST)

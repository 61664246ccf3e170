"""The risk of losing customers, and what to do: `Retention.decide`, for every row at once."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import Final

from relationship_core.decisions.parameters import reporting_currency
from relationship_core.decisions.retention import RISK_FACT, WORTH_FACT
from relationship_core.decisions.rule_book import RuleBook
from relationship_core.decisions.telling_rules import node_in_words
from relationship_core.domain import minor_units
from relationship_core.portfolio.decide.asked import AskedRules
from relationship_core.portfolio.decide.cell import (
    NO,
    YES,
    Cell,
    col,
    first_place,
    first_that_holds,
    none,
    small,
    told,
    whole,
)
from relationship_core.portfolio.decide.first_hit import FirstHitColumns
from relationship_core.portfolio.decide.listing import listing
from relationship_core.portfolio.decide.nodes import Nodes
from relationship_core.portfolio.decide.words import Held
from relationship_core.rules import EXACT, Kind
from relationship_core.rules.compile_frame.cells import LARGEST

_LEAST_MONEY_SCALE: Final = 2


class RetentionColumns:
    """The signals seen, the risk they amount to, and the one action proposed.

    Args:
        nodes: The books of the bank's nodes.
    """

    def __init__(self, nodes: Nodes) -> None:
        retention = nodes.book.retention
        self._share = retention.maximum_cost_share
        self._scale = _money_scale(nodes.book)
        self._signals = AskedRules(nodes, lambda book: book.retention.signals)
        self._risks = FirstHitColumns("risks", nodes, lambda book: book.retention.risks)
        levels = (*(rule.id for rule in self._risks.rules), retention.levels[-1])
        self._risk = nodes.sheet.named(RISK_FACT, told(self._risks.place, levels))
        actions = AskedRules(nodes, lambda book: book.retention.actions)
        self._actions = actions.rules
        worthwhile = [
            answer & self._is_worth_it(rule.then.cost)
            for rule, answer in zip(actions.rules, actions.answers, strict=True)
        ]
        self._action = nodes.sheet.own("action", first_place(worthwhile))

    def _is_worth_it(self, cost: Decimal) -> Cell:
        if not cost:
            return YES
        if not self._can_be_worth_it(cost):
            return NO
        return col(WORTH_FACT) >= whole(_least_worth(cost, self._share))

    def _can_be_worth_it(self, cost: Decimal) -> bool:
        return not cost or _least_worth(cost, self._share) <= LARGEST

    def columns(self) -> dict[str, Cell]:
        """What is told of the retention, by the names of a table of reviews."""
        rules, place = self._risks.rules, self._risks.place
        nodes = [node_in_words(rule.scope) for rule in rules]
        costs = [
            (self._action.equals(small(number)), whole(self._units(rule.then.cost)))
            for number, rule in enumerate(self._actions)
            if self._can_be_worth_it(rule.then.cost)
        ]
        return {
            RISK_FACT: self._risk,
            "retention_rule": told(place, [*(rule.id for rule in rules), None]),
            "retention_rule_node": told(place, [*nodes, None]),
            "retention_undetermined": self._risks.is_undetermined,
            "signals": listing(
                [rule.then.code for rule in self._signals.rules], self._signals.answers
            ),
            "action": told(self._action, [*(rule.then.code for rule in self._actions), None]),
            "action_cost": first_that_holds(costs, none(Held.WHOLE)),
        }

    def _units(self, cost: Decimal) -> int:
        unit = Decimal(1).scaleb(-self._scale)
        return int(EXACT.scaleb(cost.quantize(unit, context=EXACT), self._scale))


def _money_scale(book: RuleBook) -> int:
    """The decimals of an amount in the reporting currency, as a table of reviews tells it."""
    return max(_LEAST_MONEY_SCALE, minor_units(reporting_currency(book.contribution)))


def _least_worth(cost: Decimal, share: Decimal) -> int:
    """The least contribution, in units of its column, of which a cost is no larger share."""
    if not share:
        return LARGEST + 1
    units: int = 10**Kind.MONEY.scale
    return ceil(Fraction(cost) * units / Fraction(share))

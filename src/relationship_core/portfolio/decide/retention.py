"""The risk of losing customers, and what to do: `Retention.decide`, for every row at once."""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal

import narwhals as nw

from relationship_core.decisions.parameters import reporting_currency
from relationship_core.decisions.retention import RISK_FACT, WORTH_FACT
from relationship_core.decisions.telling_rules import node_in_words
from relationship_core.domain import minor_units
from relationship_core.portfolio.decide.columns import (
    PREFIX,
    Column,
    Frame,
    Told,
    first_that_holds,
    flag,
    least_place,
    none,
    small,
    with_columns,
)
from relationship_core.portfolio.decide.conditions import AskedRules, Conditions
from relationship_core.portfolio.decide.first_hit import FirstHitColumns
from relationship_core.portfolio.decide.listing import listing
from relationship_core.portfolio.decide.nodes import Nodes
from relationship_core.rules import EXACT, Kind, Rule
from relationship_core.rules.compile_frame.cells import LARGEST

_LEAST_MONEY_SCALE = 2


class RiskColumns:
    """The signals seen, and the risk they amount to.

    Args:
        nodes: The books of the bank's nodes.
        conditions: Where conditions are computed.
    """

    def __init__(self, nodes: Nodes, conditions: Conditions) -> None:
        self._signals = AskedRules(nodes, lambda book: book.retention.signals, conditions)
        self._risks = FirstHitColumns("risks", nodes, lambda book: book.retention.risks, conditions)
        self._last = nodes.book.retention.levels[-1]

    def decided(self, frame: Frame) -> Frame:
        """The frame with the risk, once all conditions that it rests on are computed."""
        rules = self._risks.rules
        levels = (*(rule.id for rule in rules), self._last)
        frame = self._risks.with_places(frame).with_columns(**self._risks.open_columns())
        return with_columns(frame, {RISK_FACT: Told(self._risks.place, levels)})

    def columns(self) -> dict[str, Column]:
        """What is told of the risk, by the names of a table of reviews."""
        rules, place = self._risks.rules, self._risks.place
        nodes = tuple(node_in_words(rule.scope) for rule in rules)
        codes = [held.rule.then.code for held in self._signals.all]
        return {
            RISK_FACT: nw.col(RISK_FACT),
            "retention_rule": Told(place, (*(rule.id for rule in rules), None)),
            "retention_rule_node": Told(place, (*nodes, None)),
            "retention_undetermined": self._risks.is_undetermined,
            "signals": listing(codes, self._signals.answers()),
        }


class ActionColumns:
    """The one action proposed, and its cost.

    Args:
        nodes: The books of the bank's nodes.
        conditions: Where conditions are computed.
    """

    _PLACE = f"{PREFIX}action"

    def __init__(self, nodes: Nodes, conditions: Conditions) -> None:
        self._asked = AskedRules(nodes, lambda book: book.retention.actions, conditions)
        self._share = nodes.book.retention.maximum_cost_share
        currency = reporting_currency(nodes.book.contribution)
        self._scale = max(_LEAST_MONEY_SCALE, minor_units(currency))
        self._rules = tuple(held.rule for held in self._asked.all)

    def decided(self, frame: Frame) -> Frame:
        """The frame with the action's place, once the risk and what rests on it are computed."""
        fire = [
            answer & self._is_worth_it(rule)
            for answer, rule in zip(self._asked.answers(), self._rules, strict=True)
        ]
        count = len(fire)
        return frame.with_columns(least_place(fire, range(count), count).alias(self._PLACE))

    def _is_worth_it(self, rule: Rule) -> nw.Expr:
        cost: Decimal = rule.then.cost
        if not cost:
            return flag(True)
        least = _least_worth(cost, self._share)
        if least > LARGEST:
            return flag(False)
        return nw.col(WORTH_FACT) >= least

    def columns(self) -> dict[str, Column]:
        """What is told of the action, by the names of a table of reviews."""
        place = nw.col(self._PLACE)
        costs = [
            (place == small(number), nw.lit(self._units(rule.then.cost), dtype=nw.Int64()))
            for number, rule in enumerate(self._rules)
        ]
        return {
            "action": Told(place, (*(rule.then.code for rule in self._rules), None)),
            "action_cost": first_that_holds(costs, none(nw.Int64())),
        }

    def _units(self, cost: Decimal) -> int:
        unit = Decimal(1).scaleb(-self._scale)
        return int(EXACT.scaleb(cost.quantize(unit, context=EXACT), self._scale))


def _least_worth(cost: Decimal, share: Decimal) -> int:
    """The least contribution, in units of its column, of which a cost is no larger share."""
    if not share:
        return LARGEST + 1
    unit = Decimal(1).scaleb(-Kind.MONEY.scale)
    least = EXACT.divide(cost, share).quantize(unit, rounding=ROUND_CEILING, context=EXACT)
    # A quotient of a hundred digits was rounded; the product is what counts.
    while EXACT.multiply(least - unit, share) >= cost:
        least -= unit
    while EXACT.multiply(least, share) < cost:
        least += unit
    return int(EXACT.scaleb(least, Kind.MONEY.scale))

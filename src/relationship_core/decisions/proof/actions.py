"""Retention actions that nobody is offered, because others stand before them or cost too much."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import ROUND_CEILING, Decimal

from attrs import evolve, field, frozen

from relationship_core.decisions.retention import WORTH_FACT
from relationship_core.rules import Expression, Fact, HitPolicy, IfMissing, Kind, Rule, RuleSet
from relationship_core.rules.analysis import Finding, prove
from relationship_core.rules.analysis.finding import IMPOSSIBLE, SHADOWED
from relationship_core.rules.expression import Literal
from relationship_core.rules.kind import HELD_DIGITS

_CENT = Decimal(1).scaleb(-Kind.MONEY.scale)


@frozen
class Proposing:
    """Whether there is somebody for each action: the first that fits and is worth it is proposed.

    Args:
        rules: The actions.
        share: The part of the last twelve months' contribution that an action may cost.
        facts: The facts by name.
    """

    rules: RuleSet
    share: Decimal
    facts: Mapping[str, Fact] = field(eq=False)

    def answer(self, scope: tuple[str, ...], on: date | None, steps: int) -> Iterable[Finding]:
        """The actions that are never proposed."""
        asked = RuleSet(
            self.rules.name,
            [self._worthwhile(rule) for rule in self.rules.rules],
            HitPolicy.FIRST,
            node=self.rules.node,
        )
        found = prove(
            asked, must_cover=False, facts=self.facts, scope=scope, as_of=on, steps=steps
        ).findings
        return [each for each in found if each.code in {IMPOSSIBLE, SHADOWED}]

    def _worthwhile(self, rule: Rule) -> Rule:
        """The action where it is also worth its cost; what is unknown of it is passed over."""
        least = self._least(rule.then.cost)
        when = rule.when if least is None else rule.when & least
        return evolve(rule, when=when, if_missing=IfMissing.SKIP)

    def _least(self, cost: Decimal) -> Expression | None:
        """What the contribution must be at least; None where the action is free."""
        if not cost:
            return None
        least = (cost / self.share).quantize(_CENT, ROUND_CEILING) if self.share else None
        if least is None or least.adjusted() >= HELD_DIGITS - Kind.MONEY.scale:
            return Literal(False, Kind.FLAG)
        return self.facts[WORTH_FACT] >= least

"""Retention actions that nobody is offered, because others stand before them or cost too much."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import ceil

from attrs import evolve, field, frozen

from relationship_core.decisions.retention import WORTH_FACT
from relationship_core.rules import Expression, Fact, HitPolicy, IfMissing, Kind, Rule, RuleSet
from relationship_core.rules.analysis import Finding, prove
from relationship_core.rules.analysis.finding import IMPOSSIBLE, SHADOWED
from relationship_core.rules.expression import Literal
from relationship_core.rules.kind import EXACT, HELD_DIGITS

_CENTS = Decimal(10**Kind.MONEY.scale)
_NEVER = Literal(False, Kind.FLAG)


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

    def answer(self, scope: tuple[str, ...], on: date | None, steps: int) -> Iterator[Finding]:
        """The actions that are never proposed; that nobody meets one is told of the set first."""
        asked = RuleSet(
            self.rules.name,
            [self._worthwhile(rule) for rule in self.rules.rules],
            HitPolicy.FIRST,
            node=self.rules.node,
        )
        found = prove(
            asked, must_cover=False, facts=self.facts, scope=scope, as_of=on, steps=steps
        ).findings
        for finding in found:
            if finding.code is SHADOWED:
                yield finding
            elif finding.code is IMPOSSIBLE:
                yield evolve(
                    finding,
                    message=f"nobody is offered {finding.rules[0]!r}: at a share of {self.share} no"
                    " contribution is worth its cost",
                    mend="let it cost less, or allow a larger share",
                )

    def _worthwhile(self, rule: Rule) -> Rule:
        """The action where it is also worth its cost; what is unknown of it is passed over."""
        least = self._least(rule.then.cost)
        when = rule.when if least is None else rule.when & least
        return evolve(rule, when=when, if_missing=IfMissing.SKIP)

    def _least(self, cost: Decimal) -> Expression | None:
        """What the contribution must be at least; None where the action is free."""
        if not cost:
            return None
        if not self.share:
            return _NEVER
        # Counted in cents, of which a fraction would already be too little.
        least = ceil(Fraction(cost) * Fraction(_CENTS) / Fraction(self.share))
        if least >= 10**HELD_DIGITS:
            return _NEVER
        worth: Expression = self.facts[WORTH_FACT] >= EXACT.divide(Decimal(least), _CENTS)
        return worth

"""What keeps a tier: rules that keep it for nobody, and tiers kept against a law of the tiering."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import count

from attrs import evolve, field, frozen

from relationship_core.rules import Fact, Rule, RuleSet
from relationship_core.rules.analysis import Finding, Monotone
from relationship_core.rules.analysis.examination import Examination
from relationship_core.rules.analysis.finding import REDUNDANT
from relationship_core.rules.analysis.inquiry import UndecidedError
from relationship_core.rules.analysis.laws import broken


@frozen
class Keeping:
    """Whether each rule that keeps a tier does so for somebody, and by the tiering's laws.

    Who holds a tier is left the better of what is earned and what is kept. That is asked for each
    tier that something keeps, as what keeps a better one isn't asked of who holds a lower.

    Args:
        rules: What keeps each tier.
        earning: What earns each.
        ladder: The tiers, best first.
        laws: What holds of the tiers.
        facts: The facts by name.
    """

    rules: RuleSet
    earning: RuleSet
    ladder: tuple[str, ...]
    laws: tuple[Monotone, ...]
    facts: Mapping[str, Fact] = field(eq=False)

    def answer(self, scope: tuple[str, ...], on: date | None, steps: int) -> Iterator[Finding]:
        """The rules that keep a tier for nobody, and the laws that are broken of who holds one."""

        def examined(rules: tuple[Rule, ...]) -> Examination:
            return Examination(
                # What earns a tier there may be a branch's own rule, what keeps it everybody's.
                evolve(self.rules, rules=rules, node=scope),
                defined=self.facts,
                otherwise=self.ladder[-1],
                steps=steps,
                scope=scope,
                on=on,
            )

        if not self.rules.rules:
            return
        earned = examined(self.earning.rules)
        # A law that is broken by how tiers are earned is told of the rules that earn them.
        laws = [law for law in self.laws if not any(broken(earned, law))]
        for rule in self.rules.rules:
            name = self._beside(rule)
            both = examined((*self._at_least(rule.id, self.earning), evolve(rule, id=name)))
            yield from _of_no_use(both, rule, name)
            left = examined(self._left_to(rule.id))
            for law in list(laws):
                for found in broken(left, law):
                    laws.remove(law)
                    yield found

    def _at_least(self, tier: str, rules: RuleSet) -> list[Rule]:
        """The rules for a tier and all better ones."""
        place = self.ladder.index(tier)
        return [each for each in rules.rules if self.ladder.index(each.id) <= place]

    def _left_to(self, tier: str) -> tuple[Rule, ...]:
        """The tiers as they are left to who holds one: earned, or at most that one and kept."""
        held = self.ladder.index(tier)
        kept = {each.id: each for each in self.rules.rules if self.ladder.index(each.id) >= held}
        earned = [
            evolve(kept[each.id], when=each.when | kept.pop(each.id).when)
            if each.id in kept
            else each
            for each in self.earning.rules
        ]
        return (*earned, *kept.values())

    def _beside(self, rule: Rule) -> str:
        """A name by which what keeps a tier can be told from what earns it."""
        names = (f"{rule.id}{'.kept' * times}" for times in count(1))
        return next(name for name in names if name not in self.ladder)


def _of_no_use(both: Examination, rule: Rule, name: str) -> Iterator[Finding]:
    """Whether whoever meets a rule that keeps a tier earns that tier, or a better one, anyway.

    That nobody meets it is told of the rule by itself.
    """
    place = both.rule_set.ids(tuple(range(len(both.rules)))).index(name)
    kept = both.true[place]
    others = [true for each, true in enumerate(both.true) if each != place]
    left_open = [open_ for each, open_ in enumerate(both.open) if each != place]
    try:
        customer = both.inquiry.customer(kept)
        if customer is None or both.inquiry.is_there(kept, both.none_of([*others, *left_open])):
            return
    except UndecidedError:
        yield both.undecided(REDUNDANT, [rule])
        return
    yield both.finding(
        REDUNDANT,
        f"the rule {rule.id!r} keeps that tier for nobody: whoever meets it earns the tier, or a"
        " better one, anyway",
        "ask for less than what earns the tier, or take it out",
        [rule],
        customer,
        shows=lambda witness: name in witness.meets and len(witness.meets) > 1,
    )

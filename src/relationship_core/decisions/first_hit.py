"""A first-hit rule set made ready to be asked, that can also say which facts it lacks."""

from __future__ import annotations

from relationship_core.decisions.open_conditions import OpenConditions
from relationship_core.rules import Facts, RuleSet, Text, facts_in
from relationship_core.rules.expression import Arithmetic

Told = tuple[str | None, str, Text | None, tuple[str, ...]]
"""A rule by its name, the plugin it came from, its reason and its node of the organisation."""


class FirstHit:
    """Compiled rules in their order, of which the first that fires decides.

    Args:
        rule_set: The rules of one node and one day.

    Attributes:
        rules: The rules.
        decide: From facts to the places of the rule that fired and of those left open before it.
        reads: For each rule the names of the facts it reads.
        all_reads: The names of the facts that any of them reads, each once.
    """

    __slots__ = ("_computes", "_open", "all_reads", "decide", "reads", "rules")

    def __init__(self, rule_set: RuleSet) -> None:
        self.rules = rule_set.rules
        self.decide = rule_set.compiled
        self.reads = tuple(tuple(fact.name for fact in facts_in(rule.when)) for rule in self.rules)
        self.all_reads = tuple(dict.fromkeys(name for names in self.reads for name in names))
        self._computes = any(
            isinstance(node, Arithmetic) for rule in self.rules for node in rule.when.walk()
        )
        self._open: OpenConditions | None = None

    def told(self, fired: tuple[int, ...]) -> Told:
        """The rule that fired, as a decision tells it; nothing where none did."""
        if not fired:
            return None, "", None, ()
        rule = self.rules[fired[0]]
        return rule.id, rule.origin, rule.reason, rule.scope

    def missing(self, unknown: tuple[int, ...], facts: Facts) -> tuple[str, ...]:
        """The names of the missing facts that leave the rules at these places open."""
        if not unknown:
            return ()
        found = {name for place in unknown for name in self.reads[place] if facts[name] is None}
        # What is computed may be unknown although nothing is missing; else one can be the only one.
        if len(found) == 1 and not self._computes:
            return tuple(found)
        if self._open is None:
            self._open = OpenConditions(self.rules)
        return self._open.missing(unknown, facts)

"""Telling each fault once: what the head office's rules do wrong shows at every node below."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from relationship_core.decisions.proof.codes import OSCILLATION
from relationship_core.rules import Rule, RuleSet
from relationship_core.rules.analysis import Finding, Witness
from relationship_core.rules.analysis.finding import GAP, IMPOSSIBLE

_Key = tuple[Any, ...]


class Told:
    """The faults that have been told, with the rules that showed each.

    A fault that shows again is told again only where other rules show it: a branch's own, or those
    of another time.
    """

    def __init__(self) -> None:
        self._told: dict[_Key, list[tuple[tuple[str, ...], RuleSet]]] = {}

    def new(self, findings: Iterable[Finding], rules: RuleSet) -> Iterator[Finding]:
        """Those of the findings that haven't been told.

        Args:
            findings: What was found of rules.
            rules: These rules.
        """
        for finding in findings:
            told = self._told.setdefault(_key(finding), [])
            shown = _shown_by(finding, rules)
            if not any(
                finding.scope[: len(scope)] == scope and _shown_by(finding, before) == shown
                for scope, before in told
            ):
                told.append((finding.scope, rules))
                yield finding


def _key(finding: Finding) -> _Key:
    """What a finding is about, whoever shows it; a move is one in all stages that it leads from."""
    rule_set = ".".join(finding.rule_set.split(".")[:2])
    # Nobody meets a rule for one reason or another.
    message = "" if finding.code is IMPOSSIBLE else finding.message
    return (finding.code, rule_set, _differing(finding) or message)


def _differing(finding: Finding) -> tuple[str, ...]:
    """The facts in which two customers differ who show that a law is broken."""
    # To who swings, the two are one customer before and after.
    return () if finding.code is OSCILLATION else finding.differs_in


def _shown_by(finding: Finding, rules: RuleSet) -> list[Rule | None]:
    """The rules of a set that a finding is about, or that decide about the customers it tells of.

    Which two customers show that a law is broken is a matter of chance, and so who decides of them.
    """
    by_id = {rule.id: rule for rule in rules.rules}
    if not _differing(finding) and finding.code is not GAP:
        return [by_id.get(name) for name in finding.rules]
    witnesses = (each for each in (finding.witness, finding.other) if each is not None)
    return [rule for witness in witnesses for rule in _deciding(rules, witness)]


def _deciding(rules: RuleSet, witness: Witness) -> Iterator[Rule]:
    # What only other rules read of the customer is as good as missing.
    facts = {**{fact.name: None for fact in rules.facts}, **dict(witness.facts)}
    for place in rules.compiled(facts).fired:
        yield rules.rules[place]

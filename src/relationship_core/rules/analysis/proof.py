"""Proving a set of rules: all that is wrong with it, each fault with a customer who shows it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import chain
from types import MappingProxyType
from typing import Any

from attrs import field, frozen

from relationship_core.rules.analysis.coverage import conflicts, gaps
from relationship_core.rules.analysis.examination import Examination
from relationship_core.rules.analysis.finding import (
    GRAVEST_FIRST,
    IMPOSSIBLE,
    UNDECIDED,
    Finding,
    Severity,
)
from relationship_core.rules.analysis.inquiry import STEPS
from relationship_core.rules.analysis.laws import Monotone, broken, unlawful
from relationship_core.rules.analysis.missing import when_missing
from relationship_core.rules.analysis.ranges import outside
from relationship_core.rules.analysis.reach import idle
from relationship_core.rules.fact import Fact
from relationship_core.rules.json_form import fingerprint
from relationship_core.rules.rule_set import RuleSet

SCHEMA = 1
"""The version of a proof's JSON form."""


def _gravest_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(
        sorted(
            findings,
            key=lambda each: (
                GRAVEST_FIRST[each.code.severity],
                each.rule_set,
                each.scope,
                each.code.id,
                each.rules,
                each.message,
            ),
        )
    )


@frozen
class Proof:
    """What was found of one or several sets of rules.

    Args:
        findings: All that was found, the gravest first.
        proved: How many rules were examined, by the name of their set.
        subject: The fingerprint of what was proved; empty for a single set of rules.
    """

    findings: tuple[Finding, ...] = field(converter=_gravest_first)
    proved: tuple[tuple[str, int], ...] = ()
    subject: str = ""

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that stop a rule book from going live."""
        return tuple(each for each in self.findings if each.code.severity is Severity.ERROR)

    @property
    def undecided(self) -> tuple[Finding, ...]:
        """What the solver had to leave open."""
        return tuple(each for each in self.findings if each.code is UNDECIDED)

    @property
    def holds(self) -> bool:
        """Whether no error was found, and nothing was left open."""
        return not self.errors

    def to_json(self) -> dict[str, Any]:
        """The proof as plain JSON data."""
        return {
            "schema": SCHEMA,
            "subject": self.subject,
            "findings": [each.to_json() for each in self.findings],
            "proved": [{"rule_set": name, "rules": count} for name, count in self.proved],
        }

    @property
    def digest(self) -> str:
        """SHA-256 over what was found, in hexadecimal; where files lie doesn't enter."""
        written = self.to_json()
        findings = [{**each, "place": None} for each in written["findings"]]
        return fingerprint({**written, "findings": findings})


def prove(
    rule_set: RuleSet,
    *,
    laws: Iterable[Monotone] = (),
    outcomes: Iterable[Any] = (),
    otherwise: Any = None,
    must_cover: bool | None = None,
    facts: Mapping[str, Fact] = MappingProxyType({}),
    scope: Iterable[str] = (),
    as_of: date | None = None,
    steps: int = STEPS,
) -> Proof:
    """All that is wrong with a set of rules, under what its facts declare of themselves.

    Args:
        rule_set: The rules.
        laws: What more of a fact must never lose.
        outcomes: All that there should be somebody for; what rules lead to need not be named.
        otherwise: The outcome of whoever meets no rule; None where that is none.
        must_cover: Whether everybody must meet a rule; by default where one answer is promised and
            nothing is said for the others.
        facts: Facts by name that stand in for those the rules read, where more is known of them.
        scope: The node of the organisation, as a path of names.
        as_of: The day; needed where a rule has several versions.
        steps: The solver's steps for one question; more may decide what was left open.

    Returns:
        The findings, each with a customer whom the rules themselves confirm.

    Raises:
        MissingExtraError: The solver isn't installed.
        RuleError: No day is given although versions differ, or a law's fact has no order.
    """
    node = tuple(scope)
    at_node = rule_set.effective(node, as_of)
    examination = Examination(
        at_node, defined=facts, otherwise=otherwise, steps=steps, scope=node, on=as_of
    )
    found = chain(_found(examination, outcomes, must_cover), _lawful(examination, laws))
    return Proof(tuple(found), ((rule_set.name, len(at_node.rules)),))


def _found(
    examination: Examination, outcomes: Iterable[Any], must_cover: bool | None
) -> Iterator[Finding]:
    if must_cover is None:
        must_cover = not examination.is_collecting and examination.otherwise is None
    if must_cover:
        yield from gaps(examination)
    yield from conflicts(examination)
    slips = list(outside(examination))
    yield from slips
    # A rule that compares with what never is can hardly be met: that is the same fault.
    told = {(IMPOSSIBLE, each.rules) for each in slips}
    yield from (each for each in idle(examination, outcomes) if (each.code, each.rules) not in told)
    yield from when_missing(examination)


def _lawful(examination: Examination, laws: Iterable[Monotone]) -> Iterator[Finding]:
    for law in laws:
        yield from broken(examination, law)
    yield from unlawful(examination)

"""Findings as people read them at a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from textwrap import wrap

from rich.console import Console
from rich.text import Text

from relationship_core.rules import Fact, FactValue, Rule, RuleSet
from relationship_core.rules.analysis import Finding, Proof, Severity, Witness
from relationship_core.rules.analysis.world import read_beneath
from relationship_core.rules.place import Place

_COLOURS = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}
_WIDEST = 100

Reads = Mapping[str, frozenset[str]]
"""For each rule by its id the facts that it rests on."""


def reads_of(rule_sets: Iterable[RuleSet], catalogue: Mapping[str, Fact]) -> Reads:
    """What the rules of some sets rest on, rules of one id taken together."""
    found: dict[str, frozenset[str]] = {}
    for rule in (rule for rule_set in rule_sets for rule in rule_set.rules):
        found[rule.id] = found.get(rule.id, frozenset()) | _read_by(rule, catalogue)
    return found


def _read_by(rule: Rule, catalogue: Mapping[str, Fact]) -> frozenset[str]:
    return frozenset(read_beneath([rule.when], catalogue))


def show(console: Console, proof: Proof, reads: Reads, *, notes: bool) -> None:
    """Print findings, the gravest first, then how many there are.

    Args:
        console: Where to.
        proof: What was found.
        reads: The facts of a customer to tell, but for a proof's notes, where all are told.
        notes: Whether to tell the notes too, and customers in full.
    """
    width = min(console.width, _WIDEST)
    for finding in proof.findings:
        if notes or finding.code.severity is not Severity.NOTE:
            for style, line in _lines(finding, None if notes else reads):
                for part in _wrapped(line, width):
                    console.print(Text(part, style=style), soft_wrap=True)
    for line in summary(proof, notes=notes):
        console.print(Text(line), soft_wrap=True)


def summary(proof: Proof, *, notes: bool) -> Iterator[str]:
    """How many faults of each kind there are, and what was proved."""
    counts = Counter(each.code.severity for each in proof.findings)
    found = ", ".join(_counted(counts[severity], severity) for severity in Severity)
    rules = _counted(sum(count for _, count in proof.proved), "rule")
    hidden = "" if notes or not counts[Severity.NOTE] else "; --notes tells the notes"
    yield f"{rules} in {_counted(len(proof.proved), 'set')}: {found}{hidden}"
    if proof.subject:
        yield f"rule book {proof.subject}"
    if proof.proved:
        yield f"proof     {proof.digest}"


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _wrapped(line: str, width: int) -> list[str]:
    indent = " " * (len(line) - len(line.lstrip()))
    return wrap(
        line,
        width,
        subsequent_indent=f"{indent}  ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _lines(finding: Finding, reads: Reads | None) -> Iterator[tuple[str, str]]:
    """A finding line by line, each with the style that it is shown in."""
    severity = finding.code.severity
    yield _COLOURS[severity], f"{severity} {finding.code}: {finding.message}"
    about = [finding.rule_set, finding.origin]
    about += [f"at {' > '.join(finding.scope)}"] if finding.scope else []
    about += [] if finding.on is None else [f"on {finding.on}"]
    about += [] if finding.place is None else [shown(finding.place)]
    if any(about):
        yield "dim", f"  in {', '.join(filter(None, about))}"
    if finding.witness is not None:
        named = None if reads is None or not finding.rules else frozenset(finding.rules)
        yield "", f"  witness: {_customer(finding.witness, _told_of(finding, reads), named)}"
        if finding.other is not None:
            other = _customer(
                finding.other, frozenset(finding.differs_in), named, rest="all else alike"
            )
            yield "", f"  against: {other}"
    yield "green", f"  mend: {finding.mend}"


def shown(place: Place) -> str:
    """A place, relative to the current folder where it lies inside."""
    file, here = Path(place.file), Path.cwd()
    return f"{file.relative_to(here) if here in file.parents else file}:{place.line}"


def _told_of(finding: Finding, reads: Reads | None) -> frozenset[str] | None:
    """The facts of the first customer to tell; None for all of them."""
    if reads is None or not finding.rules:
        return None
    told = frozenset[str]().union(*(reads.get(rule, ()) for rule in finding.rules))
    return told.union(finding.differs_in)


def _customer(
    witness: Witness,
    told: frozenset[str] | None,
    about: frozenset[str] | None,
    rest: str = "",
) -> str:
    """A customer in a line: the facts to tell, how many others there are, what the rules say."""
    known = [each for each in witness.facts if told is None or each[0] in told]
    left = len(witness.facts) - len(known)
    parts = [", ".join(f"{name} {_value(value)}" for name, value in known)]
    parts.append((rest or _counted(left, "further fact")) if left else "")
    met = () if witness.meets == witness.decides else witness.meets
    for word, ids in (("meets", met), ("open", witness.open), ("decides", witness.decides)):
        parts.append(f"{word} {_named(ids, about)}" if ids else "")
    return "; ".join(filter(None, parts))


def _value(value: FactValue | None) -> str:
    return "missing" if value is None else str(value)


def _named(ids: tuple[str, ...], about: frozenset[str] | None) -> str:
    """Rules by their ids, those that a finding is about before a count of the others."""
    named = [each for each in ids if about is None or each in about]
    left = len(ids) - len(named)
    if left and not named:
        return _counted(left, "other rule")
    return ", ".join(named) + (f" and {_counted(left, 'other rule')}" if left else "")

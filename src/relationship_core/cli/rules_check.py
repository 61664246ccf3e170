"""`relationship-core rules check`: what is wrong with a rule book, before it goes live."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from enum import StrEnum
from io import StringIO
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from relationship_core import __version__
from relationship_core.cli import FAILURE
from relationship_core.cli.rules import book_named
from relationship_core.cli.terminal import Plugins, SomeDay, out, told
from relationship_core.decisions.proof import CODES, prove_rule_book
from relationship_core.decisions.proof.codes import BROKEN
from relationship_core.decisions.rule_book import RuleBook
from relationship_core.errors import MissingExtraError, RelationshipError
from relationship_core.rules.analysis import Finding, Proof, Severity, Witness
from relationship_core.rules.analysis.inquiry import STEPS
from relationship_core.rules.analysis.sarif import sarif

_TROUBLE = 2
_COLOURS = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}


class Format(StrEnum):
    """How findings are told."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"


def check(
    book: Annotated[
        Path | None,
        typer.Argument(metavar="BOOK.json", help="A rule book's file; else the rules in force."),
    ] = None,
    as_of: SomeDay = None,
    plugin: Plugins = None,
    format_: Annotated[
        Format, typer.Option("--format", help="For people, for programs, or for code review.")
    ] = Format.TEXT,
    target: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Where to write instead.")
    ] = None,
    notes: Annotated[
        bool, typer.Option("--notes", help="Tell what missing facts leave open, too.")
    ] = False,
    steps: Annotated[
        int, typer.Option(metavar="N", min=1, help="The solver's steps for one question.")
    ] = STEPS,
) -> None:
    """Prove a rule book; exit 0 if no error was found, 1 if one was, 2 if it couldn't be tried.

    Found are gaps, conflicts, rules that never decide, broken monotonicity, unlawful thresholds,
    lifecycles that trap, each with a customer who shows it.
    """
    with told(_TROUBLE):
        proof = _proved(lambda: book_named(book, plugin), as_of, steps)
        if target is None and format_ is Format.TEXT:
            _show(out(), proof, notes=notes)
        elif target is None:
            typer.echo(_as_text(format_, proof, notes=notes), nl=False)
        else:
            _write(_as_text(format_, proof, notes=notes), target)
    if not proof.holds:
        raise typer.Exit(FAILURE)


def _proved(load: Callable[[], RuleBook], as_of: date | None, steps: int) -> Proof:
    """The proof of a book; where the rules don't make one, that is what was found."""
    try:
        book = load()
    except MissingExtraError:
        raise
    except RelationshipError as error:
        return Proof([Finding(BROKEN, error.what, error.mend or BROKEN.meaning, error.where)])
    return prove_rule_book(book, as_of=as_of, steps=steps)


def _as_text(format_: Format, proof: Proof, *, notes: bool) -> str:
    if format_ is Format.TEXT:
        page = StringIO()
        _show(Console(file=page, width=100, highlight=False), proof, notes=notes)
        return page.getvalue()
    data = (
        proof.to_json()
        if format_ is Format.JSON
        else sarif(proof, CODES, version=__version__, base=Path.cwd())
    )
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _write(text: str, target: Path) -> None:
    """Put a file in its place, whole or not at all."""
    half = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        half.write_text(text, encoding="utf-8")
        half.replace(target)
    finally:
        half.unlink(missing_ok=True)


def _show(console: Console, proof: Proof, *, notes: bool) -> None:
    told_of = [each for each in proof.findings if notes or each.code.severity is not Severity.NOTE]
    for finding in told_of:
        for style, line in _lines(finding):
            console.print(Text(line, style=style))
    counts = Counter(each.code.severity for each in proof.findings)
    found = ", ".join(f"{counts[severity]} {severity}s" for severity in Severity)
    rules = sum(count for _, count in proof.proved)
    hidden = "" if notes or not counts[Severity.NOTE] else "; --notes tells the notes"
    console.print(f"{rules} rules in {len(proof.proved)} sets: {found}{hidden}", markup=False)
    if proof.subject:
        console.print(f"rule book {proof.subject[:16]}; proof {proof.digest}", markup=False)


def _lines(finding: Finding) -> Iterator[tuple[str, str]]:
    """A finding line by line, each with the style that it is shown in."""
    severity = finding.code.severity
    yield _COLOURS[severity], f"{severity} {finding.code}: {finding.message}"
    about = [finding.rule_set, finding.origin, *map(str, filter(None, [finding.place]))]
    if finding.scope:
        about.append(f"at {' > '.join(finding.scope)}")
    if finding.on is not None:
        about.append(f"on {finding.on}")
    yield "dim", f"  in {', '.join(filter(None, about))}"
    for name, witness in (("witness", finding.witness), ("and", finding.other)):
        if witness is not None:
            yield "", f"  {name}: {_customer(witness)}"
    yield "green", f"  mend: {finding.mend}"


def _customer(witness: Witness) -> str:
    facts = ", ".join(
        f"{name} {'missing' if value is None else value}" for name, value in witness.facts
    )
    ids = (("meets", witness.meets), ("open", witness.open), ("decides", witness.decides))
    return "; ".join([facts, *(f"{word} {', '.join(each)}" for word, each in ids if each)])

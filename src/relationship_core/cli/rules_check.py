"""`relationship-core rules check`: what is wrong with rules, before they go live."""

from __future__ import annotations

import json
from datetime import date
from enum import StrEnum
from io import StringIO
from pathlib import Path
from typing import Annotated

import typer
from attrs import evolve
from rich.console import Console

from relationship_core import __version__
from relationship_core.cli import FAILURE
from relationship_core.cli.broken_rules import broken
from relationship_core.cli.found import Reads, reads_of, show, summary
from relationship_core.cli.rules import book_named
from relationship_core.cli.rules_tables import Encoding
from relationship_core.cli.tables_check import prove_tables
from relationship_core.cli.terminal import Plugins, SomeDay, out, told
from relationship_core.cli.whole_file import whole
from relationship_core.decisions.proof import CODES, prove_rule_book
from relationship_core.decisions.proof.questions import Effective
from relationship_core.errors import MissingExtraError, RelationshipError, RuleBookError
from relationship_core.rules.analysis import Proof, Severity
from relationship_core.rules.analysis.inquiry import STEPS
from relationship_core.rules.analysis.sarif import sarif
from relationship_core.rules.tables.files import FORMS

_TROUBLE = 2

_Checked = tuple[Proof, Reads]


class Format(StrEnum):
    """How findings are told."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"


def check(
    rules: Annotated[
        Path | None,
        typer.Argument(
            metavar="FILE",
            help="A rule book (.json) or decision tables (.csv, .xlsx, .dmn); else the rules in"
            " force.",
        ),
    ] = None,
    as_of: SomeDay = None,
    plugin: Plugins = None,
    format_: Annotated[
        Format, typer.Option("--format", help="For people, for programs, or for code review.")
    ] = Format.TEXT,
    target: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Where to write, whole or not at all."),
    ] = None,
    notes: Annotated[
        bool,
        typer.Option(
            "--notes",
            help="Tell what missing facts leave open, and customers with all facts; JSON always"
            " does.",
        ),
    ] = False,
    steps: Annotated[
        int, typer.Option(metavar="N", min=1, help="The solver's steps for one question.")
    ] = STEPS,
    encoding: Encoding = "utf-8",
) -> None:
    """Prove rules; exit 0 if no error was found, 1 if one was, 2 if they couldn't be tried.

    Found are gaps, conflicts, rules that never decide, broken monotonicity, unlawful thresholds,
    lifecycles that trap, each with a customer who shows it.
    """
    with told(_TROUBLE):
        if rules is not None:
            rules.stat()
            if plugin and rules.suffix.lower() not in FORMS:
                raise RuleBookError(
                    "a rule book's file holds all rules, so that nothing goes with it",
                    where=str(rules),
                    mend="name a file, or plugins",
                )
        proof, reads = _proved(rules, plugin, as_of, steps, encoding)
        if target is not None:
            with whole(target) as half:
                text = _as_text(format_, proof, reads, notes=notes)
                half.write_text(text, encoding="utf-8", newline="\n")
            for line in summary(proof, notes=notes):
                typer.echo(line)
        elif format_ is Format.TEXT:
            show(out(), proof, reads, notes=notes)
        else:
            typer.echo(_as_text(format_, proof, reads, notes=notes), nl=False)
    if not proof.holds:
        raise typer.Exit(FAILURE)


def _proved(
    file: Path | None, plugins: list[str] | None, as_of: date | None, steps: int, encoding: str
) -> _Checked:
    """What is found; where the rules can't be had, or not as they are declared, that is it.

    Raises:
        MissingExtraError: The solver isn't installed, or what reads a workbook.
    """
    try:
        if file is not None and file.suffix.lower() in FORMS:
            return prove_tables(file, plugins, steps, encoding)
        book = book_named(file, plugins)
        proof = prove_rule_book(book, as_of=as_of, steps=steps)
    except MissingExtraError:
        raise
    except RelationshipError as error:
        return Proof([broken(error)]), {}
    parts = Effective(book.lifecycle, book.tiering, book.service, book.retention, book.catalogue)
    return proof, reads_of(parts.rule_sets(), book.catalogue)


def _as_text(format_: Format, proof: Proof, reads: Reads, *, notes: bool) -> str:
    if format_ is Format.TEXT:
        page = StringIO()
        show(Console(file=page, width=100, highlight=False), proof, reads, notes=notes)
        return page.getvalue()
    if format_ is Format.JSON:
        data = {**proof.to_json(), "digest": proof.digest}
    else:
        findings = [
            each for each in proof.findings if notes or each.code.severity is not Severity.NOTE
        ]
        shown = evolve(proof, findings=findings)
        data = sarif(shown, CODES, version=__version__, base=Path.cwd())
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"

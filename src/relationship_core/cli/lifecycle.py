"""`relationship-core lifecycle`: the machine of stages in force."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Annotated

import typer

from relationship_core.cli import FAILURE
from relationship_core.cli.terminal import Plugins, engine_of, told
from relationship_core.decisions.lifecycle import Lifecycle
from relationship_core.decisions.lifecycle_check import check_lifecycle
from relationship_core.decisions.lifecycle_diagram import dot, mermaid

lifecycle_app = typer.Typer(
    help="The stages of the lifecycle in force.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


class DiagramFormat(StrEnum):
    """A language of diagrams."""

    MERMAID = "mermaid"
    DOT = "dot"


_DRAWN: dict[DiagramFormat, Callable[[Lifecycle], str]] = {
    DiagramFormat.MERMAID: mermaid,
    DiagramFormat.DOT: dot,
}


@lifecycle_app.command()
def diagram(
    format_: Annotated[
        DiagramFormat, typer.Option("--format", help="For documents, or for Graphviz.")
    ] = DiagramFormat.MERMAID,
    plugin: Plugins = None,
) -> None:
    """Draw the stages and the moves between them as text."""
    with told():
        lifecycle = engine_of(plugin).rule_book.lifecycle
    typer.echo(_DRAWN[format_](lifecycle), nl=False)


@lifecycle_app.command()
def check(plugin: Plugins = None) -> None:
    """Find stages that can't be reached or left, and moves that fire together."""
    with told():
        findings = check_lifecycle(engine_of(plugin).rule_book.lifecycle)
    for finding in findings:
        typer.echo(f"{finding.code}: {finding}")
    if findings:
        raise typer.Exit(FAILURE)
    typer.echo("no fault found")

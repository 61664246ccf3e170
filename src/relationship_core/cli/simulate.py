"""`relationship-core simulate`: what another rule book would do to a portfolio."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from relationship_core.cli.progress import progress
from relationship_core.cli.rules import A_BOOK, BUILT_IN, book_of
from relationship_core.cli.terminal import AsOf, Source, out, told
from relationship_core.simulation import SAMPLE, Simulation, simulate
from relationship_core.simulation.picture import require_drawable
from relationship_core.simulation.words import Cells, headlines, notes, shown_tables

_LONGEST_NAME = 40


def simulate_change(
    folder: Source,
    as_of: AsOf,
    proposed: Annotated[str, typer.Option(metavar="BOOK", help=f"The rules to try. {A_BOOK}")],
    current: Annotated[
        str, typer.Option(metavar="BOOK", help="The rules in force, named likewise.")
    ] = BUILT_IN,
    target: Annotated[
        Path | None,
        typer.Option("--out", metavar="OUT", help="Where to write; replaced if it is ours."),
    ] = None,
    picture: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Draw how tiers migrate: .svg, .png or .html."),
    ] = None,
    months: Annotated[
        int, typer.Option(min=0, help="Past months replayed to find tiers that go and come back.")
    ] = 12,
    sample: Annotated[
        int, typer.Option(min=0, help="How many customers are replayed; 0 for everybody.")
    ] = SAMPLE,
    seed: Annotated[int, typer.Option(help="Which customers are replayed.")] = 1,
    movers: Annotated[
        int | None, typer.Option(min=0, help="List only so many movers; by default all.")
    ] = None,
) -> None:
    """Review every customer by two rule books, and tell who would move, why, and at what cost."""
    with told(), progress("reading the folder") as watch:
        if picture is not None:
            require_drawable(picture)
        simulation = simulate(
            folder,
            book_of(current),
            book_of(proposed),
            as_of=as_of,
            months=months,
            sample=sample or None,
            seed=seed,
            movers=movers,
            watch=watch,
        )
        if target is not None:
            simulation.write(target)
        if picture is not None:
            simulation.draw(picture)
    _show(out(), simulation)
    if target is not None:
        out().print(f"digest {simulation.digest}; written to {target}", markup=False)


def _show(console: Console, simulation: Simulation) -> None:
    first, *others = headlines(simulation)
    console.print(first, style="bold", markup=False)
    for line in others:
        console.print(line, markup=False)
    for title, rows in shown_tables(simulation):
        console.print(_table(title, rows), crop=False)
    for line in notes(simulation):
        console.print(line, markup=False)


def _table(title: str, rows: Cells) -> Table:
    table = Table(title=title, title_justify="left", box=None, padding=(0, 1))
    for place, cells in enumerate(zip(*rows, strict=True)):
        longest = max(map(len, cells))
        # A long sentence may break; a figure or a name of half a word says nothing.
        least = longest if place else min(longest, _LONGEST_NAME)
        table.add_column(
            Text(cells[0]), justify="right" if place else "left", min_width=least, overflow="fold"
        )
    for row in rows[1:]:
        # A branch may be named [0101], which would be taken for markup.
        table.add_row(*map(Text, row))
    return table

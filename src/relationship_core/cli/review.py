"""`relationship-core review`: a whole portfolio folder."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from relationship_core.cli.progress import progress, steps
from relationship_core.cli.terminal import AsOf, Plugins, Source, engine_of, out, told
from relationship_core.portfolio import Summary, review_folder
from relationship_core.portfolio.run import MEMORY, run_review

_SHOWN = (
    ("stage", "Stage"),
    ("tier", "Tier"),
    ("retention_risk", "Risk of leaving"),
)


class EngineName(StrEnum):
    """What may compute a review."""

    PYTHON = "python"
    DUCKDB = "duckdb"
    POLARS = "polars"
    SPARK = "spark"


def review(
    folder: Source,
    as_of: AsOf,
    target: Annotated[
        Path, typer.Option("--out", metavar="OUT", help="Where to write; replaced if it is ours.")
    ],
    plugin: Plugins = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Write nothing if any row or cell is bad.")
    ] = False,
    on: Annotated[
        EngineName,
        typer.Option(
            "--engine",
            help="python reviews one customer after the other and tells observers; the others"
            " review with columns, and go on where they were when they are started again.",
        ),
    ] = EngineName.PYTHON,
    since: Annotated[
        Path | None,
        typer.Option(
            metavar="EARLIER",
            help="What an earlier run with columns left: only who changed is reviewed again.",
        ),
    ] = None,
    memory: Annotated[
        str, typer.Option(metavar="SIZE", help="What DuckDB may hold before it goes to the disk.")
    ] = MEMORY,
    master: Annotated[
        str | None,
        typer.Option(
            metavar="MASTER",
            help="Where Spark runs: local[4], yarn; by default where its configuration says.",
        ),
    ] = None,
) -> None:
    """Review every customer of a portfolio folder."""
    if on is EngineName.PYTHON and since is not None:
        raise typer.BadParameter("it goes with an engine of columns: --engine duckdb, say")
    with told():
        engine = engine_of(plugin)
        if on is EngineName.PYTHON:
            with progress("reading the folder") as watch:
                summary = review_folder(
                    folder, target, engine=engine, as_of=as_of, is_strict=strict, watch=watch
                )
        else:
            with steps() as follow:
                summary = run_review(
                    folder,
                    target,
                    engine=engine,
                    as_of=as_of,
                    on=on.value,
                    since=since,
                    is_strict=strict,
                    memory=memory,
                    master=master,
                    follow=follow,
                ).summary()
    _show(out(), summary, target)


def _show(console: Console, summary: Summary, target: Path) -> None:
    kinds = ", ".join(f"{n:,} {kind}" for kind, n in summary.count("kind"))
    console.print(
        f"[bold]{summary.customers:,} customers reviewed as of {summary.as_of}[/]: {kinds}"
    )
    for name, title in _SHOWN:
        console.print(_counts(title, summary.count(name), summary.customers))
    console.print(_waterfall(summary))
    if summary.rejected:
        places = ", ".join(f"{n:,} in {file}" for file, n in summary.rejected)
        console.print(f"left out: {places}; see rejected.csv")
    console.print(f"rule book {summary.rule_book[:16]}; written to {target}", markup=False)


def _counts(title: str, counts: tuple[tuple[str, int], ...], customers: int) -> Table:
    table = Table(title=title, title_justify="left", show_header=False, box=None, padding=(0, 2))
    table.add_column()
    table.add_column(justify="right")
    table.add_column(justify="right")
    for outcome, count in counts:
        share = f"{count / customers:.1%}" if customers else ""
        table.add_row(outcome.replace("_", " "), f"{count:,}", share)
    return table


def _waterfall(summary: Summary) -> Table:
    table = Table(
        title=f"Contribution of twelve months, {summary.currency}",
        title_justify="left",
        show_header=False,
        box=None,
        padding=(0, 2),
    )
    table.add_column()
    table.add_column(justify="right")
    for component, amount in summary.waterfall.components:
        table.add_row(component.replace("_", " "), f"{amount:,}")
    table.add_row("[bold]total[/]", f"[bold]{summary.waterfall.total:,}[/]")
    if summary.waterfall.unknown:
        table.add_row("customers without a known one", f"{summary.waterfall.unknown:,}")
    return table

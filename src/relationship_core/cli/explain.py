"""`relationship-core explain`: one customer, in words."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from relationship_core.cli.terminal import AsOf, Plugins, Source, aside, engine_of, told
from relationship_core.portfolio import read_benchmarks, read_folder


def explain(
    folder: Source,
    customer_id: Annotated[str, typer.Argument(metavar="CUSTOMER_ID", help="Whom to explain.")],
    as_of: AsOf,
    benchmarks: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="benchmarks.json of a portfolio review; without it percentiles are not known.",
        ),
    ] = None,
    plugin: Plugins = None,
) -> None:
    """Review one customer and say why, in words."""
    with told():
        engine = engine_of(plugin)
        cutoffs = None if benchmarks is None else read_benchmarks(benchmarks)
        with read_folder(folder, as_of=as_of, facts=engine.rule_book.catalogue) as portfolio:
            dossier = portfolio.dossier(customer_id)
        text = engine.review(dossier, as_of, cutoffs).explain()
    typer.echo(text)
    if cutoffs is None:
        aside().print("note: without --benchmarks what rests on percentiles is left open")

"""`relationship-core explain`: one customer, in words."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from relationship_core.cli.terminal import DayUnlessStored, Plugins, aside, engine_of, told
from relationship_core.portfolio import read_benchmarks, read_folder
from relationship_core.portfolio.run import SUCCESS, stored_review


def explain(
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="DIR", help="A portfolio folder, or what a run with columns left of one."
        ),
    ],
    customer_id: Annotated[str, typer.Argument(metavar="CUSTOMER_ID", help="Whom to explain.")],
    as_of: DayUnlessStored = None,
    benchmarks: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="benchmarks.json of a portfolio review; without it percentiles are not known.",
        ),
    ] = None,
    plugin: Plugins = None,
) -> None:
    """Review one customer and say why, in words; or say why a run with columns decided so."""
    if (folder / SUCCESS).is_file():
        if as_of is not None or benchmarks is not None or plugin:
            raise typer.BadParameter("a run knows its day, cut-offs and rules: give no others")
        with told():
            text = stored_review(folder, customer_id).explain()
        typer.echo(text)
        return
    if as_of is None:
        raise typer.BadParameter("a portfolio folder is reviewed as of a day: give --as-of")
    with told():
        engine = engine_of(plugin)
        cutoffs = None if benchmarks is None else read_benchmarks(benchmarks)
        with read_folder(folder, as_of=as_of, facts=engine.rule_book.catalogue) as portfolio:
            dossier = portfolio.dossier(customer_id)
        text = engine.review(dossier, as_of, cutoffs).explain()
    typer.echo(text)
    if cutoffs is None:
        aside().print("note: without --benchmarks what rests on percentiles is left open")

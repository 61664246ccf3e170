"""`relationship-core sample`: a generated bank to try things on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from relationship_core.cli.progress import progress
from relationship_core.cli.terminal import out, told
from relationship_core.portfolio import write_sample


def sample(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new or an empty folder.")],
    customers: Annotated[int, typer.Option(min=1, help="How many customers.")] = 1_000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same bank.")] = 1,
) -> None:
    """Write a generated bank as a portfolio folder."""
    with told(), progress("beginning") as watch:
        made = write_sample(folder, customers=customers, seed=seed, watch=watch)
    out().print(
        f"{made.customers:,} customers, {len(made.planted):,} dirty rows on purpose: {folder}",
        markup=False,
    )

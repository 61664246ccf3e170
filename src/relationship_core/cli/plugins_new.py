"""`relationship-core plugins new`: a plugin to begin from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from relationship_core.cli.terminal import out, told


def new_plugin(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="The name by which hosts will allow it.")
    ],
    into: Annotated[
        Path, typer.Option("--into", metavar="DIR", help="Where its folder is made.")
    ] = Path(),
    library: Annotated[
        str | None,
        typer.Option(
            metavar="REQUIREMENT",
            help="How its tests install relationship_core; by default as it is installed here.",
        ),
    ] = None,
) -> None:
    """Make a new plugin with rules to begin from, and tests that try every law on them."""
    with told():
        # Only this command needs the kit, and Hypothesis and pytest with it.
        from relationship_core.testing.new_plugin import make_plugin  # noqa: PLC0415

        folder = make_plugin(name, into, library=library)
    out().print(f"{folder}: edit src/, then run make test there", markup=False)

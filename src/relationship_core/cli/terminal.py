"""What the commands share: where they print, how errors end them, how options are read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from relationship_core.cli import FAILURE
from relationship_core.engine import Engine
from relationship_core.errors import RelationshipError


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter("give a day as YYYY-MM-DD") from None


AsOf = Annotated[
    date, typer.Option("--as-of", parser=_day, metavar="DATE", help="The day of the review.")
]
Plugins = Annotated[
    list[str] | None,
    typer.Option("--plugin", metavar="NAME", help="An installed plugin to load; may be repeated."),
]
Source = Annotated[
    Path, typer.Argument(metavar="DIR", help="A portfolio folder, of CSV or Parquet files.")
]


def out() -> Console:
    """Where results go."""
    return Console(highlight=False, soft_wrap=True)


def aside() -> Console:
    """Where progress and errors go."""
    return Console(stderr=True, highlight=False, soft_wrap=True)


@contextmanager
def told() -> Iterator[None]:
    """Tell an error of ours in one line, and end with the exit code for bad data or rules."""
    try:
        yield
    except RelationshipError as error:
        aside().print(f"[bold red]error:[/] {_plain(str(error))}")
        raise typer.Exit(FAILURE) from None


def _plain(text: str) -> str:
    return text.replace("[", r"\[")


def engine_of(plugins: list[str] | None) -> Engine:
    """The engine of the built-in rules and the named plugins.

    Raises:
        PluginError: A plugin isn't installed, or is at fault.
        RuleBookError: The plugins don't go together.
    """
    return Engine.discover(allow=plugins or [])

"""What the commands share: where they print, how errors end them, how options are read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from relationship_core.cli import FAILURE
from relationship_core.engine import Engine
from relationship_core.errors import RelationshipError


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
        # Python reads 20260630 and 2026-W27-2 too, which are slips more often than days.
        if day.isoformat() == text:
            return day
    except ValueError:
        pass
    raise typer.BadParameter("give a day of the calendar as YYYY-MM-DD")


AsOf = Annotated[
    date,
    typer.Option(
        "--as-of", parser=_day, metavar="DATE", help="The day of the review, as YYYY-MM-DD."
    ),
]
SomeDay = Annotated[
    date | None,
    typer.Option(
        "--as-of", parser=_day, metavar="DATE", help="Only what holds on that day, as YYYY-MM-DD."
    ),
]
DayUnlessStored = Annotated[
    date | None,
    typer.Option(
        "--as-of",
        parser=_day,
        metavar="DATE",
        help="The day of the review, as YYYY-MM-DD; of a run with columns it is known.",
    ),
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
def told(exit_code: int = FAILURE) -> Iterator[None]:
    """Tell what went wrong in one line, and end with an exit code, that for bad data or rules.

    That is an error of ours, or a file that can't be read or written.
    """
    try:
        yield
    except RelationshipError as error:
        what = str(error)
    except OSError as error:
        what = f"{error.filename}: {error.strerror}" if error.filename else str(error)
    else:
        return
    aside().print(f"[bold red]error:[/] {escape(what)}")
    raise typer.Exit(exit_code)


def engine_of(plugins: list[str] | None) -> Engine:
    """The engine of the built-in rules and the named plugins.

    Raises:
        PluginError: A plugin isn't installed, or is at fault.
        RuleBookError: The plugins don't go together.
    """
    return Engine.discover(allow=plugins or [])

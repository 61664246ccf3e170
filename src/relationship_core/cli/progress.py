"""A progress bar beside the results; where nobody looks on, in a file or a pipe, there is none."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeRemainingColumn,
)

from relationship_core.cli.terminal import aside
from relationship_core.domain import Dossier
from relationship_core.portfolio import Watch


@contextmanager
def progress(preparing: str) -> Iterator[Watch]:
    """Show what is being done, and yield what watches dossiers go by.

    Args:
        preparing: What is done before the first dossier comes.
    """
    console = aside()
    bar = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    with bar:
        first = bar.add_task(preparing, total=None)

        def watch(doing: str, total: int, dossiers: Iterator[Dossier]) -> Iterator[Dossier]:
            bar.update(first, visible=False)
            return iter(bar.track(dossiers, total=total, description=doing))

        yield watch

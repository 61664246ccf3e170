"""A progress bar beside the results; where nobody looks on, in a file or a pipe, there is none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
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
    with _bar() as bar:
        first = bar.add_task(preparing, total=None)

        def watch(doing: str, total: int, dossiers: Iterator[Dossier]) -> Iterator[Dossier]:
            bar.update(first, visible=False)
            return iter(bar.track(dossiers, total=total, description=doing))

        yield watch


@contextmanager
def steps() -> Iterator[Callable[[str, int, int], None]]:
    """Show how many customers each step of a run is done for, and yield what it is told by."""
    with _bar() as bar:
        tasks: dict[str, TaskID] = {}

        def follow(doing: str, done: int, total: int) -> None:
            if doing not in tasks:
                for earlier in tasks.values():
                    bar.update(earlier, visible=False)
                tasks[doing] = bar.add_task(doing, total=total or None)
            bar.update(tasks[doing], completed=done)

        yield follow


def _bar() -> Progress:
    console = aside()
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )

"""Output folders that are there whole or not at all."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from relationship_core.errors import DataError


@contextmanager
def published(target: Path, *, may_replace: Collection[str] = ()) -> Iterator[Path]:
    """Yield a new folder beside the target, and put it in the target's place at the end.

    If the block raises, the new folder is removed and the target stays as it was.

    Args:
        target: Where the folder shall be.
        may_replace: Names of files; a folder that holds nothing else is replaced.

    Raises:
        DataError: There is something at the target that may not be replaced.
        OSError: The folder can't be made there.
    """
    target = target.absolute()
    _refuse_to_overwrite(target, may_replace)
    target.parent.mkdir(parents=True, exist_ok=True)
    workshop = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        made = workshop / "made"
        made.mkdir()
        yield made
        _refuse_to_overwrite(target, may_replace)
        _put_in_place(made, target, workshop / "old")
    finally:
        shutil.rmtree(workshop, ignore_errors=True)


def _put_in_place(made: Path, target: Path, old: Path) -> None:
    if not target.exists():
        made.rename(target)
        return
    target.rename(old)
    try:
        made.rename(target)
    except OSError:
        old.rename(target)
        raise


def _refuse_to_overwrite(target: Path, may_replace: Collection[str]) -> None:
    if not target.exists():
        return
    if not target.is_dir():
        raise DataError("there is a file where a folder shall be", file=target.name)
    strangers = sorted(entry.name for entry in target.iterdir() if entry.name not in may_replace)
    if strangers:
        raise DataError(
            f"the folder holds something else already: {strangers[0]}",
            file=target.name,
            mend="name a new or an empty folder",
        )

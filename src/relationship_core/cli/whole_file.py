"""Files that are there whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory


@contextmanager
def whole(target: Path) -> Iterator[Path]:
    """A file to write to, which is then put in its place: whole or not at all.

    Args:
        target: Its place; a file that is there is replaced. The one to write to has its name.

    Raises:
        OSError: Naming the place, where nothing can be put there.
    """
    try:
        with TemporaryDirectory(prefix=".", dir=target.parent) as aside:
            half = Path(aside) / target.name
            yield half
            half.replace(target)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(target)) from error

"""The very files that a run reads, so that it goes on only with the same ones."""

from __future__ import annotations

import hashlib
from pathlib import Path

from attrs import frozen

from relationship_core.errors import DataError
from relationship_core.portfolio.source import find_sources


@frozen
class SourceFile:
    """One file of a portfolio folder as it was when a run began.

    Args:
        file: Its path within the folder.
        size: Its size in bytes.
        sha256: Of its bytes, in hexadecimal.
        changed: When it was last changed, in nanoseconds.
    """

    file: str
    size: int
    sha256: str
    changed: int

    def to_json(self) -> dict[str, str | int]:
        """What tells its content, as plain JSON data."""
        return {"file": self.file, "bytes": self.size, "sha256": self.sha256}


@frozen
class Snapshot:
    """The files of a portfolio folder as they were when a run began.

    Args:
        folder: The folder.
        files: Each of its tables' files.
    """

    folder: Path
    files: tuple[SourceFile, ...]

    @classmethod
    def of(cls, folder: Path) -> Snapshot:
        """Read every file of the folder's tables once.

        Raises:
            DataError: The files make no portfolio.
            OSError: One can't be read.
        """
        return cls(folder, tuple(_seen(folder, path) for path in _paths(folder)))

    def require_unchanged(self) -> None:
        """Make sure that nobody wrote to the files since.

        Raises:
            DataError: Somebody did; the file is named.
        """
        now = {path.relative_to(self.folder).as_posix(): path for path in _paths(self.folder)}
        for file in self.files:
            path = now.pop(file.file, None)
            stat = None if path is None else path.stat()
            if stat is None or (stat.st_size, stat.st_mtime_ns) != (file.size, file.changed):
                raise _changed(file.file)
        for name in now:
            raise _changed(name)

    def to_json(self) -> list[dict[str, str | int]]:
        """What tells the files' content, as plain JSON data."""
        return [file.to_json() for file in self.files]


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _changed(file: str) -> DataError:
    return DataError(
        "it changed while it was being read",
        file=file,
        mend="review a folder that nobody writes to",
    )


def _paths(folder: Path) -> list[Path]:
    sources = find_sources(folder).values()
    return sorted(part.place.path for source in sources for part in source.parts)


def _seen(folder: Path, path: Path) -> SourceFile:
    stat = path.stat()
    return SourceFile(
        path.relative_to(folder).as_posix(), stat.st_size, sha256_of(path), stat.st_mtime_ns
    )

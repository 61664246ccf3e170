"""What a run has finished, kept on the disk, and the lock that holds a second run off.

A database of SQLite is both: a step is noted whole or not at all whenever the process ends, and the
operating system takes the lock from a dead process.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from relationship_core.errors import DataError

_FILE: Final = "journal"
_IDENTITY: Final = "identity"
_TRIES: Final = 10


class Journal:
    """The steps that a run has finished. Leaving its block lets go of the lock.

    Args:
        place: The run's work folder, made if it isn't there; it is the owner's alone.
        target: What the run makes, for the error.

    Raises:
        DataError: Another run is at work there, or something else is in the way.
    """

    def __init__(self, place: Path, target: Path) -> None:
        self.place = place
        self._connection = _locked(place, target)
        self._connection.execute(
            "CREATE TABLE IF NOT EXISTS done (step TEXT PRIMARY KEY, entry TEXT NOT NULL)"
        )

    def __enter__(self) -> Self:
        """Return the journal, to be closed at the end of the block."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let go of the lock; where nothing was finished, nothing is left."""
        if kind is not None and not self._has_steps():
            self.remove()
        self._connection.close()

    def begin(self, identity: Any) -> None:
        """Go on where a run of this identity ended, or from nothing where it was another one.

        Args:
            identity: All that the outcome depends on, as JSON data.
        """
        if self.entry(_IDENTITY) != identity:
            self.forget()
            self.note(_IDENTITY, identity)

    def forget(self) -> None:
        """Begin from nothing, whatever was finished."""
        self._connection.execute("DELETE FROM done")
        for path in self.place.iterdir():
            if path.is_dir():
                shutil.rmtree(path)

    def _has_steps(self) -> bool:
        return bool(
            self._connection.execute(
                "SELECT count(*) FROM done WHERE step <> ?", (_IDENTITY,)
            ).fetchone()[0]
        )

    def entry(self, step: str) -> Any:
        """What was noted of a step; None if it isn't finished."""
        found = self._connection.execute(
            "SELECT entry FROM done WHERE step = ?", (step,)
        ).fetchone()
        return None if found is None else json.loads(found[0])

    def note(self, step: str, entry: Any) -> None:
        """Note that a step is finished; what it made must be on the disk.

        Args:
            step: Its name.
            entry: What is to be known of it later, as JSON data.
        """
        self._connection.execute(
            "INSERT INTO done VALUES (?, ?)", (step, json.dumps(entry, sort_keys=True))
        )

    def remove(self) -> None:
        """Remove the work folder, and this journal last, while nobody else can begin."""
        for path in self.place.iterdir():
            if path.is_dir():
                shutil.rmtree(path)
        self._connection.close()
        shutil.rmtree(self.place, ignore_errors=True)


def _locked(place: Path, target: Path) -> sqlite3.Connection:
    why = "its work folder comes and goes"
    for _ in range(_TRIES):
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = place / _FILE
        with ExitStack() as opened:
            try:
                path.touch()
                before = path.stat().st_ino
                connection = sqlite3.connect(path, timeout=0, isolation_level=None)
                opened.callback(connection.close)
                _lock(connection)
                # A run that has just ended may have removed the file meanwhile.
                if path.stat().st_ino == before:
                    opened.pop_all()
                    return connection
            except FileNotFoundError:
                continue
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
                    raise DataError(
                        "another run is writing it",
                        file=target.name,
                        mend="wait for it to end, or name another folder",
                    ) from None
                why = f"the journal beside it can't be kept: {error}"
            except sqlite3.DatabaseError as error:
                raise DataError(
                    "it is no journal of a run",
                    file=f"{place.name}/{_FILE}",
                    mend="remove the folder",
                ) from error
    raise DataError(why, file=target.name, mend="see that there is room, and that one may write")


def _lock(connection: sqlite3.Connection) -> None:
    """Take the lock, which is kept until the connection is closed or its process ends."""
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("BEGIN EXCLUSIVE")
    connection.execute("COMMIT")

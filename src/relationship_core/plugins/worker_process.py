"""One process in which a plugin runs, seen from the host: asked under a limit, and ended beyond."""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from time import monotonic
from weakref import finalize

from relationship_core.errors import RelationshipError
from relationship_core.plugins.frames import (
    HEADER_BYTES,
    MOST_BYTES,
    Json,
    lengths,
    packed,
    unpacked,
)

START_SECONDS = 60.0
"""How long a process may take before the plugin's own time begins; enough for a busy machine."""

_MODULE = "relationship_core.plugins.worker"
_LAST_WORDS_SECONDS = 0.2
"""How long to wait for the status of a process that no longer talks."""
_DEATH_SECONDS = 1.0
_PIECE = 2**16


class WorkerEndedError(Exception):
    """The process is gone, or had to be ended; says why, in words to follow a plugin's name."""


class WorkerProcess:
    """A process that waits to be asked.

    It leads a process group of its own, which is ended as a whole: with the process, when this
    object is dropped, and when the interpreter exits.

    Args:
        options: What the process is told on its command line.

    Raises:
        RelationshipError: This system, or this interpreter, can't have such processes.
        WorkerEndedError: It didn't start.
    """

    def __init__(self, options: Sequence[str] = ()) -> None:
        _require_processes()
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                self._process = _started(theirs.fileno(), options)
            except OSError as error:
                ours.close()
                raise WorkerEndedError(f"its process can't be started: {error.strerror}") from None
        ours.setblocking(False)
        self._channel = ours
        self._last_id = 0
        self._ending = finalize(self, _end, self._process, ours, os.getpid())
        self._answer(b"", START_SECONDS)

    @property
    def pid(self) -> int:
        """The number of the process, which is that of its group too."""
        return self._process.pid

    def exchange(self, message: Json, seconds: float, attached: bytes = b"") -> Json:
        """Send a message and wait for the answer.

        Args:
            message: Plain JSON data.
            seconds: How long that may take.
            attached: Bytes that go with it.

        Raises:
            WorkerEndedError: It took longer, or the process went or answered nonsense; in each
                case the process and its group are ended.
        """
        self._last_id += 1
        answer = self._answer(packed({**message, "id": self._last_id}, attached), seconds)
        if answer.get("id") != self._last_id:
            self.end()
            raise WorkerEndedError("it answered what it wasn't asked, and was ended")
        return answer

    def end(self) -> None:
        """End the process and its group; again does nothing."""
        self._ending()

    def abandon(self) -> None:
        """Let go of a process that belongs to the process this one was forked from."""
        self._ending.detach()
        self._channel.close()
        # It is no child of ours, so that there is nothing to wait for.
        self._process.returncode = 0

    def _answer(self, frame: bytes, seconds: float) -> Json:
        deadline = monotonic() + seconds
        try:
            self._send(frame, deadline)
            return self._receive(deadline)
        except TimeoutError:
            self.end()
            raise WorkerEndedError(f"it took longer than {seconds:g} s, and was ended") from None
        except ConnectionError:
            raise self._gone() from None
        except BaseException:
            # Whatever it was, an interruption by a person even: the next answer would be to this.
            self.end()
            raise

    def _gone(self) -> WorkerEndedError:
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_LAST_WORDS_SECONDS)
        status = self._process.poll()
        self.end()
        if status is None:
            return WorkerEndedError("it closed its way to the host, and was ended")
        if status >= 0:
            return WorkerEndedError(f"it ended its process, with status {status}")
        return WorkerEndedError(f"its process was ended by {_signal_name(-status)}")

    def _send(self, frame: bytes, deadline: float) -> None:
        left = memoryview(frame)
        while left:
            self._wait(select.POLLOUT, deadline)
            with suppress(BlockingIOError):
                left = left[self._channel.send(left) :]

    def _receive(self, deadline: float) -> Json:
        text, attached = lengths(self._read(HEADER_BYTES, deadline))
        if attached or text > MOST_BYTES:
            raise WorkerEndedError(
                f"it answered more than {MOST_BYTES // 2**20} MiB, and was ended"
            )
        try:
            return unpacked(self._read(text, deadline))
        except ValueError:
            raise WorkerEndedError("it answered what is no answer, and was ended") from None

    def _read(self, size: int, deadline: float) -> bytes:
        data = bytearray()
        while len(data) < size:
            self._wait(select.POLLIN, deadline)
            with suppress(BlockingIOError):
                piece = self._channel.recv(min(size - len(data), _PIECE))
                if not piece:
                    raise ConnectionResetError
                data += piece
        return bytes(data)

    def _wait(self, event: int, deadline: float) -> None:
        left = deadline - monotonic()
        waiting = select.poll()
        waiting.register(self._channel, event)
        if left <= 0 or not waiting.poll(left * 1000):
            raise TimeoutError


def _require_processes() -> None:
    if os.name != "posix":
        raise RelationshipError(
            f"plugins have no process of their own on {sys.platform}",
            where="isolate",
            mend="isolate them on Linux or macOS, or run them in the host's process",
        )
    if not sys.executable:
        raise RelationshipError(
            "this interpreter doesn't know its own executable, which plugins would run in",
            where="isolate",
            mend="set sys.executable",
        )


def _started(channel: int, options: Sequence[str]) -> subprocess.Popen[bytes]:
    # The folder it is started in is no place to import from, but what the host can import it can.
    command = [sys.executable, "-u", "-P", "-m", _MODULE, str(channel), *options]
    folders = [folder or str(Path.cwd()) for folder in sys.path if isinstance(folder, str)]
    return subprocess.Popen(  # noqa: S603 - our own interpreter and module
        command,
        pass_fds=[channel],
        stdin=subprocess.DEVNULL,
        # What a plugin prints never stands among what the host prints.
        stdout=2,
        start_new_session=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(folders)},
    )


def _end(process: subprocess.Popen[bytes], channel: socket.socket, owner: int) -> None:
    channel.close()
    if os.getpid() != owner:
        # A fork while it was starting, when nobody could let go of it: it isn't the child's to end.
        return
    with suppress(OSError):
        os.killpg(process.pid, signal.SIGKILL)
    with suppress(subprocess.TimeoutExpired):
        process.wait(_DEATH_SECONDS)


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"

"""Watching what a piece of code reaches for beside its arguments: files, network, clock, chance.

Two of Python's own means are joined: an audit hook (PEP 578) tells of files, sockets, processes and
threads, and a profile function of calls to the clock, to chance, to the environment and to the
screen. Neither replaces anything, so that code which imported `date.today` long ago is seen too.

What can't be seen: what compiled extensions do by themselves (a file that Arrow opens, NumPy's own
generators), what runs in other threads (starting one is told), calls that compiled code makes for
Python, as in `map(time.time, ...)`, and what a module did when it was imported.
"""

from __future__ import annotations

import _thread
import builtins
import gc
import os
import random
import sys
import sysconfig
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from enum import StrEnum
from pathlib import Path
from threading import get_ident
from types import CodeType, FrameType
from typing import Any, Final

from attrs import frozen


class Reach(StrEnum):
    """What was reached for."""

    FILES = "files"
    NETWORK = "the network"
    PROCESSES = "processes or threads"
    CLOCK = "the clock"
    CHANCE = "chance"
    ENVIRONMENT = "the environment"
    SCREEN = "the screen"


@frozen
class Reached:
    """One thing that was reached for.

    Args:
        reach: What sort of thing.
        how: The call or the audit event.
        where: The file, line and function nearest to it that belongs neither to Python nor to us.
    """

    reach: Reach
    how: str
    where: str

    def __str__(self) -> str:
        """What was reached for, by which call, from where."""
        return f"it reaches for {self.reach} by {self.how}, in {self.where}"


@contextmanager
def watched() -> Iterator[list[Reached]]:
    """Watch this thread for as long as the block runs; the list grows as it does.

    Imports that the block causes are left aside, and garbage waits until it is over.
    """
    _install()
    seen: list[Reached] = []
    thread, outer = get_ident(), sys.getprofile()
    collects = gc.isenabled()
    # What is collected now was left by somebody else, files to be closed among it.
    gc.disable()
    before, _watches[thread] = _watches.get(thread), seen
    sys.setprofile(_profiled(seen))
    try:
        yield seen
    finally:
        sys.setprofile(outer)
        del _watches[thread]
        if before is not None:
            _watches[thread] = before
        if collects:
            gc.enable()


_watches: dict[int, list[Reached]] = {}
_is_installed: list[bool] = []

_EVENTS: Final[Mapping[str, Reach]] = {
    **dict.fromkeys(
        ("open", "os.", "shutil.", "tempfile.", "glob.", "pathlib.", "sqlite3.", "mmap."),
        Reach.FILES,
    ),
    **dict.fromkeys(
        ("socket.", "urllib.", "http.", "ftplib.", "smtplib.", "imaplib.", "poplib."),
        Reach.NETWORK,
    ),
    **dict.fromkeys(
        (
            *("subprocess.", "os.system", "os.exec", "os.fork", "os.posix_spawn", "os.spawn"),
            *("os.kill", "pty.", "ctypes.", "webbrowser."),
        ),
        Reach.PROCESSES,
    ),
    "os.putenv": Reach.ENVIRONMENT,
}
_PREFIXES: Final = tuple(_EVENTS)


def _install() -> None:
    if not _is_installed:
        # An audit hook can't be taken off again: where nobody watches, it costs a look-up.
        sys.addaudithook(_audited)
        _is_installed.append(True)


def _audited(event: str, _: tuple[Any, ...]) -> None:
    seen = _watches.get(get_ident())
    if seen is not None and event.startswith(_PREFIXES):
        nearest = max((each for each in _PREFIXES if event.startswith(each)), key=len)
        _note(seen, _EVENTS[nearest], event, sys._getframe(1))


_CALLS: Final[Mapping[Callable[..., Any], Reach]] = {
    **{
        getattr(time, name): Reach.CLOCK
        for name in (
            *("time", "time_ns", "monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns"),
            *("process_time", "process_time_ns", "thread_time", "thread_time_ns", "localtime"),
            *("gmtime", "ctime", "sleep", "clock_gettime", "clock_gettime_ns"),
        )
        if hasattr(time, name)
    },
    **{
        getattr(_thread, name): Reach.PROCESSES
        for name in ("start_new_thread", "start_joinable_thread")
        if hasattr(_thread, name)
    },
    builtins.print: Reach.SCREEN,
    builtins.input: Reach.SCREEN,
    os.urandom: Reach.CHANCE,
}
_TODAY: Final = frozenset({"now", "utcnow", "today"})
_SHARED_CHANCE: Final = random.random.__self__  # type: ignore[attr-defined]
_ENVIRONMENT: Final[CodeType] = type(os.environ).__getitem__.__code__
_UNSEEDED: Final[CodeType] = random.Random.__init__.__code__


def _profiled(seen: list[Reached]) -> Callable[[FrameType, str, Any], None]:
    def profile(frame: FrameType, event: str, called: Any) -> None:
        if event == "c_call":
            reach = _reach_of(called)
            if reach is not None:
                _note(seen, reach, f"{called.__qualname__}()", frame)
        elif event == "call":
            if frame.f_code is _ENVIRONMENT:
                _note(seen, Reach.ENVIRONMENT, "os.environ", frame)
            elif frame.f_code is _UNSEEDED and frame.f_locals.get("x") is None:
                _note(seen, Reach.CHANCE, "random.Random() without a seed", frame)

    return profile


def _reach_of(called: Any) -> Reach | None:
    reach = _CALLS.get(called)
    if reach is not None:
        return reach
    owner = getattr(called, "__self__", None)
    if owner is _SHARED_CHANCE:
        return Reach.CHANCE
    if called.__name__ in _TODAY and isinstance(owner, type) and issubclass(owner, date):
        return Reach.CLOCK
    return None


_NOT_THEIRS: Final = (
    str(Path(sysconfig.get_path("stdlib"))),
    str(Path(__file__).parents[1]),
    "<",
)


def _note(seen: list[Reached], reach: Reach, how: str, frame: FrameType | None) -> None:
    nearest = frame
    theirs: FrameType | None = None
    while frame is not None:
        file = frame.f_code.co_filename
        if file.startswith("<frozen importlib"):
            return
        if theirs is None and not file.startswith(_NOT_THEIRS):
            theirs = frame
        frame = frame.f_back
    place = theirs or nearest
    if place is not None:
        code = place.f_code
        where = f"{Path(code.co_filename).name}, line {place.f_lineno}, {code.co_qualname}"
        seen.append(Reached(reach, how, where))

"""What a piece of code reaches for beside its arguments is seen, and where."""

from __future__ import annotations

import gc
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest

from relationship_core.testing.watching import Reach, watched


def reached(code: Callable[[], Any]) -> list[tuple[Reach, str]]:
    """What the code reaches for, and by what."""
    with watched() as seen:
        code()
    return [(each.reach, each.how) for each in seen]


def start_a_thread() -> None:
    thread = threading.Thread(target=len, args=("",))
    thread.start()
    thread.join()


@pytest.mark.parametrize(
    ("code", "reach"),
    [
        (lambda: datetime.now(tz=UTC), Reach.CLOCK),
        (time.perf_counter, Reach.CLOCK),
        (uuid.uuid4, Reach.CHANCE),
        (lambda: tempfile.TemporaryDirectory().cleanup(), Reach.FILES),
        (lambda: Path(__file__).stat() and list(Path(__file__).parent.glob("*.py")), Reach.FILES),
        (lambda: subprocess.run([sys.executable, "-V"], capture_output=True), Reach.PROCESSES),
        (start_a_thread, Reach.PROCESSES),
    ],
)
def test_is_seen(code: Callable[[], Any], reach: Reach) -> None:
    assert reach in {each for each, _ in reached(code)}


def test_where_it_was_is_told_by_the_authors_own_line() -> None:
    with watched() as seen:
        Path(__file__).read_text(encoding="utf-8")
    (one,) = seen
    assert str(one).startswith("it reaches for files by open, in test_watching.py, line ")
    assert one.where.endswith("test_where_it_was_is_told_by_the_authors_own_line")


def test_what_is_pure_is_not_seen() -> None:
    def pure() -> None:
        Random(7).random()
        datetime(2026, 6, 30, tzinfo=UTC).strftime("%Y")
        sorted(range(9), key=lambda each: -each)

    assert reached(pure) == []


def test_an_import_is_left_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "imported_late.py").write_text("import time; time.time()", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)

    def late() -> None:
        import imported_late  # noqa: F401 # type: ignore[import-not-found]

    assert reached(late) == []


def test_a_call_that_compiled_code_makes_is_not_seen() -> None:
    """The limit that the module tells of: `map` itself calls the clock, no line of Python does."""
    assert reached(lambda: [*map(time.localtime, [0])]) == []


def test_watches_nest_and_leave_all_as_it_was() -> None:
    before = sys.getprofile()
    with watched() as outer:
        with watched() as inner:
            time.time()
        time.time_ns()
    time.time()
    assert [each.how for each in inner] == ["time()"]
    assert [each.how for each in outer] == ["time_ns()"]
    assert sys.getprofile() is before
    assert gc.isenabled()


def test_collection_stays_off_where_it_was_off() -> None:
    gc.disable()
    try:
        assert reached(dict) == []
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_other_threads_are_left_alone() -> None:
    ready, done = threading.Event(), threading.Event()

    def elsewhere() -> None:
        ready.wait()
        time.time()
        Path(__file__).read_bytes()
        done.set()

    thread = threading.Thread(target=elsewhere)
    thread.start()
    with watched() as seen:
        ready.set()
        done.wait()
    thread.join()
    assert {each.reach for each in seen} <= {Reach.CLOCK}, seen
    assert not [each for each in seen if "elsewhere" in each.where]

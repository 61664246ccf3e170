"""A process that is asked under a limit: what it doesn't live to say, the host says."""

from __future__ import annotations

import gc
import os
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from relationship_core.errors import RelationshipError
from relationship_core.plugins import worker_process
from relationship_core.plugins.worker_process import WorkerEndedError, WorkerProcess

pytestmark = pytest.mark.skipif(os.name != "posix", reason="processes are only ended on POSIX")

SHORT, LONG = 0.3, 60.0


def load(module: str) -> dict[str, Any]:
    """What has a worker import a module."""
    return {
        "call": "load",
        "plugin": "west",
        "version": "1.0",
        "reference": module,
        "memory": None,
        "limit": LONG,
        "settings": None,
    }


def is_gone(process: WorkerProcess) -> bool:
    try:
        os.kill(process.pid, 0)
    except ProcessLookupError:
        return True
    return False


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that host and worker import from."""
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path


def test_it_answers_one_question_after_the_other() -> None:
    process = WorkerProcess()
    for _ in range(3):
        answer = process.exchange(load("no.such.module"), LONG)
        assert answer["fault"]["what"].startswith("it can't be imported: ModuleNotFoundError")
    assert not is_gone(process)
    process.end()
    assert is_gone(process)


def test_it_leads_a_group_of_its_own_and_dumps_no_core(folder: Path) -> None:
    (folder / "looks.py").write_text(
        "import os, resource\n"
        "raise ValueError((os.getpgid(0) == os.getpid(), resource.getrlimit(4)))\n"
    )
    process = WorkerProcess()
    told = process.exchange(load("looks"), LONG)["fault"]["what"]
    assert told == "it can't be imported: ValueError: (True, (0, 0))"


def test_ending_it_again_does_nothing() -> None:
    process = WorkerProcess()
    process.end()
    process.end()
    assert is_gone(process)


def test_it_goes_when_it_is_dropped() -> None:
    process = WorkerProcess()
    number = process.pid
    del process
    gc.collect()
    with pytest.raises(ProcessLookupError):
        os.kill(number, 0)


def test_one_that_is_gone_says_how() -> None:
    process = WorkerProcess()
    os.kill(process.pid, signal.SIGTERM)
    with pytest.raises(WorkerEndedError, match="its process was ended by SIGTERM"):
        process.exchange(load("json"), LONG)
    assert is_gone(process)


@pytest.mark.skipif(not hasattr(signal, "SIGRTMIN"), reason="only some systems number these")
def test_a_signal_without_a_name_is_told_by_its_number() -> None:
    process = WorkerProcess()
    os.kill(process.pid, signal.SIGRTMIN + 3)
    with pytest.raises(WorkerEndedError, match=rf"ended by signal {signal.SIGRTMIN + 3}"):
        process.exchange(load("json"), LONG)


def test_a_long_message_to_one_that_does_not_read_is_given_up() -> None:
    process = WorkerProcess()
    os.kill(process.pid, signal.SIGSTOP)
    with pytest.raises(WorkerEndedError, match=r"it took longer than 0\.3 s, and was ended"):
        process.exchange({"long": "x" * 2**24}, SHORT)
    assert is_gone(process)


def test_whatever_interrupts_the_host_leaves_no_answer_behind(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    process = WorkerProcess()

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(WorkerProcess, "_receive", interrupted)
    with pytest.raises(KeyboardInterrupt):
        process.exchange(load("json"), LONG)
    assert is_gone(process)


# Later Pythons warn of a fork beside the threads that run tests in parallel.
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_process_that_ends_it_ends_nobody_elses() -> None:
    process = WorkerProcess()
    child = os.fork()
    if child == 0:
        process.end()
        os._exit(0)
    os.waitpid(child, 0)
    assert "fault" in process.exchange(load("no.such.module"), LONG)


def test_bytes_beside_an_answer_are_refused(folder: Path) -> None:
    (folder / "attaches.py").write_text(
        "import os, struct, sys, time\n"
        "os.write(int(sys.argv[1]), struct.pack('>II', 2, 1) + b'{}x')\n"
        "time.sleep(3600)\n"
    )
    with pytest.raises(WorkerEndedError, match="it answered more than 64 MiB"):
        WorkerProcess().exchange(load("attaches"), LONG)


def test_it_imports_nothing_from_where_it_was_started(
    folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    for module in ("stray", "attrs"):
        (elsewhere / f"{module}.py").write_text("raise AssertionError\n")
    monkeypatch.chdir(elsewhere)
    told = WorkerProcess().exchange(load("stray"), LONG)["fault"]["what"]
    assert "No module named 'stray'" in told


def test_it_imports_from_the_current_folder_where_the_host_does(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "beside.py").write_text("")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path, ""])
    assert WorkerProcess().exchange(load("beside"), LONG)["result"] is None


class TestWhereThereAreNoProcesses:
    """It is said before anything is started."""

    def test_on_another_system(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(worker_process.os, "name", "nt")
            with pytest.raises(RelationshipError, match="plugins have no process of their own on"):
                WorkerProcess()

    def test_in_an_interpreter_that_does_not_know_itself(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sys, "executable", "")
        with pytest.raises(RelationshipError, match="doesn't know its own executable"):
            WorkerProcess()

    def test_where_it_cannot_be_started(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "executable", "/no/such/python")
        with pytest.raises(WorkerEndedError, match="can't be started: No such file or directory"):
            WorkerProcess()

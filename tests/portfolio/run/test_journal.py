from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from relationship_core.errors import DataError
from relationship_core.portfolio.run.journal import Journal

DYING = """
import os, signal, sys
from pathlib import Path
from relationship_core.portfolio.run.journal import Journal
with Journal(Path(sys.argv[1]), Path("out")) as journal:
    journal.begin("same")
    journal.note("step", [1, "two"])
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_steps_are_known_to_the_next_run_of_the_same_identity(tmp_path: Path) -> None:
    place = tmp_path / "work"
    with Journal(place, tmp_path / "out") as journal:
        journal.begin({"as_of": "2026-06-30"})
        assert journal.entry("step") is None
        journal.note("step", {"rows": 3})
    (place / "made").mkdir()
    with Journal(place, tmp_path / "out") as journal:
        journal.begin({"as_of": "2026-06-30"})
        assert journal.entry("step") == {"rows": 3}
        assert (place / "made").exists()


def test_another_run_begins_with_nothing(tmp_path: Path) -> None:
    place = tmp_path / "work"
    with Journal(place, tmp_path / "out") as journal:
        journal.begin("one")
        journal.note("step", 1)
    (place / "made").mkdir()
    with Journal(place, tmp_path / "out") as journal:
        journal.begin("other")
        assert journal.entry("step") is None
        assert not (place / "made").exists()


def test_a_second_run_is_refused_while_the_first_is_at_work(tmp_path: Path) -> None:
    place = tmp_path / "work"
    with Journal(place, tmp_path / "out") as journal:
        journal.begin("one")
        with pytest.raises(DataError, match="out: another run is writing it"):
            Journal(place, tmp_path / "out")
        journal.note("step", 1)
    with Journal(place, tmp_path / "out") as journal:
        assert journal.entry("step") == 1


def test_a_dead_process_keeps_no_lock_and_what_it_noted_is_known(tmp_path: Path) -> None:
    place = tmp_path / "work"
    died = subprocess.run([sys.executable, "-c", DYING, place], check=False)
    assert died.returncode == -9
    with Journal(place, tmp_path / "out") as journal:
        journal.begin("same")
        assert journal.entry("step") == [1, "two"]


def test_nothing_is_left_once_it_is_removed(tmp_path: Path) -> None:
    with Journal(tmp_path / "work", tmp_path / "out") as journal:
        journal.begin("one")
        (journal.place / "made" / "deep").mkdir(parents=True)
        journal.remove()
    assert [*tmp_path.iterdir()] == []


def test_what_is_no_journal_is_named(tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "journal").write_text("a diary, rather long" * 100, encoding="utf-8")
    with pytest.raises(DataError, match=r"work/journal: it is no journal of a run"):
        Journal(tmp_path / "work", tmp_path / "out")

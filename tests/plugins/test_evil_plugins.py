"""Plugins that hang, crash and lie, in processes of their own: each is ended and named."""

from __future__ import annotations

import fcntl
import os
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from relationship_core import Customer, CustomerKind, Dossier, Engine, PluginStatus
from relationship_core.errors import PluginError, ReviewError

pytestmark = pytest.mark.skipif(os.name != "posix", reason="processes are only ended on POSIX")

SHORT, LONG = 0.5, 60.0
SOUND = "sound-bank"
AS_OF = date(2026, 6, 30)
SERVICE = "rc_service"


class Evil(NamedTuple):
    """A plugin of `distributions/evil`, the limit it is given, and what must be said of it."""

    plugin: str
    limit: float
    hook: str
    reason: str


TOO_LONG = f"it took longer than {SHORT} s, and was ended"
EVILS = [
    Evil("evil-hangs", SHORT, SERVICE, TOO_LONG),
    Evil("evil-swallows", SHORT, SERVICE, TOO_LONG),
    Evil("evil-loops-in-c", SHORT, SERVICE, TOO_LONG),
    Evil("evil-stops", SHORT, SERVICE, TOO_LONG),
    Evil("evil-ignores-signals", SHORT, SERVICE, TOO_LONG),
    Evil("evil-forks", SHORT, SERVICE, TOO_LONG),
    Evil("evil-hangs-on-import", SHORT, "", TOO_LONG),
    Evil("evil-exits-on-import", LONG, "", "it ended its process, with status 4"),
    Evil("evil-exits", LONG, SERVICE, "it ended its process, with status 3"),
    Evil("evil-kills", LONG, SERVICE, "its process was ended by SIGKILL"),
    Evil("evil-recurses", LONG, SERVICE, "it raised RecursionError"),
    Evil("evil-overflows", LONG, SERVICE, "its process was ended by SIG"),
    Evil("evil-closes-all", LONG, SERVICE, "it closed its way to the host, and was ended"),
    Evil("evil-answers-an-object", LONG, SERVICE, "a lock has no JSON form"),
    Evil("evil-answers-a-bomb", LONG, SERVICE, "a Bomb has no JSON form"),
    Evil("evil-sends-a-pickle", LONG, SERVICE, "it answered what is no answer, and was ended"),
    Evil("evil-sends-too-much", LONG, SERVICE, "it answered more than 64 MiB, and was ended"),
    Evil("evil-sends-a-list", LONG, SERVICE, "it answered what is no answer, and was ended"),
    Evil("evil-answers-ahead", LONG, SERVICE, "it answered what it wasn't asked, and was ended"),
    Evil("evil-interrupts", LONG, SERVICE, "it raised KeyboardInterrupt"),
]

by_plugin = pytest.mark.parametrize("evil", EVILS, ids=lambda evil: evil.plugin)


@pytest.fixture(autouse=True)
def notes(installed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the plugins note what they did."""
    monkeypatch.setenv("EVIL_NOTES", str(tmp_path))
    return tmp_path


def processes(notes: Path) -> list[int]:
    """The processes that a plugin was imported in."""
    return [int(line) for line in (notes / "pids").read_text().split()]


def is_gone(process: int) -> bool:
    """Whether there is no such process any more, not even one that nobody waited for."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    return False


def dossier(customer: str = "c", **supplied: Any) -> Dossier:
    return Dossier(Customer(customer, CustomerKind.PERSONAL), supplied=supplied)


@by_plugin
def test_it_is_ended_and_named(notes: Path, evil: Evil) -> None:
    with pytest.raises(PluginError) as caught:
        Engine.discover([evil.plugin], isolate="process", limit=evil.limit)
    error = caught.value
    assert (error.plugin, error.version, error.hook) == (evil.plugin, "6.6.6", evil.hook)
    assert evil.reason in str(error)
    (process,) = processes(notes)
    assert process != os.getpid()
    assert is_gone(process)
    assert not (notes / "gone-off").exists()


@pytest.mark.parametrize("limit", [SHORT, LONG])
def test_the_healthy_go_on_and_every_review_tells_whom_they_go_without(
    notes: Path, limit: float
) -> None:
    evils = {evil.plugin: evil for evil in EVILS if evil.limit == limit}
    engine = Engine.discover(
        [SOUND, *evils], isolate=list(evils), limit=limit, on_plugin_error="skip"
    )
    review = engine.review(dossier(), AS_OF)
    assert review.plugins == ("sound-bank 1.0.0",)
    assert [report.plugin for report in review.skipped] == sorted(evils)
    for report in review.skipped:
        evil = evils[report.plugin]
        assert (report.version, report.hook) == ("6.6.6", evil.hook)
        assert report.status is PluginStatus.FAILED
        assert evil.reason in report.reason
    # Each in a process of its own, never in the host's, and all of them gone.
    assert len(set(processes(notes)) - {os.getpid()}) == len(evils)
    assert all(map(is_gone, processes(notes)))
    assert not {"evil", "evil_on_import", "evil_exit_on_import"} & set(sys.modules)


def test_what_it_has_forked_goes_with_it(notes: Path) -> None:
    with pytest.raises(PluginError):
        Engine.discover(["evil-forks"], isolate="process", limit=SHORT)
    assert (notes / "forked").exists()
    with (notes / "child").open("w") as file:
        # The child held the lock while it lived; this would wait for it.
        fcntl.flock(file, fcntl.LOCK_EX)
    assert not (notes / "outlived").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="memory is only bounded on Linux")
def test_memory_can_be_bounded() -> None:
    with pytest.raises(PluginError, match="it raised MemoryError") as caught:
        Engine.discover(["evil-hogs"], isolate="process", limit=LONG, memory=2**30)
    assert (caught.value.plugin, caught.value.hook) == ("evil-hogs", SERVICE)
    engine = Engine.discover(["evil-model"], isolate="process", limit=LONG, memory=2**30)
    assert engine.review(dossier(), AS_OF).facts["evil.score"] == Decimal("0.123457")


def test_noise_and_mess_are_no_fault(notes: Path, capfd: pytest.CaptureFixture[str]) -> None:
    engine = Engine.discover(["evil-but-answers"], isolate="process", limit=LONG)
    assert engine.rule_book.plugins == ("evil-but-answers 6.6.6",)
    assert "lounge" in {rule.id for rule in engine.rule_book.service.entitlements.rules}
    out, err = capfd.readouterr()
    assert out == ""
    assert err.count("x") == 2**18
    assert all(map(is_gone, processes(notes)))


class TestAnObserver:
    """It hangs, exits or raises when it is told of a review."""

    FAULTS = (
        ("hang", SHORT, TOO_LONG),
        ("exit", LONG, "it ended its process, with status 4"),
        ("raise", LONG, "it raised ValueError"),
    )

    @pytest.mark.parametrize(("customer", "limit", "reason"), FAULTS)
    def test_is_named(self, notes: Path, customer: str, limit: float, reason: str) -> None:
        engine = Engine.discover(["evil-observer"], isolate="process", limit=limit)
        with pytest.raises(PluginError) as caught:
            engine.review(dossier(customer), AS_OF)
        assert str(caught.value) == f"plugin evil-observer 6.6.6, rc_review_completed: {reason}"
        assert not getattr(caught.value, "__notes__", [])

    def test_keeps_no_review_from_being_made(
        self, notes: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        engine = Engine.discover(
            ["evil-observer"], isolate="process", limit=LONG, on_plugin_error="skip"
        )
        reviews = list(
            engine.review_many(
                [dossier("a"), dossier("exit"), dossier("raise"), dossier("b")], AS_OF
            )
        )
        assert [review.customer_id for review in reviews] == ["a", "exit", "raise", "b"]
        assert caplog.messages == [
            "plugin evil-observer 6.6.6, rc_review_completed: it ended its process, with status 4",
            "plugin evil-observer 6.6.6, rc_review_completed: it raised ValueError",
        ]
        # It saw the others, whole: the process that ended was followed by another.
        assert (notes / "seen").read_text().split() == ["a", "True", "b", "True"]
        assert len(set(processes(notes))) == 3


class TestAModel:
    """It hangs, exits, raises or answers nonsense when it is asked about a customer."""

    FAULTS = (
        ("hang", SHORT, TOO_LONG),
        ("exit", LONG, "it ended its process, with status 5"),
        ("raise", LONG, "it raised ValueError"),
    )

    @pytest.mark.parametrize(("mood", "limit", "reason"), FAULTS)
    def test_is_named(self, mood: str, limit: float, reason: str) -> None:
        engine = Engine.discover(["evil-model"], isolate="process", limit=limit)
        with pytest.raises(PluginError) as caught:
            engine.review(dossier(**{"evil.mood": mood}), AS_OF)
        assert str(caught.value) == f"plugin evil-model 6.6.6, rc_models: {reason}"
        assert not getattr(caught.value, "__notes__", [])

    @pytest.mark.parametrize(("mood", "limit", "reason"), FAULTS)
    def test_leaves_its_score_missing_where_the_host_goes_on(
        self, mood: str, limit: float, reason: str
    ) -> None:
        engine = Engine.discover(
            ["evil-model", SOUND], isolate=["evil-model"], limit=limit, on_plugin_error="skip"
        )
        review = engine.review(dossier(**{"evil.mood": mood}), AS_OF)
        assert review.facts["evil.score"] is None
        (report,) = review.skipped
        assert (report.plugin, report.hook, report.reason) == ("evil-model", "rc_models", reason)
        assert engine.skipped == ()
        assert engine.observe(dossier(**{"evil.mood": mood}), AS_OF)["evil.score"] is None

    def test_is_asked_again_about_the_next_customer(self, notes: Path) -> None:
        engine = Engine.discover(
            ["evil-model"], isolate="process", limit=LONG, on_plugin_error="skip"
        )
        moods = ["fine", "exit", "exit", "none", "exit", "exit", "fine"]
        reviews = [engine.review(dossier(**{"evil.mood": mood}), AS_OF) for mood in moods]
        scores = [str(review.facts["evil.score"]) for review in reviews]
        assert scores == ["0.123457", *["None"] * 5, "0.123457"]
        assert [len(review.skipped) for review in reviews] == [0, 1, 1, 0, 1, 1, 0]

    def test_is_left_alone_once_it_was_ended_three_times_in_a_row(self, notes: Path) -> None:
        engine = Engine.discover(
            ["evil-model"], isolate="process", limit=LONG, on_plugin_error="skip"
        )
        before = len(processes(notes))
        for _ in range(3):
            engine.review(dossier(**{"evil.mood": "exit"}), AS_OF)
        (report,) = engine.review(dossier(**{"evil.mood": "fine"}), AS_OF).skipped
        assert "its process was ended 3 times in a row, and isn't started any more" in report.reason
        assert len(processes(notes)) == before + 3

    @pytest.mark.parametrize("mood", ["many", "nan", "list"])
    def test_answers_nonsense_in_the_same_words_as_in_the_hosts_process(self, mood: str) -> None:
        told = []
        for isolate in (None, "process"):
            engine = Engine.discover(["evil-model"], isolate=isolate)
            with pytest.raises(ReviewError) as caught:
                engine.review(dossier(**{"evil.mood": mood}), AS_OF)
            told.append(str(caught.value))
        assert told[0] == told[1]
        assert told[0].startswith("model evil.model 1: ")

"""What a plugin's own process makes of the host's calls, and what becomes of it without a host."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from relationship_core import Engine, Extension, Model, Review, extend, hookimpl
from relationship_core.facts import aum
from relationship_core.plugins.frames import HEADER_BYTES, lengths, packed
from tests.plugins.test_hooks import Scorer, dossier

pytestmark = pytest.mark.skipif(os.name != "posix", reason="processes are only ended on POSIX")

if os.name == "posix":
    from relationship_core.plugins.worker import Desk

LOAD: dict[str, Any] = {
    "call": "load",
    "plugin": "west",
    "version": "1.0",
    "memory": None,
    "limit": 60.0,
    "settings": None,
}


class Raises:
    """A plugin that fails in every hook."""

    @hookimpl
    def rc_service(self) -> Extension:
        raise ValueError("of nobody")

    @hookimpl
    def rc_models(self) -> list[Model]:
        raise KeyboardInterrupt

    @hookimpl
    def rc_review_completed(self, review: Review) -> None:
        raise ValueError(review.customer_id)


class Wrong:
    """A plugin that answers what isn't asked."""

    @hookimpl
    def rc_service(self) -> Any:
        return {"lounge": True}

    @hookimpl
    def rc_models(self) -> list[Model]:
        return [Model("west.supplied", "1", "0" * 64, Scorer.score, inputs=[aum])]


class Deep:
    """A plugin whose answer can't be written."""

    @hookimpl
    def rc_retention(self) -> Extension:
        return extend(levels=[{1, 2}])


def asked(plugin: type, *messages: dict[str, Any]) -> list[Any]:
    """What a desk answers, once it has loaded a plugin."""
    desk = Desk()
    load = {**LOAD, "reference": f"{plugin.__module__}:{plugin.__qualname__}"}
    return [read(desk.respond({**each, "id": 7})) for each in (load, *messages)][1:]


def read(frame: bytes) -> Any:
    """An answer, without the number that all of them here have."""
    text, attached = lengths(frame[:HEADER_BYTES])
    assert (len(frame), attached) == (HEADER_BYTES + text, 0)
    answer = json.loads(frame[HEADER_BYTES:])
    assert answer.pop("id") == 7
    return answer


def test_hooks_are_told_by_name() -> None:
    (answer,) = asked(Scorer, {"call": "hooks"})
    assert answer["result"] == {"hooks": ["rc_facts", "rc_models", "rc_tiering"], "warnings": []}


def test_an_exception_in_a_hook_is_told_in_full() -> None:
    (answer,) = asked(Raises, {"call": "answer", "hook": "rc_service", "settings": None})
    trace = answer["fault"].pop("trace")
    assert answer["fault"] == {
        "what": "it raised ValueError: of nobody",
        "hook": "rc_service",
        "mend": "",
    }
    assert "in rc_service" in trace


def test_a_wrong_answer_is_told_as_in_the_hosts_process() -> None:
    (answer,) = asked(Wrong, {"call": "answer", "hook": "rc_service", "settings": None})
    assert answer["fault"]["what"] == "it returned a dict"
    assert answer["fault"]["mend"].startswith("return a Service")


def test_an_answer_that_is_no_data_is_told() -> None:
    (answer,) = asked(Deep, {"call": "answer", "hook": "rc_retention", "settings": None})
    assert answer["fault"]["hook"] == "rc_retention"
    assert answer["fault"]["what"].startswith("it raised TypeError: Object of type set is not JSON")


def test_what_an_observer_says_of_a_customer_is_not_told() -> None:
    review = Engine.from_plugins().review(dossier(), date(2026, 6, 30)).to_json()
    (answer,) = asked(Raises, {"call": "tell", "review": review})
    assert answer == {
        "fault": {
            "what": "it raised ValueError",
            "hook": "rc_review_completed",
            "mend": "",
            "trace": "",
        }
    }


def test_an_interruption_of_its_own_is_an_exception_like_any() -> None:
    message = {"call": "score", "model": {"name": "m", "version": "1", "digest": "0"}}
    (answer,) = asked(Raises, message)
    assert answer["fault"] == {
        "what": "it raised KeyboardInterrupt",
        "hook": "rc_models",
        "mend": "",
    }


@pytest.mark.parametrize(
    ("plugin", "model"),
    [
        (Scorer, {"name": "west.joining", "version": "1", "digest": "0" * 64}),
        (Scorer, {"name": "west.leaving", "version": "2", "digest": "0" * 64}),
        (Scorer, {"name": "west.leaving", "version": "1", "digest": "1" * 64}),
        (Wrong, {"name": "west.supplied", "version": "1", "digest": "0" * 64}),
    ],
)
def test_a_model_that_it_does_not_compute_is_told(plugin: type, model: dict[str, str]) -> None:
    (answer,) = asked(plugin, {"call": "score", "model": model})
    fault = answer["fault"]
    assert fault["what"] == f"it no longer computes the model {model['name']!r} {model['version']}"
    assert fault["hook"] == "rc_models"


def test_no_alarm_is_left_ringing() -> None:
    asked(Scorer, {"call": "hooks"})
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


class TestWithoutAHost:
    """It doesn't outlive the host, who is gone without a word."""

    @pytest.fixture
    def ours(self) -> Iterator[socket.socket]:
        ours, theirs = socket.socketpair()
        with ours, theirs:
            command = [sys.executable, "-m", "relationship_core.plugins.worker"]
            self.worker = subprocess.Popen(
                [*command, str(theirs.fileno())], pass_fds=[theirs.fileno()]
            )
            theirs.close()
            yield ours
        self.worker.kill()
        self.worker.wait()

    def test_it_leaves_when_there_is_nobody_to_ask_it(self, ours: socket.socket) -> None:
        ours.recv(2**16)
        ours.close()
        assert self.worker.wait(timeout=60) == 0

    def test_it_leaves_when_there_is_nobody_to_answer(self, ours: socket.socket) -> None:
        ours.close()
        assert self.worker.wait(timeout=60) == 0

    def test_it_leaves_when_a_call_breaks_off(self, ours: socket.socket) -> None:
        ours.recv(2**16)
        ours.sendall(packed({"call": "hooks"})[:-1])
        ours.close()
        assert self.worker.wait(timeout=60) == 0

    def test_it_ends_by_itself_what_takes_too_long(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
    ) -> None:
        (tmp_path / "loops_in_c.py").write_text("import re; re.match('(a+)+$', 'a' * 64 + 'b')")
        monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
        ours = request.getfixturevalue("ours")
        ours.recv(2**16)
        ours.sendall(packed({**LOAD, "reference": "loops_in_c", "limit": 0.1, "id": 1}))
        ours.close()
        assert self.worker.wait(timeout=60) == -signal.SIGALRM

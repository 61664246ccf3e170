"""A plugin in a process of its own: started when it is first asked, and anew after it was ended."""

from __future__ import annotations

import os
import warnings
from collections.abc import Mapping
from threading import Lock
from typing import Any
from weakref import WeakSet

from attrs import frozen

from relationship_core.errors import PluginError
from relationship_core.plugins.frames import Json
from relationship_core.plugins.hook_life import HookDeprecationWarning, HookLife
from relationship_core.plugins.plain_form import write_plain
from relationship_core.plugins.worker_process import WorkerEndedError, WorkerProcess

MOST_ENDS = 3
"""How often in a row a plugin's process is ended before it isn't started any more."""

_MOST_TRACE = 10_000


@frozen
class Launch:
    """What a plugin's process is started with.

    Args:
        plugin: The plugin's name.
        version: Its version.
        reference: Where it is to be imported, as module:attribute.
        limit: The seconds that importing it, and each call, may take.
        memory: The bytes its process may take; None for as many as there are.
    """

    plugin: str
    version: str
    reference: str
    limit: float
    memory: int | None = None


class Remote:
    """The plugin behind a process, for any number of threads.

    It can be pickled and forked: the copy starts a process of its own when it is asked.

    Args:
        launch: What its process is started with.
        settings: The settings that its models were made with, as they are sent.
        scores: Whether it has been found to compute models.
    """

    def __init__(self, launch: Launch, settings: Any = None, *, scores: bool = False) -> None:
        self.launch = launch
        self._settings = settings
        self._scores = scores
        self._ends = 0
        self._process: WorkerProcess | None = None
        self._lock = Lock()
        _KNOWN.add(self)

    def __reduce__(self) -> tuple[Any, ...]:
        return (_remote, (self.launch, self._settings, self._scores))

    @property
    def pid(self) -> int | None:
        """The number of its process; None while it has none."""
        process = self._process
        return None if process is None else process.pid

    def hooks(self) -> tuple[str, ...]:
        """The hooks it implements.

        Raises:
            PluginError: It can't be imported, or its hooks aren't as they should be.
        """
        answer = self._asked({"call": "hooks"})
        launch = self.launch
        try:
            hooks = tuple(map(str, answer["hooks"]))
            told = [
                (HookLife(**each["life"]), str(each["file"]), int(each["line"]))
                for each in answer["warnings"]
            ]
        except (LookupError, TypeError, ValueError):
            raise self.fault("it answered what is no answer") from None
        for life, file, line in told:
            warning = HookDeprecationWarning(launch.plugin, launch.version, life)
            warnings.warn_explicit(warning, type(warning), file, line)
        return hooks

    def answer(self, hook: str, settings: Mapping[str, Any]) -> Any:
        """What it answers to a hook, as data.

        Raises:
            PluginError: It failed, in whatever way.
            InvalidValueError: A setting can't be sent.
        """
        self._settings = write_plain(settings, "settings")
        return self._asked({"call": "answer", "hook": hook, "settings": self._settings}, hook=hook)

    def score(self, hook: str, model: Json, batch: bytes) -> Any:
        """What one of its models computes for a batch, as data.

        Raises:
            PluginError: It failed, in whatever way.
        """
        # Arrow is loaded before its time begins, whenever its process starts from now on.
        self._scores = True
        return self._asked({"call": "score", "model": model}, hook=hook, attached=batch)

    def tell(self, hook: str, review: Json) -> None:
        """Let it look at a review.

        Raises:
            PluginError: It failed, in whatever way.
        """
        self._asked({"call": "tell", "review": review}, hook=hook)

    def end(self) -> None:
        """End its process; the next call starts another."""
        with self._lock:
            self._drop()

    def fault(self, what: str, *, hook: str = "", mend: str = "") -> PluginError:
        """The error that says what it did wrong."""
        launch = self.launch
        return PluginError(what, plugin=launch.plugin, version=launch.version, hook=hook, mend=mend)

    def forget(self) -> None:
        """Take nothing over from the process this one was forked from."""
        self._lock = Lock()
        if self._process is not None:
            self._process.abandon()
            self._process = None

    def _asked(self, message: Json, *, hook: str = "", attached: bytes = b"") -> Any:
        with self._lock:
            if self._ends == MOST_ENDS:
                raise self.fault(
                    f"its process was ended {MOST_ENDS} times in a row, and isn't started any more",
                    hook=hook,
                    mend="mend the plugin, or raise the limit, and build the engine anew",
                )
            try:
                process = self._process or self._start()
                answer = process.exchange(message, self.launch.limit, attached)
            except WorkerEndedError as ended:
                self._drop()
                self._ends += 1
                raise self.fault(str(ended), hook=hook) from None
            except BaseException:
                # An interruption by a person has ended it; the next call is to have another.
                self._drop()
                raise
            self._ends = 0
        return self._result(answer, hook)

    def _start(self) -> WorkerProcess:
        """A process with the plugin in it, which has its limit to be imported."""
        process = WorkerProcess(["--scores"] if self._scores else [])
        launch = self.launch
        self._process = process
        answer = process.exchange(
            {
                "call": "load",
                "plugin": launch.plugin,
                "version": launch.version,
                "reference": launch.reference,
                "memory": launch.memory,
                "limit": launch.limit,
                "settings": self._settings,
            },
            launch.limit,
        )
        try:
            self._result(answer, "")
        except PluginError:
            self._drop()
            self._ends += 1
            raise
        return process

    def _drop(self) -> None:
        if self._process is not None:
            self._process.end()
            self._process = None

    def _result(self, answer: Json, hook: str) -> Any:
        if "result" in answer:
            return answer["result"]
        told = answer.get("fault")
        if not isinstance(told, dict):
            raise self.fault("it answered what is no answer", hook=hook)
        fault = self.fault(
            str(told.get("what")), hook=str(told.get("hook", "")), mend=str(told.get("mend", ""))
        )
        if told.get("trace"):
            fault.add_note(str(told["trace"])[-_MOST_TRACE:])
        raise fault


_KNOWN: WeakSet[Remote] = WeakSet()


def _remote(launch: Launch, settings: Any, scores: bool) -> Remote:
    return Remote(launch, settings, scores=scores)


def _forget_all() -> None:
    for remote in list(_KNOWN):
        remote.forget()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_all)

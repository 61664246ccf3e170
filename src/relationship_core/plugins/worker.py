"""A plugin's own process, from within: it imports the plugin, asks it, and sends what it answers.

Run by the host as `python -m relationship_core.plugins.worker CHANNEL [--scores]`.
"""

from __future__ import annotations

import os
import resource
import signal
import socket
import sys
import warnings
from collections.abc import Callable, Mapping
from contextlib import suppress
from importlib.metadata import EntryPoint
from traceback import format_exception
from typing import Any

import attrs

from relationship_core.decisions.model import Model
from relationship_core.decisions.review import Review
from relationship_core.decisions.scoring import load_arrow, read_batch
from relationship_core.errors import PluginError
from relationship_core.plugins.answer_form import write_answer
from relationship_core.plugins.answers import MODELS, checked
from relationship_core.plugins.discovery import loaded
from relationship_core.plugins.frames import HEADER_BYTES, Json, lengths, packed, unpacked
from relationship_core.plugins.hook_life import HookDeprecationWarning
from relationship_core.plugins.markers import PROJECT
from relationship_core.plugins.plain_form import read_plain, write_plain
from relationship_core.plugins.plugin import OBSERVER, Plugin
from relationship_core.plugins.settings import Settings

SPARE_SECONDS = 1.0
"""How long beyond its limit a call ends the process by itself, should the host be gone."""


class Desk:
    """Where the host's calls come in, and a plugin answers them."""

    def __init__(self) -> None:
        self._plugin = Plugin("", "", None)
        self._settings: Mapping[str, Any] = {}
        self._limit = 0.0
        self._models: dict[str, Model] = {}
        self._calls: dict[str, Callable[[Json, bytes], Any]] = {
            "load": self._load,
            "hooks": self._hooks,
            "answer": self._answer,
            "score": self._score,
            "tell": self._tell,
        }

    def respond(self, message: Json, attached: bytes = b"") -> bytes:
        """The answer to one call, as it is sent: a result, or what the plugin did wrong."""
        number = message["id"]
        self._limit = message.get("limit", self._limit)
        signal.setitimer(signal.ITIMER_REAL, self._limit + SPARE_SECONDS)
        try:
            result = self._calls[message["call"]](message, attached)
            return packed({"id": number, "result": result})
        except BaseException as error:  # noqa: BLE001 - whatever it is, it is the plugin's
            return packed({"id": number, "fault": self._fault(error, message)})
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)

    def _load(self, message: Json, _: bytes) -> None:
        if message["memory"] is not None:
            resource.setrlimit(resource.RLIMIT_AS, (message["memory"], message["memory"]))
        # Known by its name before it is imported, so that a fault of that is told as its own.
        self._plugin = Plugin(message["plugin"], message["version"], None)
        self._keep(message["settings"])
        point = EntryPoint(message["plugin"], message["reference"], PROJECT)
        plugin = loaded(point, message["version"])
        if isinstance(plugin, PluginError):
            raise plugin
        self._plugin = plugin

    def _hooks(self, _: Json, __: bytes) -> Json:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always", HookDeprecationWarning)
            hooks = list(self._plugin.hooks())
        told = []
        for each in caught:
            if isinstance(each.message, HookDeprecationWarning):
                life = attrs.asdict(each.message.life)
                told.append({"life": life, "file": each.filename, "line": each.lineno})
            else:
                warnings.showwarning(each.message, each.category, each.filename, each.lineno)
        return {"hooks": hooks, "warnings": told}

    def _answer(self, message: Json, _: bytes) -> Json:
        self._keep(message["settings"])
        return write_answer(message["hook"], self._asked(message["hook"]))

    def _score(self, message: Json, batch: bytes) -> Any:
        if not self._models:
            self._models = {model.name: model for model in self._asked(MODELS)}
        wanted = message["model"]
        model = self._models.get(wanted["name"])
        found = model and {"name": model.name, "version": model.version, "digest": model.digest}
        if model is None or found != wanted or model.predict is None:
            raise self._plugin.at_fault(
                f"it no longer computes the model {wanted['name']!r} {wanted['version']}",
                hook=MODELS,
                mend="build the engine anew",
            )
        scores = model.predict(read_batch(batch)).to_pylist()
        return [write_plain(each, f"model {model.name}") for each in scores]

    def _tell(self, message: Json, _: bytes) -> None:
        self._plugin.tell(Review.from_json(message["review"]))

    def _asked(self, hook: str) -> Any:
        return checked(self._plugin, hook, self._plugin.ask(hook, settings=self._settings))

    def _keep(self, settings: Any) -> None:
        self._settings = Settings(read_plain(settings) or {})

    def _fault(self, error: BaseException, message: Json) -> Json:
        call = message["call"]
        if call in {"score", "tell"} and not isinstance(error, PluginError):
            # What it says may be about the customer, so only its type is told.
            hook = OBSERVER if call == "tell" else MODELS
            error = self._plugin.at_fault(f"it raised {type(error).__name__}", hook=hook)
            return _written(error)
        trace = "".join(format_exception(error.__cause__ or error))
        if not isinstance(error, PluginError):
            error = self._plugin.failed_with(error, hook=message.get("hook", ""))
        return {**_written(error), "trace": trace if call not in {"score", "tell"} else ""}


def _written(fault: PluginError) -> Json:
    return {"what": fault.what, "hook": fault.hook, "mend": fault.mend}


def main() -> None:
    """Answer the host until it closes the channel, and leave at once, whatever still runs."""
    channel = socket.socket(fileno=int(sys.argv[1]))
    channel.set_inheritable(False)
    # What a customer's bank knows of them doesn't belong in a file that a crash leaves behind.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    if "--scores" in sys.argv:
        load_arrow()
    desk = Desk()
    with suppress(ConnectionError):
        channel.sendall(packed({"ready": True}))
        while (call := _received(channel)) is not None:
            channel.sendall(desk.respond(*call))
    os._exit(0)


def _received(channel: socket.socket) -> tuple[Json, bytes] | None:
    header = _read(channel, HEADER_BYTES)
    if header is None:
        return None
    text, attached = (_read(channel, size) for size in lengths(header))
    return None if text is None or attached is None else (unpacked(text), attached)


def _read(channel: socket.socket, size: int) -> bytes | None:
    data = bytearray()
    while len(data) < size:
        piece = channel.recv(size - len(data))
        if not piece:
            return None
        data += piece
    return bytes(data)


if __name__ == "__main__":
    main()

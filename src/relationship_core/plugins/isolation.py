"""Which plugins the host lets run in a process of their own, and what each of these may take."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable
from difflib import get_close_matches
from types import ModuleType
from typing import Any

from attrs import frozen

from relationship_core.errors import InvalidValueError
from relationship_core.plugins.plugin import Plugin

PROCESS = "process"
"""What the host says to have every plugin in a process of its own."""

DEFAULT_LIMIT = 10.0
"""The seconds that a plugin in a process of its own may take to be imported, and for each call."""

MOST_SECONDS = 86_400.0
"""A limit beyond a day is none."""

Isolate = str | Collection[str] | None
"""All plugins ("process"), those of these names, or none."""


@frozen
class Isolation:
    """Who is isolated, and what they may take.

    Args:
        names: The names of the plugins; None for all of them.
        limit: The seconds that importing one, and each call, may take.
        memory: The bytes a process may take, on Linux; None for as many as there are.
    """

    names: frozenset[str] | None
    limit: float
    memory: int | None

    @classmethod
    def of(
        cls, isolate: Isolate, limit: float | None, memory: int | None, plugins: Iterable[str]
    ) -> Isolation:
        """What the host asked for.

        Args:
            isolate: As the host said it.
            limit: The limit in seconds; None for the default one.
            memory: The limit in bytes.
            plugins: The names of the plugins there are to be.

        Raises:
            InvalidValueError: It names a plugin that isn't among them, or a limit without sense.
        """
        names = _names(isolate)
        if names == frozenset() and (limit is not None or memory is not None):
            raise InvalidValueError(
                "a limit needs a process that can be ended",
                where="limit" if memory is None else "memory",
                mend='say which plugins have one: isolate="process", or their names',
            )
        known = sorted(plugins)
        for name in sorted(names or ()):
            if name not in known:
                raise InvalidValueError(
                    f"{name!r} is none of the plugins to load",
                    where="isolate",
                    mend=_nearest(name, known),
                )
        seconds = DEFAULT_LIMIT if limit is None else limit
        if not 0 < seconds <= MOST_SECONDS:
            raise InvalidValueError(
                "it is no time", where="limit", mend="give seconds above 0, and no more than a day"
            )
        if memory is not None and memory <= 0:
            raise InvalidValueError("it is no size", where="memory", mend="give bytes above 0")
        if memory is not None and sys.platform != "linux":
            raise InvalidValueError(
                f"{sys.platform} doesn't hold a process to it",
                where="memory",
                mend="leave it out: it is for Linux alone",
            )
        return cls(names, seconds, memory)

    def covers(self, name: str) -> bool:
        """Whether a plugin of that name is isolated."""
        return self.names is None or name in self.names

    def around(self, name: str, version: str, reference: str) -> Plugin:
        """The plugin as it runs in a process of its own, where alone it is imported.

        Args:
            name: Its name.
            version: Its version.
            reference: Where it is imported from, as module:attribute.
        """
        # Only who isolates plugins pays for processes and sockets.
        from relationship_core.plugins.isolated_plugin import IsolatedPlugin  # noqa: PLC0415
        from relationship_core.plugins.remote import Launch, Remote  # noqa: PLC0415

        launch = Launch(name, version, reference, self.limit, self.memory)
        return IsolatedPlugin(name, version, Remote(launch))

    def around_given(self, plugin: Plugin) -> Plugin:
        """A plugin that the host handed over, isolated where that is asked for.

        Raises:
            InvalidValueError: It can't be imported in another process.
        """
        if not self.covers(plugin.name):
            return plugin
        return self.around(plugin.name, plugin.version, _reference(plugin))


def _names(isolate: Isolate) -> frozenset[str] | None:
    if isolate == PROCESS:
        return None
    if isolate is None:
        return frozenset()
    if isinstance(isolate, str) or not isinstance(isolate, Collection):
        raise InvalidValueError(
            f"there is no isolation {isolate!r}",
            where="isolate",
            mend=f'isolate="{PROCESS}" for all plugins, or isolate=["{isolate}"] for one',
        )
    return frozenset(isolate)


def _reference(plugin: Plugin) -> str:
    """Where another process finds what was handed over."""
    given: Any = plugin.implementation
    if isinstance(given, ModuleType):
        module, path = given.__name__, ""
    else:
        module, path = getattr(given, "__module__", ""), getattr(given, "__qualname__", "")
    found: Any = sys.modules.get(module)
    for name in filter(None, path.split(".")):
        found = getattr(found, name, None)
    if found is not given or module == "__main__":
        raise InvalidValueError(
            f"the plugin {plugin.name!r} can't be imported in a process of its own",
            where="isolate",
            mend="install it and use Engine.discover, or give a module, or a class at the top of"
            " a module that can be imported",
        )
    return f"{module}:{path}" if path else module


def _nearest(name: str, known: Collection[str]) -> str:
    close = get_close_matches(name, known, n=1)
    return f"did you mean {close[0]!r}?" if close else f"they are: {', '.join(known) or 'none'}"

"""One plugin: who it is, what it answers to each hook, and what went wrong with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from functools import cached_property
from importlib import import_module
from types import MappingProxyType, ModuleType
from typing import Any

import pluggy
from attrs import field, frozen

from relationship_core.decisions.provenance import PluginReport, PluginStatus
from relationship_core.errors import PluginError, RelationshipError
from relationship_core.plugins import specs
from relationship_core.plugins.markers import PROJECT

HOOKS = tuple(name for name in vars(specs) if name.startswith("rc_"))
"""The names of the hooks."""

FAILURES = (Exception, SystemExit)
"""What a plugin may raise without taking the host down; an interruption by a person isn't in it."""

Caller = Callable[..., Any]


@frozen(eq=False)
class Plugin:
    """A plugin that can be asked. It can be pickled where what carries its hooks can.

    Args:
        name: Its name: the entry point's, or that of the class or module handed over.
        version: The version of the distribution that brought it, else its own.
        implementation: The object, module or class that carries the hooks; a class is built
            without arguments.
    """

    name: str
    version: str
    implementation: Any = field(repr=False)

    @classmethod
    def of(cls, implementation: Any) -> Plugin:
        """The plugin that an object handed over by the host is; its `version` is told too."""
        if isinstance(implementation, Plugin):
            return implementation
        name = getattr(implementation, "__name__", type(implementation).__name__)
        versions = (getattr(implementation, each, None) for each in ("version", "__version__"))
        version = next((each for each in versions if isinstance(each, str)), "")
        return cls(name, version, implementation)

    def __reduce__(self) -> tuple[Any, ...]:
        if isinstance(self.implementation, ModuleType):
            return (_of_module, (self.name, self.version, self.implementation.__name__))
        return (Plugin, (self.name, self.version, self.implementation))

    @property
    def origin(self) -> str:
        """Name and version, as they are told with every rule of the plugin."""
        return f"{self.name} {self.version}".rstrip()

    def hooks(self) -> Mapping[str, Caller]:
        """The hooks it implements, by name; each caller asks this plugin alone.

        Raises:
            PluginError: A hook is misspelt, isn't marked, takes what it isn't given, or is
                answered twice; or there is none.
        """
        return self._callers

    def ask(self, hook: str, **arguments: Any) -> Any:
        """What the plugin answers to one of its hooks; None where it answers nothing.

        Raises:
            PluginError: It raised.
        """
        caller = self._callers[hook]
        try:
            answers = caller(**arguments)
        except FAILURES as error:
            raise self.failed_with(error, hook=hook) from error
        return answers[0] if answers else None

    def at_fault(self, what: str, *, hook: str = "", mend: str = "") -> PluginError:
        """The error that says what the plugin did wrong."""
        return PluginError(what, plugin=self.name, version=self.version, hook=hook, mend=mend)

    def failed_with(self, error: BaseException, *, hook: str = "") -> PluginError:
        """The error that says what the plugin raised, or what its answer led to."""
        if isinstance(error, RelationshipError):
            place = f"{error.where}: " if error.where else ""
            return self.at_fault(f"{place}{error.what}", hook=hook, mend=error.mend)
        return self.at_fault(f"it raised {said_by(error)}", hook=hook)

    @cached_property
    def _callers(self) -> Mapping[str, Caller]:
        manager = pluggy.PluginManager(PROJECT)
        manager.add_hookspecs(specs)
        implementation = self._built()
        answered = list(self._hooks_marked(manager, implementation))
        for hook in answered:
            if answered.count(hook) > 1:
                raise self.at_fault(
                    "two of its functions answer it", hook=hook, mend="leave one of them out"
                )
        if not answered:
            raise self.at_fault("it implements no hook", mend="mark its functions with @hookimpl")
        try:
            manager.register(implementation, name=self.name)
        except pluggy.PluginValidationError as error:
            raise self._argument_fault(str(error)) from None
        return MappingProxyType({hook: getattr(manager.hook, hook) for hook in answered})

    def _built(self) -> Any:
        if not isinstance(self.implementation, type):
            return self.implementation
        try:
            return self.implementation()
        except FAILURES as error:
            raise self.failed_with(error) from error

    def _hooks_marked(self, manager: pluggy.PluginManager, implementation: Any) -> Iterator[str]:
        for name in dir(implementation):
            options = manager.parse_hookimpl_opts(implementation, name)
            if options is None:
                self._refuse_unmarked(name)
                continue
            hook = options.get("specname") or name
            if hook not in HOOKS:
                raise self.at_fault(f"there is no hook {hook!r}", hook=hook, mend=_nearest(hook))
            if options.get("wrapper") or options.get("hookwrapper"):
                raise self.at_fault(
                    "it wraps what others answer",
                    hook=hook,
                    mend="mark it with a plain @hookimpl: every plugin answers for itself",
                )
            yield hook

    def _refuse_unmarked(self, name: str) -> None:
        if name.startswith("rc_"):
            raise self.at_fault(
                "it looks like a hook, but isn't marked as one",
                hook=name,
                mend="put @hookimpl above it, or give it another name",
            )

    def _argument_fault(self, told: str) -> PluginError:
        hook = next((name for name in HOOKS if repr(name) in told), "")
        taken = ", ".join(re.findall(r"'\w+'", told.rsplit("\n", 1)[-1]))
        return self.at_fault(
            f"it takes {taken}, which its hook isn't given",
            hook=hook,
            mend="take only the arguments that the hook is documented with",
        )


def said_by(error: BaseException) -> str:
    """An exception of a plugin's in words; one that can't even say what it is spoils nothing."""
    try:
        return f"{type(error).__name__}: {error}"
    except FAILURES:
        return type(error).__name__


def report_of(error: PluginError) -> PluginReport:
    """The report of what an error says of a plugin."""
    reason = f"{error.what} ({error.mend})" if error.mend else error.what
    return PluginReport(error.plugin, error.version, PluginStatus.FAILED, error.hook, reason)


def _of_module(name: str, version: str, module: str) -> Plugin:
    return Plugin(name, version, import_module(module))


def _nearest(hook: str) -> str:
    close = get_close_matches(hook, HOOKS, n=1)
    return f"did you mean {close[0]!r}?" if close else f"the hooks are {', '.join(HOOKS)}"

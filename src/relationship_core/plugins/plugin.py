"""One plugin: who it is, what it answers to each hook, and what went wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from relationship_core.decisions.provenance import PluginReport, PluginStatus
from relationship_core.errors import PluginError, RelationshipError
from relationship_core.plugins.registration import SPECS, Caller, callers

if TYPE_CHECKING:
    from relationship_core.decisions.review import Review

HOOKS = SPECS.names
"""The names of the hooks."""

OBSERVER = "rc_review_completed"
"""The hook that is told of every review."""

FAILURES = (Exception, SystemExit)
"""What a plugin may raise without taking the host down; an interruption by a person isn't in it."""


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
            PluginError: It was written for hooks of another version; a hook is misspelt, isn't
                marked, takes what it isn't given, or is answered twice; or there is none.
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

    def tell(self, review: Review) -> None:
        """Let the plugin look at a review.

        Raises:
            PluginError: It raised. What it said may be about the customer, so only the type of its
                exception is passed on, and no traceback leads back to it.
        """
        try:
            self._callers[OBSERVER](review=review)
        except FAILURES as error:
            raise self.at_fault(f"it raised {type(error).__name__}", hook=OBSERVER) from None

    def rest(self) -> None:
        """Take note that no question follows for a while: here, nothing is held for it."""

    def at_fault(self, what: str, *, hook: str = "", mend: str = "") -> PluginError:
        """The error that says what the plugin did wrong."""
        return PluginError(what, plugin=self.name, version=self.version, hook=hook, mend=mend)

    def failed_with(self, error: BaseException, *, hook: str = "") -> PluginError:
        """The error that says what the plugin raised, or what its answer led to."""
        if isinstance(error, RelationshipError):
            place = f"{error.where}: " if error.where else ""
            return self.at_fault(f"{place}{error.what}", hook=hook, mend=error.mend)
        return self.at_fault(f"it raised {said_by(error)}", hook=hook)

    def build(self) -> Any:
        """The object that carries its hooks, built where a class was given.

        Raises:
            PluginError: The class can't be built.
        """
        if not isinstance(self.implementation, type):
            return self.implementation
        try:
            return self.implementation()
        except FAILURES as error:
            raise self.failed_with(error) from error

    @cached_property
    def _callers(self) -> Mapping[str, Caller]:
        return callers(self)


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

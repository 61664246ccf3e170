"""One plugin: who it is, what it answers to each hook, and what went wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any

import pluggy
from attrs import field, frozen

from relationship_core.decisions.provenance import PluginReport, PluginStatus
from relationship_core.errors import PluginError
from relationship_core.plugins import specs
from relationship_core.plugins.markers import PROJECT

HOOKS = tuple(name for name in vars(specs) if name.startswith("rc_"))


def report_of(error: PluginError) -> PluginReport:
    """The report of what an error says of a plugin."""
    return PluginReport(error.plugin, error.version, PluginStatus.FAILED, error.hook, error.what)


@frozen(eq=False)
class Plugin:
    """A plugin that can be asked.

    Args:
        name: Its name: the entry point's, or that of the class or module handed over.
        version: The version of the distribution that brought it, else its own `version`.
        implementation: The object that carries the hooks.
    """

    name: str
    version: str
    implementation: Any = field(repr=False)

    @classmethod
    def of(cls, implementation: Any) -> Plugin:
        """The plugin that an object handed over by the host is."""
        name = getattr(implementation, "__name__", type(implementation).__name__)
        return cls(name, str(getattr(implementation, "version", "")), implementation)

    @property
    def origin(self) -> str:
        """Name and version, as they are told with every rule of the plugin."""
        return f"{self.name} {self.version}".rstrip()

    def at_fault(self, what: str, *, hook: str = "", mend: str = "") -> PluginError:
        """The error that says what the plugin did wrong."""
        return PluginError(what, plugin=self.name, version=self.version, hook=hook, mend=mend)

    def hooks(self) -> Mapping[str, Callable[..., Any]]:
        """The hooks it implements, by name; each caller asks this plugin alone.

        Raises:
            PluginError: A hook is misspelt, takes arguments it isn't given, or isn't marked.
        """
        manager = pluggy.PluginManager(PROJECT)
        manager.add_hookspecs(specs)
        self._refuse_unmarked(manager)
        try:
            manager.register(self.implementation, name=self.name)
        except pluggy.PluginValidationError as error:
            raise self.at_fault(
                f"it takes arguments that its hook isn't given: {_argument(error)}",
                hook=_hook_named_in(str(error)),
                mend="take only the arguments that the hook is documented with",
            ) from None
        found = {
            caller.name: caller for caller in manager.get_hookcallers(self.implementation) or ()
        }
        for name in found:
            if name not in HOOKS:
                close = get_close_matches(name, HOOKS, n=1)
                raise self.at_fault(
                    f"there is no hook {name!r}",
                    hook=name,
                    mend=f"did you mean {close[0]!r}?" if close else f"hooks: {', '.join(HOOKS)}",
                )
        if not found:
            raise self.at_fault("it implements no hook", mend="mark its functions with @hookimpl")
        return MappingProxyType(found)

    def _refuse_unmarked(self, manager: pluggy.PluginManager) -> None:
        for name in dir(self.implementation):
            if (
                name.startswith("rc_")
                and manager.parse_hookimpl_opts(self.implementation, name) is None
            ):
                raise self.at_fault(
                    "it looks like a hook, but isn't marked as one",
                    hook=name,
                    mend="put @hookimpl above it, or give it another name",
                )

    def ask(self, hook: str, caller: Callable[..., Any], **arguments: Any) -> Any:
        """What the plugin answers to a hook; None where it has no answer.

        Raises:
            PluginError: It raised.
        """
        try:
            answers = caller(**arguments)
        except Exception as error:
            raise self.at_fault(f"it raised {type(error).__name__}: {error}", hook=hook) from error
        return answers[0] if answers else None


def _argument(error: pluggy.PluginValidationError) -> str:
    return str(error).rsplit("\n", 1)[-1]


def _hook_named_in(text: str) -> str:
    return next((hook for hook in HOOKS if repr(hook) in text), "")

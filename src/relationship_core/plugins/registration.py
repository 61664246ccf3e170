"""Taking a plugin's functions as hooks: of the version there is, spelt and marked as specified."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from inspect import getattr_static
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pluggy
from attrs import frozen

from relationship_core.plugins import specs
from relationship_core.plugins.hook_life import LIVES, HookDeprecationWarning, HookLife
from relationship_core.plugins.markers import PROJECT

if TYPE_CHECKING:
    from relationship_core.plugins.plugin import Plugin

Caller = Callable[..., Any]

WRITTEN_FOR = "requires_hooks"
"""The attribute by which a plugin says which version of the hooks it was written for."""


@frozen
class HookSpecs:
    """The hooks as they are specified.

    Args:
        functions: The module or class whose functions are marked with @hookspec.
        version: Their version.
        oldest: The oldest version whose plugins still work.
        lives: Which of them are about to be removed.
    """

    functions: Any
    version: int = 1
    oldest: int = 1
    lives: tuple[HookLife, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the hooks."""
        return tuple(name for name in vars(self.functions) if name.startswith("rc_"))


SPECS = HookSpecs(specs, specs.VERSION, specs.OLDEST_VERSION, LIVES)
"""The hooks of this version of the library."""


def callers(plugin: Plugin, known: HookSpecs = SPECS) -> Mapping[str, Caller]:
    """The hooks that a plugin implements, by name; each caller asks this plugin alone.

    What it uses although it is about to be removed is told by a `HookDeprecationWarning`.

    Args:
        plugin: The plugin.
        known: The hooks it may implement.

    Raises:
        PluginError: It was written for hooks of another version; a hook is misspelt, isn't marked,
            takes what it isn't given, or is answered twice; or there is none.
    """
    _require_version(plugin, known)
    manager = _Manager(plugin, known)
    implementation = plugin.build()
    answered = list(_hooks_marked(plugin, manager, implementation, known.names))
    for hook in answered:
        if answered.count(hook) > 1:
            raise plugin.at_fault(
                "two of its functions answer it", hook=hook, mend="leave one of them out"
            )
    if not answered:
        raise plugin.at_fault("it implements no hook", mend="mark its functions with @hookimpl")
    try:
        manager.register(implementation, name=plugin.name)
    except pluggy.PluginValidationError as error:
        told = str(error)
        raise plugin.at_fault(
            f"it takes {_refused(told)}, which its hook isn't given",
            hook=next((name for name in known.names if repr(name) in told), ""),
            mend="take only the arguments that the hook is documented with",
        ) from None
    return MappingProxyType({hook: getattr(manager.hook, hook) for hook in answered})


class _Manager(pluggy.PluginManager):
    """A manager of one plugin's hooks, which warns in its name."""

    def __init__(self, plugin: Plugin, known: HookSpecs) -> None:
        super().__init__(PROJECT)
        self._plugin = plugin
        self._lives = known.lives
        self.add_hookspecs(known.functions)

    def parse_hookspec_opts(self, module_or_class: Any, name: str) -> Any:
        """What pluggy knows of a hook, and beside it what of it is about to be removed."""
        options = super().parse_hookspec_opts(module_or_class, name)
        ending = {
            life.argument: HookDeprecationWarning(self._plugin.name, self._plugin.version, life)
            for life in self._lives
            if life.hook == name
        }
        if options is None or not ending:
            return options
        return {**options, "warn_on_impl": ending.pop("", None), "warn_on_impl_args": ending}


def _require_version(plugin: Plugin, known: HookSpecs) -> None:
    wanted = getattr_static(plugin.implementation, WRITTEN_FOR, known.version)
    if isinstance(wanted, bool) or not isinstance(wanted, int):
        raise plugin.at_fault(
            f"its {WRITTEN_FOR} is no whole number", mend=f"{WRITTEN_FOR} = {known.version}"
        )
    if wanted > known.version:
        raise plugin.at_fault(
            f"it was written for version {wanted} of the hooks, but this library has version"
            f" {known.version}",
            mend="install a newer relationship-core, or an older version of the plugin",
        )
    if wanted < known.oldest:
        raise plugin.at_fault(
            f"it was written for version {wanted} of the hooks, but this library understands none"
            f" older than {known.oldest}",
            mend="install a newer version of the plugin, or an older relationship-core",
        )


def _hooks_marked(
    plugin: Plugin, manager: pluggy.PluginManager, implementation: Any, names: tuple[str, ...]
) -> Iterator[str]:
    for name in dir(implementation):
        options = manager.parse_hookimpl_opts(implementation, name)
        if options is None:
            _refuse_unmarked(plugin, name)
            continue
        hook = options.get("specname") or name
        if hook not in names:
            raise plugin.at_fault(
                f"there is no hook {hook!r}", hook=hook, mend=_nearest(hook, names)
            )
        if options.get("wrapper") or options.get("hookwrapper"):
            raise plugin.at_fault(
                "it wraps what others answer",
                hook=hook,
                mend="mark it with a plain @hookimpl: every plugin answers for itself",
            )
        yield hook


def _refuse_unmarked(plugin: Plugin, name: str) -> None:
    if name.startswith("rc_"):
        raise plugin.at_fault(
            "it looks like a hook, but isn't marked as one",
            hook=name,
            mend="put @hookimpl above it, or give it another name",
        )


def _refused(told: str) -> str:
    """The arguments that pluggy refuses, out of the last line of its words."""
    return ", ".join(re.findall(r"'\w+'", told.rsplit("\n", 1)[-1]))


def _nearest(hook: str, names: tuple[str, ...]) -> str:
    close = get_close_matches(hook, names, n=1)
    return f"did you mean {close[0]!r}?" if close else f"the hooks are {', '.join(names)}"

"""The host: asks every plugin once, keeps faults apart, and makes one rule book of the rest."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any

from attrs import frozen

from relationship_core.decisions.provenance import PluginReport, PluginStatus
from relationship_core.decisions.rule_book import RuleBook
from relationship_core.errors import PluginError, RuleBookError
from relationship_core.plugins.answers import Answer, ask
from relationship_core.plugins.assembly import culprit, rule_book_of
from relationship_core.plugins.builtin import BUILTIN
from relationship_core.plugins.discovery import load_allowed, not_allowed
from relationship_core.plugins.isolation import Isolate, Isolation
from relationship_core.plugins.plugin import OBSERVER, Plugin, report_of
from relationship_core.plugins.settings import Settings


class OnPluginError(StrEnum):
    """What a plugin's fault does: stop before anything is decided, or go on without that plugin."""

    FAIL = "fail"
    SKIP = "skip"


@frozen
class Assembly:
    """A rule book, the plugins it came from, who watches its reviews, and what it goes without.

    Args:
        rule_book: What the bank decides by.
        plugins: The plugins it came from, by name.
        observers: Those of them that look at each review once it is decided.
        skipped: What became of the plugins that were left out, by name.
    """

    rule_book: RuleBook
    plugins: tuple[Plugin, ...]
    observers: tuple[Plugin, ...]
    skipped: tuple[PluginReport, ...]


def assemble(
    plugins: Iterable[Plugin | PluginError],
    *,
    settings: Mapping[str, Any] | None = None,
    on_plugin_error: OnPluginError | str = OnPluginError.FAIL,
) -> Assembly:
    """Ask the built-in plugin and the given ones, and make one rule book of their answers.

    The order of the plugins never matters.

    Args:
        plugins: The plugins to ask; an error stands for one that couldn't be loaded.
        settings: What the host sets for them; they see it read-only.
        on_plugin_error: "fail" stops at the first fault; "skip" leaves that whole plugin out.

    Raises:
        PluginError: A plugin is at fault, and `on_plugin_error` is "fail".
        RuleBookError: Plugins that are sound one by one don't go together: two of one name, two
            that replace one part or add a rule or a fact of one name.
    """
    faults = _Faults(OnPluginError(on_plugin_error))
    asked = _by_name(plugins, faults)
    try:
        return _assembled(asked, Settings(settings or {}), faults)
    finally:
        for plugin in asked:
            plugin.rest()


def _assembled(plugins: Iterable[Plugin], settings: Settings, faults: _Faults) -> Assembly:
    answers = {BUILTIN: ask(BUILTIN, settings)}
    for plugin in plugins:
        try:
            answers[plugin] = ask(plugin, settings)
        except PluginError as error:
            faults.meet(error)
    while True:
        asked = [plugin for plugin in answers if plugin is not BUILTIN]
        given: list[Answer] = [each for of_one in answers.values() for each in of_one]
        try:
            book = rule_book_of(given, asked)
        except Exception as error:
            fault = culprit(given)
            if fault is None:
                raise
            faults.meet(fault, error)
            answers = {each: of for each, of in answers.items() if each.name != fault.plugin}
        else:
            observers = tuple(plugin for plugin in asked if OBSERVER in plugin.hooks())
            return Assembly(book, tuple(asked), observers, faults.reports())


def survey(
    allow: Collection[str],
    settings: Mapping[str, Any] | None = None,
    *,
    isolate: Isolate = None,
    limit: float | None = None,
) -> tuple[PluginReport, ...]:
    """What becomes of every installed plugin, and of every name allowed, by name.

    Args:
        allow: The names of the plugins to load; the others are listed, never imported.
        settings: What the host sets for the plugins.
        isolate: As for `Engine.discover`.
        limit: As for `Engine.discover`.

    Raises:
        RuleBookError: Plugins that are sound one by one don't go together.
        InvalidValueError: A plugin that is to be isolated isn't allowed, the limit has no sense, or
            a setting can't be sent.
    """
    found = load_allowed(allow, Isolation.of(isolate, limit, None, allow))
    made = assemble(found, settings=settings, on_plugin_error=OnPluginError.SKIP)
    loaded = (PluginReport(each.name, each.version, PluginStatus.LOADED) for each in made.plugins)
    return _in_order([*loaded, *made.skipped, *not_allowed(allow)])


class _Faults:
    """The faults met so far, and what to do about the next one."""

    def __init__(self, mode: OnPluginError) -> None:
        self._mode = mode
        self._met: list[PluginReport] = []

    def meet(self, fault: PluginError, cause: BaseException | None = None) -> None:
        if self._mode is OnPluginError.FAIL:
            raise fault from (cause or fault.__cause__)
        self._met.append(report_of(fault))

    def reports(self) -> tuple[PluginReport, ...]:
        return _in_order(self._met)


def _in_order(reports: Iterable[PluginReport]) -> tuple[PluginReport, ...]:
    return tuple(sorted(reports, key=lambda each: (each.plugin, each.version)))


def _by_name(plugins: Iterable[Plugin | PluginError], faults: _Faults) -> Sequence[Plugin]:
    found: list[Plugin] = []
    for plugin in plugins:
        if isinstance(plugin, PluginError):
            faults.meet(plugin)
        else:
            found.append(plugin)
    names = [BUILTIN.name, *(plugin.name for plugin in found)]
    for name in names:
        if names.count(name) > 1:
            raise RuleBookError(
                f"two plugins are named {name!r}", mend="give one of them a `__name__` of its own"
            )
    return sorted(found, key=lambda plugin: plugin.name)

"""The host: asks every plugin once, keeps faults apart, and makes one rule book of the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType
from typing import Any

import attrs
from attrs import frozen

from relationship_core.decisions.lifecycle import Lifecycle
from relationship_core.decisions.model import Model
from relationship_core.decisions.parameters import ContributionParameters
from relationship_core.decisions.provenance import PluginReport
from relationship_core.decisions.retention import Retention
from relationship_core.decisions.rule_book import RuleBook
from relationship_core.decisions.service import Service
from relationship_core.decisions.tiering import Tiering
from relationship_core.errors import PluginError, RelationshipError, RuleBookError
from relationship_core.plugins.builtin import BUILTIN
from relationship_core.plugins.extension import Extension
from relationship_core.plugins.plugin import Plugin, report_of
from relationship_core.rules import Fact, Rule, RuleSet


class OnPluginError(StrEnum):
    """What a plugin's fault does: stop before anything is decided, or go on without that plugin."""

    FAIL = "fail"
    SKIP = "skip"


Observer = Callable[..., Any]

_PARTS: dict[str, tuple[str, type]] = {
    "rc_lifecycle": ("lifecycle", Lifecycle),
    "rc_tiering": ("tiering", Tiering),
    "rc_service": ("service", Service),
    "rc_retention": ("retention", Retention),
}
_LISTS: dict[str, tuple[str, type]] = {
    "rc_facts": ("facts", Fact),
    "rc_contribution_parameters": ("contribution", ContributionParameters),
    "rc_models": ("models", Model),
}
_OBSERVER = "rc_review_completed"


@frozen
class Answers:
    """What one plugin answered, hook by hook."""

    plugin: Plugin
    by_hook: Mapping[str, Any]
    observer: Observer | None


@frozen
class Assembly:
    """A rule book, who watches its reviews, and which plugins it goes without."""

    rule_book: RuleBook
    observers: tuple[tuple[Plugin, Observer], ...]
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
        RuleBookError: Two plugins replace the same part, or the parts don't fit together.
    """
    mode = OnPluginError(on_plugin_error)
    shared = read_only(settings or {})
    answers: list[Answers] = []
    skipped: list[PluginReport] = []
    for plugin in plugins:
        try:
            if isinstance(plugin, PluginError):
                raise plugin
            answers.append(ask(plugin, shared))
        except PluginError as error:
            if mode is OnPluginError.FAIL:
                raise
            skipped.append(report_of(error))
    answers.sort(key=lambda each: (each.plugin.name, each.plugin.version))
    _refuse_namesakes(answers)
    base = ask(BUILTIN, shared)
    while True:
        try:
            book = _merged(base, answers)
        except PluginError as error:
            if mode is OnPluginError.FAIL:
                raise
            skipped.append(report_of(error))
            answers = [each for each in answers if each.plugin.name != error.plugin]
        else:
            break
    observers = tuple((each.plugin, each.observer) for each in answers if each.observer)
    skipped.sort(key=lambda report: (report.plugin, report.version))
    return Assembly(book, observers, tuple(skipped))


def ask(plugin: Plugin, settings: Mapping[str, Any]) -> Answers:
    """All that one plugin answers, checked and marked as its own.

    Raises:
        PluginError: It failed in any way.
    """
    callers = dict(plugin.hooks())
    observer = callers.pop(_OBSERVER, None)
    by_hook: dict[str, Any] = {}
    for hook, caller in callers.items():
        answer = plugin.ask(hook, caller, settings=settings)
        if answer is not None:
            by_hook[hook] = marked(_checked(plugin, hook, answer), plugin.origin)
    return Answers(plugin, MappingProxyType(by_hook), observer)


def read_only(value: Any) -> Any:
    """Settings that no plugin can change under another's feet."""
    if isinstance(value, Mapping):
        return MappingProxyType({key: read_only(each) for key, each in value.items()})
    if isinstance(value, list | tuple):
        return tuple(read_only(each) for each in value)
    return frozenset(value) if isinstance(value, set) else value


def marked(part: Any, origin: str) -> Any:
    """A part of a rule book with every rule in it, however deep, marked with where it came from."""
    if isinstance(part, Rule):
        return attrs.evolve(part, origin=origin)
    if isinstance(part, RuleSet):
        return attrs.evolve(part, rules=marked(part.rules, origin))
    if isinstance(part, tuple):
        return tuple(marked(each, origin) for each in part)
    if isinstance(part, Extension):
        return Extension({name: marked(each, origin) for name, each in part.additions.items()})
    if isinstance(part, Lifecycle | Tiering | Service | Retention):
        own = {
            field.name: getattr(part, field.name)
            for field in attrs.fields(type(part))
            if field.init and isinstance(getattr(part, field.name), RuleSet | tuple)
        }
        return attrs.evolve(part, **{name: marked(each, origin) for name, each in own.items()})
    return part


def _checked(plugin: Plugin, hook: str, answer: Any) -> Any:
    if hook in _PARTS:
        _, kind = _PARTS[hook]
        if isinstance(answer, kind | Extension):
            return answer
        raise plugin.at_fault(
            f"it returned a {type(answer).__name__}",
            hook=hook,
            mend=f"return a {kind.__name__}, or extend(...) to add to the built-in one",
        )
    _, kind = _LISTS[hook]
    if isinstance(answer, Sequence) and all(isinstance(each, kind) for each in answer):
        return tuple(answer)
    raise plugin.at_fault(
        f"it returned a {type(answer).__name__} of something else"
        if isinstance(answer, Sequence)
        else f"it returned a {type(answer).__name__}",
        hook=hook,
        mend=f"return a list of {kind.__name__}",
    )


def _refuse_namesakes(answers: Sequence[Answers]) -> None:
    names = [each.plugin.name for each in answers]
    for name in names:
        if names.count(name) > 1:
            raise RuleBookError(
                f"two plugins are named {name!r}", mend="give one of them a `__name__` of its own"
            )


def _merged(base: Answers, answers: Sequence[Answers]) -> RuleBook:
    parts: dict[str, Any] = {
        field: _part(hook, base, answers) for hook, (field, _) in _PARTS.items()
    }
    for hook in ("rc_facts", "rc_models"):
        parts[_LISTS[hook][0]] = tuple(
            each for answer in answers for each in answer.by_hook.get(hook, ())
        )
    _refuse_foreign_facts(answers)
    parts["contribution"] = _replacement("rc_contribution_parameters", base, answers)
    return RuleBook(**parts, plugins=tuple(each.plugin.origin for each in answers))


def _part(hook: str, base: Answers, answers: Sequence[Answers]) -> Any:
    part = _replacement(hook, base, answers)
    for each in answers:
        extension = each.by_hook.get(hook)
        if isinstance(extension, Extension):
            try:
                part = extension.applied_to(part)
            except RelationshipError as error:
                raise each.plugin.at_fault(error.what, hook=hook, mend=error.mend) from error
    return part


def _replacement(hook: str, base: Answers, answers: Sequence[Answers]) -> Any:
    own = [
        each
        for each in answers
        if hook in each.by_hook and not isinstance(each.by_hook[hook], Extension)
    ]
    if len(own) > 1:
        names = " and ".join(each.plugin.origin for each in own)
        raise RuleBookError(
            f"{names} both replace what {hook} gives",
            mend="allow only one of them, or let one return extend(...)",
        )
    return (own or [base])[0].by_hook[hook]


def _refuse_foreign_facts(answers: Sequence[Answers]) -> None:
    owners: dict[str, Plugin] = {}
    for answer in answers:
        for fact in answer.by_hook.get("rc_facts", ()):
            if "." not in fact.name:
                raise answer.plugin.at_fault(
                    f"its fact {fact.name!r} has no namespace",
                    hook="rc_facts",
                    mend=f"name it after the plugin: bank.{fact.name}",
                )
            if fact.name in owners:
                raise answer.plugin.at_fault(
                    f"its fact {fact.name!r} is also a fact of {owners[fact.name].origin}",
                    hook="rc_facts",
                    mend="rename one of them",
                )
            owners[fact.name] = answer.plugin

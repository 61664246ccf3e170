"""What one plugin answers to its hooks: of the right type, of its own facts, marked as its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import attrs
from attrs import frozen

from relationship_core.decisions.lifecycle import Lifecycle
from relationship_core.decisions.model import Model
from relationship_core.decisions.parameters import ContributionParameters
from relationship_core.decisions.retention import Retention
from relationship_core.decisions.service import Service
from relationship_core.decisions.tiering import Tiering
from relationship_core.plugins.builtin import BUILTIN
from relationship_core.plugins.extension import Extension
from relationship_core.plugins.plugin import OBSERVER, Plugin
from relationship_core.plugins.settings import Settings
from relationship_core.rules import Fact, Rule, RuleSet

FACTS, MODELS, PARAMETERS = "rc_facts", "rc_models", "rc_contribution_parameters"
TIERING = "rc_tiering"
PARTS: dict[str, tuple[str, type]] = {
    "rc_lifecycle": ("lifecycle", Lifecycle),
    TIERING: ("tiering", Tiering),
    "rc_service": ("service", Service),
    "rc_retention": ("retention", Retention),
}
"""The hooks that give a whole part of the rule book: its field, and its type."""
_KINDS = tuple(kind for _, kind in PARTS.values())
_LISTS: dict[str, type] = {FACTS: Fact, MODELS: Model, PARAMETERS: ContributionParameters}


@frozen
class Answer:
    """What one plugin answers to one hook."""

    plugin: Plugin
    hook: str
    value: Any

    @property
    def replaces(self) -> bool:
        """Whether it takes the place of what is built in, instead of adding to it."""
        return self.hook in {*PARTS, PARAMETERS} and not isinstance(self.value, Extension)


def ask(plugin: Plugin, settings: Settings) -> tuple[Answer, ...]:
    """All that a plugin answers, every rule in it marked with where it came from.

    Rules that it leaves at their default, as a tiering's match matrix, are marked as built in.

    Raises:
        PluginError: It failed in any way.
    """
    asked = [hook for hook in plugin.hooks() if hook != OBSERVER]
    given = {hook: checked(plugin, hook, plugin.ask(hook, settings=settings)) for hook in asked}
    facts = given.get(FACTS, ())
    _require_namespaces(plugin, facts)
    _require_own_scores(plugin, given.get(MODELS, ()), facts)
    return tuple(Answer(plugin, hook, marked(given[hook], plugin.origin)) for hook in asked)


def checked(plugin: Plugin, hook: str, value: Any) -> Any:
    """What a plugin answered to a hook, once it is known to be of the hook's type.

    Raises:
        PluginError: It is of another.
    """
    if hook in PARTS:
        _, kind = PARTS[hook]
        if isinstance(value, kind | Extension):
            return value
        mend = f"return a {kind.__name__}, or extend(...) to add to the one in force"
        raise plugin.at_fault(f"it returned {_named(value)}", hook=hook, mend=mend)
    kind = _LISTS[hook]
    mend = f"return a list of {kind.__name__}"
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise plugin.at_fault(f"it returned {_named(value)}", hook=hook, mend=mend)
    for each in value:
        if not isinstance(each, kind):
            what = f"it returned {_named(value)} with {_named(each)} in it"
            raise plugin.at_fault(what, hook=hook, mend=mend)
    return tuple(value)


def _named(value: Any) -> str:
    return "nothing" if value is None else f"a {type(value).__name__}"


def _require_namespaces(plugin: Plugin, facts: Iterable[Fact]) -> None:
    for fact in facts:
        if "." not in fact.name:
            raise plugin.at_fault(
                f"its fact {fact.name!r} has no namespace",
                hook=FACTS,
                mend=f"put one before it, as in bank.{fact.name}",
            )


def _require_own_scores(plugin: Plugin, models: Iterable[Model], facts: Iterable[Fact]) -> None:
    own = {fact.name for fact in facts}
    for model in models:
        score = model.score.name
        if score not in own:
            raise plugin.at_fault(
                f"the model {model.name!r} scores {score!r}, which is no fact of its own",
                hook=MODELS,
                mend=f"score a fact that the plugin returns from {FACTS}",
            )


def marked(part: Any, origin: str) -> Any:
    """A part of a rule book with every rule in it marked with where it came from."""
    if isinstance(part, Rule):
        return attrs.evolve(part, origin=origin)
    if isinstance(part, RuleSet):
        return attrs.evolve(part, rules=marked(part.rules, origin))
    if isinstance(part, tuple):
        return tuple(marked(each, origin) for each in part)
    if isinstance(part, Extension):
        return Extension({name: marked(each, origin) for name, each in part.additions.items()})
    return _marked_sets(part, origin) if isinstance(part, _KINDS) else part


def _marked_sets(part: Any, origin: str) -> Any:
    sets = {}
    for each in attrs.fields(type(part)):
        held = getattr(part, each.name)
        if each.init and isinstance(held, RuleSet):
            # What a plugin leaves as it is by default isn't the plugin's.
            make_default = getattr(each.default, "factory", lambda each=each: each.default)
            is_default = held == make_default()
            sets[each.name] = marked(held, BUILTIN.origin if is_default else origin)
    return attrs.evolve(part, **sets)

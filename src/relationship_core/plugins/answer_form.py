"""A plugin's answer as plain JSON data, with the facts it rests on and where its rules stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any, get_origin, get_type_hints

import attrs
from cattrs import Converter

from relationship_core.decisions.json_form import converter_for, reading
from relationship_core.decisions.model import Model
from relationship_core.decisions.parameters import ContributionParameters
from relationship_core.decisions.rule_book_check import expressions_of, rule_sets
from relationship_core.errors import RuleBookError
from relationship_core.facts import CATALOGUE
from relationship_core.plugins.answers import FACTS, MODELS, PARAMETERS, PARTS
from relationship_core.plugins.extension import Extension, require_rules
from relationship_core.plugins.frames import Json
from relationship_core.rules import Expression, Fact, Kind, Rule, RuleSet, facts_in
from relationship_core.rules.json_form import read_fact
from relationship_core.rules.place import Place

_ITEMS: dict[str, Any] = {
    MODELS: tuple[Model, ...],
    PARAMETERS: tuple[ContributionParameters, ...],
}


def write_answer(hook: str, value: Any) -> Json:
    """What a plugin answered to a hook, as JSON data.

    Args:
        hook: The hook.
        value: An answer of the hook's type.

    Raises:
        RelationshipError: Something in it has no JSON form, or takes a fact for what it isn't.
        TypeError: An item that it adds is of a type that it shouldn't be.
    """
    facts = _facts_beneath(hook, value)
    converter = converter_for(CATALOGUE)
    return {
        "facts": [fact.definition() for fact in facts.values()],
        "value": _written(hook, value, converter),
        "places": [_write_place(rule.place) for rule in _rules(value)],
        # What a model computes stays where it is.
        "computes": [each.predict is not None for each in value] if hook == MODELS else [],
    }


def read_answer(hook: str, data: Json) -> Any:
    """The answer that `write_answer` wrote; what a model computes is to be put in its place.

    Raises:
        RelationshipError: The data is no answer to that hook, or can't hold together.
    """
    with reading("answer to a hook", RuleBookError):
        facts = _read_facts(data["facts"])
        value = _read(hook, data["value"], {**CATALOGUE, **facts})
        return _with_places(value, map(_read_place, data["places"]))


def _written(hook: str, value: Any, converter: Converter) -> Any:
    if hook == FACTS:
        return [fact.definition() for fact in value]
    if isinstance(value, Extension):
        _, kind = PARTS[hook]
        additions = value.additions.items()
        return {"extend": {name: _added(kind, name, items, converter) for name, items in additions}}
    return converter.unstructure(value, unstructure_as=_ITEMS.get(hook))


def _read(hook: str, data: Any, facts: Mapping[str, Fact]) -> Any:
    if hook == FACTS:
        return tuple(read_fact(each, facts) for each in data)
    converter = converter_for(facts)
    if hook in _ITEMS:
        return converter.structure(data, _ITEMS[hook])
    _, kind = PARTS[hook]
    if "extend" not in data:
        return converter.structure(data, kind)
    hints = get_type_hints(kind)
    return Extension(
        {
            name: converter.structure(items, _items_of(hints.get(name)))
            for name, items in data["extend"].items()
        }
    )


def _added(kind: type, name: str, items: tuple[Any, ...], converter: Converter) -> Any:
    """What is added to one field. To one that can't grow nothing is: the host tells that fault."""
    hint = get_type_hints(kind).get(name)
    if hint is RuleSet:
        require_rules(name, items)
    elif get_origin(hint) is tuple:
        convert = getattr(attrs.fields_dict(kind)[name], "converter", None)
        items = convert(items) if convert else items
    else:
        return []
    return converter.unstructure(items, unstructure_as=_items_of(hint))


def _items_of(hint: Any) -> Any:
    if hint is RuleSet:
        return tuple[Rule, ...]
    return hint if get_origin(hint) is tuple else tuple[str, ...]


def _rules(value: Any) -> Iterator[Rule]:
    if isinstance(value, Extension):
        items = chain.from_iterable(value.additions.values())
        yield from (each for each in items if isinstance(each, Rule))
    elif not isinstance(value, tuple):
        for rule_set in rule_sets(value):
            yield from rule_set.rules


def _with_places(value: Any, places: Iterator[Place | None]) -> Any:
    """The value with each of its rules, in the order of `_rules`, at its place."""
    if isinstance(value, Extension):
        return Extension({name: _placed(items, places) for name, items in value.additions.items()})
    if isinstance(value, tuple):
        return value
    changed = {}
    for each in attrs.fields(type(value)):
        held = getattr(value, each.name)
        if isinstance(held, RuleSet):
            changed[each.name] = attrs.evolve(held, rules=_placed(held.rules, places))
    return attrs.evolve(value, **changed)


def _placed(items: Iterable[Any], places: Iterator[Place | None]) -> tuple[Any, ...]:
    return tuple(
        attrs.evolve(each, place=next(places, None)) if isinstance(each, Rule) else each
        for each in items
    )


def _write_place(place: Place | None) -> list[Any] | None:
    return None if place is None else [place.file, place.line]


def _read_place(data: list[Any] | None) -> Place | None:
    if data is None:
        return None
    file, line = data
    return Place(str(file), int(line))


def _facts_beneath(hook: str, value: Any) -> dict[str, Fact]:
    """The facts of plugins that an answer rests on, by name, and those that these build on."""
    met: dict[str, Fact] = {}
    open_ones = list(_facts_named(hook, value))
    while open_ones:
        fact = open_ones.pop()
        if fact.name not in met:
            met[fact.name] = fact
            for expression in _built_on(fact):
                open_ones.extend(facts_in(expression))
        other = met[fact.name]
        if fact.kind is not other.kind:
            # By its name alone, which is all that is sent, one couldn't be told from the other.
            kinds = " and for a ".join(sorted({fact.kind.value, other.kind.value}))
            raise RuleBookError(
                f"it takes {fact.name!r} for a {kinds}",
                mend="use the fact of the catalogue or the plugin, not a copy of it",
            )
    return {name: fact for name, fact in met.items() if not _is_built_in(fact)}


def _is_built_in(fact: Fact) -> bool:
    built_in = CATALOGUE.get(fact.name)
    return built_in is not None and built_in.kind is fact.kind


def _facts_named(hook: str, value: Any) -> Iterator[Fact]:
    if hook == FACTS:
        for fact in value:
            for expression in _built_on(fact):
                yield from facts_in(expression)
    elif hook == MODELS:
        yield from (model.score for model in value)
    for rule in _rules(value):
        for expression in expressions_of(rule):
            yield from facts_in(expression)


def _built_on(fact: Fact) -> Iterator[Expression]:
    yield from fact.relations
    if fact.derived is not None:
        yield fact.derived


def _read_facts(definitions: Iterable[Json]) -> dict[str, Fact]:
    written = list(definitions)
    # What they build on is first taken by name and kind alone, for they may build on each other.
    named = {each["name"]: Fact(each["name"], Kind(each["kind"])) for each in written}
    known = {**CATALOGUE, **named}
    return {each["name"]: read_fact(each, known) for each in written}

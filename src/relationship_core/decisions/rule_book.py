"""The rule book: every rule, parameter and fact of a bank, frozen, checked and fingerprinted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property
from itertools import chain
from types import MappingProxyType
from typing import Any

import attrs
from attrs import evolve, field, frozen
from cattrs import Converter

from relationship_core.decisions.json_form import (
    canonical_converter,
    converter_for,
    read_document,
    reading,
)
from relationship_core.decisions.lifecycle import Lifecycle
from relationship_core.decisions.model import Model
from relationship_core.decisions.parameters import ContributionParameters
from relationship_core.decisions.retention import Retention
from relationship_core.decisions.rule_book_check import expressions_of, rule_sets, settle
from relationship_core.decisions.service import Service
from relationship_core.decisions.tiering import Tiering
from relationship_core.errors import RuleBookError
from relationship_core.facts import CATALOGUE, Phase
from relationship_core.rules import Fact, Facts, FactValue, Kind, Rule, facts_in
from relationship_core.rules.compile_python import compile_values
from relationship_core.rules.json_form import fingerprint, read_fact
from relationship_core.rules.text import several

SCHEMA = 1
"""The version of the JSON form."""

_WHAT = "rule book"
_PARTS: dict[str, Any] = {
    "lifecycle": Lifecycle,
    "contribution": tuple[ContributionParameters, ...],
    "tiering": Tiering,
    "service": Service,
    "retention": Retention,
    "models": tuple[Model, ...],
}

_Derivation = tuple[tuple[str, ...], Callable[[Facts], tuple[Any, ...]]]


def _by_name(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    return tuple(sorted(facts, key=lambda fact: fact.name))


def _models_by_name(models: Iterable[Model]) -> tuple[Model, ...]:
    return tuple(sorted(models, key=lambda model: model.name))


def _by_date(sets: Iterable[ContributionParameters]) -> tuple[ContributionParameters, ...]:
    return tuple(sorted(sets, key=lambda each: each.valid_from))


@frozen(eq=False)
class RuleBook:
    """All that a bank decides by. Two books are equal where their fingerprints are.

    Args:
        lifecycle: The stages and the moves between them.
        contribution: The dated parameter sets, in any order.
        tiering: The ladder of tiers.
        service: Entitlements and occasions to care.
        retention: Signals, risks and actions.
        facts: What the plugins add to the catalogue.
        models: Models whose score is one of those facts; kept in the order in which they are
            asked, each after those whose score it rests on.
        plugins: Names and versions of the plugins it came from; no part of its identity.

    Attributes:
        catalogue: All facts by name, the built-in ones first.

    Raises:
        UnknownFactError: A rule reads a fact that nobody defined; the nearest one is named.
        RuleBookError: A rule reads a fact that is set in its own phase or later, takes it for
            another kind than it is, or asks for a protected one, be it through what a fact is
            derived from or a model reads; facts build on each other in a circle; a fact, a model
            or the first day of a parameter set is there twice; parameter sets report in different
            currencies; or a model scores what is no supplied fact of the book.
    """

    lifecycle: Lifecycle
    contribution: tuple[ContributionParameters, ...] = field(converter=_by_date)
    tiering: Tiering
    service: Service
    retention: Retention
    facts: tuple[Fact, ...] = field(default=(), converter=_by_name)
    models: tuple[Model, ...] = field(default=(), converter=_models_by_name)
    plugins: tuple[str, ...] = field(default=(), converter=several)
    catalogue: Mapping[str, Fact] = field(init=False, repr=False)
    _derivations: Mapping[Phase, _Derivation] = field(init=False, repr=False)

    def __attrs_post_init__(self) -> None:
        catalogue = {**CATALOGUE, **{fact.name: fact for fact in self.facts}}
        object.__setattr__(self, "catalogue", MappingProxyType(catalogue))
        settled = settle(self)
        object.__setattr__(self, "models", tuple(settled.models))
        object.__setattr__(self, "_derivations", _derivations(self.facts, settled.phases))

    def __reduce__(self) -> tuple[Any, ...]:
        names = [each.name for each in attrs.fields(RuleBook) if each.init]
        return (RuleBook, tuple(getattr(self, name) for name in names))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, RuleBook):
            return NotImplemented
        return self is other or self.fingerprint == other.fingerprint

    def __hash__(self) -> int:
        return hash(self.fingerprint)

    def __repr__(self) -> str:
        return f"<RuleBook of {sum(1 for _ in self.rules())} rules, plugins: {self.plugins}>"

    def effective(self, scope: Iterable[str] = (), as_of: date | None = None) -> RuleBook:
        """The book as it holds at a node of the organisation on a day.

        Args:
            scope: The path of names from the top to the node; empty for the head office.
            as_of: The day; None leaves validity aside.

        Raises:
            RuleError: No day is given, and a rule has several versions, each valid in its time.
        """
        path = several(scope)
        return evolve(
            self,
            lifecycle=self.lifecycle.effective(path, as_of),
            tiering=self.tiering.effective(path, as_of),
            service=self.service.effective(path, as_of),
            retention=self.retention.effective(path, as_of),
        )

    def derive(self, facts: dict[str, FactValue | None], phase: Phase) -> None:
        """Add the derived facts that can be computed once a phase is over."""
        if phase in self._derivations:
            names, compute = self._derivations[phase]
            facts.update(zip(names, compute(facts), strict=True))

    def rules(self) -> Iterator[Rule]:
        """Every rule in the book."""
        for part in (self.lifecycle, self.tiering, self.service, self.retention):
            for rule_set in rule_sets(part):
                yield from rule_set.rules

    def facts_read(self) -> tuple[Fact, ...]:
        """The facts that its rules, models and facts rest on, and those it adds, by name."""
        read = {fact.name for fact in self.facts}
        read |= {name for model in self.models for name in model.inputs}
        for expression in chain(
            chain.from_iterable(expressions_of(rule) for rule in self.rules()),
            chain.from_iterable(fact.relations for fact in self.facts),
            (fact.derived for fact in self.facts if fact.derived is not None),
        ):
            read |= {fact.name for fact in facts_in(expression)}
        return tuple(self.catalogue[name] for name in sorted(read))

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over the canonical form: rules, parameters, fact definitions, model versions.

        Where rules came from, the order they were given in and how a number is spelt don't enter.
        """
        return fingerprint(self.canonical())

    def canonical(self) -> dict[str, Any]:
        """All that decides, as plain JSON data in which books that decide alike look alike."""
        return self._written(canonical_converter())

    def to_json(self) -> dict[str, Any]:
        """The book as plain JSON data, with its fingerprint and where it came from.

        What a model computes isn't data: of a model its name, version and hash are written.
        """
        return {
            **self._written(converter_for(self.catalogue)),
            "plugins": list(self.plugins),
            "fingerprint": self.fingerprint,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any] | str | bytes) -> RuleBook:
        """The book that `to_json` wrote; no plugin need be installed.

        Raises:
            RuleBookError: It is no rule book, was written in another schema, was changed since, or
                rests on catalogue facts that this version of the library defines otherwise.
        """
        written = read_document(data, _WHAT, SCHEMA, RuleBookError)
        with reading(_WHAT, RuleBookError):
            facts = _read_facts(written)
            converter = converter_for({**CATALOGUE, **facts})
            parts = {
                name: converter.structure(written[name], kind) for name, kind in _PARTS.items()
            }
            book = cls(**parts, facts=facts.values(), plugins=written["plugins"])
            if book.fingerprint != written["fingerprint"]:
                raise RuleBookError(
                    "its fingerprint isn't that of its content",
                    where=_WHAT,
                    mend="take an unchanged copy, or the version of the library that wrote it",
                )
        return book

    def _written(self, converter: Converter) -> dict[str, Any]:
        return {
            "schema": SCHEMA,
            "facts": [fact.definition() for fact in self.facts_read()],
            "plugin_facts": [fact.name for fact in self.facts],
            **{name: converter.unstructure(getattr(self, name)) for name in _PARTS},
        }


def _derivations(facts: Iterable[Fact], phases: Mapping[str, Phase]) -> Mapping[Phase, _Derivation]:
    derived = {fact.name: fact.derived for fact in facts if fact.derived is not None}
    made: dict[Phase, _Derivation] = {}
    for phase in Phase:
        names = tuple(name for name in derived if phases[name] is phase)
        if names:
            made[phase] = names, compile_values([derived[name] for name in names], derived)
    return MappingProxyType(made)


def _read_facts(data: Mapping[str, Any]) -> dict[str, Fact]:
    """The plugins' facts, once those of the catalogue are known to be what they were.

    Raises:
        RuleBookError: Naming those that aren't.
    """
    own = [each for each in data["facts"] if each["name"] in data["plugin_facts"]]
    here = {name: fact.definition() for name, fact in CATALOGUE.items()}
    built_in = [each for each in data["facts"] if each not in own]
    changed = [each["name"] for each in built_in if here.get(each["name"]) != each]
    if changed:
        raise RuleBookError(
            f"this version of the library defines otherwise what it rests on: {', '.join(changed)}",
            where=_WHAT,
            mend="read it with the version of the library that wrote it",
        )
    # What they build on is first taken by name and kind alone, for they may build on each other.
    named = {each["name"]: Fact(each["name"], Kind(each["kind"])) for each in own}
    known = {**CATALOGUE, **named}
    return {each["name"]: read_fact(each, known) for each in own}

"""The rule book: every rule, parameter and fact of a bank, frozen, checked and fingerprinted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from functools import cached_property
from types import MappingProxyType
from typing import Any

import attrs
from attrs import evolve, field, frozen

from relationship_core.decisions.json_form import converter_for
from relationship_core.decisions.lifecycle import Lifecycle
from relationship_core.decisions.model import Model
from relationship_core.decisions.parameters import ContributionParameters
from relationship_core.decisions.retention import Retention
from relationship_core.decisions.service import Service
from relationship_core.decisions.tiering import Tiering
from relationship_core.errors import RuleBookError
from relationship_core.facts import CATALOGUE, PHASES, Phase
from relationship_core.rules import Expression, Fact, Facts, FactValue, Kind, Rule, facts_in
from relationship_core.rules.compile_python import compile_values
from relationship_core.rules.fact import unknown_fact
from relationship_core.rules.json_form import fingerprint, read_fact
from relationship_core.rules.text import several

_ORDER = {phase: place for place, phase in enumerate(Phase)}

Derive = Callable[[Facts], tuple[Any, ...]]

SCHEMA = 1
"""The version of the JSON form."""


def _facts_by_name(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    return tuple(sorted(facts, key=lambda fact: fact.name))


def _models_by_name(models: Iterable[Model]) -> tuple[Model, ...]:
    return tuple(sorted(models, key=lambda model: model.name))


def _by_date(sets: Iterable[ContributionParameters]) -> tuple[ContributionParameters, ...]:
    return tuple(sorted(sets, key=lambda each: each.valid_from))


@frozen
class RuleBook:
    """All that a bank decides by.

    Args:
        lifecycle: The stages and the moves between them.
        contribution: The dated parameter sets, in any order.
        tiering: The ladder of tiers.
        service: Entitlements and occasions to care.
        retention: Signals, risks and actions.
        facts: What the plugins add to the catalogue.
        models: Models whose score is one of those facts.
        plugins: Names and versions of the plugins it came from; no part of its identity.

    Raises:
        UnknownFactError: A rule reads a fact that nobody defined; the nearest one is named.
        RuleBookError: A rule reads a fact that a later phase sets, facts build on each other in a
            circle, or two definitions of one fact differ.
    """

    lifecycle: Lifecycle
    contribution: tuple[ContributionParameters, ...] = field(converter=_by_date)
    tiering: Tiering
    service: Service
    retention: Retention
    facts: tuple[Fact, ...] = field(default=(), converter=_facts_by_name, eq=False)
    models: tuple[Model, ...] = field(default=(), converter=_models_by_name)
    plugins: tuple[str, ...] = field(default=(), converter=several, eq=False)
    catalogue: Mapping[str, Fact] = field(init=False, eq=False, repr=False)
    derivations: Mapping[Phase, tuple[tuple[str, ...], Derive]] = field(
        init=False, eq=False, repr=False
    )

    def __attrs_post_init__(self) -> None:
        catalogue = {**CATALOGUE, **{fact.name: fact for fact in self.facts}}
        object.__setattr__(self, "catalogue", MappingProxyType(catalogue))
        phases = self._phases()
        self._check_phases(phases)
        object.__setattr__(self, "derivations", self._derivations(phases))

    def __reduce__(self) -> tuple[Any, ...]:
        names = [each.name for each in attrs.fields(RuleBook) if each.init]
        return (RuleBook, tuple(getattr(self, name) for name in names))

    def effective(self, scope: Iterable[str] = (), as_of: date | None = None) -> RuleBook:
        """The book as it holds at a node of the organisation on a day."""
        path = tuple(scope)
        return evolve(
            self,
            lifecycle=self.lifecycle.effective(path, as_of),
            tiering=self.tiering.effective(path, as_of),
            service=self.service.effective(path, as_of),
            retention=self.retention.effective(path, as_of),
        )

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over the canonical form: rules, parameters, fact definitions, model versions.

        Neither the plugins' names and versions nor their load order enters it.
        """
        return fingerprint(_without_origins(self._canonical()))

    def to_json(self) -> dict[str, Any]:
        """The book as plain JSON data, with its fingerprint and where it came from."""
        return {
            **self._canonical(),
            "plugins": list(self.plugins),
            "fingerprint": self.fingerprint,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> RuleBook:
        """The book that `to_json` wrote; no plugin need be installed.

        Raises:
            RuleBookError: It was written in another schema, was changed since, or rests on
                catalogue facts that this version of the library defines otherwise.
        """
        if data.get("schema") != SCHEMA:
            raise RuleBookError(
                f"it is written in schema {data.get('schema')!r}, not {SCHEMA}",
                where="rule book",
                mend="read it with the version of the library that wrote it",
            )
        facts = _read_facts(data)
        converter = converter_for({**CATALOGUE, **facts})
        parts: dict[str, Any] = {
            name: converter.structure(data[name], kind)
            for name, kind in (
                ("lifecycle", Lifecycle),
                ("contribution", tuple[ContributionParameters, ...]),
                ("tiering", Tiering),
                ("service", Service),
                ("retention", Retention),
                ("models", tuple[Model, ...]),
            )
        }
        book = cls(**parts, facts=facts.values(), plugins=data["plugins"])
        if book.fingerprint != data["fingerprint"]:
            raise RuleBookError(
                "its fingerprint isn't that of its content",
                where="rule book",
                mend="take an unchanged copy, or the version of the library that wrote it",
            )
        return book

    def _canonical(self) -> dict[str, Any]:
        converter = converter_for(self.catalogue)
        parts = {
            name: converter.unstructure(getattr(self, name))
            for name in ("lifecycle", "contribution", "tiering", "service", "retention", "models")
        }
        return {
            "schema": SCHEMA,
            "facts": [fact.definition() for fact in self.facts_read()],
            "plugin_facts": [fact.name for fact in self.facts],
            **parts,
        }

    def derive(self, facts: dict[str, FactValue | None], phase: Phase) -> None:
        """Add the derived facts that can be computed once a phase is over."""
        if phase in self.derivations:
            names, compute = self.derivations[phase]
            facts.update(zip(names, compute(facts), strict=True))

    def rules(self) -> Iterator[Rule]:
        """Every rule in the book."""
        for part in (self.lifecycle, self.tiering, self.service, self.retention):
            for rule, _ in _expressions(part):
                if rule is not None:
                    yield rule

    def scopes(self) -> frozenset[tuple[str, ...]]:
        """The nodes of the organisation that have a rule of their own."""
        return frozenset(rule.scope for rule in self.rules())

    def turning_days(self) -> tuple[date, ...]:
        """The days on which a rule comes into force or goes out of it, ascending."""
        days: set[date] = set()
        for rule in self.rules():
            if rule.valid_from is not None:
                days.add(rule.valid_from)
            if rule.valid_until is not None and rule.valid_until < date.max:
                days.add(rule.valid_until + timedelta(days=1))
        return tuple(sorted(days))

    def facts_read(self) -> tuple[Fact, ...]:
        """The facts its rules, derivations and models read, by name."""
        read = {
            fact.name
            for part in (self.lifecycle, self.tiering, self.service, self.retention)
            for _, expression in _expressions(part)
            for fact in facts_in(expression)
        }
        read |= {fact.name for fact in self.facts}
        read |= {name for model in self.models for name in model.inputs}
        for fact in self.facts:
            for expression in (*fact.relations, *([] if fact.derived is None else [fact.derived])):
                read |= {each.name for each in facts_in(expression)}
        return tuple(self.catalogue[name] for name in sorted(read))

    def _phases(self) -> dict[str, Phase]:
        phases = dict(PHASES)
        for model in self.models:
            for name in (*model.inputs, model.score.name):
                self._require_fact(name, f"model {model.name}")
            phases[model.score.name] = Phase.CONTRIBUTION
        for fact in self.facts:
            self._settle_phase(fact, phases, ())
        for model in self.models:
            for name in model.inputs:
                if _ORDER[phases[name]] > _ORDER[Phase.CONTRIBUTION]:
                    raise RuleBookError(
                        f"it reads {name!r}, which is only set after models are asked",
                        where=f"model {model.name}",
                    )
        return phases

    def _settle_phase(self, fact: Fact, phases: dict[str, Phase], path: tuple[str, ...]) -> Phase:
        if fact.name in path:
            circle = " -> ".join((*path[path.index(fact.name) :], fact.name))
            raise RuleBookError(
                f"facts build on each other in a circle: {circle}",
                where=f"fact {fact.name}",
                mend="let one of them be supplied, or derive it from others",
            )
        if fact.name not in phases:
            inputs = () if fact.derived is None else facts_in(fact.derived)
            found = [
                self._settle_phase(
                    self._require_fact(each.name, f"fact {fact.name}"), phases, (*path, fact.name)
                )
                for each in inputs
            ]
            phases[fact.name] = max(found, key=_ORDER.__getitem__, default=Phase.OBSERVE)
        return phases[fact.name]

    def _check_phases(self, phases: Mapping[str, Phase]) -> None:
        for part, phase in (
            (self.lifecycle, Phase.LIFECYCLE),
            (self.tiering, Phase.TIERING),
            (self.service, Phase.SERVICE),
            (evolve(self.retention, actions=()), Phase.RETENTION),
        ):
            for rule, expression in _expressions(part):
                self._check_reads(rule, expression, phases, before=_ORDER[phase])
        for rule in self.retention.actions.rules:
            self._check_reads(rule, rule.when, phases, before=len(_ORDER))

    def _check_reads(
        self,
        rule: Rule | None,
        expression: Expression,
        phases: Mapping[str, Phase],
        *,
        before: int,
    ) -> None:
        where = "a stage's entry" if rule is None else f"rule {rule.id}{_from(rule)}"
        for fact in facts_in(expression):
            known = self._require_fact(fact.name, where)
            if known.kind is not fact.kind:
                raise RuleBookError(
                    f"it takes {fact.name!r} for a {fact.kind}, but it is a {known.kind}",
                    where=where,
                    mend="use the fact of the catalogue or the plugin, not a copy of it",
                )
            if _ORDER[phases[fact.name]] >= before:
                raise RuleBookError(
                    f"it reads {fact.name!r}, which is only set in the phase"
                    f" {phases[fact.name].value!r}",
                    where=where,
                    mend="read previous_stage or previous_tier, or move the rule to a later phase",
                )

    def _require_fact(self, name: str, where: str) -> Fact:
        if name not in self.catalogue:
            error = unknown_fact(name, self.catalogue)
            error.where = where
            raise error
        return self.catalogue[name]

    def _derivations(
        self, phases: Mapping[str, Phase]
    ) -> Mapping[Phase, tuple[tuple[str, ...], Derive]]:
        derived = {fact.name: fact.derived for fact in self.facts if fact.derived is not None}
        made: dict[Phase, tuple[tuple[str, ...], Derive]] = {}
        for phase in Phase:
            names = tuple(name for name in derived if phases[name] is phase)
            if names:
                made[phase] = names, compile_values([derived[name] for name in names], derived)
        return MappingProxyType(made)


def _read_facts(data: Mapping[str, Any]) -> dict[str, Fact]:
    """The plugins' facts; what they build on is first taken by name and kind alone."""
    own = [each for each in data["facts"] if each["name"] in data["plugin_facts"]]
    named = {each["name"]: Fact(each["name"], Kind(each["kind"])) for each in own}
    known = {**CATALOGUE, **named}
    return {each["name"]: read_fact(each, known) for each in own}


def _without_origins(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: _without_origins(each) for key, each in data.items() if key != "origin"}
    return [_without_origins(each) for each in data] if isinstance(data, list) else data


def _expressions(part: Any, rule: Rule | None = None) -> Iterator[tuple[Rule | None, Expression]]:
    """Every expression in a part of the book, with the rule it belongs to."""
    if isinstance(part, Expression):
        yield rule, part
    elif isinstance(part, Rule):
        yield part, part.when
        yield from _expressions(part.then, part)
    elif isinstance(part, tuple):
        for each in part:
            yield from _expressions(each, rule)
    elif attrs.has(type(part)):
        for each in attrs.fields(type(part)):
            if each.init:
                yield from _expressions(getattr(part, each.name), rule)


def _from(rule: Rule) -> str:
    return f" (from {rule.origin})" if rule.origin else ""

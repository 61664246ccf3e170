"""When each fact of a rule book is known: the phase that sets it, and models in asking order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from relationship_core.decisions.model import Model
from relationship_core.errors import RuleBookError
from relationship_core.facts import PHASES, Phase
from relationship_core.rules import Expression, Fact, facts_in
from relationship_core.rules.fact import unknown_fact

ORDER: Mapping[Phase, int] = {phase: place for place, phase in enumerate(Phase)}
"""The place of each phase in a review."""


class FactPhases:
    """The facts of a rule book, checked: every one is known by name, and none rests on itself.

    Args:
        catalogue: All facts by name.
        facts: Those among them that plugins add.
        models: Models that score some of these.

    Attributes:
        phases: For each fact the phase that sets it.
        models: The models, each after those whose score it rests on, else by name.
        beneath: For each derived or scored fact the names of those it is worked out from.

    Raises:
        UnknownFactError: Something rests on a fact that nobody defined; the nearest is named.
        RuleBookError: Facts build on each other in a circle, a fact is taken for another kind than
            it is, or a model rests on what is set after models are asked.
    """

    def __init__(
        self, catalogue: Mapping[str, Fact], facts: Sequence[Fact], models: Iterable[Model]
    ) -> None:
        self._catalogue = catalogue
        self._models = {model.score.name: model for model in models}
        self.phases: dict[str, Phase] = dict(PHASES)
        self.models: list[Model] = []
        self.beneath: dict[str, tuple[str, ...]] = {}
        for fact in facts:
            self._settle(fact, ())
            for relation in fact.relations:
                self.read_by(relation, f"a relation of fact {fact.name}")

    def read_by(self, expression: Expression, where: str) -> tuple[Fact, ...]:
        """The facts an expression reads, as they are defined.

        Raises:
            UnknownFactError: It reads one that nobody defined.
            RuleBookError: It takes one for another kind than it is.
        """
        return tuple(self._as_defined(fact, where) for fact in facts_in(expression))

    def _as_defined(self, read: Fact, where: str) -> Fact:
        fact = self._defined(read.name, where)
        if read.kind is not fact.kind:
            raise RuleBookError(
                f"it takes {fact.name!r} for a {read.kind}, but it is a {fact.kind}",
                where=where,
                mend="use the fact of the catalogue or the plugin, not a copy of it",
            )
        return fact

    def _defined(self, name: str, where: str) -> Fact:
        if name not in self._catalogue:
            error = unknown_fact(name, self._catalogue)
            error.where = where
            raise error
        return self._catalogue[name]

    def _settle(self, fact: Fact, path: tuple[str, ...]) -> Phase:
        name = fact.name
        if name in path:
            circle = " -> ".join((*path[path.index(name) :], name))
            raise RuleBookError(
                f"facts build on each other in a circle: {circle}",
                where=f"fact {name}",
                mend="let one of them be supplied, or derive it from others",
            )
        if name not in self.phases:
            self.phases[name] = (
                self._scored(self._models[name], (*path, name))
                if name in self._models
                else self._derived(fact, (*path, name))
            )
        return self.phases[name]

    def _derived(self, fact: Fact, path: tuple[str, ...]) -> Phase:
        beneath = () if fact.derived is None else self.read_by(fact.derived, f"fact {fact.name}")
        self.beneath[fact.name] = tuple(each.name for each in beneath)
        found = [self._settle(each, path) for each in beneath]
        return max(found, key=ORDER.__getitem__, default=Phase.OBSERVE)

    def _scored(self, model: Model, path: tuple[str, ...]) -> Phase:
        where = f"model {model.name}"
        self.beneath[model.score.name] = model.inputs
        for name in model.inputs:
            phase = self._settle(self._defined(name, where), path)
            if ORDER[phase] > ORDER[Phase.CONTRIBUTION]:
                raise RuleBookError(
                    f"it reads {name!r}, which is only set after models are asked",
                    where=where,
                    mend="let it read what is observed or reckoned before the lifecycle",
                )
        self.models.append(model)
        return Phase.CONTRIBUTION

"""What must hold of a rule book before anything is decided by it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

import attrs

from relationship_core.decisions.fact_phases import ORDER, FactPhases
from relationship_core.decisions.parameters import reporting_currency
from relationship_core.decisions.retention import RISK_FACT
from relationship_core.errors import ParameterError, RuleBookError
from relationship_core.facts import CATALOGUE, Phase
from relationship_core.rules import Expression, Fact, Rule, RuleSet

if TYPE_CHECKING:
    from relationship_core.decisions.rule_book import RuleBook


def settle(book: RuleBook) -> FactPhases:
    """Check a rule book, and work out when each of its facts is known.

    Raises:
        UnknownFactError: Something reads a fact that nobody defined.
        RuleBookError: The parts don't fit together; `RuleBook` lists the ways.
    """
    _refuse_doubles(book)
    _require_parameters(book)
    _require_scores(book)
    settled = FactPhases(book.catalogue, book.facts, book.models)
    for part, phase in (
        (book.lifecycle, Phase.LIFECYCLE),
        (book.tiering, Phase.TIERING),
        (book.service, Phase.SERVICE),
        (book.retention, Phase.RETENTION),
    ):
        for rule_set in rule_sets(part):
            # Actions are asked once the risk is known: it alone of its phase may be read.
            known = {RISK_FACT} if rule_set is book.retention.actions else set()
            for rule in rule_set.rules:
                where = f"rule {rule.id} of {rule_set.name}{rule.source}"
                for expression in expressions_of(rule):
                    for fact in settled.read_by(expression, where):
                        _require_set_before(phase, fact, where, settled, known)
                        if rule.exemption is None:
                            _refuse_protected(fact, where, book.catalogue, settled)
    return settled


def rule_sets(part: object) -> Iterator[RuleSet]:
    """The rule sets of a lifecycle, tiering, service or retention."""
    for each in attrs.fields(type(part)):  # type: ignore[arg-type]
        held = getattr(part, each.name)
        if isinstance(held, RuleSet):
            yield held


def expressions_of(rule: Rule) -> Iterator[Expression]:
    """What a rule computes: its condition, and what its outcome needs besides."""
    yield rule.when
    if attrs.has(type(rule.then)):
        for each in attrs.fields(type(rule.then)):
            held = getattr(rule.then, each.name)
            if isinstance(held, Expression):
                yield held


def _require_set_before(
    phase: Phase, fact: Fact, where: str, settled: FactPhases, known: set[str]
) -> None:
    set_in = settled.phases[fact.name]
    if ORDER[set_in] >= ORDER[phase] and fact.name not in known:
        raise RuleBookError(
            f"it reads {fact.name!r}, which is only set in the phase {set_in.value!r}",
            where=where,
            mend="read previous_stage or previous_tier, or move the rule to a later phase",
        )


def _refuse_protected(
    fact: Fact, where: str, catalogue: Mapping[str, Fact], settled: FactPhases
) -> None:
    """Refuse to decide by what customers are, be it through a derived fact or a model's score."""
    paths: list[tuple[str, ...]] = [(fact.name,)]
    reached = {fact.name}
    for path in paths:
        name = path[-1]
        if catalogue[name].protected:
            way = f", by way of {' -> '.join(path[:-1])}" if path[:-1] else ""
            raise RuleBookError(
                f"it asks for {name}, which is protected{way}",
                where=where,
                mend="nobody is held back for what they are: ask what they do, or declare the"
                " lawful ground, exemption=...",
            )
        new = [each for each in settled.beneath.get(name, ()) if each not in reached]
        reached.update(new)
        paths.extend((*path, each) for each in new)


def _refuse_doubles(book: RuleBook) -> None:
    _once("facts are named", (fact.name for fact in book.facts))
    _once("models are named", (model.name for model in book.models))
    _once("models score", (model.score.name for model in book.models))
    _once("parameter sets begin on", (str(one.valid_from) for one in book.contribution))
    for fact in book.facts:
        if fact.name in CATALOGUE:
            raise RuleBookError(
                "it is built in and can't be defined anew",
                where=f"fact {fact.name}",
                mend="give yours a namespace: bank.name",
            )


def _once(what: str, names: Iterable[str]) -> None:
    for name, times in Counter(names).items():
        if times > 1:
            raise RuleBookError(f"two {what} {name!r}", mend="keep one of them")


def _require_parameters(book: RuleBook) -> None:
    try:
        reporting_currency(book.contribution)
    except ParameterError as error:
        raise RuleBookError(error.what, where=error.where, mend=error.mend) from None


def _require_scores(book: RuleBook) -> None:
    supplied = {fact.name for fact in book.facts if fact.derived is None}
    for model in book.models:
        if model.score.name not in supplied:
            raise RuleBookError(
                f"it scores {model.score.name!r}, which is no supplied fact of the book",
                where=f"model {model.name}",
                mend="add that fact, without derived=",
            )

"""Laws over two customers who are alike in all but one fact."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from attrs import field, frozen

from relationship_core.errors import RuleError
from relationship_core.rules.analysis.encoding import Encoding
from relationship_core.rules.analysis.examination import Examination
from relationship_core.rules.analysis.finding import (
    DISLOYAL,
    NOT_MONOTONE,
    PROTECTED,
    Code,
    Finding,
    Witness,
)
from relationship_core.rules.analysis.inquiry import UndecidedError
from relationship_core.rules.analysis.solver import Term
from relationship_core.rules.fact import Fact
from relationship_core.rules.kind import NUMERIC, Kind
from relationship_core.rules.rule import Rule
from relationship_core.rules.text import several


def _name(fact: Fact | str) -> str:
    return fact.name if isinstance(fact, Fact) else fact


@frozen
class Monotone:
    """Who has more of a fact, all else equal, gets at least as good an outcome.

    Args:
        fact: The fact, or its name: numeric, a date, or a flag of which true is more.
        outcomes: The outcomes, best first; what isn't among them is worse than all. In a set that
            collects: those that more of the fact never loses, in whatever order.
        code: The fault where it is broken.
    """

    fact: str = field(converter=_name)
    outcomes: tuple[Any, ...] = field(converter=several)
    code: Code = NOT_MONOTONE


def loyal(fact: Fact | str, outcomes: Sequence[Any]) -> Monotone:
    """The law that a customer who stays for longer gets no worse outcome, best first."""
    return Monotone(fact, outcomes, DISLOYAL)


class _Pair:
    """Two customers who are alike in all but one fact and what is derived from it."""

    def __init__(self, examination: Examination, name: str) -> None:
        world = examination.world
        self.examination = examination
        self.other: Encoding = world.another(name)
        self.first = world.encoding.variables[name]
        self.second = self.other.variables[name]
        truths = [
            self.other.truth(rule.when) if name in reads else None
            for rule, reads in zip(examination.rules, examination.reads, strict=True)
        ]
        self.true = [
            fires if each is None else world.named(each.true)
            for fires, each in zip(examination.true, truths, strict=True)
        ]
        self.decided = [
            examination.none_of([*examination.open, *self._left_open(truths)]),
            self.first.known,
            self.second.known,
        ]

    def _left_open(self, truths: Sequence[Any]) -> list[Term]:
        return [
            open_ if each is None or open_ is False else self.examination.none_of(each)
            for open_, each in zip(self.examination.open, truths, strict=True)
        ]

    def ask(self, *conditions: Term) -> Any:
        """Two such customers, both decided, of whom the conditions hold; None if there are none."""
        return self.examination.inquiry.pair(self.other, *self.decided, *conditions)


def broken(examination: Examination, law: Monotone) -> Iterator[Finding]:
    """Two customers of whom the one with more gets less.

    Raises:
        RuleError: The fact has no order, or is derived, so that it can't differ alone.
    """
    fact = examination.world.facts.get(law.fact)
    if fact is None or not any(law.fact in reads for reads in examination.reads):
        return
    _require_order(fact)
    pair = _Pair(examination, law.fact)
    z3 = examination.world.z3
    more = pair.first.term < pair.second.term
    if fact.kind is Kind.FLAG:
        more = z3.And(z3.Not(pair.first.term), pair.second.term)
    try:
        found = pair.ask(more, examination.any_of(list(_lost(examination, pair, law))))
    except UndecidedError:
        yield examination.undecided(law.code, ())
        return
    if found is None:
        return
    less, more_of_it = (examination.witness(customer) for customer in found)
    values = " and ".join(str(dict(each.facts)[law.fact]) for each in (less, more_of_it))
    got = (_told(examination, less), _told(examination, more_of_it))
    yield examination.finding(
        law.code,
        f"of two customers alike but for {law.fact} ({values}) the first gets {got[0]}, the second"
        f" {got[1]}",
        f"look at how the rules ask for {law.fact}",
        _deciding(examination, less, more_of_it),
        *found,
        shows=lambda one, other: one.decides != other.decides,
    )


def _require_order(fact: Fact) -> None:
    if fact.derived is not None:
        raise RuleError(
            f"{fact.name!r} is derived, so that it differs from one customer to the next only with"
            " what it is derived from",
            where="Monotone",
            mend="name a fact that it builds on",
        )
    if fact.kind not in NUMERIC and fact.kind not in {Kind.DATE, Kind.FLAG}:
        raise RuleError(f"a {fact.kind} has no order", where="Monotone", mend="name another fact")


def _lost(examination: Examination, pair: _Pair, law: Monotone) -> Iterator[Term]:
    """For each step of the order, where the first customer is above it and the second isn't."""
    first, second = examination.deciding(examination.true), examination.deciding(pair.true)
    if examination.is_collecting:
        for outcome in law.outcomes:
            places = [n for n, each in enumerate(examination.outcomes) if each == outcome]
            yield _above(examination, first, second, places)
        return
    best: list[int] = []
    for outcome in law.outcomes:
        best += [n for n, each in enumerate(examination.outcomes) if each == outcome]
        if outcome == examination.otherwise:
            # Whoever is left gets this one, so that only what is worse still can be lost to.
            return
        yield _above(examination, first, second, best)


def _above(
    examination: Examination, first: list[Term], second: list[Term], places: list[int]
) -> Term:
    has = examination.any_of([first[place] for place in places])
    keeps_not = examination.none_of([second[place] for place in places])
    return examination.both(has, keeps_not)


def _deciding(examination: Examination, *witnesses: Witness) -> list[Rule]:
    ids = dict.fromkeys(rule for each in witnesses for rule in each.decides)
    return [rule for rule in examination.rules if rule.id in ids]


def _told(examination: Examination, witness: Witness) -> str:
    if witness.decides:
        return " and ".join(repr(rule) for rule in witness.decides)
    return "nothing" if examination.otherwise is None else repr(examination.otherwise)


def unlawful(examination: Examination) -> Iterator[Finding]:
    """Two customers who differ in a protected fact alone and get different outcomes."""
    for fact in examination.world.facts.values():
        bound = [
            place
            for place, (rule, reads) in enumerate(
                zip(examination.rules, examination.reads, strict=True)
            )
            if fact.name in reads and rule.exemption is None
        ]
        if fact.protected and bound:
            yield from _unlawful(examination, fact, [examination.rules[place] for place in bound])


def _unlawful(examination: Examination, fact: Fact, asking: list[Rule]) -> Iterator[Finding]:
    pair = _Pair(examination, fact.name)
    exempt = [
        one == other if not isinstance(one, bool) else True
        for rule, one, other in zip(examination.rules, examination.true, pair.true, strict=True)
        if rule.exemption is not None
    ]
    first, second = examination.deciding(examination.true), examination.deciding(pair.true)
    differs = [
        examination.both(
            examination.any_of([one[place] for place in places]),
            examination.none_of([other[place] for place in places]),
        )
        for _, places in examination.places_by_outcome()
        for one, other in ((first, second), (second, first))
    ]
    try:
        found = pair.ask(*exempt, examination.any_of(differs))
    except UndecidedError:
        yield examination.undecided(PROTECTED, asking)
        return
    if found is not None:
        yield examination.finding(
            PROTECTED,
            f"customers who differ in {fact.name} alone, which is protected, get different answers",
            "ask what customers do instead of what they are, or declare the lawful ground:"
            " exemption=...",
            asking,
            *found,
            shows=lambda one, other: one.decides != other.decides,
        )

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
from relationship_core.rules.analysis.world import Customer
from relationship_core.rules.fact import Fact
from relationship_core.rules.kind import NUMERIC, Kind
from relationship_core.rules.rule import IfMissing, Rule
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
    """Two customers who are alike in all but one fact and what is derived from it.

    Args:
        examination: The rules.
        other: The second customer.
        read_by: For each rule whether it reads what differs.
    """

    def __init__(self, examination: Examination, other: Encoding, read_by: Sequence[bool]) -> None:
        world = examination.world
        self.examination = examination
        self.other = other
        self.true = list(examination.true)
        open_ = list(examination.open)
        for place, (rule, reads) in enumerate(zip(examination.rules, read_by, strict=True)):
            if reads:
                truth = other.truth(rule.when)
                self.true[place] = world.named(truth.true)
                if rule.if_missing is not IfMissing.SKIP:
                    open_[place] = world.named(examination.none_of(truth))
        self.first_decides = examination.deciding(examination.true)
        self.second_decides = examination.deciding(self.true)
        self._decided = [
            *self._has_answer(examination.true, examination.open),
            *self._has_answer(self.true, open_),
        ]

    def _has_answer(self, true: Sequence[Term], open_: Sequence[Term]) -> list[Term]:
        examination = self.examination
        left_open = examination.left_open(true, open_, examination.still_asked(true))
        return [examination.none_of([left_open, examination.refused(true)])]

    def ask(self, *conditions: Term) -> tuple[Customer, Customer] | None:
        """Two such customers, both decided, of whom the conditions hold; None if there are none."""
        return self.examination.inquiry.pair(self.other, *self._decided, *conditions)


def broken(examination: Examination, law: Monotone) -> Iterator[Finding]:
    """Two customers of whom the one with more gets less.

    Raises:
        RuleError: The fact has no order.
    """
    read_by = [law.fact in reads for reads in examination.reads]
    if not any(read_by):
        return
    fact = examination.world.facts[law.fact]
    _require_order(fact)
    pair = _Pair(examination, examination.world.differing_in(fact), read_by)
    first, second = examination.world.encoding.value(fact), pair.other.value(fact)
    more = second.term if fact.kind is Kind.FLAG else first.term < second.term
    if fact.kind is Kind.FLAG:
        more = examination.both(examination.negated(first.term), more)
    lost = examination.any_of(list(_lost(pair, law)))
    try:
        found = pair.ask(first.known, second.known, more, lost)
    except UndecidedError:
        yield examination.undecided(law.code, ())
        return
    if found is None:
        return
    less, more_of_it = (examination.witness(customer) for customer in found)
    values = " and ".join(str(dict(each.facts)[law.fact]) for each in (less, more_of_it))
    if examination.is_collecting:
        rules = _losing(examination, law, less, more_of_it)
        got = " and ".join(repr(rule.id) for rule in rules), "doesn't"
    else:
        rules = _deciding(examination, less, more_of_it)
        got = _told(examination, less), _told(examination, more_of_it)
    yield examination.finding(
        law.code,
        f"of two customers alike but for {law.fact} ({values}) the first gets {got[0]}, the second"
        f" {got[1]}",
        f"look at how the rules ask for {law.fact}",
        rules,
        *found,
        shows=lambda one, other: one.decides != other.decides,
    )


def _require_order(fact: Fact) -> None:
    if fact.kind not in NUMERIC and fact.kind not in {Kind.DATE, Kind.FLAG}:
        raise RuleError(f"a {fact.kind} has no order", where="Monotone", mend="name another fact")


def _lost(pair: _Pair, law: Monotone) -> Iterator[Term]:
    """For each step of the order, where the first customer is above it and the second isn't."""
    examination, best = pair.examination, list[int]()
    falls_to = False
    for outcome in law.outcomes:
        places = [n for n, each in enumerate(examination.outcomes) if each == outcome]
        if examination.is_collecting:
            yield _above(pair, places)
            continue
        best += places
        # Whoever meets no rule has an outcome too, if one is named for them.
        falls_to = falls_to or (
            examination.otherwise is not None and outcome == examination.otherwise
        )
        if not falls_to:
            yield _above(pair, best)
            continue
        worse = [place for place in range(len(examination.rules)) if place not in set(best)]
        has_worse = examination.any_of([pair.first_decides[place] for place in worse])
        gets_worse = examination.any_of([pair.second_decides[place] for place in worse])
        yield examination.both(examination.negated(has_worse), gets_worse)


def _above(pair: _Pair, places: list[int]) -> Term:
    has = pair.examination.any_of([pair.first_decides[place] for place in places])
    keeps_not = pair.examination.none_of([pair.second_decides[place] for place in places])
    return pair.examination.both(has, keeps_not)


def _deciding(examination: Examination, *witnesses: Witness) -> list[Rule]:
    ids = dict.fromkeys(rule for each in witnesses for rule in each.decides)
    return [rule for rule in examination.rules if rule.id in ids]


def _losing(examination: Examination, law: Monotone, less: Witness, more: Witness) -> list[Rule]:
    """The rules by which the one with less gets what the other doesn't and the law is about."""
    kept = [
        outcome
        for rule, outcome in zip(examination.rules, examination.outcomes, strict=True)
        if rule.id in more.decides
    ]
    return [
        rule
        for rule, outcome in zip(examination.rules, examination.outcomes, strict=True)
        if rule.id in less.decides and outcome in law.outcomes and outcome not in kept
    ]


def _told(examination: Examination, witness: Witness) -> str:
    if witness.decides:
        return " and ".join(repr(rule) for rule in witness.decides)
    return "nothing" if examination.otherwise is None else repr(examination.otherwise)


def unlawful(examination: Examination) -> Iterator[Finding]:
    """Two customers who differ in a protected fact alone and get different outcomes."""
    for fact in examination.world.facts.values():
        read_by = [fact.name in reads for reads in examination.reads]
        asking = [
            rule
            for rule, reads in zip(examination.rules, read_by, strict=True)
            if reads and rule.exemption is None
        ]
        if fact.protected and asking:
            yield from _unlawful(examination, fact, read_by, asking)


def _unlawful(
    examination: Examination, fact: Fact, read_by: list[bool], asking: list[Rule]
) -> Iterator[Finding]:
    pair = _Pair(examination, examination.world.differing_in(fact), read_by)
    exempt = [
        one == its_other
        for rule, one, its_other in zip(examination.rules, examination.true, pair.true, strict=True)
        if rule.exemption is not None and one is not its_other
    ]
    differs = [
        _differs(pair, places, *each)
        for _, places in examination.places_by_outcome()
        for each in (
            (pair.first_decides, pair.second_decides),
            (pair.second_decides, pair.first_decides),
        )
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


def _differs(pair: _Pair, places: list[int], one: list[Term], other: list[Term]) -> Term:
    """Where one of two customers gets what rules at some places lead to, and the other doesn't."""
    examination = pair.examination
    return examination.both(
        examination.any_of([one[place] for place in places]),
        examination.none_of([other[place] for place in places]),
    )

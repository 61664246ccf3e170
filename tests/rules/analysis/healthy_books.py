"""Healthy sets of rules as an analyst would write them, drawn at random, and what holds of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from random import Random
from typing import Any

from attrs import frozen

from relationship_core.rules import Expression, Fact, HitPolicy, Kind, Rule, RuleSet, at_least
from relationship_core.rules.analysis import Monotone, loyal
from relationship_core.rules.rule import IfMissing

aum = Fact("aum", Kind.MONEY, minimum=0)
debt = Fact("debt", Kind.MONEY, minimum=0)
products = Fact("products", Kind.COUNT, minimum=0, maximum=12)
tenure = Fact("tenure", Kind.MONTHS, minimum=0, maximum=600)
share = Fact("share", Kind.RATIO, minimum=0, maximum=1)
salaried = Fact("salaried", Kind.FLAG)
online = Fact("online", Kind.FLAG)
segment = Fact("segment", Kind.CATEGORY, categories=("private", "retail", "small"))
age = Fact("age", Kind.COUNT, minimum=18, maximum=120, protected=True)
net = Fact("net", Kind.MONEY, derived=aum - debt)
monthly = Fact("monthly", Kind.MONEY, derived=aum / 12)

TIERS = ("gold", "silver", "basic")
GROWN_UP = age >= 18
"""Asks for a protected fact, but holds of everybody, so that nothing depends on it."""


@frozen
class Book:
    """A set of rules, and what is to hold of it."""

    rules: RuleSet
    laws: tuple[Monotone, ...] = ()
    otherwise: str | None = None


def _placed(conditions: Sequence[tuple[Expression, str]], policy: HitPolicy) -> RuleSet:
    rules = [
        Rule(f"r{place}", condition, then=outcome, priority=place)
        for place, (condition, outcome) in enumerate(conditions)
    ]
    return RuleSet("book", rules, policy)


def _cuts(chance: Random, subject: Expression, kind: Kind) -> list[Any]:
    if kind is Kind.RATIO:
        return sorted(Decimal(each).scaleb(-2) for each in chance.sample(range(5, 95), 2))
    most = 10 if subject is products else 500
    return sorted(chance.sample(range(1, most), 2))


def _bands(subject: Any, low: Any, high: Any) -> list[tuple[Expression, str]]:
    return [
        (subject >= high, "gold"),
        ((subject >= low) & (subject < high), "silver"),
        (subject < low, "basic"),
    ]


def table(chance: Random) -> Book:
    """Bands of a fact for each segment: everybody in just one cell, more never worse."""
    subject: Any = chance.choice([aum, products, tenure, share])
    rows = []
    for name in segment.categories or ():
        low, high = _cuts(chance, subject, subject.kind)
        rows += [((segment == name) & when, then) for when, then in _bands(subject, low, high)]
    policy = chance.choice([HitPolicy.UNIQUE, HitPolicy.ANY, HitPolicy.FIRST])
    return Book(_placed(rows, policy), (Monotone(subject, TIERS),))


def ladder(chance: Random) -> Book:
    """The first step that holds decides; more assets or tenure never lower the tier."""
    low, high = _cuts(chance, aum, Kind.MONEY)
    needed, months = chance.randrange(1, 9), chance.randrange(1, 60)
    rows = [
        ((aum >= high) & (products >= needed) & GROWN_UP, "gold"),
        ((aum >= low) & ((tenure >= months) | salaried), "silver"),
        (at_least(2, salaried, online, tenure >= months), "basic"),
    ]
    laws = (Monotone(aum, TIERS), loyal(tenure, TIERS))
    return Book(_placed(rows, HitPolicy.FIRST), laws, "nothing")


def worth(chance: Random) -> Book:
    """Bands of what is left of the assets, and what they come to in a month."""
    low, high = _cuts(chance, aum, Kind.MONEY)
    subject: Any = chance.choice([net, monthly])
    rows = [(when & GROWN_UP, then) for when, then in _bands(subject, low, high)]
    return Book(_placed(rows, HitPolicy.UNIQUE), (Monotone(aum, TIERS),))


def defaults(chance: Random) -> Book:
    """Bands of an amount of which some is unknown: who is unknown is let pass."""
    low, high = _cuts(chance, aum, Kind.MONEY)
    rows = [*_bands(aum.or_else(0), low, high)[:2], (aum.or_else(0) < low, "basic")]
    return Book(_placed(rows, HitPolicy.FIRST), (Monotone(aum, TIERS),))


def perks(chance: Random) -> Book:
    """All that fire count: more products or tenure never lose one."""
    low, high = _cuts(chance, products, Kind.COUNT)
    rows = [
        (products >= low, "card"),
        ((products >= high) & (tenure >= chance.randrange(1, 60)), "lounge"),
        ((share >= _cuts(chance, share, Kind.RATIO)[0]) & GROWN_UP, "app"),
    ]
    laws = (Monotone(products, ("card", "lounge")), loyal(tenure, ("lounge",)))
    return Book(_placed(rows, HitPolicy.COLLECT), laws)


def skipping(chance: Random) -> Book:
    """Some rules are passed over where they can't be told."""
    drawn = ladder(chance)
    rules = [
        Rule(each.id, each.when, each.then, priority=each.priority, if_missing=IfMissing.SKIP)
        if chance.random() < 0.5
        else each
        for each in drawn.rules.rules
    ]
    return Book(RuleSet("book", rules, HitPolicy.FIRST), drawn.laws, drawn.otherwise)


FORMS: tuple[Callable[[Random], Book], ...] = (table, ladder, worth, defaults, perks, skipping)


def healthy_book(chance: Random) -> Book:
    """A healthy set of rules of whatever form."""
    return chance.choice(FORMS)(chance)

"""Thresholds and operators changed at random, and customers drawn at random to find what broke."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any, cast

from attrs import evolve

from relationship_core.errors import RuleError
from relationship_core.rules import Expression, Fact, FactValue, HitPolicy, Kind, Literal, RuleSet
from relationship_core.rules.analysis import Code
from relationship_core.rules.analysis.finding import CONFLICT, GAP, PROTECTED
from relationship_core.rules.analysis.world import facts_beneath
from relationship_core.rules.compile_python import compile_values
from relationship_core.rules.expression import AtLeast, Between, Comparison, Membership, Not
from tests.rules.analysis.healthy_books import Book

Customer = dict[str, Any]

_OTHER = {
    "<": ("<=", ">", ">="),
    "<=": ("<", ">=", "=="),
    ">": (">=", "<", "<="),
    ">=": (">", "<=", "=="),
    "==": ("!=",),
    "!=": ("==",),
}


# -- changes --------------------------------------------------------------------------------------
def _unit(kind: Kind) -> Any:
    return Decimal(1).scaleb(-kind.scale) if kind.scale else 1


def _moved(limit: Literal, chance: Random) -> Literal:
    value: Any = limit.value
    by = chance.choice([-1, 1]) * chance.choice([1, 1, 2, 10, 100]) * _unit(limit.kind)
    if chance.random() < 0.3:
        return Literal(value + value // 2 if isinstance(value, int) else value * 2, limit.kind)
    return Literal(value + by, limit.kind)


def _changed(node: Expression, chance: Random) -> Expression | None:
    """The node with its threshold or its operator changed; None where it has none."""
    match node:
        case Comparison(operator=symbol, right=Literal(kind=kind) as limit):
            if chance.random() < 0.5 or kind in {Kind.CATEGORY, Kind.FLAG}:
                return evolve(node, operator=chance.choice(_OTHER[symbol]))
            return evolve(node, right=_moved(limit, chance))
        case Between(high=Literal() as high):
            return evolve(node, high=_moved(high, chance))
        case AtLeast(operands=operands):
            return evolve(node, count=chance.choice([n + 1 for n in range(len(operands))]))
        case Fact(kind=Kind.FLAG):
            return Not(node)
    return None


def _replaced(expression: Expression, old: Expression, new: Expression) -> Expression:
    if expression is old:
        return new
    if isinstance(expression, Fact | Literal):
        return expression
    parts: dict[str, Any] = {}
    for name in expression.__match_args__:
        part = getattr(expression, name)
        if isinstance(part, Expression):
            parts[name] = _replaced(part, old, new)
        elif isinstance(part, tuple) and not isinstance(expression, Membership):
            parts[name] = tuple(_replaced(each, old, new) for each in part)
    rebuilt: Expression = evolve(cast("Any", expression), **parts)
    return rebuilt


def mutant(book: Book, chance: Random) -> Book:
    """The book with one or two thresholds or operators changed."""
    rules = list(book.rules.rules)
    for _ in range(chance.choice([1, 1, 2])):
        place = chance.randrange(len(rules))
        nodes = list(rules[place].when.walk())
        while True:
            node = chance.choice(nodes)
            try:
                new = _changed(node, chance)
            except RuleError:
                continue
            if new is not None:
                break
        rules[place] = evolve(rules[place], when=_replaced(rules[place].when, node, new))
    return evolve(book, rules=RuleSet(book.rules.name, rules, book.rules.hit_policy))


# -- customers ------------------------------------------------------------------------------------
def _values(fact: Fact, near: list[Any], chance: Random) -> list[FactValue | None]:
    """Values of a fact, most of them at and beside what it is compared with."""
    if fact.kind is Kind.FLAG:
        return [True, False]
    if fact.categories is not None:
        return list(fact.categories)
    found = {
        value for one in near for value in (one - _unit(fact.kind), one, one + _unit(fact.kind))
    }
    found |= {each for each in (fact.minimum, fact.maximum) if each is not None}
    step = _unit(fact.kind)
    found |= {chance.randrange(100_000) * step for _ in range(4)}
    return sorted(value for value in found if fact.admits(value))


def _constants(book: Book) -> list[Decimal]:
    """Every number that a rule names, and what it is once a derived fact is taken apart."""
    named = [
        node.value
        for rule in book.rules.rules
        for node in rule.when.walk()
        if isinstance(node, Literal) and not isinstance(node.value, str | date | bool)
    ]
    return [Decimal(each) for each in named] + [Decimal(each) * 12 for each in named]


class Crowd:
    """Customers drawn at random for a set of rules.

    Args:
        book: The rules.
        count: How many customers.
        chance: What draws.
    """

    def __init__(self, book: Book, count: int, chance: Random) -> None:
        self.facts = facts_beneath(rule.when for rule in book.rules.rules)
        self._observed = {n: fact for n, fact in self.facts.items() if fact.derived is None}
        derived = {n: f.derived for n, f in self.facts.items() if f.derived is not None}
        self._derived = tuple(derived)
        self._derive = compile_values(list(derived.values()), derived)
        near = _constants(book)
        self.values: dict[str, list[Any]] = {}
        for name, fact in self._observed.items():
            as_kind: Callable[[Decimal], Any] = Decimal if fact.kind.scale else int
            fitting = [as_kind(each.quantize(_unit(fact.kind))) for each in near]
            self.values[name] = _values(fact, fitting, chance)
        self._count, self._chance = count, chance

    def __iter__(self) -> Iterator[Customer]:
        names = list(self._observed)
        columns = [
            self._chance.choices([*self.values[name] * 20, None], k=self._count) for name in names
        ]
        for row in zip(*columns, strict=True):
            yield self.settled(dict(zip(names, row, strict=True)))

    def settled(self, customer: Customer) -> Customer:
        """The customer, with what is derived."""
        if self._derived:
            customer.update(zip(self._derived, self._derive(customer), strict=True))
        return customer

    def another(self, customer: Customer, name: str) -> Customer:
        """A customer alike in all but one fact."""
        return self.settled({**customer, name: self._chance.choice(self.values[name])})


# -- search ---------------------------------------------------------------------------------------
class Search:
    """What customers drawn at random show of a set of rules.

    Attributes:
        faults: The faults that a customer, or two, show.
        decided: The rules that decided somebody.
    """

    def __init__(self, book: Book, count: int, chance: Random) -> None:
        self._book = book
        self._ask = book.rules.compiled
        self._thens = [rule.then for rule in book.rules.rules]
        self.faults: set[Code] = set()
        self.decided: set[str] = set()
        crowd = Crowd(book, count, chance)
        protected = [name for name, fact in crowd.facts.items() if fact.protected]
        decided: set[int] = set()
        for customer in crowd:
            got = self._answer(customer, decided)
            if got is None:
                continue
            for law in book.laws:
                if law.code not in self.faults and customer.get(law.fact) is not None:
                    self._try_law(law, crowd, customer, got)
            for name in protected:
                if PROTECTED not in self.faults:
                    self._try_protected(crowd, customer, name, got)
        self.decided = {book.rules.rules[place].id for place in decided}

    def _answer(self, customer: Customer, decided: set[int] | None = None) -> Any:
        """What a customer gets; None where it is left open, or refused."""
        try:
            fired, unknown = self._ask(customer)
        except RuleError:
            self.faults.add(CONFLICT)
            return None
        if decided is not None:
            decided.update(fired)
        if unknown:
            return None
        if self._book.rules.hit_policy is HitPolicy.COLLECT:
            return frozenset(self._thens[place] for place in fired)
        if fired:
            return self._thens[fired[0]]
        if self._book.otherwise is None:
            self.faults.add(GAP)
        return self._book.otherwise or "nothing"

    def _try_law(self, law: Any, crowd: Crowd, customer: Customer, got: Any) -> None:
        other = crowd.another(customer, law.fact)
        gets = self._answer(other)
        if gets is None or customer[law.fact] == other[law.fact]:
            return
        if customer[law.fact] > other[law.fact]:
            got, gets = gets, got
        if isinstance(got, frozenset):
            is_lost = bool((got - gets) & set(law.outcomes))
        else:
            ladder = [*law.outcomes, "nothing"]
            is_lost = ladder.index(gets) > ladder.index(got)
        if is_lost:
            self.faults.add(law.code)

    def _try_protected(self, crowd: Crowd, customer: Customer, name: str, got: Any) -> None:
        if customer[name] is not None:
            gets = self._answer(crowd.another(customer, name))
            if gets is not None and gets != got:
                self.faults.add(PROTECTED)

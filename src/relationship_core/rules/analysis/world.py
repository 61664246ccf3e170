"""The customers that can be: facts with their kinds, ranges and declared relations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from relationship_core.rules.analysis.encoding import (
    BEYOND,
    FIRST_DAY,
    LAST_DAY,
    Encoding,
    Value,
    as_term,
    as_value,
)
from relationship_core.rules.analysis.solver import (
    Term,
    all_hold,
    load_z3,
    negated,
    one_holds,
    same,
)
from relationship_core.rules.analysis.texts import Texts
from relationship_core.rules.evaluation import evaluate
from relationship_core.rules.expression import Expression, Missing, OrElse
from relationship_core.rules.fact import Fact, facts_in
from relationship_core.rules.kind import FactValue, Kind

Customer = dict[str, FactValue | None]

_ORDINARY = 10**15
"""Amounts a bank has seen, in least units: a witness has such wherever that is enough."""


Defined = Mapping[str, Fact]
"""Facts by name that stand in for those that conditions read."""

_AS_READ: Defined = MappingProxyType({})


def facts_beneath(
    expressions: Iterable[Expression], defined: Defined = _AS_READ
) -> dict[str, Fact]:
    """The facts that expressions rest on, by name: those they read, and what these are about."""
    found: dict[str, Fact] = {}
    waiting = [fact for expression in expressions for fact in facts_in(expression)]
    while waiting:
        read = waiting.pop()
        if read.name in found:
            continue
        fact = found[read.name] = defined.get(read.name, read)
        about = [*fact.relations, *([] if fact.derived is None else [fact.derived])]
        waiting.extend(each for expression in about for each in facts_in(expression))
    return {name: found[name] for name in sorted(found)}


class World:
    """All customers that the declared facts allow, for a solver to look among.

    Args:
        conditions: What will be asked of the customers.
        may_be_missing: The facts that a customer may lack; all others are known.
        defined: Facts by name that stand in for those that are read, where more is known of them
            than they declare.
        context: The solver's context of another world of the same proof.

    Attributes:
        z3: The solver's module.
        context: The solver's context; a proof has its own, so that none depends on an earlier one.
        facts: The facts that the conditions rest on, by name.
        encoding: The conditions over one customer.
        definitions: What holds of every customer there can be; grows as conditions are encoded.
        ordinary: What holds of one with ordinary amounts.
        known: For each fact that may be missing where it is known.

    Raises:
        MissingExtraError: The solver isn't installed.
    """

    def __init__(
        self,
        conditions: Iterable[Expression],
        may_be_missing: Iterable[str],
        defined: Defined = _AS_READ,
        *,
        context: Any = None,
    ) -> None:
        asked = list(conditions)
        self.z3 = load_z3()
        self.context = context or self.z3.Context()
        self.facts = facts_beneath(asked, defined)
        stated = [*asked, *_stated(self.facts.values())]
        self.texts = Texts(self.context, self.facts.values(), stated)
        self.known = {name: self.z3.Bool(f"{name}?", self.context) for name in may_be_missing}
        self.definitions: list[Term] = []
        self.ordinary: list[Term] = []
        variables = {
            name: self._variable(fact, "")
            for name, fact in self.facts.items()
            if fact.derived is None
        }
        self.encoding = self._encoded(variables)

    def _encoded(self, variables: Mapping[str, Value]) -> Encoding:
        derived = {
            name: fact.derived for name, fact in self.facts.items() if fact.derived is not None
        }
        encoding = Encoding(self.z3, variables, derived, self.texts, self.definitions)
        for fact in self.facts.values():
            # What facts say of each other, and of themselves, holds as far as they are known.
            for relation in fact.relations:
                self.definitions.append(negated(self.z3, encoding.truth(relation).false))
            if fact.derived is not None and fact.name not in variables:
                self._keep_to_range(fact, encoding.value(fact))
        return encoding

    def _variable(self, fact: Fact, mark: str) -> Value:
        z3, name = self.z3, fact.name + mark
        known = self.known.get(fact.name, True)
        if fact.kind is Kind.FLAG:
            return Value(z3.Bool(name, self.context), known)
        term = z3.Int(name, self.context)
        if fact.categories is not None:
            places = [self.texts.place(text) for text in fact.categories]
            self.definitions.append(one_holds(z3, [term == place for place in places]))
            return Value(term, known)
        low, high = self._range(fact)
        self.definitions += [term >= low, term <= high]
        if low < -_ORDINARY:
            self.ordinary.append(term >= -_ORDINARY)
        if high > _ORDINARY:
            self.ordinary.append(term <= _ORDINARY)
        return Value(term, known)

    def _range(self, fact: Fact) -> tuple[int, int]:
        if fact.kind is Kind.CATEGORY:
            return 0, len(self.texts) - 1
        low, high = (FIRST_DAY, LAST_DAY) if fact.kind is Kind.DATE else (1 - BEYOND, BEYOND - 1)
        if fact.minimum is not None:
            low = as_term(fact.minimum, fact.kind, self.texts)
        if fact.maximum is not None:
            high = as_term(fact.maximum, fact.kind, self.texts)
        return low, high

    def _keep_to_range(self, fact: Fact, value: Value) -> None:
        """What is declared of a fact that is computed holds of it too."""
        limits: list[Term] = []
        if fact.minimum is not None:
            limits.append(value.term >= as_term(fact.minimum, fact.kind, self.texts))
        if fact.maximum is not None:
            limits.append(value.term <= as_term(fact.maximum, fact.kind, self.texts))
        if fact.categories is not None:
            places = [self.texts.place(text) for text in fact.categories]
            limits.append(one_holds(self.z3, [value.term == place for place in places]))
        if limits:
            within = all_hold(self.z3, limits)
            self.definitions.append(one_holds(self.z3, [negated(self.z3, value.known), within]))

    def another(self, *changed: str, mark: str = "'") -> Encoding:
        """A second customer, alike in all facts but some and those derived from them.

        Args:
            changed: The facts by name.
            mark: What tells their values from those of any further customer.
        """
        variables = {
            name: self._variable(self.facts[name], mark) if name in changed else value
            for name, value in self.encoding.variables.items()
        }
        return self._encoded(variables)

    def differing_in(self, fact: Fact) -> Encoding:
        """A second customer, alike in all facts but one and those derived from it.

        Of a fact that is itself derived the second customer has a value that others come to.
        """
        if fact.derived is None:
            return self.another(fact.name)
        third = self.another(*observed_beneath([fact.derived], self.facts))
        return self._encoded({**self.encoding.variables, fact.name: third.value(fact)})

    def named(self, condition: Term) -> Term:
        """A name for a condition, which the solver then works out once."""
        if isinstance(condition, bool):
            return condition
        name = self.z3.FreshBool("holds", ctx=self.context)
        self.definitions.append(same(self.z3, name, condition))
        return name

    def none_before(self, conditions: Sequence[Term]) -> list[Term]:
        """For each condition where none of those before it holds."""
        found: list[Term] = []
        left: Term = True
        for condition in conditions:
            found.append(left)
            left = self.named(all_hold(self.z3, [left, negated(self.z3, condition)]))
        return found

    def customer(self, model: Any, encoding: Encoding) -> Customer:
        """The customer that a model of the solver tells, with every fact of this world."""
        found = {
            name: self._read(model, self.facts[name], value)
            for name, value in encoding.variables.items()
        }
        for fact in self.facts.values():
            self._derive(fact, found)
        return {name: found[name] for name in self.facts}

    def _derive(self, fact: Fact, found: Customer) -> None:
        if fact.name in found or fact.derived is None:
            return
        for beneath in facts_in(fact.derived):
            self._derive(self.facts[beneath.name], found)
        found[fact.name] = evaluate(fact.derived, found)

    def _read(self, model: Any, fact: Fact, value: Value) -> FactValue | None:
        term, known = value
        if not isinstance(known, bool):
            known = self.z3.is_true(model.eval(known, True))
        if not known:
            return None
        if not isinstance(term, int):
            answer = model.eval(term, True)
            term = self.z3.is_true(answer) if fact.kind is Kind.FLAG else answer.as_long()
        return as_value(term, fact.kind, self.texts)


def _stated(facts: Iterable[Fact]) -> Iterator[Expression]:
    for fact in facts:
        yield from fact.relations
        if fact.derived is not None:
            yield fact.derived


def asked_whether_missing(
    conditions: Iterable[Expression], defined: Defined = _AS_READ
) -> set[str]:
    """The facts that conditions treat otherwise where they are missing, derived ones resolved."""
    asked = list(conditions)
    beneath = facts_beneath(asked, defined).values()
    asked += [fact.derived for fact in beneath if fact.derived is not None]
    nodes = (node for condition in asked for node in condition.walk())
    operands = (node.operand for node in nodes if isinstance(node, Missing | OrElse))
    return observed_beneath(operands, defined)


def read_beneath(expressions: Iterable[Expression], defined: Defined = _AS_READ) -> dict[str, Fact]:
    """The facts by name whose values can make a difference to expressions, derived ones too."""
    found: dict[str, Fact] = {}
    waiting = list(expressions)
    for expression in waiting:
        for read in facts_in(expression):
            if read.name not in found:
                fact = found[read.name] = defined.get(read.name, read)
                waiting.extend([] if fact.derived is None else [fact.derived])
    return found


def observed_beneath(expressions: Iterable[Expression], defined: Defined = _AS_READ) -> set[str]:
    """The names of the facts that expressions rest on and that aren't derived from others."""
    beneath = read_beneath(expressions, defined)
    return {name for name, fact in beneath.items() if fact.derived is None}

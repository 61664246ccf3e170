"""One set of rules under examination: its conditions in the solver, its answers by the engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import Any

from attrs import evolve

from relationship_core.errors import RuleError
from relationship_core.rules.analysis.encoding import Truth
from relationship_core.rules.analysis.finding import UNDECIDED, Code, Finding, Witness
from relationship_core.rules.analysis.inquiry import STEPS, Inquiry, UndecidedError
from relationship_core.rules.analysis.solver import (
    Term,
    all_hold,
    at_least,
    negated,
    one_holds,
)
from relationship_core.rules.analysis.world import (
    Customer,
    World,
    asked_whether_missing,
    observed_beneath,
    read_beneath,
)
from relationship_core.rules.fact import Fact
from relationship_core.rules.outcome import HitPolicy
from relationship_core.rules.rule import IfMissing, Rule
from relationship_core.rules.rule_set import RuleSet


def outcome_of(rule: Rule) -> Any:
    """What a rule leads to: its `then`, or its id where the id says it all."""
    return rule.id if rule.then is None else rule.then


class Examination:
    """A set of rules as it holds at one node, with the customers it may meet.

    Args:
        rule_set: The rules, of one node and one day.
        defined: Facts by name that stand in for those the rules read.
        otherwise: The outcome where no rule fires; None where that is no outcome.
        steps: The solver's steps for one question.

    Attributes:
        rules: The rules, in their order.
        outcomes: What each rule leads to.
        world: The customers there can be. What no rule asks to be missing, and no skipped rule
            reads, is known: by Kleene's logic an answer that is sure holds whatever is missing.
        inquiry: Questions about them.
        true: For each rule where it surely fires.
        open: For each rule where it is unknown and counts as such.
        scope: The node.
        on: The day; None where rules don't change with time.
    """

    def __init__(
        self,
        rule_set: RuleSet,
        *,
        defined: Mapping[str, Fact] = MappingProxyType({}),
        otherwise: Any = None,
        steps: int = STEPS,
        scope: tuple[str, ...] = (),
        on: date | None = None,
    ) -> None:
        self.rule_set = rule_set
        self.rules = rule_set.rules
        # Rules of the policy any agree by what they lead to, also where that is nothing.
        is_any = rule_set.hit_policy is HitPolicy.ANY
        self.outcomes = [rule.then if is_any else outcome_of(rule) for rule in self.rules]
        self.otherwise = otherwise
        self.scope = scope
        self.on = on
        self.defined = defined
        self.steps = steps
        conditions = [rule.when for rule in self.rules]
        skipped = [rule.when for rule in self.rules if rule.if_missing is IfMissing.SKIP]
        may_be_missing = asked_whether_missing(conditions, defined)
        may_be_missing |= observed_beneath(skipped, defined)
        self.world = World(conditions, sorted(may_be_missing), defined)
        self.inquiry = Inquiry(self.world, steps)
        truths = [self.world.encoding.truth(condition) for condition in conditions]
        self.true = [self.world.named(each.true) for each in truths]
        self.open = [
            self.unknown(rule, each) for rule, each in zip(self.rules, truths, strict=True)
        ]

    def unknown(self, rule: Rule, truth: Truth) -> Term:
        """Where a rule is unknown and counts as such, given where its condition is what."""
        return False if rule.if_missing is IfMissing.SKIP else self.none_of(truth)

    @property
    def is_collecting(self) -> bool:
        """Whether all rules that fire count."""
        return self.rule_set.hit_policy is HitPolicy.COLLECT

    @cached_property
    def reads(self) -> list[set[str]]:
        """For each rule the facts it rests on, derived ones and those these are derived from."""
        return [set(read_beneath([rule.when], self.defined)) for rule in self.rules]

    @cached_property
    def incomplete(self) -> World:
        """The customers there can be of whom whatever fact is missing."""
        facts = [name for name, fact in self.world.facts.items() if fact.derived is None]
        conditions = [rule.when for rule in self.rules]
        return World(conditions, facts, self.defined, context=self.world.context)

    def places_by_outcome(self) -> list[tuple[Any, list[int]]]:
        """Each outcome with the places of the rules that lead to it, in the order of the rules."""
        found: list[tuple[Any, list[int]]] = []
        for place, outcome in enumerate(self.outcomes):
            for known, places in found:
                if known == outcome:
                    places.append(place)
                    break
            else:
                found.append((outcome, [place]))
        return found

    def any_of(self, parts: Sequence[Term]) -> Term:
        """Where at least one holds."""
        return one_holds(self.world.z3, parts)

    def none_of(self, parts: Sequence[Term]) -> Term:
        """Where none holds."""
        return negated(self.world.z3, self.any_of(parts))

    def both(self, *parts: Term) -> Term:
        """Where all hold."""
        return all_hold(self.world.z3, parts)

    def deciding(self, true: Sequence[Term]) -> list[Term]:
        """For each rule where it decides, given where each fires."""
        return [self.both(*each) for each in zip(true, self.still_asked(true), strict=True)]

    def still_asked(self, true: Sequence[Term], world: World | None = None) -> list[Term]:
        """For each rule where none before it has decided, given where each fires."""
        if self.rule_set.hit_policy is not HitPolicy.FIRST:
            return [True] * len(true)
        return (world or self.world).none_before(true)

    def left_open(
        self, true: Sequence[Term], unknown: Sequence[Term], asked: Sequence[Term]
    ) -> Term:
        """Where a rule leaves the answer open.

        Args:
            true: For each rule where it fires.
            unknown: For each where it is unknown and counts as such.
            asked: For each where none before it has decided.
        """
        open_ = [self.both(*each) for each in zip(unknown, asked, strict=True)]
        if self.rule_set.hit_policy is HitPolicy.ANY:
            for _, places in self.places_by_outcome():
                not_given = self.none_of([true[place] for place in places])
                for place in places:
                    open_[place] = self.both(unknown[place], not_given)
        return self.any_of(open_)

    def refused(self, true: Sequence[Term]) -> Term:
        """Where rules fire of which only one may, or that don't lead to the same."""
        if self.rule_set.hit_policy not in {HitPolicy.UNIQUE, HitPolicy.ANY}:
            return False
        answers = list(true)
        if self.rule_set.hit_policy is HitPolicy.ANY:
            answers = [
                self.any_of([true[place] for place in places])
                for _, places in self.places_by_outcome()
            ]
        return at_least(self.world.z3, 2, answers)

    def negated(self, condition: Term) -> Term:
        """Where a condition doesn't hold."""
        return negated(self.world.z3, condition)

    # -- findings -----------------------------------------------------------------------------
    def witness(self, customer: Customer) -> Witness:
        """A customer as the rules themselves see that customer."""
        meets, left_open = self.every_rule.compiled(customer)
        return Witness(
            tuple(customer.items()),
            meets=self.rule_set.ids(meets),
            open=self.rule_set.ids(left_open),
            decides=self._decided(customer),
        )

    def met_by(self, customer: Customer) -> tuple[int, ...]:
        """The places of the rules that fire for a customer."""
        return self.every_rule.compiled(customer).fired

    @cached_property
    def every_rule(self) -> RuleSet:
        """The same rules, asked for each one that fires and each one that is unknown."""
        asked = [evolve(rule, if_missing=IfMissing.UNDETERMINED) for rule in self.rules]
        return evolve(self.rule_set, rules=asked, hit_policy=HitPolicy.COLLECT)

    def _decided(self, customer: Customer) -> tuple[str, ...]:
        try:
            answer = self.rule_set.compiled(customer)
        except RuleError:
            return ()
        return self.rule_set.ids(answer.fired)

    def waits_for(self, customer: Customer) -> tuple[str, ...]:
        """The rules that leave the answer of a customer open who isn't refused one."""
        return self.rule_set.ids(self.rule_set.compiled(customer).unknown)

    def somebody(self, *conditions: Term) -> list[Customer]:
        """A customer of whom conditions hold, if the solver finds one."""
        try:
            customer = self.inquiry.customer(*conditions)
        except UndecidedError:
            return []
        return [] if customer is None else [customer]

    def finding(
        self,
        code: Code,
        message: str,
        mend: str,
        rules: Sequence[Rule],
        *customers: Customer,
        shows: Callable[..., bool] = lambda *_: True,
    ) -> Finding:
        """A fault, shown by customers of whom the rules themselves confirm it.

        Args:
            code: What kind of fault it is.
            message: What is wrong.
            mend: What would mend it.
            rules: What it is about, the rule at fault first.
            customers: One or two who show it.
            shows: Whether the rules' own answers, one `Witness` a customer, show the fault.
        """
        witnesses = [self.witness(customer) for customer in customers]
        if not shows(*witnesses):
            return self.undecided(code, rules, "the rules don't confirm what the solver found")
        one, other = (*witnesses, None, None)[:2]
        return self._about(code, message, mend, rules, one, other)

    def undecided(self, code: Code, rules: Sequence[Rule], why: str = "") -> Finding:
        """What the solver had to leave open."""
        about = f" of {', '.join(rule.id for rule in rules)}" if rules else ""
        return self._about(
            UNDECIDED,
            f"whether there is a fault {code}{about} is undecided"
            + (f": {why}" if why else " within the solver's steps"),
            "give the solver more steps, or write the condition without products of facts",
            rules,
        )

    def _about(
        self,
        code: Code,
        message: str,
        mend: str,
        rules: Sequence[Rule],
        witness: Witness | None = None,
        other: Witness | None = None,
    ) -> Finding:
        first = rules[0] if rules else None
        return Finding(
            code,
            message,
            mend,
            self.rule_set.name,
            tuple(rule.id for rule in rules),
            "" if first is None else first.origin,
            None if first is None else first.place,
            self.scope,
            self.on,
            witness,
            other,
        )

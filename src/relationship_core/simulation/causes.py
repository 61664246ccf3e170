"""Why a customer stands elsewhere by another rule book: the rule and the conditions that differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum

from attrs import evolve, frozen

from relationship_core.rules import Expression, Facts, Rule, explain, in_words, truth
from relationship_core.rules.expression import And, AtLeast, Or
from relationship_core.rules.negation import negations_pushed_down
from relationship_core.simulation.migration import Direction


class Turn(StrEnum):
    """What made the difference."""

    LOST = "the rule no longer holds"
    GAINED = "the rule newly holds"
    RULE_GONE = "the rule is gone"
    RULE_NEW = "the rule is new"
    LEFT_OPEN = "a fact is missing"
    OVERRIDDEN = "a person's override decides"
    RESTARTED = "the proposed book lacks where the customer stood"
    WAITING = "one book waits longer"
    LEFT = "no rule decides, and whoever is left gets another tier or stage"
    ORDER = "the rules stand in another order"


@frozen
class Cause:
    """Why customers move; it holds no value of any customer.

    Args:
        turn: What made the difference.
        rule_set: The set of the rule that did; empty where none did.
        rule: That rule.
        scope: The node of the organisation whose rule it is; empty for the head office.
        conditions: Its conditions whose answer differs between the books, in canonical order, as
            the book says them by which the rule doesn't hold; for a move that is left open the
            facts that are missing.
        current_rule: The rule that decided by the current book; empty where none did.
        proposed_rule: The rule that decided by the proposed book.
    """

    turn: Turn
    rule_set: str = ""
    rule: str = ""
    scope: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    current_rule: str = ""
    proposed_rule: str = ""

    @property
    def condition(self) -> str:
        """The first of the conditions; empty where it is none that made the difference."""
        return self.conditions[0] if self.conditions else ""

    def __str__(self) -> str:
        """The cause in one line."""
        if self.turn is Turn.LEFT_OPEN:
            return f"{self.turn}: {', '.join(self.conditions)}"
        if not self.rule:
            return self.turn.value
        whose = f"{self.rule_set} of {'/'.join(self.scope)}" if self.scope else self.rule_set
        told = f"{self.turn}: {self.rule} ({whose})"
        if not self.condition:
            return told
        # What newly holds is told by what the book in force asks and the proposed one doesn't.
        between = ", kept back so far by " if self.turn is Turn.GAINED else ": "
        return f"{told}{between}{self.condition}"


@frozen
class Ground:
    """What a tier or stage rests on by one book.

    Args:
        deciders: The rules that gave it, by set and id, the one that counts most first.
        rules: The rules in force for the customer, by set and id.
        facts: What was seen.
        missing: The facts that leave it open.
        is_open: Whether any do.
        is_overridden: Whether a person decided instead.
        waits: Whether it is held only until another move is confirmed.
        previous: Where the customer stood before.
    """

    deciders: tuple[tuple[str, str], ...]
    rules: Mapping[tuple[str, str], Rule]
    facts: Facts
    missing: tuple[str, ...] = ()
    is_open: bool = False
    is_overridden: bool = False
    waits: bool = False
    previous: str | None = None

    @property
    def rule(self) -> str:
        """The rule that decided; empty where none did."""
        return self.deciders[0][1] if self.deciders else ""


def cause_of(now: Ground, then: Ground, direction: Direction | None = None) -> Cause:
    """Why a customer who stands elsewhere does so.

    Who falls is asked first what no longer holds, who rises what newly holds. Where the rules on
    both sides hold by both books, it is how long a move waits, or the order of the rules.

    Args:
        now: By the current book.
        then: By the proposed one.
        direction: Up or down; None where there is no such order.
    """
    found = (
        _apart(now, then)
        or next(_differences(now, then, direction), None)
        or Cause(_otherwise(now, then))
    )
    return evolve(found, current_rule=now.rule, proposed_rule=then.rule)


def _apart(now: Ground, then: Ground) -> Cause | None:
    if now.is_overridden or then.is_overridden:
        return Cause(Turn.OVERRIDDEN)
    if now.is_open or then.is_open:
        return Cause(Turn.LEFT_OPEN, conditions=tuple(sorted({*now.missing, *then.missing})))
    return None


def _differences(now: Ground, then: Ground, direction: Direction | None) -> Iterator[Cause]:
    if direction is Direction.PROMOTED:
        yield from _gained(now, then)
        if not then.waits:
            yield from _lost(now, then)
    else:
        yield from _lost(now, then)
        if direction is None or not now.waits:
            yield from _gained(now, then)


def _lost(now: Ground, then: Ground) -> Iterator[Cause]:
    for key in now.deciders:
        yield from _missed(key, held=now, asked=then, turn=Turn.LOST, absent=Turn.RULE_GONE)


def _gained(now: Ground, then: Ground) -> Iterator[Cause]:
    for key in then.deciders:
        yield from _missed(key, held=then, asked=now, turn=Turn.GAINED, absent=Turn.RULE_NEW)


def _missed(
    key: tuple[str, str], *, held: Ground, asked: Ground, turn: Turn, absent: Turn
) -> Iterator[Cause]:
    """The cause where a rule that holds on one side doesn't on the other."""
    rule = asked.rules.get(key)
    if rule is None:
        yield Cause(absent, *key, held.rules[key].scope)
    elif truth(rule.when, asked.facts) is not True:
        failing = _conditions(rule, asked.facts, held.rules[key], held.facts)
        yield Cause(turn, *key, rule.scope, failing)


def _conditions(rule: Rule, facts: Facts, held: Rule, held_facts: Facts) -> tuple[str, ...]:
    """The conditions that keep a rule from holding, without those that fail in both books."""
    failing = tuple(condition.text for condition in explain(rule, facts).conditions)
    alike = {
        in_words(single)
        for single in _singles(negations_pushed_down(held.when))
        if truth(single, held_facts) is not True
    }
    return tuple(text for text in failing if text not in alike) or failing


def _singles(condition: Expression) -> Iterator[Expression]:
    if isinstance(condition, And | Or | AtLeast):
        for operand in condition.operands:
            yield from _singles(operand)
    else:
        yield condition


def _otherwise(now: Ground, then: Ground) -> Turn:
    if now.previous != then.previous:
        return Turn.RESTARTED
    if now.waits or then.waits:
        return Turn.WAITING
    return Turn.ORDER if now.rule or then.rule else Turn.LEFT

"""What happens where a fact is missing."""

from __future__ import annotations

from collections.abc import Iterator

from relationship_core.rules.analysis.examination import Examination
from relationship_core.rules.analysis.finding import OPEN, SKIPPED, Finding
from relationship_core.rules.analysis.inquiry import Inquiry, UndecidedError
from relationship_core.rules.analysis.solver import Term
from relationship_core.rules.analysis.world import World
from relationship_core.rules.outcome import HitPolicy
from relationship_core.rules.rule import IfMissing


def when_missing(examination: Examination) -> Iterator[Finding]:
    """Who is left open for each fact that may be missing, and whom each skipped rule passes."""
    rules = examination.rules
    world = World(
        [rule.when for rule in rules],
        [name for name, fact in examination.world.facts.items() if fact.derived is None],
        examination.defined,
        one_at_a_time=True,
    )
    truths = [world.encoding.truth(rule.when) for rule in rules]
    true = [world.named(each.true) for each in truths]
    unknown = [world.named(examination.none_of(each)) for each in truths]
    inquiry = Inquiry(world, examination.steps)
    if examination.rule_set.hit_policy is HitPolicy.FIRST:
        unknown = [
            examination.both(open_, is_first)
            for open_, is_first in zip(unknown, world.none_before(true), strict=True)
        ]
    waits = [rule.if_missing is IfMissing.UNDETERMINED for rule in rules]
    left_open = world.named(
        examination.any_of([open_ for open_, counts in zip(unknown, waits, strict=True) if counts])
    )
    read = set().union(*examination.reads) if rules else set()
    for name in sorted(read):
        lacks = examination.none_of([world.encoding.variables[name].known])
        yield from _left_open(examination, inquiry, name, lacks, left_open)
    for place, counts in enumerate(waits):
        if not counts:
            yield from _passed_over(examination, inquiry, place, unknown[place])


def _left_open(
    examination: Examination, inquiry: Inquiry, name: str, lacks: Term, left_open: Term
) -> Iterator[Finding]:
    try:
        customer = inquiry.customer(lacks, left_open)
    except UndecidedError:
        yield examination.undecided(OPEN, ())
        return
    if customer is not None:
        open_ = examination.witness(customer).open
        yield examination.finding(
            OPEN,
            f"where {name} is missing, {' and '.join(map(repr, open_))} can be left open",
            "nothing, if the customer is to stay where they are; else .or_else(...), or"
            ' if_missing="skip"',
            [rule for rule in examination.rules if rule.id in open_],
            customer,
            shows=lambda witness: bool(witness.open),
        )


def _passed_over(
    examination: Examination, inquiry: Inquiry, place: int, unknown: Term
) -> Iterator[Finding]:
    rule = examination.rules[place]
    try:
        customer = inquiry.customer(unknown)
    except UndecidedError:
        yield examination.undecided(SKIPPED, [rule])
        return
    if customer is not None:
        yield examination.finding(
            SKIPPED,
            f"the rule {rule.id!r} is passed over where it is unknown, although it might hold",
            "nothing, if that is meant; else leave if_missing out",
            [rule],
            customer,
            shows=lambda witness: rule.id in witness.open and rule.id not in witness.decides,
        )

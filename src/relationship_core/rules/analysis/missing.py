"""What happens where a fact is missing."""

from __future__ import annotations

from collections.abc import Iterator

from relationship_core.rules.analysis.examination import Examination
from relationship_core.rules.analysis.finding import OPEN, SKIPPED, Finding
from relationship_core.rules.analysis.inquiry import Inquiry, UndecidedError
from relationship_core.rules.analysis.solver import Term, at_least
from relationship_core.rules.rule import IfMissing


def when_missing(examination: Examination) -> Iterator[Finding]:
    """Who is left open for each fact that may be missing, and whom each skipped rule passes."""
    world = examination.incomplete
    truths = [world.encoding.truth(rule.when) for rule in examination.rules]
    true = [world.named(each.true) for each in truths]
    unknown = [world.named(examination.none_of(each)) for each in truths]
    inquiry = Inquiry(world, examination.steps)
    # One fact at a time: a customer of whom less is known shows less of what it is that is missing.
    lacking = [examination.negated(known) for known in world.known.values()]
    inquiry.assume(examination.negated(at_least(world.z3, 2, lacking)))
    asked = examination.still_asked(true, world)
    waits = [rule.if_missing is IfMissing.UNDETERMINED for rule in examination.rules]
    counted = [open_ if counts else False for open_, counts in zip(unknown, waits, strict=True)]
    is_answered = examination.negated(examination.refused(true))
    left_open = world.named(
        examination.both(examination.left_open(true, counted, asked), is_answered)
    )
    for name, known in world.known.items():
        if any(name in reads for reads in examination.reads):
            yield from _left_open(examination, inquiry, name, known, left_open)
    for place, counts in enumerate(waits):
        if not counts:
            passed = examination.both(unknown[place], asked[place])
            yield from _passed_over(examination, inquiry, place, passed)


def _left_open(
    examination: Examination, inquiry: Inquiry, name: str, known: Term, left_open: Term
) -> Iterator[Finding]:
    try:
        customer = inquiry.customer(examination.negated(known), left_open)
    except UndecidedError:
        yield examination.undecided(OPEN, ())
        return
    if customer is not None:
        waits = examination.waits_for(customer)
        yield examination.finding(
            OPEN,
            f"where {name} is missing, {' and '.join(map(repr, waits))} can be left open",
            "nothing, if the customer is to stay where they are; else .or_else(...), or"
            ' if_missing="skip"',
            [rule for rule in examination.rules if rule.id in waits],
            customer,
            shows=lambda witness: set(waits) <= set(witness.open) and bool(waits),
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

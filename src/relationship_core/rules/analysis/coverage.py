"""Whether each customer gets an answer, and only one."""

from __future__ import annotations

from collections.abc import Iterator

from relationship_core.rules.analysis.examination import Examination
from relationship_core.rules.analysis.finding import CONFLICT, GAP, Finding
from relationship_core.rules.analysis.inquiry import UndecidedError
from relationship_core.rules.analysis.world import Customer
from relationship_core.rules.evaluation import truth
from relationship_core.rules.outcome import HitPolicy

_MOST_CONFLICTS = 50
"""Pairs told of one set: who mends these sees the others next."""


def gaps(examination: Examination) -> Iterator[Finding]:
    """Somebody of whom no rule fires, and none is left open by a missing fact."""
    inquiry = examination.inquiry
    nobody = examination.none_of(examination.true)
    none_open = examination.none_of(examination.open)
    everything_known = examination.both(*examination.world.known.values())
    try:
        customer = inquiry.customer(nobody, none_open)
        if customer is None:
            # A quotient by zero stays unknown, whatever else becomes known of the customer.
            customer = inquiry.ordinary_customer(nobody, everything_known)
    except UndecidedError:
        yield examination.undecided(GAP, ())
        return
    if customer is not None:
        waits = examination.waits_for(customer)
        why = f", and nothing is missing that {' and '.join(map(repr, waits))} could tell by"
        yield examination.finding(
            GAP,
            "no rule covers this customer" + (why if waits else ""),
            "add a rule for such customers, or say what happens otherwise",
            [rule for rule in examination.rules if rule.id in waits],
            customer,
            shows=lambda witness: not witness.meets,
        )


def conflicts(examination: Examination) -> Iterator[Finding]:
    """Two rules that fire together although only one outcome was promised."""
    policy = examination.rule_set.hit_policy
    if policy not in {HitPolicy.UNIQUE, HitPolicy.ANY} or len(examination.rules) < 2:
        return
    inquiry = examination.inquiry
    with inquiry.aside():
        inquiry.assume(examination.refused(examination.true))
        for _ in range(_MOST_CONFLICTS):
            try:
                customer = inquiry.customer()
            except UndecidedError:
                yield examination.undecided(CONFLICT, ())
                return
            if customer is None:
                return
            one, other = _clashing(examination, customer)
            rules = examination.rules[other], examination.rules[one]
            yield examination.finding(
                CONFLICT,
                f"the rules {rules[1].id!r} and {rules[0].id!r} both fire for this customer",
                "make their conditions exclude each other, or use another hit policy",
                rules,
                customer,
                shows=lambda witness: len(witness.meets) > 1 and not witness.decides,
            )
            together = examination.both(examination.true[one], examination.true[other])
            inquiry.assume(examination.negated(together))


def _clashing(examination: Examination, customer: Customer) -> tuple[int, int]:
    """The places of the first two rules that fire for a customer and don't lead to the same."""
    fires = [
        place for place, rule in enumerate(examination.rules) if truth(rule.when, customer) is True
    ]
    one = fires[0]
    is_any = examination.rule_set.hit_policy is HitPolicy.ANY
    other = next(
        place
        for place in fires[1:]
        if not is_any or examination.outcomes[place] != examination.outcomes[one]
    )
    return one, other

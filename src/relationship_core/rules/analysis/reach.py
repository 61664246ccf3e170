"""Whether each rule, and each outcome, is there for somebody."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from relationship_core.rules.analysis.blame import Blame
from relationship_core.rules.analysis.examination import Examination
from relationship_core.rules.analysis.finding import (
    IMPOSSIBLE,
    SHADOWED,
    UNDECIDED,
    UNREACHABLE,
    Finding,
)
from relationship_core.rules.analysis.inquiry import Inquiry, UndecidedError
from relationship_core.rules.analysis.redundancy import redundant
from relationship_core.rules.analysis.solver import Term
from relationship_core.rules.analysis.world import Customer
from relationship_core.rules.expression import And
from relationship_core.rules.outcome import HitPolicy


def idle(examination: Examination, outcomes: Iterable[Any] = ()) -> Iterator[Finding]:
    """Rules that never decide or aren't needed, and outcomes that nobody gets.

    Args:
        examination: The rules.
        outcomes: All that there should be somebody for, whether a rule leads to it or not.
    """
    told: dict[int, Finding] = {}
    decided: dict[int, Customer] = {}
    for place, found in _each(examination):
        if isinstance(found, Finding):
            told[place] = found
        else:
            decided[place] = found
    yield from told.values()
    dead = {place: each for place, each in told.items() if each.code is not UNDECIDED}
    yield from redundant(examination, dead, decided)
    yield from _unreachable(examination, dead, list(outcomes))


# -- rules that never decide ----------------------------------------------------------------------
def _each(examination: Examination) -> Iterator[tuple[int, Finding | Customer]]:
    """For each rule a customer whom it decides, or what is to be told where there is none."""
    is_first = examination.rule_set.hit_policy is HitPolicy.FIRST
    left = Inquiry(examination.world, examination.steps)
    blame = Blame(examination)
    for place, fires in enumerate(examination.true):
        try:
            # Of rules that read no fact, a customer without any is one as well.
            customer = left.customer(fires)
            yield place, _dead(examination, place, blame) if customer is None else customer
        except UndecidedError:
            code = SHADOWED if is_first else IMPOSSIBLE
            yield place, examination.undecided(code, [examination.rules[place]])
        if is_first:
            left.assume(examination.negated(fires))


def _dead(examination: Examination, place: int, blame: Blame) -> Finding:
    rule, inquiry = examination.rules[place], examination.inquiry
    customer = inquiry.customer(examination.true[place])
    if customer is None:
        return _impossible(examination, place)
    before = [examination.rules[each] for each in blame.of(place)]
    names = " or ".join(repr(each.id) for each in before)
    return examination.finding(
        SHADOWED,
        f"the rule {rule.id!r} never decides: whoever meets it meets {names} before",
        "narrow the rules before it, move it before them, or take it out",
        [rule, *before],
        customer,
        shows=lambda witness: rule.id in witness.meets and rule.id not in witness.decides,
    )


def _impossible(examination: Examination, place: int) -> Finding:
    """A rule that nobody meets, shown by a customer who meets as much of it as anybody can."""
    rule = examination.rules[place]
    parts = rule.when.operands if isinstance(rule.when, And) else (rule.when,)
    met: list[Term] = []
    broken: list[str] = []
    for part in parts:
        holds = examination.world.encoding.truth(part).true
        if not examination.inquiry.is_there(*met, holds):
            broken.append(f"{part!r} can't hold" + (" together with the rest" if met else ""))
        else:
            met.append(holds)
    return examination.finding(
        IMPOSSIBLE,
        f"nobody can meet the rule {rule.id!r}: {broken[0]}",
        "look for a slip in its thresholds, or take it out",
        [rule],
        *examination.somebody(*met),
        shows=lambda *witness: all(rule.id not in each.meets for each in witness),
    )


# -- outcomes that nobody gets --------------------------------------------------------------------
def _unreachable(
    examination: Examination, dead: dict[int, Finding], outcomes: list[Any]
) -> Iterator[Finding]:
    by_outcome = examination.places_by_outcome()
    for outcome, places in by_outcome:
        # A single rule that never decides has been told already.
        if len(places) > 1 and all(place in dead for place in places):
            rules = [examination.rules[place] for place in places]
            told = dead[places[0]]
            yield examination.finding(
                UNREACHABLE,
                f"nobody can get {_named(outcome)}: none of its rules ever decides",
                "mend one of them",
                rules,
                *([] if told.witness is None else [dict(told.witness.facts)]),
                shows=lambda *witness, ids=[rule.id for rule in rules]: (
                    not any(each in seen.decides for seen in witness for each in ids)
                ),
            )
    led_to = [outcome for outcome, _ in by_outcome]
    for outcome in outcomes:
        if outcome not in led_to and outcome != examination.otherwise:
            yield examination.finding(
                UNREACHABLE,
                f"nobody can get {_named(outcome)}: no rule leads to it",
                "add a rule for it, or take it off the list",
                (),
                *examination.somebody(),
            )
    if examination.otherwise is not None and not examination.is_collecting:
        yield from _nobody_left(examination, led_to)


def _nobody_left(examination: Examination, led_to: list[Any]) -> Iterator[Finding]:
    if examination.otherwise in led_to:
        return
    try:
        nobody_fires = examination.none_of(examination.true)
        if examination.inquiry.is_there(nobody_fires):
            return
    except UndecidedError:
        yield examination.undecided(UNREACHABLE, ())
        return
    yield examination.finding(
        UNREACHABLE,
        f"nobody can get {_named(examination.otherwise)}: the rules take everybody",
        "narrow the rules, or take it off the list",
        (),
        *examination.somebody(),
        shows=lambda *witness: all(each.meets for each in witness),
    )


def _named(outcome: Any) -> str:
    return repr(getattr(outcome, "code", outcome))

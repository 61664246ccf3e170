"""Proving a rule book: every set of its rules, at every node and on every day that differs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from relationship_core.decisions.proof.questions import Effective, Question, questions
from relationship_core.decisions.proof.told import Told
from relationship_core.decisions.rule_book import RuleBook
from relationship_core.rules.analysis import Finding, Monotone, Proof
from relationship_core.rules.analysis.inquiry import STEPS
from relationship_core.rules.fact import unknown_fact


def prove_rule_book(
    book: RuleBook,
    *,
    as_of: date | None = None,
    laws: Iterable[Monotone] = (),
    steps: int = STEPS,
) -> Proof:
    """All that is wrong with a rule book, each fault with a customer who shows it.

    Every set of rules is proved at the head office and at each node that has rules of its own.
    A fault is told where it shows first: of a node only what its own rules do. A tiering must never
    lower a tier for more of the facts it names as `monotone`, nor, as a service its prices, for
    more tenure or loyalty.

    What a review decides before a rule is asked (the stage, the tier, the level of risk) is taken
    to be whatever it can be, as if it didn't depend on the other facts: a fault that shows only
    for a stage or tier that such a customer never has is told all the same.

    Args:
        book: The rule book, of all nodes.
        as_of: The day; None for every day on which something comes into force or ends, from the
            first on which there are contribution parameters.
        laws: Further laws of the tiers.
        steps: The solver's steps for one query; more may decide what was left open.

    Raises:
        MissingExtraError: The solver isn't installed.
        UnknownFactError: A law is of a fact that nobody defined.
        RuleError: A law's fact has no order.
    """
    further = tuple(laws)
    _require_known(book.tiering.monotone, "Tiering.monotone", book)
    _require_known((law.fact for law in further), "laws", book)
    told, findings = Told(), list[Finding]()
    asked: dict[str, list[Question]] = {}
    proved: dict[str, int] = {}
    for scope in _nodes(book):
        for on in _days(book) if as_of is None else [as_of]:
            there = Effective.of(book, scope, on)
            for rule_set in there.rule_sets():
                proved[rule_set.name] = max(proved.get(rule_set.name, 0), len(rule_set.rules))
            for question in questions(there, further):
                known = asked.setdefault(question.rules.name, [])
                if question not in known:
                    known.append(question)
                    findings += told.new(question.answer(scope, on, steps), question.rules)
    return Proof(findings, tuple(sorted(proved.items())), book.fingerprint)


def _require_known(names: Iterable[str], where: str, book: RuleBook) -> None:
    for name in names:
        if name not in book.catalogue:
            error = unknown_fact(name, book.catalogue)
            error.where = where
            raise error


def _nodes(book: RuleBook) -> list[tuple[str, ...]]:
    """The nodes with rules of their own, and the head office; each after those above it."""
    return sorted({(), *(rule.scope for rule in book.rules())})


def _days(book: RuleBook) -> list[date | None]:
    """One day of each span of time in which the same rules are in force, if they ever change.

    Before the first parameters nothing can be reviewed.
    """
    first = {rule.valid_from for rule in book.rules() if rule.valid_from is not None}
    last = {rule.valid_until for rule in book.rules() if rule.valid_until is not None}
    changes = sorted(first | {day + timedelta(days=1) for day in last if day < date.max})
    if not changes:
        return [None]
    opens = book.contribution[0].valid_from
    before = [changes[0] - timedelta(days=1)] if opens < changes[0] else []
    return [*before, *sorted({max(day, opens) for day in changes})]

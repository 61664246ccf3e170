"""From a review to what its tier and its stage rest on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from relationship_core.decisions.review import Review
from relationship_core.decisions.rule_book import RuleBook
from relationship_core.decisions.tier import TierChange
from relationship_core.rules import Rule, RuleSet, truth
from relationship_core.simulation.causes import Ground

EARN, KEEP = "tiering.rules", "tiering.keep"
ENTRY, MOVE = "lifecycle.entry", "lifecycle.transitions"

_Keyed = Mapping[tuple[str, str], Rule]


class Grounds:
    """Finds what the decisions of reviews rest on."""

    def __init__(self) -> None:
        # A book in force is one object for all customers of a node.
        self._tier_rules: dict[int, tuple[RuleBook, _Keyed]] = {}
        self._stage_rules: dict[int, tuple[RuleBook, _Keyed]] = {}

    def tier(self, review: Review, book: RuleBook) -> Ground:
        """What the tier rests on.

        Args:
            review: The review.
            book: The rule book in force at the customer's node on the day.
        """
        rules = _kept(
            self._tier_rules, book, ((EARN, book.tiering.rules), (KEEP, book.tiering.keep))
        )
        decided, facts = review.tier, review.facts
        deciders: tuple[tuple[str, str], ...] = ()
        if not decided.is_undetermined and decided.override is None:
            keys = ((name, decided.tier) for name in (EARN, KEEP))
            held = (key for key in keys if key in rules and truth(rules[key].when, facts))
            deciders = tuple(held)[:1]
        is_last = decided.tier == book.tiering.ladder[-1]
        return Ground(
            deciders,
            rules,
            facts,
            decided.missing,
            is_open=decided.is_undetermined,
            is_overridden=decided.override is not None,
            waits=decided.change is TierChange.WAITING or not (deciders or is_last),
            previous=decided.previous,
        )

    def stage(self, review: Review, book: RuleBook) -> Ground:
        """What the stage rests on."""
        lifecycle = book.lifecycle
        sets = ((ENTRY, lifecycle.entry), (MOVE, lifecycle.transitions))
        rules = _kept(self._stage_rules, book, sets)
        decided = review.stage
        return Ground(
            tuple(_moving(review, book)),
            rules,
            review.facts,
            decided.missing,
            is_open=decided.is_undetermined,
            waits=decided.event is None and decided.pending is not None,
            previous=decided.previous,
        )


def _moving(review: Review, book: RuleBook) -> Iterator[tuple[str, str]]:
    """The rules that brought a customer to the stage on this day."""
    event = review.stage.event
    if event is None or event.rule is None or review.stage.is_undetermined:
        return
    if event.from_stage is None:
        yield ENTRY, event.rule
        return
    yield MOVE, event.rule
    move = next(rule for rule in book.lifecycle.transitions.rules if rule.id == event.rule)
    if move.then.target is None:
        entered = (rule for rule in book.lifecycle.entry.rules if truth(rule.when, review.facts))
        yield from ((ENTRY, rule.id) for rule in (*entered,)[:1])


def _kept(
    known: dict[int, tuple[RuleBook, _Keyed]],
    book: RuleBook,
    sets: Iterable[tuple[str, RuleSet]],
) -> _Keyed:
    found = known.get(id(book))
    if found is None:
        keyed = {(name, rule.id): rule for name, rules in sets for rule in rules.rules}
        # The book is kept with its rules, so that its number is never another's.
        found = known[id(book)] = (book, keyed)
    return found[1]

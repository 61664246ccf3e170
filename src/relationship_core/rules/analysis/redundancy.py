"""Whether each rule makes a difference to anybody.

What is proved of customers of whom all is known doesn't hold of the others here: a rule may decide
where a fact is missing that the rule which stands in for it asks for. So each rule that seems to
make no difference is tried again on customers who lack whatever facts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property

from relationship_core.rules.analysis.examination import Examination
from relationship_core.rules.analysis.finding import REDUNDANT, Finding
from relationship_core.rules.analysis.inquiry import Inquiry, UndecidedError
from relationship_core.rules.analysis.solver import Term, chosen
from relationship_core.rules.analysis.world import Customer, World
from relationship_core.rules.outcome import HitPolicy


def redundant(
    examination: Examination, dead: Collection[int], decided: Mapping[int, Customer]
) -> Iterator[Finding]:
    """Rules without which every customer gets the same answer from the others.

    Args:
        examination: The rules.
        dead: The places of those that never decide.
        decided: For each of the others a customer whom it decides.
    """
    policy = examination.rule_set.hit_policy
    if policy is HitPolicy.UNIQUE:
        return
    # Most rules are seen to be needed by the customers known already.
    doubtful = {
        place
        for place, customer in decided.items()
        if not _is_needed_by(examination, place, customer, dead)
    }
    if policy is HitPolicy.FIRST:
        yield from _passed_on(examination, set(dead), doubtful)
    else:
        yield from _covered(examination, set(dead), doubtful)


def _is_needed_by(
    examination: Examination, place: int, customer: Customer, dead: Collection[int]
) -> bool:
    """Whether a customer whom a rule decides would get another answer without it."""
    outcome = examination.outcomes[place]
    meets, open_ = examination.every_rule.compiled(customer)
    if examination.rule_set.hit_policy is not HitPolicy.FIRST:
        return not any(each != place and examination.outcomes[each] == outcome for each in meets)
    for each in sorted((*meets, *open_)):
        leads_there = examination.outcomes[each] == outcome
        if each > place and not (leads_there and each in dead):
            return not leads_there and each in meets
    return examination.otherwise is None or outcome != examination.otherwise


class _Truths:
    """Where each rule fires, and where it is unknown, in one world."""

    def __init__(self, examination: Examination, world: World) -> None:
        self.examination = examination
        self.world = world
        self.inquiry = Inquiry(world, examination.steps)
        self._known: dict[int, tuple[Term, Term]] = {}

    def of(self, place: int) -> tuple[Term, Term]:
        """Where the rule at a place fires, and where it is unknown and counts as such."""
        if place not in self._known:
            rule = self.examination.rules[place]
            truth = self.world.encoding.truth(rule.when)
            open_ = self.examination.unknown(rule, truth)
            self._known[place] = self.world.named(truth.true), self.world.named(open_)
        return self._known[place]


class _Lacking:
    """The rules as they are to customers who lack whatever facts."""

    def __init__(self, examination: Examination) -> None:
        self._examination = examination

    @cached_property
    def _truths(self) -> _Truths:
        return _Truths(self._examination, self._examination.incomplete)

    def is_needed(self, place: int, others: Sequence[int]) -> bool:
        """Whether a rule fires for somebody for whom none of the others surely does."""
        fires, _ = self._truths.of(place)
        stands_in = self._examination.any_of([self._truths.of(each)[0] for each in others])
        return self._truths.inquiry.is_there(fires, self._examination.negated(stands_in))

    def is_passed_on(self, place: int, dead: Collection[int]) -> bool:
        """Whether who is decided by a rule gets the same from those after it."""
        examination, truths = self._examination, self._truths
        before = examination.none_of([truths.of(each)[0] for each in range(place)])
        fires, _ = truths.of(place)
        outcome = examination.outcomes[place]
        same = examination.otherwise is not None and outcome == examination.otherwise
        term: Term = same
        for each in range(len(examination.rules) - 1, place, -1):
            leads_there = examination.outcomes[each] == outcome
            if leads_there and each in dead:
                continue
            term = _next(truths.world, *truths.of(each), leads_there, term)
        return not truths.inquiry.is_there(before, fires, examination.negated(term))


def _next(world: World, fires: Term, open_: Term, leads_there: bool, same: Term) -> Term:
    """Where a rule leads to an outcome, or passes on to what comes after it and does."""
    z3 = world.z3
    passes = chosen(z3, open_, False, same)
    return world.named(chosen(z3, fires, leads_there, passes))


def _passed_on(examination: Examination, dead: set[int], doubtful: set[int]) -> Iterator[Finding]:
    """Rules whose customers all get the same outcome from the rules after them."""
    same = _same_after(examination, dead, doubtful)
    lacking = _Lacking(examination)
    left = Inquiry(examination.world, examination.steps)
    for place, fires in enumerate(examination.true):
        if place in same:
            try:
                if not left.is_there(
                    fires, examination.negated(same[place])
                ) and lacking.is_passed_on(place, dead):
                    yield _told(examination, place)
            except UndecidedError:
                yield examination.undecided(REDUNDANT, [examination.rules[place]])
        left.assume(examination.negated(fires))


def _same_after(examination: Examination, dead: set[int], doubtful: set[int]) -> dict[int, Term]:
    """For each doubtful rule where those after it lead to the same."""
    found: dict[int, Term] = {}
    for outcome, places in examination.places_by_outcome():
        asked = [place for place in places if place in doubtful]
        if not asked:
            continue
        same: Term = examination.otherwise is not None and outcome == examination.otherwise
        for place in range(len(examination.rules) - 1, asked[0] - 1, -1):
            leads_there = examination.outcomes[place] == outcome
            if leads_there and place in dead:
                continue
            if place in asked:
                found[place] = same
            same = _next(
                examination.world,
                examination.true[place],
                examination.open[place],
                leads_there,
                same,
            )
    return found


def _covered(examination: Examination, dead: set[int], doubtful: set[int]) -> Iterator[Finding]:
    """Rules whose customers all get the same outcome from another rule that fires with them."""
    out = set(dead)
    lacking = _Lacking(examination)
    for _, places in examination.places_by_outcome():
        for place in reversed(places):
            others = [each for each in places if each != place and each not in out]
            if place not in doubtful or not others:
                continue
            stands_in = examination.any_of([examination.true[each] for each in others])
            try:
                if examination.inquiry.is_there(
                    examination.true[place], examination.negated(stands_in)
                ) or lacking.is_needed(place, others):
                    continue
                out.add(place)
                yield _told(examination, place)
            except UndecidedError:
                yield examination.undecided(REDUNDANT, [examination.rules[place]])


def _told(examination: Examination, place: int) -> Finding:
    rule = examination.rules[place]
    fires = examination.true[place]
    is_first = examination.rule_set.hit_policy is HitPolicy.FIRST
    before = examination.none_of(examination.true[:place] if is_first else [])
    return examination.finding(
        REDUNDANT,
        f"without the rule {rule.id!r} every customer gets the same",
        "take it out, or look for a slip in its conditions",
        [rule],
        *examination.somebody(fires, before),
        shows=lambda *witness: all(rule.id in each.meets for each in witness),
    )

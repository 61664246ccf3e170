"""What many conditions come to together: whether two hold, and whether one is open before any."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from operator import and_, or_

from attrs import frozen

from relationship_core.rules.compile_frame.plan import Plan, Term


@frozen
class _Pair:
    """Two things told of a row of conditions."""

    one: Term
    other: Term


def _folded(pairs: Iterable[_Pair], join: Callable[[_Pair, _Pair], _Pair]) -> _Pair:
    """Rows of conditions put together two by two, neighbours first."""
    row = list(pairs)
    while len(row) > 1:
        joined = [join(*each) for each in zip(row[::2], row[1::2], strict=False)]
        row = [*joined, *row[len(joined) * 2 :]]
    return row[0]


def two_or_more(plan: Plan, conditions: Sequence[Term]) -> Term:
    """Whether two hold; null where that is open."""

    def join(left: _Pair, right: _Pair) -> _Pair:
        both = plan.join(and_, left.one, right.one)
        several = plan.balanced(or_, [left.other, both, right.other])
        return _Pair(plan.join(or_, left.one, right.one), several)

    never = Term(plan.dialect.value(False))
    return _folded([_Pair(each, never) for each in conditions], join).other


def surely(plan: Plan, condition: Term) -> Term:
    """A condition, false where it is unknown."""
    no = plan.dialect.value(False)
    return plan.join(lambda x: plan.dialect.first_known(x, no), condition)


def is_open(plan: Plan, condition: Term) -> Term:
    """Whether a condition is unknown."""
    return plan.join(lambda x: x.is_null(), condition)


def open_before_any(plan: Plan, conditions: Sequence[Term]) -> Term:
    """Whether one is unknown before any holds; never null."""

    def join(left: _Pair, right: _Pair) -> _Pair:
        # Where it is unknown whether one of the left holds, one of them is open.
        later = plan.join(lambda hit, is_open: ~hit & is_open, left.one, right.other)
        return _Pair(plan.join(or_, left.one, right.one), plan.join(or_, left.other, later))

    return _folded([_Pair(each, is_open(plan, each)) for each in conditions], join).other


def first_number(plan: Plan, conditions: Sequence[Term], numbers: Sequence[int]) -> Term:
    """The least number of those that belong to what holds; null where nothing does."""
    words = plan.dialect
    row = sorted(zip(numbers, conditions, strict=True), key=lambda pair: pair[0])
    each = [
        plan.join(lambda x, n=number: words.where(x, words.whole(n)), term) for number, term in row
    ]
    return plan.balanced(words.first_known, each)

"""Flapping: customers whose tier goes away and comes back, month after month, by each book."""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Container, Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import cast

from attrs import evolve, frozen

from relationship_core.decisions.rule_book import RuleBook
from relationship_core.decisions.window import FIRST_REVIEW, last_day, latest_month, month_index
from relationship_core.domain import Dossier, Standing
from relationship_core.engine import Engine
from relationship_core.errors import InvalidValueError
from relationship_core.rules import Kind, exact, quantise
from relationship_core.simulation.cutoffs import Cutoffs
from relationship_core.simulation.sides import Side, with_book


@frozen
class Flaps:
    """The months of all replayed customers by one book.

    Args:
        customers: How many went from a tier to another and right back.
        changes: How often a tier changed, whoever's.
        reviews: How many reviews there were.
        undetermined: Those that missing facts left open: they decided no tier, and count as none.
    """

    customers: int = 0
    changes: int = 0
    reviews: int = 0
    undetermined: int = 0


@frozen
class BookFlaps:
    """One book as it is, and as it would be if no move waited."""

    with_hysteresis: Flaps
    without_hysteresis: Flaps


@frozen
class Flapping:
    """A replay of past months, point in time: no month sees records of a later one.

    Nobody had a standing before the first month, so that tiers are held from then on at the
    earliest. Overrides by people are left aside. Supplied facts bear no date, and are the same in
    every month.

    Args:
        months: The days reviewed, month-ends up to the day of the simulation.
        population: How many customers there are.
        replayed: How many of them were replayed; the counts are of these.
        seed: What chose them; None where all were.
        current: By the current book.
        proposed: By the proposed one.
    """

    months: tuple[date, ...]
    population: int
    replayed: int
    seed: int | None
    current: BookFlaps
    proposed: BookFlaps

    @property
    def is_left_open(self) -> bool:
        """Whether missing facts left the tier open in any of the months."""
        return any(
            flaps.undetermined
            for book in (self.current, self.proposed)
            for flaps in (book.with_hysteresis, book.without_hysteresis)
        )

    def share(self, flaps: Flaps) -> Decimal | None:
        """The part of the replayed customers who flap; None where there are none."""
        if not self.replayed:
            return None
        with exact():
            return cast(Decimal, quantise(Decimal(flaps.customers) / self.replayed, Kind.RATIO))


def month_ends(as_of: date, months: int) -> tuple[date, ...]:
    """The latest month-ends up to a day, the day itself if it is one, the earliest first.

    Raises:
        InvalidValueError: The number of months is below zero, or reaches back beyond the first day
            that can be reviewed; or that day itself can't be.
    """
    if isinstance(months, bool) or not isinstance(months, int) or months < 0:
        raise InvalidValueError(
            "it is no whole number of months", where="months", mend="give 12, or 0 for none"
        )
    latest = latest_month(as_of)
    if months > latest + 1 - month_index(FIRST_REVIEW):
        raise InvalidValueError(
            f"so many months before {as_of} reach back beyond {FIRST_REVIEW}",
            where="months",
            mend="give fewer",
        )
    return tuple(last_day(latest - back) for back in reversed(range(months)))


def without_hysteresis(book: RuleBook) -> RuleBook:
    """The book in which no move waits: tiers are lost and stages changed at the first sign.

    What keeps a tier once held, its `keep` rules, stays as it is.
    """
    lifecycle = book.lifecycle
    moves = [
        rule if rule.then.confirm is None else evolve(rule, then=evolve(rule.then, confirm=None))
        for rule in lifecycle.transitions.rules
    ]
    transitions = evolve(lifecycle.transitions, rules=moves)
    return evolve(
        book,
        lifecycle=evolve(lifecycle, transitions=transitions),
        tiering=evolve(book.tiering, downgrade=None),
    )


class Sampling:
    """Chooses some of many customers, whatever order they come in.

    Args:
        size: How many; None for all.
        seed: Another seed chooses others.
    """

    def __init__(self, size: int | None, seed: int) -> None:
        if size is not None and (isinstance(size, bool) or not isinstance(size, int) or size < 1):
            raise InvalidValueError(
                "it is no whole number above zero", where="sample", mend="give None for everybody"
            )
        self._size = size
        self._seed = seed
        self._heap: list[tuple[int, str]] = []

    def see(self, customer_id: str) -> None:
        """Take a customer into account."""
        if self._size is None:
            return
        spelt = hashlib.sha256(f"{self._seed}:{customer_id}".encode()).digest()
        # The heap gives up its least item first: the sample is of the least numbers.
        ticket = (-int.from_bytes(spelt[:16]), customer_id)
        if len(self._heap) < self._size:
            heapq.heappush(self._heap, ticket)
        else:
            heapq.heappushpop(self._heap, ticket)

    def chosen(self) -> Container[str] | None:
        """The ids chosen; None for everybody."""
        return None if self._size is None else {customer_id for _, customer_id in self._heap}


def replay(
    dossiers: Iterable[Dossier],
    sides: Sequence[Side],
    months: Sequence[date],
    cutoffs: Sequence[Cutoffs],
    chosen: Container[str] | None,
) -> tuple[int, list[BookFlaps]]:
    """Review customers month by month, each review starting from where the last one ended.

    Args:
        dossiers: All customers, read once.
        sides: The books.
        months: The days, ascending.
        cutoffs: For each book those of all days.
        chosen: Whom to replay; None for everybody.

    Returns:
        How many were replayed, and for each book what was found.
    """
    runs = [
        (_Replay(side.engine, months, known), _Replay(_swift(side), months, known))
        for side, known in zip(sides, cutoffs, strict=True)
    ]
    replayed = 0
    for dossier in dossiers:
        if chosen is None or dossier.customer.id in chosen:
            replayed += 1
            for side, pair in zip(sides, runs, strict=True):
                fitted = side.dossier(dossier)
                for run in pair:
                    run.add(fitted)
    return replayed, [BookFlaps(slow.flaps, swift.flaps) for slow, swift in runs]


def _swift(side: Side) -> Engine:
    return with_book(side.engine, without_hysteresis(side.book))


class _Replay:
    """The months of one customer after the other by one book, added up."""

    def __init__(self, engine: Engine, months: Sequence[date], cutoffs: Cutoffs) -> None:
        self._engine = engine
        self._months = months
        self._cutoffs = cutoffs
        self.flaps = Flaps()

    def add(self, dossier: Dossier) -> None:
        standing: Standing | None = None
        tiers: list[str] = []
        reviews = left_open = 0
        since = dossier.customer.since
        for day in self._months:
            # Who wasn't a customer yet had no tier that could be lost.
            if since is not None and since > day:
                continue
            review = self._engine.review(
                evolve(dossier, standing=standing), day, self._cutoffs.get(day)
            )
            standing = review.standing
            reviews += 1
            if review.tier.is_undetermined:
                left_open += 1
            elif not tiers or tiers[-1] != review.tier.tier:
                tiers.append(review.tier.tier)
        self.flaps = Flaps(
            self.flaps.customers + goes_back_and_forth(tiers),
            self.flaps.changes + max(len(tiers) - 1, 0),
            self.flaps.reviews + reviews,
            self.flaps.undetermined + left_open,
        )


def goes_back_and_forth(tiers: Sequence[str]) -> bool:
    """Whether tiers, no two alike in a row, hold one that is left and come right back to."""
    return any(before == after for before, after in zip(tiers, tiers[2:], strict=False))

"""A whole portfolio reviewed twice, by the rule book in force and by a proposed one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence, Sized
from contextlib import contextmanager
from datetime import date
from itertools import tee
from pathlib import Path

from attrs import frozen

from relationship_core.decisions.review import Review
from relationship_core.decisions.roll_up import UNKNOWN_GROUP
from relationship_core.decisions.rule_book import RuleBook
from relationship_core.domain import CustomerKind, Dossier
from relationship_core.engine import Engine
from relationship_core.errors import InvalidValueError
from relationship_core.portfolio import Watch, read_folder, unwatched
from relationship_core.simulation.causes import cause_of
from relationship_core.simulation.cutoffs import Cutoffs, cutoffs_of, need_a_pass
from relationship_core.simulation.effects import EffectTally, Share
from relationship_core.simulation.fairness import (
    AGE_BANDS,
    FairnessTally,
    band_names,
    band_of,
    region_of,
)
from relationship_core.simulation.flapping import Flapping, Sampling, month_ends, replay
from relationship_core.simulation.grounds import Grounds
from relationship_core.simulation.migration import MigrationTally, direction_of
from relationship_core.simulation.moves import MoveTally
from relationship_core.simulation.result import BookName, LeftOut, Simulation
from relationship_core.simulation.sides import Side, suppliable, two_sides

SAMPLE = 1_000
"""How many customers are replayed where nobody says otherwise."""


def simulate(
    portfolio: Path | str | Iterable[Dossier],
    current: Engine | RuleBook,
    proposed: Engine | RuleBook,
    *,
    as_of: date,
    months: int = 12,
    sample: int | None = SAMPLE,
    seed: int = 1,
    age_bands: Sequence[int] = AGE_BANDS,
    movers: int | None = None,
    watch: Watch = unwatched,
) -> Simulation:
    """Review every customer by two rule books on a day, and tell what differs.

    Observers aren't told of the reviews: nothing is decided. A customer whose standing is of a
    stage or tier that the proposed book lacks is taken for new by it; a supplied fact that only
    one of the books knows is given to that one. Dossiers stream by, several times; memory grows
    with the movers that are listed.

    Args:
        portfolio: The portfolio folder, or dossiers that can be iterated again and again.
        current: The rule book in force.
        proposed: The one that may follow it.
        as_of: The review date.
        months: How many month-ends are replayed to find tiers that go back and forth; 0 for none.
            A month costs four reviews of each customer replayed.
        sample: How many customers are replayed, chosen by the seed; None for everybody.
        seed: Any whole number.
        age_bands: The ages at which the bands after the first one begin.
        movers: How many movers are listed, the first by id; None for all. All are counted.
        watch: Sees the dossiers of each pass go by.

    Raises:
        DataError: The folder makes no portfolio.
        InvalidValueError: The dossiers can be iterated only once, or another argument is out of
            range.
        ReviewError: A standing is of a later day, or of a stage or tier that the current book
            lacks; or the books report in different currencies.
        ParameterError: A parameter that a position needs is not in force.
        PluginError: A model in a process of its own failed, and the engine was built to fail on
            that.
    """
    days = month_ends(as_of, months)
    sampling = Sampling(sample, seed)
    sides = two_sides(current, proposed)
    tallies = _Tallies(sides, as_of, tuple(age_bands), movers)
    with _opened(portfolio, sides, as_of, watch) as crowd:
        cutoffs = _cutoffs(sides, crowd, [as_of], "reckoning contributions")
        for dossier, now, then in _reviewed_twice(crowd, sides, as_of, cutoffs):
            tallies.add(dossier, now, then)
            sampling.see(dossier.customer.id)
        flapping = None
        if days:
            monthly = _cutoffs(sides, crowd, days, "reckoning past contributions")
            dossiers = crowd.dossiers("replaying past months")
            replayed, found = replay(dossiers, sides, days, monthly, sampling.chosen())
            chosen_by = None if sample is None else seed
            flapping = Flapping(days, tallies.customers, replayed, chosen_by, *found)
        return tallies.closed(flapping, crowd.rejected)


@frozen
class _Crowd:
    """The customers of a portfolio, to be passed several times."""

    open_: Callable[[], Iterator[Dossier]]
    total: int
    rejected: tuple[LeftOut, ...]
    watch: Watch

    def dossiers(self, doing: str) -> Iterator[Dossier]:
        return self.watch(doing, self.total, self.open_())


@contextmanager
def _opened(
    portfolio: Path | str | Iterable[Dossier], sides: Sequence[Side], as_of: date, watch: Watch
) -> Iterator[_Crowd]:
    if isinstance(portfolio, str | Path):
        with read_folder(portfolio, as_of=as_of, facts=suppliable(sides)) as folder:
            rejected = Counter(one.file for one in folder.rejections)
            left_out = tuple(LeftOut(file, rows) for file, rows in sorted(rejected.items()))
            yield _Crowd(folder.dossiers, folder.customer_count, left_out, watch)
        return
    if iter(portfolio) is portfolio:
        raise InvalidValueError(
            "it can be read only once, and is read several times",
            where="portfolio",
            mend="give a list of dossiers, or a portfolio folder",
        )
    total = len(portfolio) if isinstance(portfolio, Sized) else 0
    yield _Crowd(lambda: iter(portfolio), total, (), watch)


def _cutoffs(
    sides: Sequence[Side], crowd: _Crowd, days: Sequence[date], doing: str
) -> list[Cutoffs]:
    return cutoffs_of(sides, crowd.dossiers(doing) if need_a_pass(sides) else (), days)


def _reviewed_twice(
    crowd: _Crowd, sides: tuple[Side, Side], as_of: date, cutoffs: Sequence[Cutoffs]
) -> Iterator[tuple[Dossier, Review, Review]]:
    """Each dossier with its review by either book; no more than a block of them is held."""
    dossiers, *copies = tee(crowd.dossiers("reviewing twice"), 3)
    reviews = (
        side.engine.review_many(map(side.dossier, copy), as_of, known.get(as_of))
        for side, copy, known in zip(sides, copies, cutoffs, strict=True)
    )
    return zip(dossiers, *reviews, strict=True)


class _Tallies:
    """Everything that is counted, as customers stream by."""

    def __init__(
        self,
        sides: tuple[Side, Side],
        as_of: date,
        age_bands: tuple[int, ...],
        movers: int | None,
    ) -> None:
        if movers is not None and movers < 0:
            raise InvalidValueError(
                "it is below zero", where="movers", mend="give 0 for none, or None for all"
            )
        self.customers = 0
        self._restarted = 0
        self._sides, self._as_of = sides, as_of
        books = [side.book for side in sides]
        self._ladders = books[0].tiering.ladder, books[1].tiering.ladder
        self._tiers = MigrationTally(*self._ladders)
        self._stages = MigrationTally(
            *([stage.id for stage in book.lifecycle.stages] for book in books)
        )
        self._tier_moves, self._stage_moves = MoveTally(movers), MoveTally(movers)
        self._grounds = Grounds()
        self._all, self._by_tier = EffectTally(), EffectTally()
        self._by_branch, self._by_industry = EffectTally(), EffectTally()
        self._bands = age_bands
        self._band_names = band_names(age_bands)
        self._by_age, self._by_region = FairnessTally(self._band_names), FairnessTally()

    def add(self, dossier: Dossier, now: Review, then: Review) -> None:
        """Count one customer, reviewed by either book."""
        self.customers += 1
        self._restarted += (now.stage.previous, now.tier.previous) != (
            then.stage.previous,
            then.tier.previous,
        )
        books = tuple(side.engine.effective(now.scope, self._as_of) for side in self._sides)
        self._add_tier(dossier, now, then, books)
        self._add_stage(now, then, books)
        shares = tuple(
            Share.of(dossier, review, book.service.entitlements)
            for review, book in zip((now, then), books, strict=True)
        )
        customer = dossier.customer
        branch, industry = customer.branch or UNKNOWN_GROUP, customer.industry or UNKNOWN_GROUP
        for tally, group_now, group_then in (
            (self._all, "all", "all"),
            (self._by_tier, now.tier.tier, then.tier.tier),
            (self._by_branch, branch, branch),
            (self._by_industry, industry, industry),
        ):
            tally.add(group_now, shares[0], group_then, shares[1])

    def _add_tier(
        self, dossier: Dossier, now: Review, then: Review, books: Sequence[RuleBook]
    ) -> None:
        source, target = now.tier.tier, then.tier.tier
        self._tiers.add(now.tier, then.tier)
        direction = direction_of(source, target, *self._ladders)
        if source != target:
            grounds = self._grounds.tier(now, books[0]), self._grounds.tier(then, books[1])
            self._tier_moves.add(now.customer_id, source, target, cause_of(*grounds, direction))
        if dossier.customer.kind is CustomerKind.PERSONAL:
            age = now.facts["age_years"]
            known = age if isinstance(age, int) else None
            self._by_age.add(band_of(known, self._bands, self._band_names), direction)
        self._by_region.add(region_of(dossier.customer, dossier.scope), direction)

    def _add_stage(self, now: Review, then: Review, books: Sequence[RuleBook]) -> None:
        source, target = now.stage.stage, then.stage.stage
        self._stages.add(now.stage, then.stage)
        if source != target:
            grounds = self._grounds.stage(now, books[0]), self._grounds.stage(then, books[1])
            self._stage_moves.add(now.customer_id, source, target, cause_of(*grounds))

    def closed(self, flapping: Flapping | None, rejected: tuple[LeftOut, ...]) -> Simulation:
        """What was found."""
        (total,) = self._all.closed(["all"])
        return Simulation(
            as_of=self._as_of,
            customers=self.customers,
            currency=self._sides[0].currency,
            current=BookName.of(self._sides[0].engine),
            proposed=BookName.of(self._sides[1].engine),
            tiers=self._tiers.closed(),
            stages=self._stages.closed(),
            tier_moves=self._tier_moves.closed(),
            stage_moves=self._stage_moves.closed(),
            total=total,
            by_tier=self._by_tier.closed([*self._ladders[0], *self._ladders[1]]),
            by_branch=self._by_branch.closed(),
            by_industry=self._by_industry.closed(),
            by_age=self._by_age.closed(),
            by_region=self._by_region.closed(),
            restarted=self._restarted,
            flapping=flapping,
            rejected=rejected,
        )

"""The stage of the lifecycle: `Lifecycle.advance`, for every row at once."""

from __future__ import annotations

from datetime import date

import narwhals as nw

from relationship_core.decisions.hysteresis import Confirmation
from relationship_core.decisions.telling_rules import node_in_words
from relationship_core.portfolio.decide.columns import (
    PREFIX,
    SMALL,
    Column,
    Frame,
    Told,
    day,
    either,
    first_that_holds,
    flag,
    is_text,
    none,
    small,
    surely,
    with_columns,
)
from relationship_core.portfolio.decide.conditions import Conditions
from relationship_core.portfolio.decide.first_hit import FirstHitColumns
from relationship_core.portfolio.decide.hysteresis import days_seen
from relationship_core.portfolio.decide.missing import MissingFacts
from relationship_core.portfolio.decide.nodes import Nodes
from relationship_core.portfolio.observe.calendar import months_between
from relationship_core.rules import Rule

_HELD, _SINCE = nw.col("standing_stage"), nw.col("standing_stage_since")
_PENDING, _SEEN = nw.col("standing_stage_pending"), nw.col("standing_stage_pending_seen")
_PASSED = nw.col("standing_stages_passed")


def _own(name: str) -> str:
    return f"{PREFIX}stage_{name}"


class StageColumns:
    """The stage after a review, and how it came about.

    Args:
        nodes: The books of the bank's nodes.
        conditions: Where conditions are computed.
        as_of: The review date.
    """

    def __init__(self, nodes: Nodes, conditions: Conditions, as_of: date) -> None:
        self._lifecycle = nodes.book.lifecycle
        self._as_of = as_of
        self._stages = tuple(stage.id for stage in self._lifecycle.stages)
        self._sources: dict[tuple[str, ...], str] = {}
        self._entry = FirstHitColumns("entry", nodes, lambda book: book.lifecycle.entry, conditions)
        self._moves = FirstHitColumns(
            "moves", nodes, lambda book: book.lifecycle.transitions, conditions, self._starts_here
        )
        self._missing = MissingFacts([self._entry, self._moves])

    def _starts_here(self, rule: Rule) -> nw.Expr:
        """Whether a move starts from where the customer stands."""
        source: tuple[str, ...] = rule.then.source
        return nw.col(self._sources.setdefault(source, _own(f"from_{len(self._sources)}")))

    def before(self) -> dict[str, nw.Expr]:
        """The columns that are needed before conditions are asked."""
        _ = self._moves.asked.answers()  # names what moves start from
        return {
            name: surely(either(is_text(_HELD, stage) for stage in source))
            for source, name in self._sources.items()
        }

    def decided(self, frame: Frame) -> Frame:
        """The frame with the stage, once all conditions that it rests on are computed."""
        frame = self._entry.with_places(self._moves.with_places(frame))
        frame = frame.with_columns(
            **self._entry.open_columns(), **self._moves.open_columns(), **self._start()
        )
        frame = frame.with_columns(**self._indicated())
        frame = frame.with_columns(**self._told())
        frame = frame.with_columns(**self._settled())
        told = {"stage": _own("place"), _own("waits_for"): _own("waits_for")}
        return with_columns(
            frame, {name: Told(nw.col(place), self._stages) for name, place in told.items()}
        )

    def _number(self, stage: str) -> int:
        return self._stages.index(stage)

    def _start(self) -> dict[str, nw.Expr]:
        """Where the customer stands, and what the entry rules support."""
        held = [(is_text(_HELD, stage), small(place)) for place, stage in enumerate(self._stages)]
        entered = [self._number(rule.then) for rule in self._entry.rules]
        return {
            _own("held"): first_that_holds(held, none(SMALL)),
            _own("held_since"): nw.coalesce(_SINCE, nw.col("standing_reviewed"), day(self._as_of)),
            _own("entered"): self._entry.number(entered, None),
            _own("is_first"): _HELD.is_null(),
            # On the day a stage began nothing moves any more.
            _own("may_move"): ~_HELD.is_null() & ~surely(day(self._as_of) == _SINCE),
        }

    def _indicated(self) -> dict[str, nw.Expr]:
        """Which move is indicated, and whether it goes on with the one that waits."""
        hit = nw.col(_own("may_move")) & ~self._moves.is_undetermined & self._moves.fires
        open_targets = [
            place for place, rule in enumerate(self._moves.rules) if rule.then.target is None
        ]
        active = [place for place, stage in enumerate(self._lifecycle.stages) if stage.is_active]
        is_back = hit & self._moves.is_at(open_targets)
        supported = surely(either(nw.col(_own("entered")) == small(place) for place in active))
        targets = [rule.then.target for rule in self._moves.rules]
        return {
            _own("is_back"): is_back,
            _own("is_told"): hit & (~is_back | (~self._entry.is_undetermined & supported)),
            _own("goes_on"): surely(self._moves.by_rule(targets, self._is_pending, flag(False))),
        }

    def _is_pending(self, target: str | None) -> nw.Expr:
        """Whether what waits is a move to a target, be it the open one."""
        if target is not None:
            return is_text(_PENDING, target)
        found = []
        for stage in self._lifecycle.stages:
            held = [each for each in self._entry.asked.all if each.rule.then == stage.id]
            if not (stage.is_active and held):
                continue
            is_it = is_text(_PENDING, stage.id)
            if all(each.where for each in held):
                is_it = is_it & either(nw.col(each.where) for each in held)
            found.append(is_it)
        return either(found)

    def _told(self) -> dict[str, nw.Expr]:
        """Whether the move waits, and what becomes of one that missing facts leave open."""
        goes_on, is_told = nw.col(_own("goes_on")), nw.col(_own("is_told"))
        waits, days = flag(False), none(nw.String())
        for confirmation, places in self._confirmed().items():
            is_asked = is_told & self._moves.is_at(places)
            seen = days_seen(confirmation, _SEEN, goes_on, self._as_of)
            waits = waits | (is_asked & ~seen.are_enough)
            days = nw.when(is_asked).then(seen.days).otherwise(days)
        is_open = nw.col(_own("may_move")) & self._moves.is_undetermined
        is_lost = nw.col(_own("is_back")) & self._entry.is_undetermined
        targets = [
            None if rule.then.target is None else self._number(rule.then.target)
            for rule in self._moves.rules
        ]
        return {
            _own("waits"): waits,
            _own("days"): days,
            _own("is_open"): is_open,
            _own("is_lost"): is_lost,
            _own("target"): nw.when(nw.col(_own("is_back")))
            .then(nw.col(_own("entered")))
            .otherwise(self._moves.by_rule(targets, _small_or_none, none(SMALL))),
            _own("keeps"): ~(nw.col(_own("may_move")) | nw.col(_own("is_first")))
            | (is_open & self._keeps_pending())
            | (is_lost & goes_on),
        }

    def _confirmed(self) -> dict[Confirmation, list[int]]:
        """The places of the moves that wait to be confirmed, by how."""
        found: dict[Confirmation, list[int]] = {}
        for place, rule in enumerate(self._moves.rules):
            if rule.then.confirm is not None:
                found.setdefault(rule.then.confirm, []).append(place)
        return found

    def _keeps_pending(self) -> nw.Expr:
        """Whether what waits is a move that is open, or fires after one that is."""
        by_target: dict[str | None, list[nw.Expr]] = {}
        counting = set(self._moves.asked.may_be_open())
        for place, rule in enumerate(self._moves.rules):
            asking = by_target.setdefault(rule.then.target, [])
            asking.append(self._moves.place == small(place))
            if place in counting:
                asking.append(self._moves.is_open(place))
        return either(
            surely(self._is_pending(target)) & either(asking)
            for target, asking in by_target.items()
        )

    def _settled(self) -> dict[str, nw.Expr]:
        """The place of the stage, the day it began, and the rule."""
        first, is_told = nw.col(_own("is_first")), nw.col(_own("is_told"))
        waits, target = nw.col(_own("waits")), nw.col(_own("target"))
        moves = is_told & ~waits
        entered = nw.coalesce(nw.col(_own("entered")), small(0))
        rule = nw.when(is_told).then(self._moves.place + small(len(self._entry.rules)))
        return {
            _own("moves"): moves | first,
            _own("place"): nw.when(first)
            .then(entered)
            .otherwise(nw.when(moves).then(target).otherwise(nw.col(_own("held")))),
            _own("since"): nw.when(first | moves)
            .then(day(self._as_of))
            .otherwise(nw.col(_own("held_since"))),
            _own("rule"): nw.when(first & self._entry.fires)
            .then(self._entry.place)
            .otherwise(rule),
            _own("waits_for"): nw.when(waits).then(target),
        }

    def months(self) -> nw.Expr:
        """Completed months in the stage."""
        return months_between(nw.col(_own("since")), self._as_of)

    def columns(self) -> dict[str, Column]:
        """What is told of the stage, by the names of a table of reviews and of standings."""
        rules = (*self._entry.rules, *self._moves.rules)
        rule = nw.col(_own("rule"))
        first, is_lost = nw.col(_own("is_first")), nw.col(_own("is_lost"))
        is_open_at_first = first & self._entry.is_undetermined
        is_open = nw.col(_own("is_open"))
        pending = nw.coalesce(
            nw.col(_own("waits_for")), nw.when(nw.col(_own("keeps"))).then(_PENDING)
        )
        seen = (
            nw.when(nw.col(_own("waits")))
            .then(nw.col(_own("days")))
            .otherwise(nw.when(nw.col(_own("keeps"))).then(_SEEN))
        )
        return {
            "stage": nw.col("stage"),
            "stage_since": nw.col(_own("since")),
            "stage_previous": _HELD,
            "stage_rule": Told(rule, tuple(each.id for each in rules)),
            "stage_rule_node": Told(rule, tuple(node_in_words(each.scope) for each in rules)),
            "stage_pending": pending,
            "stage_undetermined": is_open_at_first | is_open | is_lost,
            "stage_missing": self._missing.listing([is_open_at_first | is_lost, is_open]),
            "standing_stage": nw.col("stage"),
            "standing_stage_since": nw.col(_own("since")),
            "standing_stage_pending": pending,
            "standing_stage_pending_seen": seen,
            "standing_stages_passed": self._passed(),
        }

    def _passed(self) -> nw.Expr:
        stage = nw.col("stage")
        before = nw.coalesce(_PASSED, _HELD)
        after = nw.coalesce(nw.concat_str(before, stage, separator=";"), stage)
        return nw.when(nw.col(_own("moves"))).then(after).otherwise(_PASSED)


def _small_or_none(number: int | None) -> nw.Expr:
    return none(SMALL) if number is None else small(number)

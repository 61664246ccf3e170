"""The stage of the lifecycle: `Lifecycle.advance`, for every row at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from relationship_core.decisions.hysteresis import Confirmation
from relationship_core.decisions.telling_rules import node_in_words
from relationship_core.portfolio.decide.cell import (
    NO,
    Cell,
    col,
    day,
    either,
    first_known,
    first_that_holds,
    none,
    one_after_the_other,
    small,
    surely,
    text,
    told,
    where,
)
from relationship_core.portfolio.decide.first_hit import FirstHitColumns
from relationship_core.portfolio.decide.hysteresis import days_seen
from relationship_core.portfolio.decide.missing import missing_facts
from relationship_core.portfolio.decide.nodes import Nodes
from relationship_core.portfolio.decide.words import Held
from relationship_core.rules import Rule

_HELD: Final = col("standing_stage")
_SINCE: Final = col("standing_stage_since")
_REVIEWED: Final = col("standing_reviewed")
_PENDING: Final = col("standing_stage_pending")
_SEEN: Final = col("standing_stage_pending_seen")
_PASSED: Final = col("standing_stages_passed")


class StageColumns:
    """The stage after a review, and how it came about.

    Args:
        nodes: The books of the bank's nodes.
        as_of: The review date.
    """

    def __init__(self, nodes: Nodes, as_of: date) -> None:
        self._sheet = nodes.sheet
        self._as_of = as_of
        self._stages = nodes.book.lifecycle.stages
        self._places = {stage.id: place for place, stage in enumerate(self._stages)}
        self._sources: dict[tuple[str, ...], Cell] = {}
        self._entry = FirstHitColumns("entry", nodes, lambda book: book.lifecycle.entry)
        self._moves = FirstHitColumns(
            "moves", nodes, lambda book: book.lifecycle.transitions, self._starts_here
        )
        self._targets = [rule.then.target for rule in self._moves.rules]
        self._set_out()
        self._indicate()
        self._confirm()
        self._settle()

    def _own(self, name: str, cell: Cell) -> Cell:
        return self._sheet.own(f"stage_{name}", cell)

    def _starts_here(self, rule: Rule) -> Cell:
        """Whether a move starts from where the customer stands."""
        source: tuple[str, ...] = rule.then.source
        if source not in self._sources:
            is_here = surely(either(_HELD.equals(text(stage)) for stage in source))
            self._sources[source] = self._own(f"from_{len(self._sources)}", is_here)
        return self._sources[source]

    def _set_out(self) -> None:
        """Where the customer stands, and what the entry rules support."""
        today = day(self._as_of)
        held = [(_HELD.equals(text(stage)), small(at)) for stage, at in self._places.items()]
        entered = [self._places[rule.then] for rule in self._entry.rules]
        self._held = self._own("held", first_that_holds(held, none(Held.SMALL)))
        self._entered = self._own("entered", self._entry.number(entered, None))
        self._is_first = self._own("is_first", _HELD.is_null())
        # On the day a stage began nothing moves any more.
        is_over = surely(_SINCE.equals(today))
        self._may_move = self._own("may_move", ~self._is_first & ~is_over)

    def _indicate(self) -> None:
        """Which move is indicated, and whether it goes on with the one that waits."""
        moves, entry = self._moves, self._entry
        hit = self._may_move & ~moves.is_undetermined & moves.fires
        open_targets = [place for place, target in enumerate(self._targets) if target is None]
        active = [self._places[stage.id] for stage in self._stages if stage.is_active]
        is_supported = surely(either(self._entered.equals(small(place)) for place in active))
        is_back = self._is_back = self._own("is_back", hit & moves.is_at(open_targets))
        is_made = hit & (~is_back | (~entry.is_undetermined & is_supported))
        self._is_told = self._own("is_told", is_made)
        goes_on = moves.by_rule(self._targets, self._is_pending, NO)
        self._goes_on = self._own("goes_on", surely(goes_on))
        self._is_open = self._own("is_open", self._may_move & moves.is_undetermined)
        self._is_lost = self._own("is_lost", is_back & entry.is_undetermined)
        self._is_open_at_first = self._own(
            "is_open_at_first", self._is_first & entry.is_undetermined
        )

    def _is_pending(self, target: str | None) -> Cell:
        """Whether what waits is a move to a target, be it the open one."""
        if target is not None:
            return _PENDING.equals(text(target))
        return either(self._is_pending_at(stage.id) for stage in self._stages if stage.is_active)

    def _is_pending_at(self, stage: str) -> Cell:
        """Whether it is a move to a stage that an entry rule supports at the customer's node."""
        places = [each.where for each in self._entry.held if each.rule.then == stage]
        is_it = _PENDING.equals(text(stage))
        if None in places:
            return is_it
        return is_it & either(where for where in places if where is not None)

    def _confirm(self) -> None:
        """Whether the move waits, and whether what waited before still does."""
        waits, days = NO, none(Held.TEXT)
        # Texts are looked into only where that counts: few customers wait for anything.
        earlier = where(self._is_told & self._goes_on, _SEEN)
        for confirmation, places in self._confirmed().items():
            is_asked = self._is_told & self._moves.is_at(places)
            seen = days_seen(confirmation, earlier, self._goes_on, self._as_of)
            waits = waits | (is_asked & ~seen.are_enough)
            days = where(is_asked, seen.days, days)
        self._waits = self._own("waits", waits)
        self._days = self._own("days", days)
        keeps = ~(self._may_move | self._is_first)
        keeps = keeps | (self._is_open & self._still_waits()) | (self._is_lost & self._goes_on)
        self._keeps = self._own("keeps", keeps)

    def _confirmed(self) -> Mapping[Confirmation, list[int]]:
        """The places of the moves that wait to be confirmed, by how."""
        found: dict[Confirmation, list[int]] = {}
        for place, rule in enumerate(self._moves.rules):
            if rule.then.confirm is not None:
                found.setdefault(rule.then.confirm, []).append(place)
        return found

    def _still_waits(self) -> Cell:
        """Whether what waits is a move that is open, or fires after one that is."""
        asking: dict[str | None, list[Cell]] = {}
        for place, target in enumerate(self._targets):
            here = asking.setdefault(target, [])
            here.append(self._moves.is_at([place]))
            if place in self._moves.is_open:
                here.append(self._moves.is_open[place])
        return either(
            surely(self._is_pending(target)) & either(here) for target, here in asking.items()
        )

    def _settle(self) -> None:
        """The stage, the day it began, and the rule."""
        today, count = day(self._as_of), small(len(self._entry.rules))
        moves = self._own("moves", self._is_told & ~self._waits)
        target = where(
            self._is_back,
            self._entered,
            self._moves.by_rule(self._targets, self._at, none(Held.SMALL)),
        )
        entered = first_known(self._entered, small(0))
        place = where(self._is_first, entered, where(moves, target, self._held))
        names = tuple(self._places)
        self.stage = self._sheet.named("stage", told(self._own("place", place), names))
        self._is_event = self._own("is_event", self._is_first | moves)
        held_since = first_known(_SINCE, _REVIEWED, today)
        self.since = self._own("since", where(self._is_event, today, held_since))
        self._waits_for = where(self._waits, told(target, names))
        self._rule = self._own(
            "rule",
            where(
                self._is_first & self._entry.fires,
                self._entry.place,
                where(self._is_told, self._moves.place + count),
            ),
        )

    def _at(self, stage: str | None) -> Cell:
        return none(Held.SMALL) if stage is None else small(self._places[stage])

    def columns(self) -> dict[str, Cell]:
        """What is told of the stage, by the names of a table of reviews and of standings."""
        rules = (*self._entry.rules, *self._moves.rules)
        pending = first_known(self._waits_for, where(self._keeps, _PENDING))
        return {
            "stage": self.stage,
            "stage_since": self.since,
            "stage_previous": _HELD,
            "stage_rule": told(self._rule, [rule.id for rule in rules]),
            "stage_rule_node": told(self._rule, [node_in_words(rule.scope) for rule in rules]),
            "stage_pending": pending,
            "stage_undetermined": self._is_open_at_first | self._is_open | self._is_lost,
            "stage_missing": missing_facts(
                {self._entry: self._is_open_at_first | self._is_lost, self._moves: self._is_open}
            ),
            "standing_stage": self.stage,
            "standing_stage_since": self.since,
            "standing_stage_pending": pending,
            "standing_stage_pending_seen": where(
                self._waits, self._days, where(self._keeps, _SEEN)
            ),
            "standing_stages_passed": self._passed(),
        }

    def _passed(self) -> Cell:
        """Every stage reached, the one that this review reaches included."""
        # Texts are put together only where a stage was reached.
        known = where(self._is_event, first_known(_PASSED, _HELD))
        further = one_after_the_other(known, text(";"), self.stage)
        return first_known(further, where(self._is_event, self.stage), _PASSED)

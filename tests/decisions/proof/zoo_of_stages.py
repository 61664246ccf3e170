"""Books whose lifecycle is at fault: moves that clash, stages that trap, customers who swing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from relationship_core import Confirmation, Lifecycle, Rule, Standing, Transition
from relationship_core.facts import aum, months_in_previous_stage, months_inactive, product_count
from relationship_core.rules import Facts
from relationship_core.rules.evaluation import truth
from tests.decisions.proof.sound_book import (
    DAY,
    Exhibit,
    Shown,
    lifecycle,
    sound_book,
)

MOVED = "lifecycle.transitions"
_COURSE = ("prospect", "exploration", "stable", "decline", "lost")


def _book(*moves: Rule, **changes: Any) -> Any:
    return sound_book(lifecycle=lifecycle(*moves, **changes))


def _next(course: Lifecycle, stage: str, facts: Facts) -> str:
    """Where a review leads who has stood in a stage for long."""
    standing = Standing(stage=stage, stage_since=DAY - timedelta(days=900))
    return course.advance(standing, facts, DAY).stage


def _circle(*stages: str) -> Any:
    """Reviews lead a customer through stages and back to the first, whatever day it is."""

    def is_shown(shown: Shown) -> bool:
        course, seen = shown.book.lifecycle, dict(shown.facts)
        for stage, there in zip(stages, (*stages[1:], stages[0]), strict=True):
            if _next(course, stage, {**seen, "previous_stage": stage}) != there:
                return False
        return _next(course, stages[-1], shown.other) == stages[0]

    return is_shown


def _stays(stage: str) -> Any:
    return lambda shown: _next(shown.book.lifecycle, stage, shown.facts) == stage


def _both(*rules: str) -> Any:
    """Two moves are indicated, and which is made hangs on nothing but their names."""

    def is_shown(shown: Shown) -> bool:
        moves = [each for each in shown.book.lifecycle.transitions.rules if each.id in rules]
        return len(moves) == 2 and all(truth(each.when, shown.facts) for each in moves)

    return is_shown


def _shadowed(rule: str, stage: str, made: str) -> Any:
    def is_shown(shown: Shown) -> bool:
        course = shown.book.lifecycle
        [move] = [each for each in course.transitions.rules if each.id == rule]
        event = course.advance(Standing(stage=stage), shown.facts, DAY).event
        return bool(truth(move.when, shown.facts)) and event is not None and event.rule == made

    return is_shown


_TWICE = Confirmation(reviews=2, days_apart=20)
_SLOWLY = Transition("stable", "decline", _TWICE)
_TO_DECLINE, _BACK = Transition("stable", "decline"), Transition("decline")
_GROW = Rule("grow", product_count >= 2, Transition("exploration", "stable"))
_BEGIN = Rule("start", product_count >= 1, Transition("prospect", "exploration"))
_AGAIN = Rule("explored", product_count >= 1, "exploration")


def _three(recover: Any) -> Any:
    """A course in which who recovers begins anew."""
    back = Rule("recover", recover, Transition("decline", "exploration"))
    fall = Rule("fall", months_inactive >= 3, Transition("stable", "decline"))
    return _book(_BEGIN, _GROW, fall, back, stages=_COURSE)


STAGES_AT_FAULT = (
    Exhibit(
        "two moves of one weight",
        _book(Rule("slip", months_inactive >= 2, _SLOWLY)),
        _book(Rule("slip", months_inactive == 2, _SLOWLY)),
        "RC121",
        f"{MOVED}.stable",
        ("slip", "fall"),
        _both("slip", "fall"),
    ),
    Exhibit(
        "a stage that nothing leads out of",
        _book(without="return"),
        _book(),
        "RC122",
        MOVED,
        (),
        lambda shown: (
            shown.facts["previous_stage"] == "lost"
            and not shown.book.lifecycle.moves_of("lost").rules
        ),
    ),
    Exhibit(
        "a stage that nothing leads to",
        _book(without="fall"),
        _book(),
        "RC124",
        MOVED,
        (),
        lambda shown: (
            shown.facts["previous_stage"] == "decline"
            and not any(
                rule.then.target == "decline" for rule in shown.book.lifecycle.transitions.rules
            )
        ),
    ),
    Exhibit(
        "recovered by what let it fall",
        _book(Rule("recover", product_count >= 1, _BACK)),
        _book(Rule("recover", (product_count >= 1) & (months_inactive < 3), _BACK)),
        "RC123",
        MOVED,
        ("recover", "fall"),
        _circle("stable", "decline"),
    ),
    Exhibit(
        "won back while still gone",
        _book(Rule("return", product_count >= 1, Transition("lost", "stable"))),
        _book(
            Rule(
                "return",
                (product_count >= 1) & (months_inactive < 12),
                Transition("lost", "stable"),
            )
        ),
        "RC123",
        MOVED,
        ("return", "leave"),
        _circle("stable", "lost"),
        besides=frozenset({"RC123"}),
    ),
    Exhibit(
        "in circles through three stages",
        _three(product_count >= 1),
        _three((product_count >= 1) & (months_inactive < 3)),
        "RC123",
        MOVED,
        ("recover", "grow", "fall"),
        _circle("exploration", "stable", "decline"),
    ),
    Exhibit(
        "a move that a graver one always takes",
        _book(Rule("leave", months_inactive >= 2, Transition(("stable", "decline"), "lost"))),
        _book(Rule("leave", months_inactive >= 4, Transition(("stable", "decline"), "lost"))),
        "RC103",
        f"{MOVED}.stable",
        ("fall", "leave"),
        _shadowed("fall", "stable", "leave"),
    ),
    Exhibit(
        "a move that takes longer than anybody stays",
        _book(Rule("fall", (months_in_previous_stage < 0) & (aum < 9), _TO_DECLINE)),
        _book(Rule("fall", (months_in_previous_stage < 1) & (months_inactive >= 3), _TO_DECLINE)),
        "RC104",
        f"{MOVED}.stable",
        ("fall",),
        _stays("stable"),
    ),
    Exhibit(
        "an entry rule that a later stage's takes all from",
        _book(_BEGIN, _GROW, stages=_COURSE, entry=[_AGAIN, Rule("stable", product_count >= 1)]),
        _book(_BEGIN, _GROW, stages=_COURSE, entry=[_AGAIN, Rule("stable", product_count >= 2)]),
        "RC103",
        "lifecycle.entry",
        ("explored", "stable"),
        lambda shown: (
            truth(_AGAIN.when, shown.facts) is True
            and shown.book.lifecycle.classify(shown.facts, DAY).stage == "stable"
        ),
    ),
    Exhibit(
        "a way back for those whom no entry rule takes",
        _book(Rule("recover", (product_count == 0) & (months_inactive == 0), _BACK)),
        _book(Rule("recover", (product_count <= 1) & (months_inactive == 0), _BACK)),
        "RC106",
        f"{MOVED}.decline",
        ("recover",),
        _stays("decline"),
    ),
)

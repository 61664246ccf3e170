"""Rule books drawn at random: any conditions, in every place of a book that has rules."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from relationship_core import (
    Care,
    Entitlement,
    Lifecycle,
    Retention,
    RetentionAction,
    Rule,
    Service,
    Signal,
    Stage,
    Tiering,
)
from relationship_core.decisions.hysteresis import Confirmation
from relationship_core.decisions.rule_book import RuleBook
from relationship_core.decisions.stage import Transition
from relationship_core.decisions.tier import Downgrade
from relationship_core.facts import days_to_birthday, days_to_next_maturity
from relationship_core.rules import Expression
from tests.decisions.small_book import small_book
from tests.decisions.test_open_conditions import FACTS, conditions

ACTIVE = ("exploration", "formation", "stable")
STAGES = ("prospect", *ACTIVE, "decline", "lost")
LADDER = ("a", "b", "c", "d")
NODES = ((), ("P1",), ("P1", "P1C3"), ("north",))

_CONFIRMED = [None, Confirmation(2, 20), Confirmation(3, 1), Confirmation(1, 40)]
_MOVES = [
    ("prospect", "exploration"),
    ("exploration", "stable"),
    (("prospect", "exploration"), "formation"),
    (ACTIVE, "decline"),
    ("stable", "decline"),
    ("decline", None),
    ("lost", None),
    ((*ACTIVE, "decline"), "lost"),
    ("lost", "exploration"),
]
_SLOWLY = [
    None,
    Downgrade(2, 20, 6),
    Downgrade(1, 1, 0),
    Downgrade(3, 20, 1),
    Downgrade(2, 1, 99_999),
]


@st.composite
def rules(draw: st.DrawFn, ids: Sequence[str], thens: Sequence[Any]) -> list[Rule]:
    """A rule for some of these, and now and then another at a node below."""
    found = []
    for name, then in zip(ids, thens, strict=True):
        if draw(st.integers(0, 3)) == 0:
            continue
        skipped = draw(st.sampled_from(["undetermined", "undetermined", "skip"]))
        for node in {(), draw(st.sampled_from(NODES))} - {draw(st.sampled_from([None, ()]))}:
            when: Expression = draw(conditions)
            found.append(Rule(name, when, then, if_missing=skipped, scope=node, overridable=True))
    return found


def _numbered(name: str, thens: Sequence[Any]) -> st.SearchStrategy[list[Rule]]:
    return rules([f"{name}{place}" for place in range(len(thens))], thens)


@st.composite
def rule_books(draw: st.DrawFn) -> RuleBook:
    """A book over four supplied facts."""
    entry = draw(_numbered("e", [draw(st.sampled_from(STAGES)) for _ in range(4)]))
    moves = [Transition(*move, draw(st.sampled_from(_CONFIRMED))) for move in _MOVES]
    better = LADDER[:-1]
    nothing = [None] * len(better)
    due = [None, None, days_to_birthday, days_to_next_maturity]
    care = [Care(f"care-{place}", "care", fact) for place, fact in enumerate(due)]
    costs = draw(st.lists(st.decimals(0, 5, places=3), min_size=3, max_size=3))
    levels = ["high", "medium"]
    return small_book(
        facts=FACTS,
        lifecycle=Lifecycle([Stage(name) for name in STAGES], entry, draw(_numbered("m", moves))),
        tiering=Tiering(
            LADDER,
            draw(rules(better, nothing)),
            keep=draw(rules(better, nothing)),
            downgrade=draw(st.sampled_from(_SLOWLY)),
            treatments=draw(_numbered("t", ["nurture", "elsewhere"])),
        ),
        service=Service(
            draw(_numbered("s", [Entitlement(f"s{place}", "service") for place in range(12)])),
            draw(_numbered("c", care)),
        ),
        retention=Retention(
            ["high", "medium", "low"],
            draw(_numbered("x", [Signal(f"x{place}", "signal") for place in range(3)])),
            draw(rules(levels, [None, None])),
            draw(
                _numbered(
                    "o", [RetentionAction(f"o{n}", "do", cost) for n, cost in enumerate(costs)]
                )
            ),
            draw(st.sampled_from([Decimal(0), Decimal("0.25"), Decimal("0.3"), Decimal(1) / 3])),
        ),
    )

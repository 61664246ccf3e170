"""One review's move between the stages of a lifecycle, with its event: ours and others'."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

import attrs
import transitions
from statemachine import State, StateMachine
from timing import Contestant, compare, hold, print_machine

from relationship_core import Lifecycle, Rule, Stage, Standing, Transition, TransitionKind
from relationship_core.facts import (
    balance_change_3m,
    exit_approved,
    has_transacted,
    months_inactive,
    product_count,
    tenure_months,
    transactions_3m,
)

STAGES = ("prospect", "exploration", "formation", "stable", "decline", "lost", "exited")
CHECKED = 4_000
Facts = Mapping[str, Any]
A_FALL = Decimal("-0.3")


def leaves(facts: Facts) -> bool:
    return facts["exit_approved"] is True


def is_gone(facts: Facts) -> bool:
    return bool(facts["months_inactive"] >= 12)


def falls(facts: Facts) -> bool:
    return bool(facts["balance_change_3m"] <= A_FALL)


def settles(facts: Facts) -> bool:
    return bool(facts["product_count"] >= 3 and facts["tenure_months"] >= 12)


def recovers(facts: Facts) -> bool:
    return bool(facts["balance_change_3m"] >= 0 and facts["months_inactive"] == 0)


def grows(facts: Facts) -> bool:
    return bool(facts["product_count"] >= 2)


def starts(facts: Facts) -> bool:
    return facts["has_transacted"] is True


def returns(facts: Facts) -> bool:
    return bool(facts["transactions_3m"] >= 1)


class Move(NamedTuple):
    """A move as everybody else takes it; of a stage's moves the first that is indicated is made."""

    rule: str
    source: str
    target: str
    kind: TransitionKind
    guard: Callable[[Facts], bool]
    reads: tuple[str, ...]


EXIT, LOST, DECLINE, FORWARD, RECOVERY, WIN_BACK = (
    TransitionKind.EXIT,
    TransitionKind.LOST,
    TransitionKind.DECLINE,
    TransitionKind.FORWARD,
    TransitionKind.RECOVERY,
    TransitionKind.WIN_BACK,
)
_IDLE, _CHANGE = "months_inactive", "balance_change_3m"
MOVES = (
    *(Move("leave", each, "exited", EXIT, leaves, ("exit_approved",)) for each in STAGES[:-1]),
    *(Move("go", each, "lost", LOST, is_gone, (_IDLE,)) for each in STAGES[1:5]),
    *(Move("fall", each, "decline", DECLINE, falls, (_CHANGE,)) for each in STAGES[2:4]),
    Move("settle", *STAGES[2:4], FORWARD, settles, ("product_count", "tenure_months")),
    Move("recover", "decline", "stable", RECOVERY, recovers, (_CHANGE, _IDLE)),
    Move("grow", *STAGES[1:3], FORWARD, grows, ("product_count",)),
    Move("start", *STAGES[:2], FORWARD, starts, ("has_transacted",)),
    Move("return", "lost", "exploration", WIN_BACK, returns, ("transactions_3m",)),
)

LIFECYCLE = Lifecycle(
    stages=[Stage(name) for name in STAGES],
    entry=[Rule("exploration", when=has_transacted)],
    transitions=[
        Rule("leave", when=exit_approved, then=Transition(STAGES[:-1], "exited")),
        Rule("go", when=months_inactive >= 12, then=Transition(STAGES[1:5], "lost")),
        Rule("fall", when=balance_change_3m <= A_FALL, then=Transition(STAGES[2:4], "decline")),
        Rule(
            "settle",
            when=(product_count >= 3) & (tenure_months >= 12),
            then=Transition("formation", "stable"),
        ),
        Rule(
            "recover",
            when=(balance_change_3m >= 0) & (months_inactive == 0),
            then=Transition("decline", "stable"),
        ),
        Rule("grow", when=product_count >= 2, then=Transition("exploration", "formation")),
        Rule("start", when=has_transacted, then=Transition("prospect", "exploration")),
        Rule("return", when=transactions_3m >= 1, then=Transition("lost", "exploration")),
    ],
)


@attrs.frozen
class Event:
    from_stage: str | None
    to_stage: str
    effective: date
    kind: TransitionKind
    rule: str | None
    facts: tuple[tuple[str, Any], ...]

    @classmethod
    def of(cls, move: Move, facts: Facts, day: date) -> Event:
        seen = tuple([(name, facts[name]) for name in move.reads])
        return cls(move.source, move.target, day, move.kind, move.rule, seen)


@attrs.frozen
class Stand:
    stage: str
    since: date


@attrs.frozen
class Decision:
    stage: str
    previous: str
    since: date
    reviewed: date
    event: Event | None = None


MOVES_FROM = {stage: tuple(move for move in MOVES if move.source == stage) for stage in STAGES}


def by_hand(stand: Stand, facts: Facts, day: date) -> Decision:
    """A frozen machine as one would write it for this lifecycle alone."""
    if stand.since > day:
        raise ValueError("the standing is of a later day")
    for move in MOVES_FROM[stand.stage]:
        if move.guard(facts):
            return Decision(move.target, move.source, day, day, Event.of(move, facts, day))
    return Decision(stand.stage, stand.stage, stand.since, day)


class Model:
    """What the machine of `transitions` moves."""

    state: str
    event: Event | None = None

    def record(self, move: Move) -> Callable[[Facts, date], None]:
        def tell(facts: Facts, day: date) -> None:
            self.event = Event.of(move, facts, day)

        return tell


def by_transitions(start: str) -> Model:
    model = Model()
    machine = transitions.Machine(model, states=list(STAGES), initial=start, auto_transitions=False)
    for move in MOVES:
        machine.add_transition(
            "review",
            move.source,
            move.target,
            conditions=lambda facts, _, guard=move.guard: guard(facts),
            after=model.record(move),
        )
    return model


_STATES = {name: State(initial=name == "prospect", final=name == "exited") for name in STAGES}


def _review() -> Any:
    review = None
    for move in MOVES:
        one = _STATES[move.source].to(
            _STATES[move.target],
            cond=lambda facts, guard=move.guard: guard(facts),
            on=lambda machine, facts, day, move=move: machine.record(move, facts, day),
        )
        review = one if review is None else review | one
    return review


class Machine(StateMachine):
    """The machine of `python-statemachine`."""

    allow_event_without_transition = True
    prospect, exploration, formation, stable, decline, lost, exited = _STATES.values()
    review = _review()
    event: Event | None = None

    def record(self, move: Move, facts: Facts, day: date) -> None:
        self.event = Event.of(move, facts, day)


def facts_of(**changed: Any) -> dict[str, Any]:
    return {
        "exit_approved": False,
        "months_inactive": 0,
        "balance_change_3m": Decimal("0.050000"),
        "product_count": 1,
        "tenure_months": 6,
        "has_transacted": True,
        "transactions_3m": 12,
    } | changed


DAY = date(2026, 6, 30)
BEFORE = DAY - timedelta(days=30)
# From exploration all the way round to exploration, a move in every review.
ROUND = (
    ("exploration", facts_of(product_count=2)),
    ("formation", facts_of(product_count=3, tenure_months=14)),
    ("stable", facts_of(balance_change_3m=Decimal("-0.400000"))),
    ("decline", facts_of(balance_change_3m=Decimal("0.100000"))),
    ("stable", facts_of(months_inactive=13, transactions_3m=0)),
    ("lost", facts_of()),
)
NO_MOVE = (("stable", facts_of(product_count=3, tenure_months=20)),) * 6


def random_facts(chance: random.Random) -> dict[str, Any]:
    return facts_of(
        exit_approved=chance.random() < 0.05,
        months_inactive=chance.choice((0, 0, 0, 1, 5, 12, 20)),
        balance_change_3m=Decimal(chance.randrange(-600_000, 600_000)).scaleb(-6),
        product_count=chance.randrange(5),
        tenure_months=chance.randrange(36),
        has_transacted=chance.random() < 0.7,
        transactions_3m=chance.randrange(4),
    )


def check() -> dict[str, int]:
    chance = random.Random(7)
    moved: dict[str, int] = {}
    for _ in range(CHECKED):
        stage, facts = chance.choice(STAGES), random_facts(chance)
        expected = by_hand(Stand(stage, BEFORE), facts, DAY)
        ours = LIFECYCLE.advance(Standing(stage=stage, stage_since=BEFORE), facts, DAY)
        model, machine = by_transitions(stage), Machine(start_value=stage)
        if stage != "exited":
            model.review(facts, DAY)  # type: ignore[attr-defined]
            machine.review(facts=facts, day=DAY)
        event = ours.event
        told = None
        if event is not None:
            told = Event(
                event.from_stage,
                event.to_stage,
                event.effective,
                event.kind,
                event.rule,
                event.facts,
            )
        agree = (
            Decision(ours.stage, stage, ours.since, ours.reviewed, told) == expected
            and (model.state, model.event) == (expected.stage, expected.event)
            and (machine.current_state_value, machine.event) == (expected.stage, expected.event)
        )
        if not agree:
            raise SystemExit(f"{stage} with {facts}: not all agree with {expected}")
        kind = "none" if expected.event is None else expected.event.kind.value
        moved[kind] = moved.get(kind, 0) + 1
    return moved


def contestants(reviews: tuple[tuple[str, Facts], ...]) -> list[Contestant]:
    start = reviews[0][0]
    model, machine = by_transitions(start), Machine(start_value=start)
    repeated = reviews * 20
    stands = [(Stand(stage, BEFORE), facts) for stage, facts in repeated]
    standings = [(Standing(stage=stage, stage_since=BEFORE), facts) for stage, facts in repeated]
    facts_alone = [facts for _, facts in repeated]
    advance, review, send = LIFECYCLE.advance, model.review, machine.review  # type: ignore[attr-defined]
    return [
        Contestant("by hand", lambda one: by_hand(one[0], one[1], DAY), stands),
        Contestant("Lifecycle.advance", lambda one: advance(one[0], one[1], DAY), standings),
        Contestant("transitions", lambda facts: review(facts, DAY), facts_alone),
        Contestant("python-statemachine", lambda facts: send(facts=facts, day=DAY), facts_alone),
    ]


def main() -> None:
    print_machine("relationship-core", "transitions", "python-statemachine")
    print(f"All four make the same moves of {CHECKED:,} random customers:", check())
    moves = compare("a review that moves the customer, with its event", contestants(ROUND))
    still = compare("a review that leaves the customer where they are", contestants(NO_MOVE))
    hold(
        [
            ("a move against one by hand", moves[1], 2.0),
            ("no move against none by hand", still[1], 2.0),
        ],
        " times",
    )


if __name__ == "__main__":
    main()

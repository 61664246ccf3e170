"""What a proof says of small lifecycles is what trying every customer says."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from relationship_core import Lifecycle, Rule, Stage, Standing, Transition
from relationship_core.decisions.proof.lifecycle import Moving
from relationship_core.facts import CATALOGUE, open_complaints, product_count
from relationship_core.rules import Expression, FactValue
from relationship_core.rules.analysis.inquiry import STEPS
from tests.decisions.proof.sound_book import DAY

STAGES = ("prospect", "exploration", "stable", "decline")
MOST = 3
CUSTOMERS: list[dict[str, FactValue | None]] = [
    {**dict.fromkeys(CATALOGUE), "product_count": products, "open_complaints": complaints}
    for products, complaints in product(range(MOST + 1), repeat=2)
]


@st.composite
def conditions(draw: st.DrawFn) -> Expression:
    """Bands of two facts, so small that every kind of customer can be tried."""
    parts = []
    for fact in (product_count, open_complaints):
        low = draw(st.integers(0, MOST))
        parts.append(fact.between(low, draw(st.integers(low, MOST))))
    return parts[0] & parts[1] if draw(st.booleans()) else parts[0]


@st.composite
def lifecycles(draw: st.DrawFn) -> Lifecycle:
    """Up to two moves out of each stage, ways back to wherever the entry rules say among them."""
    moves = []
    for source in STAGES:
        others = [each for each in STAGES if each != source]
        targets: list[str | None] = [*others, None] if source == "decline" else [*others]
        for number in range(draw(st.integers(1, 2))):
            move = Transition(source, draw(st.sampled_from(targets)))
            moves.append(Rule(f"{source}-{number}", draw(conditions()), move))
    entry = [Rule(stage, draw(conditions())) for stage in ("exploration", "stable")]
    return Lifecycle([Stage(name) for name in STAGES], entry, moves)


def goes_in_circles(lifecycle: Lifecycle, customer: dict[str, FactValue | None]) -> bool:
    since = DAY - timedelta(days=500)

    def ends_at(stage: str) -> str:
        return lifecycle.advance(Standing(stage=stage, stage_since=since), customer, DAY).stage

    for start in STAGES:
        stage, moved = start, ends_at(start)
        passed = [stage]
        while moved != stage and moved not in passed:
            passed.append(moved)
            stage, moved = moved, ends_at(moved)
        if moved != stage:
            return True
    return False


@settings(max_examples=40, deadline=None)
@given(lifecycles())
def test_circles_are_found_where_and_only_where_somebody_goes_in_one(lifecycle: Lifecycle) -> None:
    found = {each.code.id for each in Moving(lifecycle, CATALOGUE).answer((), None, STEPS)}
    assert "RC199" not in found
    assert ("RC123" in found) == any(goes_in_circles(lifecycle, each) for each in CUSTOMERS)

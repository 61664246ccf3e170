"""What holds of every simulation, whoever the customers are."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from relationship_core import Dossier
from relationship_core.decisions.rule_book import RuleBook
from relationship_core.simulation import Simulation, Turn, simulate
from tests.decisions.observed_customer import AS_OF
from tests.engine.dossiers import dossiers
from tests.simulation.books import (
    another_ladder,
    another_lifecycle,
    built_in,
    dearer_channels,
    other_cutoffs,
)
from tests.simulation.oracle import cost, twice


def everything_else() -> RuleBook:
    return evolve(another_ladder(), lifecycle=another_lifecycle().lifecycle)


PROPOSED = st.sampled_from([everything_else, dearer_channels, other_cutoffs])


@st.composite
def crowds(draw: st.DrawFn) -> list[Dossier]:
    """A few customers with whatever records and standings, each of an id of their own."""
    drawn = draw(st.lists(dossiers(), max_size=4, unique_by=lambda one: one.customer.id))
    return sorted(drawn, key=lambda one: one.customer.id)


@given(crowds(), PROPOSED)
def test_it_agrees_with_reviewing_each_customer_twice(
    crowd: list[Dossier], proposal: Callable[[], RuleBook]
) -> None:
    proposed = proposal()
    found = simulate(crowd, built_in(), proposed, as_of=AS_OF, months=0)
    reviewed = twice(crowd, built_in(), proposed, AS_OF)
    for matrix, moves, pairs in (
        (found.tiers, found.tier_moves, [(r.now.tier.tier, r.then.tier.tier) for r in reviewed]),
        (
            found.stages,
            found.stage_moves,
            [(r.now.stage.stage, r.then.stage.stage) for r in reviewed],
        ),
    ):
        counted = Counter(pairs)
        assert all(matrix.count(*pair) == customers for pair, customers in counted.items())
        assert sum(matrix.by_source) == sum(matrix.by_target) == len(crowd)
        assert [(move.source, move.target) for move in moves.listed] == [
            (source, target) for source, target in pairs if source != target
        ]
    assert found.total.current.cost == sum(cost(r.now) for r in reviewed)
    assert found.total.proposed.cost == sum(cost(r.then) for r in reviewed)
    # Nobody's move goes without a reason that a rule, a person or a missing fact gave.
    assert all(one.cause.turn is not Turn.ORDER for one in found.tier_moves.causes)
    assert Simulation.from_json(json.dumps(found.to_json())) == found
    assert str(found)


@given(crowds(), PROPOSED)
def test_there_and_back_are_each_other_s_mirror(
    crowd: list[Dossier], proposal: Callable[[], RuleBook]
) -> None:
    fresh = [evolve(one, standing=None) for one in crowd]
    there = simulate(fresh, built_in(), proposal(), as_of=AS_OF, months=0)
    back = simulate(fresh, proposal(), built_in(), as_of=AS_OF, months=0)
    for one, other in ((there.tiers, back.tiers), (there.stages, back.stages)):
        assert other.customers == tuple(zip(*one.customers, strict=True))
        assert other.undetermined == tuple(zip(*one.undetermined, strict=True))
    assert there.total.cost_change == -back.total.cost_change
    for one, other in ((there.by_age, back.by_age), (there.by_region, back.by_region)):
        assert (one.overall.promoted, one.overall.demoted) == (
            other.overall.demoted,
            other.overall.promoted,
        )

from __future__ import annotations

import pytest

from relationship_core.simulation import Direction, Migration
from relationship_core.simulation.migration import direction_of

NOW = ("gold", "silver", "basic")
THEN = ("platinum", "gold", "basic")


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [
        ("gold", "gold", None),
        ("basic", "gold", Direction.PROMOTED),
        ("gold", "basic", Direction.DEMOTED),
        ("gold", "platinum", Direction.PROMOTED),  # only the proposed ladder has both
        ("silver", "basic", Direction.DEMOTED),  # only the current one has both
        ("silver", "gold", Direction.PROMOTED),
        ("silver", "platinum", Direction.SIDEWAYS),  # neither has both
    ],
)
def test_up_and_down_are_told_by_a_ladder_that_has_both(
    source: str, target: str, expected: Direction | None
) -> None:
    assert direction_of(source, target, NOW, THEN) is expected


def test_where_ladders_disagree_the_proposed_one_counts() -> None:
    assert direction_of("gold", "silver", ("gold", "silver"), ("silver", "gold")) is (
        Direction.PROMOTED
    )


def test_a_matrix_tells_its_margins_and_who_moved() -> None:
    matrix = Migration(
        NOW,
        THEN,
        customers=((1, 5, 0), (0, 2, 3), (0, 1, 90)),
        undetermined=((0, 4, 0), (0, 1, 0), (0, 0, 7)),
        undetermined_current=9,
        undetermined_proposed=12,
        waiting_current=0,
        waiting_proposed=2,
    )
    assert matrix.by_source == (6, 5, 91)
    assert matrix.by_target == (1, 8, 93)
    assert matrix.moved == 1 + 2 + 3 + 1
    assert matrix.moved_undetermined == 1
    assert matrix.count("silver", "basic") == 3

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relationship_core import Customer, CustomerKind
from relationship_core.simulation import AGE_BANDS, Direction, FairnessGroup, simulate
from relationship_core.simulation.fairness import (
    FairnessTally,
    band_names,
    band_of,
    region_of,
)
from tests.simulation.books import AS_OF, AT_ONCE, D, person, with_ladder

UNKNOWN = "(unknown)"


def test_bands_are_named_by_the_ages_in_them() -> None:
    assert band_names((18, 35, 65)) == ("under 18", "18 to 34", "35 to 64", "65 and over", UNKNOWN)
    assert band_names((30,)) == ("under 30", "30 and over", UNKNOWN)


@pytest.mark.parametrize(
    ("age", "band"),
    [
        (0, "under 18"),
        (17, "under 18"),
        (18, "18 to 24"),
        (24, "18 to 24"),
        (64, "55 to 64"),
        (65, "65 and over"),
        (120, "65 and over"),
        (None, UNKNOWN),
    ],
)
def test_an_age_is_in_one_band(age: int | None, band: str) -> None:
    assert band_of(age, AGE_BANDS, band_names(AGE_BANDS)) == band


def test_a_region_is_the_node_below_head_office_else_the_branch() -> None:
    known = Customer("C1", CustomerKind.PERSONAL, branch="P1C2B3")
    assert region_of(known, ("P1", "P1C2", "P1C2B3")) == "P1"
    assert region_of(known, ()) == "P1C2B3"
    assert region_of(Customer("C2", CustomerKind.PERSONAL), ()) == UNKNOWN


def test_age_is_that_of_the_day_and_only_persons_have_one() -> None:
    turns_35_that_day = date(1991, 6, 30)
    found = simulate(
        [
            person("C1", 70, born=turns_35_that_day, scope=("P1",)),
            person("C2", 70, born=date(1991, 7, 1), scope=("P2",)),
            person("C3", 20, scope=("P2",)),
            person("F1", 70, born=date(1950, 1, 1), kind=CustomerKind.CORPORATE, branch="HO"),
        ],
        with_ladder(500, 80, **AT_ONCE),
        with_ladder(500, 50, **AT_ONCE),
        as_of=AS_OF,
        months=0,
        age_bands=(35,),
    )
    assert found.by_age.groups == (
        FairnessGroup("under 35", 1, promoted=1),
        FairnessGroup("35 and over", 1, promoted=1),
        FairnessGroup(UNKNOWN, 1),
    )
    assert found.by_age.overall == FairnessGroup("all", 3, promoted=2)
    assert found.by_region.groups == (
        FairnessGroup("HO", 1, promoted=1),
        FairnessGroup("P1", 1, promoted=1),
        FairnessGroup("P2", 2, promoted=1),
    )
    p2 = found.by_region.groups[2]
    assert (p2.promoted_share, p2.demoted_share) == (D("0.5"), 0)
    assert found.by_region.promoted_ratio(p2) == D("0.666667")
    assert found.by_region.demoted_ratio(p2) is None


def test_where_nobody_is_there_is_no_share() -> None:
    nobody = FairnessTally(["a"]).closed()
    assert nobody.groups == ()
    assert nobody.overall.promoted_share is None
    assert nobody.promoted_ratio(nobody.overall) is None


DIRECTIONS = st.sampled_from([None, *Direction])
CUSTOMERS = st.lists(st.tuples(st.sampled_from("abcd"), DIRECTIONS), min_size=1)


@given(CUSTOMERS)
def test_groups_sum_to_all_and_ratios_average_to_one(
    customers: list[tuple[str, Direction | None]],
) -> None:
    tally = FairnessTally(["c"])
    for group, direction in customers:
        tally.add(group, direction)
    fairness = tally.closed()
    whole = fairness.overall
    assert whole.customers == len(customers)
    for field in ("customers", "promoted", "demoted", "sideways"):
        assert sum(getattr(each, field) for each in fairness.groups) == getattr(whole, field)
    names = [each.group for each in fairness.groups]
    assert names == sorted(names, key=lambda name: (name != "c", name))
    if whole.promoted:
        weighted = sum(
            (fairness.promoted_ratio(each) or 0) * each.customers for each in fairness.groups
        )
        assert abs(weighted / whole.customers - 1) < Decimal("0.00001")

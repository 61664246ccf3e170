"""Contributions added up: every grouping sums to the whole, and nobody is lost."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relationship_core.decisions.accrual import Component
from relationship_core.decisions.contribution import Contribution
from relationship_core.decisions.parameters import RelationshipUpkeep
from relationship_core.decisions.roll_up import (
    RELATIONSHIP_GROUP,
    UNKNOWN_GROUP,
    Grouping,
    households,
    roll_up,
)
from relationship_core.domain.account import Owner
from relationship_core.domain.customer import Customer, CustomerKind
from relationship_core.domain.organisation import Branch, BranchTree, Level
from relationship_core.domain.relations import Relation, RelationKind
from relationship_core.errors import InvalidValueError
from tests.decisions.small_bank import (
    FUND,
    JUNE,
    LOAN,
    D,
    account,
    customer,
    every_month,
    parameters,
    reckon,
)

TREE = BranchTree(
    [
        Branch("head", "Head office", Level.HEAD_OFFICE, None),
        Branch("north", "North", Level.PROVINCE, "head"),
        Branch("harbour", "Harbour", Level.CITY, "north"),
        Branch("south", "South", Level.PROVINCE, "head"),
    ]
)
UPKEEP = parameters(relationship_upkeep=(RelationshipUpkeep(CustomerKind.PERSONAL, D(1)),))


def contributes(who: Customer, fees: str | None) -> tuple[Customer, Contribution]:
    """A customer with a fund and a loan that lent nothing; None leaves the fund's months out."""
    owners = (Owner(who.id),)
    positions = every_month(account_id="l")
    if fees is not None:
        positions += every_month(account_id="f", fees=D(fees))
    accounts = [account("f", FUND, owners=owners), account("l", LOAN, owners=owners)]
    return who, reckon(accounts, positions, UPKEEP, of=who)


BANK = [
    contributes(customer("1", industry="A", system="s", branch="harbour", manager="m"), "10"),
    contributes(customer("2", industry="A", branch="north"), "20.01"),
    contributes(customer("3", industry="B", branch="south"), "-5"),
    contributes(customer("4", industry="B", branch="head"), None),
    contributes(customer("5", branch="closed down"), "7"),
    contributes(customer("6"), "1"),
]


def totals(
    by: Grouping, bank: Sequence[tuple[Customer, Contribution]] = BANK, **given: object
) -> dict[str, Decimal]:
    rolled = roll_up(bank, by, **given)  # type: ignore[arg-type]
    return {group.name: group.total for group in rolled.groups}


def test_customers_add_up_by_what_they_are() -> None:
    assert totals(Grouping.INDUSTRY) == {
        UNKNOWN_GROUP: D("72.00"),
        "A": D("336.12"),
        "B": D("-72.00"),
    }
    assert totals(Grouping.SYSTEM)["s"] == D("108.00")
    assert totals(Grouping.MANAGER)["m"] == D("108.00")


def test_a_branch_holds_all_that_is_below_it() -> None:
    assert totals(Grouping.BRANCH, branches=TREE) == {
        UNKNOWN_GROUP: D("72.00"),
        "head": D("264.12"),
        "harbour": D("108.00"),
        "north": D("336.12"),
        "south": D("-72.00"),
    }


def test_without_a_tree_a_branch_stands_for_itself() -> None:
    assert totals(Grouping.BRANCH)["north"] == D("228.12")
    assert totals(Grouping.BRANCH)["closed down"] == D("72.00")


def test_products_add_up_beside_what_belongs_to_none() -> None:
    rolled = roll_up(BANK, Grouping.PRODUCT)
    assert {group.name: group.total for group in rolled.groups} == {
        RELATIONSHIP_GROUP: D("-60.00"),
        "fund": D("396.12"),
        "loan": D("0.00"),
    }
    assert {group.name: (group.customers, group.unknown) for group in rolled.groups} == {
        RELATIONSHIP_GROUP: (6, 1),
        "fund": (6, 1),
        "loan": (6, 1),
    }


def test_households_are_all_who_are_tied_on_the_day() -> None:
    def tie(one: str, other: str, since: date | None = None, until: date | None = None) -> Relation:
        return Relation(one, other, RelationKind.HOUSEHOLD, since, until)

    relations = [
        tie("3", "2"),
        tie("6", "5"),
        tie("5", "3"),
        tie("2", "3"),
        tie("1", "9", until=JUNE),
        tie("1", "8", since=date(2026, 1, 1)),
        Relation("1", "7", RelationKind.GUARANTOR),
    ]
    found = households(relations, date(2025, 12, 31))
    assert found == {"2": "2", "3": "2", "5": "2", "6": "2"}
    assert totals(Grouping.HOUSEHOLD, households=found) == {
        UNKNOWN_GROUP: D("108.00"),
        "2": D("228.12") + D("-72.00") + D("72.00") + D("0.00"),
    }
    assert households(relations[::-1], date(2025, 12, 31)) == found


def test_who_is_not_known_is_counted_and_not_taken_for_zero() -> None:
    rolled = roll_up(BANK, Grouping.INDUSTRY)
    assert (rolled["B"].customers, rolled["B"].unknown) == (2, 1)
    assert (rolled.whole.customers, rolled.whole.unknown) == (6, 1)
    assert rolled.whole.total == D("336.12")
    with pytest.raises(KeyError):
        rolled["C"]


def test_a_groups_raroc_is_a_quotient_of_sums() -> None:
    lent = [
        (who, reckon([account(product=LOAN)], every_month(debit_average=D(100_000), fees=D(fee))))
        for who, fee in ((customer("c", industry="A"), 0), (customer("c", industry="B"), 100))
    ]
    rolled = roll_up(lent, Grouping.INDUSTRY)
    assert (rolled["A"].raroc, rolled["B"].raroc) == (D("0.325000"), D("0.475000"))
    assert rolled.whole.raroc == D("0.400000")
    assert rolled.whole.capital == D("16000.000006")
    assert roll_up(BANK, Grouping.INDUSTRY).whole.raroc is None


def test_households_must_be_given_and_currencies_must_be_one() -> None:
    with pytest.raises(InvalidValueError, match="no households"):
        roll_up(BANK, Grouping.HOUSEHOLD)
    euros = reckon((), (), parameters(currency="EUR"))
    with pytest.raises(InvalidValueError, match="CNY and EUR don't mix"):
        roll_up([*BANK, (customer(), euros)], Grouping.SYSTEM)


def test_nobody_adds_up_to_nothing() -> None:
    rolled = roll_up([], Grouping.BRANCH, branches=TREE)
    assert rolled.groups == ()
    assert (rolled.whole.total, rolled.whole.customers) == (D(0), 0)


codes = st.none() | st.sampled_from(["x", "y"])
places = st.none() | st.sampled_from(["head", "north", "harbour", "south", "elsewhere"])


@st.composite
def banks(draw: st.DrawFn) -> list[tuple[Customer, Contribution]]:
    return [
        contributes(
            customer(str(number), industry=draw(codes), system=draw(codes), branch=draw(places)),
            draw(st.none() | st.decimals(-100, 1000, places=2).map(str)),
        )
        for number in range(draw(st.integers(0, 6)))
    ]


@given(banks(), st.sampled_from(Grouping))
def test_groups_sum_to_the_whole_component_by_component(
    bank: list[tuple[Customer, Contribution]], by: Grouping
) -> None:
    rolled = roll_up(bank, by, households={"0": "0", "1": "0"})
    for component in Component:
        parts = [dict(group.components)[component] for group in rolled.groups]
        assert sum(parts) == dict(rolled.whole.components)[component]
    assert sum(group.capital for group in rolled.groups) == rolled.whole.capital
    known = [one.total_12m for _, one in bank if one.total_12m is not None]
    assert rolled.whole.total == sum(known)
    assert roll_up(bank[::-1], by, households={"0": "0", "1": "0"}) == rolled


@given(banks())
def test_the_root_and_the_unknown_are_the_whole(bank: list[tuple[Customer, Contribution]]) -> None:
    rolled = roll_up(bank, Grouping.BRANCH, branches=TREE)
    tops = [group for group in rolled.groups if group.name in ("head", UNKNOWN_GROUP)]
    assert sum(group.total for group in tops) == rolled.whole.total
    assert sum(group.customers for group in tops) == len(bank)

"""Rules of nodes: each customer is decided by those of the branch they belong to."""

from __future__ import annotations

from typing import Any, Final

import pytest

from relationship_core import Engine, Rule, Tiering
from relationship_core.domain import Branch, BranchTree, Level
from relationship_core.facts import aum
from relationship_core.portfolio.decide import decide
from relationship_core.testing.strategies.values import AS_OF
from tests.decisions.small_book import small_book
from tests.portfolio.decide.population import ENGINES, Person, arrow_of, population

TREE: Final = BranchTree(
    [
        Branch("bank", "Bank", Level.HEAD_OFFICE, None),
        Branch("north", "North", Level.PROVINCE, "bank"),
        Branch("lake", "Lake", Level.CITY, "north"),
        Branch("south", "South", Level.PROVINCE, "bank"),
    ]
)
BOOK: Final = small_book(
    tiering=Tiering(
        ["gold", "silver", "rest"],
        [
            Rule("gold", aum >= 100, overridable=True),
            Rule("gold", aum >= 200, scope=("north",), overridable=True),
            Rule("gold", aum >= 300, scope=("north", "lake")),
            Rule("silver", aum >= 50, scope=("south",)),
        ],
        keep=[],
        downgrade=None,
    )
)
AMOUNTS: Final = (49, 50, 99, 100, 199, 200, 299, 300)
LEAST: Final = {
    None: (100, None),
    "elsewhere": (100, None),
    "bank": (100, None),
    "south": (100, 50),
    "north": (200, None),
    "lake": (300, None),
}


def _people() -> list[Person]:
    (one,) = population(BOOK, 1, seed=1)
    return [
        Person(type(one.facts)({**one.facts, "aum": amount, "branch": branch}), None, branch)
        for branch in LEAST
        for amount in AMOUNTS
    ]


def _tier(amount: int, least: tuple[int, int | None]) -> str:
    gold, silver = least
    if amount >= gold:
        return "gold"
    return "silver" if silver is not None and amount >= silver else "rest"


@pytest.mark.parametrize("on", ENGINES)
@pytest.mark.parametrize("scopes", ["a tree", "paths"])
def test_a_customer_is_decided_by_the_nearest_nodes_rules(on: str, scopes: str) -> None:
    given: Any = TREE if scopes == "a tree" else {node.id: TREE.path(node.id) for node in TREE}
    frame = decide(ENGINES[on](arrow_of(BOOK, _people())), BOOK, AS_OF, given)
    rows = frame.sort("customer_id").collect(backend="pyarrow").to_native().to_pylist()
    wanted = [_tier(amount, least) for least in LEAST.values() for amount in AMOUNTS]
    assert [row["tier"] for row in rows] == wanted
    nodes = {(row["branch"], row["tier"]): row["tier_rule_node"] for row in rows}
    assert nodes["lake", "gold"] == "north > lake"
    assert nodes["south", "gold"] == nodes[None, "gold"] == "the head office"
    assert nodes["south", "silver"] == "south"
    assert nodes["north", "rest"] is None
    short = {(row["branch"], row["tier"]): row["short_of_gold"] for row in rows}
    assert short["lake", "rest"] == "gold: assets under management at least 300.00"
    assert short["south", "silver"] == "gold: assets under management at least 100.00"


@pytest.mark.parametrize("on", ENGINES)
def test_without_branches_the_head_offices_rules_hold_for_all(on: str) -> None:
    frame = decide(ENGINES[on](arrow_of(BOOK, _people())), BOOK, AS_OF)
    rows = frame.collect(backend="pyarrow").to_native().to_pylist()
    assert {row["tier"] for row in rows if row["aum"] >= 100 * 100} == {"gold"}
    assert {row["tier"] for row in rows if row["aum"] < 100 * 100} == {"rest"}


def test_many_nodes_are_one_frame() -> None:
    """Each with a threshold of its own: taken apart, they would be as many plans."""
    names = [f"branch-{number}" for number in range(120)]
    rules = [
        Rule("gold", aum >= number, scope=(name,), overridable=True)
        for number, name in enumerate(names)
    ]
    book = small_book(tiering=Tiering(["gold", "rest"], rules))
    (one,) = population(book, 1, seed=1)
    people = [
        Person(type(one.facts)({**one.facts, "aum": number - 1 + number % 2}), None, name)
        for number, name in enumerate(names)
    ]
    for person in people:
        person.facts["branch"] = person.branch
    frame = decide(
        ENGINES["polars"](arrow_of(book, people)),
        book,
        AS_OF,
        {name: (name,) for name in names},
        ["tier"],
    )
    rows = frame.sort("customer_id").collect(backend="pyarrow").to_native().to_pylist()
    engine = Engine(book)
    for row, person in zip(rows, people, strict=True):
        made = engine.decide(person.facts, AS_OF, scope=(str(person.branch),))
        assert row["tier"] == made.tier.tier

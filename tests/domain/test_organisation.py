"""The branch tree: any depth, one root, and every path below it."""

from __future__ import annotations

import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relationship_core.domain import Branch, BranchTree, Level
from relationship_core.errors import InvalidValueError


def node(branch_id: str, parent: str | None, level: Level = Level.BRANCH) -> Branch:
    return Branch(branch_id, f"the {branch_id}", level, parent)


BANK = [
    node("ho", None, Level.HEAD_OFFICE),
    node("south", "ho", Level.PROVINCE),
    node("north", "ho", Level.PROVINCE),
    node("n-city", "north", Level.CITY),
    node("n-outlet", "n-city", Level.OUTLET),
    node("direct", "ho", Level.OUTLET),
]

# Each node hangs on one before it, or on the root.
PARENTS = st.lists(st.integers(0, 10**6), max_size=40)


def grown(parents: list[int]) -> list[Branch]:
    nodes = [node("0", None)]
    nodes += [node(str(i), str(parent % i)) for i, parent in enumerate(parents, start=1)]
    return nodes


def test_a_path_leads_from_below_the_root_to_the_branch() -> None:
    tree = BranchTree(BANK)
    assert tree.path("n-outlet") == ("north", "n-city", "n-outlet")
    assert tree.path("direct") == ("direct",)
    assert tree.path("ho") == ()


def test_children_and_descendants_are_ordered() -> None:
    tree = BranchTree(BANK)
    assert tree.children("ho") == ("direct", "north", "south")
    assert tree.children("n-outlet") == ()
    assert tree.descendants("ho") == ("direct", "north", "n-city", "n-outlet", "south")
    assert tree.descendants("north") == ("n-city", "n-outlet")


def test_a_tree_is_a_collection_of_its_branches() -> None:
    tree = BranchTree(BANK)
    assert len(tree) == 6
    assert "north" in tree
    assert "west" not in tree
    assert tree["north"].name == "the north"
    assert [branch.id for branch in tree] == sorted(branch.id for branch in BANK)
    assert tree.root is BANK[0]
    assert repr(tree) == "BranchTree(root='ho', branches=6)"


@given(PARENTS)
def test_a_path_is_the_parents_path_and_the_branch(parents: list[int]) -> None:
    tree = BranchTree(grown(parents))
    for branch in tree:
        if branch.parent is not None:
            assert tree.path(branch.id) == (*tree.path(branch.parent), branch.id)
            assert branch.id in tree.children(branch.parent)


@given(PARENTS)
def test_descendants_are_those_whose_path_passes_through(parents: list[int]) -> None:
    tree = BranchTree(grown(parents))
    for branch in tree:
        below = {b.id for b in tree if branch.id in tree.path(b.id)[:-1]}
        if branch is tree.root:
            below = {b.id for b in tree if b is not branch}
        assert set(tree.descendants(branch.id)) == below


@given(PARENTS, st.randoms())
def test_the_order_of_branches_does_not_matter(parents: list[int], random: Any) -> None:
    branches = grown(parents)
    shuffled = branches.copy()
    random.shuffle(shuffled)
    tree, other = BranchTree(branches), BranchTree(shuffled)
    assert tree == other
    assert tree.descendants("0") == other.descendants("0")


def test_a_deep_tree_is_no_trouble() -> None:
    chain = [node("0", None)] + [node(str(i), str(i - 1)) for i in range(1, 5000)]
    tree = BranchTree(chain)
    assert len(tree.path("4999")) == 4999
    assert len(tree.descendants("0")) == 4999


def test_a_tree_pickles() -> None:
    tree = BranchTree(BANK)
    copy = pickle.loads(pickle.dumps(tree))
    assert copy == tree
    assert copy.path("n-outlet") == tree.path("n-outlet")


@pytest.mark.parametrize(
    ("branches", "message"),
    [
        ([], "tree is empty"),
        ([node("a", None), node("b", "a"), node("b", "a")], "given twice: b$|given twice: b "),
        ([node("a", None), node("b", "x"), node("c", "y")], "the parent isn't there: b, c"),
        ([node("a", None), node("b", None), node("c", "a")], "more than one root: a, b"),
        ([node("a", "b"), node("b", "c"), node("c", "a")], "a cycle: a, b, c"),
        (
            [node("r", None), node("a", "b"), node("b", "c"), node("c", "b")],
            "a cycle: b, c",
        ),
        (
            [node("a", None, Level.CITY), node("b", "a", Level.PROVINCE)],
            "higher level than the parent: b",
        ),
    ],
)
def test_what_is_no_tree_is_refused_with_the_ids(branches: list[Branch], message: str) -> None:
    with pytest.raises(InvalidValueError, match=message) as caught:
        BranchTree(branches)
    assert caught.value.mend


def test_a_tree_holds_branches_only() -> None:
    with pytest.raises(InvalidValueError, match="a str where a Branch belongs"):
        BranchTree(["ho"])  # type: ignore[list-item]


@pytest.mark.parametrize(
    "ask",
    [
        lambda tree: tree.path("west"),
        lambda tree: tree.children("west"),
        lambda tree: tree.descendants("west"),
        lambda tree: tree["west"],
    ],
)
def test_an_unknown_branch_is_named(ask: Any) -> None:
    with pytest.raises(InvalidValueError, match="no branch 'west'"):
        ask(BranchTree(BANK))


@pytest.mark.parametrize(
    ("field", "value", "phrase"),
    [
        ("id", "", "id is empty"),
        ("name", "", "text is empty"),
        ("level", "city", "a str where a Level belongs"),
        ("parent", "", "id is empty"),
        ("parent", "b", "its own parent"),
    ],
)
def test_a_wrong_field_of_a_branch_is_named(field: str, value: Any, phrase: str) -> None:
    sound = {"id": "b", "name": "the b", "level": Level.CITY, "parent": "ho"}
    with pytest.raises(InvalidValueError, match=phrase) as caught:
        Branch(**{**sound, field: value})
    assert caught.value.where == f"Branch.{field}"

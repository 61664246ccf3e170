"""Branches, and the tree they make."""

from __future__ import annotations

from typing import Any

import attrs
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from relationship_core.domain import Branch, BranchTree, Level
from relationship_core.testing.strategies.noun import Noun
from relationship_core.testing.strategies.values import IDS, NOT_AN_ID, NOT_TEXT, TEXT, not_a_member

_LEVELS = tuple(Level)


@st.composite
def _branches(draw: DrawFn) -> Branch:
    own, above = draw(st.lists(IDS, min_size=2, max_size=2, unique=True))
    level = draw(st.sampled_from(_LEVELS))
    return Branch(own, draw(TEXT), level, None if level is Level.HEAD_OFFICE else above)


branches = Noun(
    _branches(),
    wrong={
        "id": NOT_AN_ID,
        "name": NOT_TEXT | st.none(),
        "level": not_a_member(Level),
        "parent": NOT_AN_ID.filter(bool),
    },
    clashing=(lambda branch: {"parent": branch.id},),
)
"""Single nodes."""


@st.composite
def _branch_trees(draw: DrawFn) -> BranchTree:
    nodes = [Branch("head", "Head office", Level.HEAD_OFFICE, None)]
    for number in range(draw(st.integers(0, 6))):
        above = draw(st.sampled_from(nodes))
        lower = _LEVELS[_LEVELS.index(above.level) :]
        nodes.append(Branch(f"b{number}", draw(TEXT), draw(st.sampled_from(lower)), above.id))
    return BranchTree(draw(st.permutations(nodes)))


def _with(tree: BranchTree, *nodes: Branch) -> dict[str, Any]:
    return {"branches": (*tree.branches, *nodes)}


def _risen(tree: BranchTree) -> dict[str, Any]:
    town = Branch("town", "A town", Level.CITY, tree.root.id)
    return _with(tree, town, Branch("land", "A province", Level.PROVINCE, town.id))


def _in_a_circle(tree: BranchTree) -> dict[str, Any]:
    one = Branch("one", "One", Level.OUTLET, "two")
    return _with(tree, one, Branch("two", "Two", Level.OUTLET, "one"))


branch_trees = Noun(
    _branch_trees(),
    wrong={"branches": st.sampled_from([(), ("head",), (None,)])},
    clashing=(
        lambda tree: _with(tree, tree.root),
        lambda tree: _with(tree, attrs.evolve(tree.root, id="second")),
        lambda tree: _with(tree, Branch("lost", "Lost", Level.OUTLET, "nowhere")),
        _risen,
        _in_a_circle,
    ),
)
"""Trees of up to seven nodes under one head office."""

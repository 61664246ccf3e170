"""The bank's own tree: head office, provinces, cities, branches, outlets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import NoReturn

import attrs

from relationship_core.domain.validation import (
    refuse,
    require_each,
    require_id,
    require_member,
    require_text,
)


class Level(StrEnum):
    """The five levels, the highest first."""

    HEAD_OFFICE = "head_office"
    PROVINCE = "province"
    CITY = "city"
    BRANCH = "branch"
    OUTLET = "outlet"


_DEPTHS = {level: depth for depth, level in enumerate(Level)}


@attrs.frozen
class Branch:
    """One node of the bank's tree.

    Args:
        id: The bank's code for it.
        name: What it is called.
        level: Its level.
        parent: The id of the node above; None for head office.

    Raises:
        InvalidValueError: A field is of the wrong kind, or it is its own parent.
    """

    id: str
    name: str
    level: Level
    parent: str | None

    def __attrs_post_init__(self) -> None:
        require_id(self.id, "Branch.id")
        require_text(self.name, "Branch.name")
        require_member(self.level, Level, "Branch.level")
        if self.parent is not None:
            require_id(self.parent, "Branch.parent")
            if self.parent == self.id:
                refuse("it is its own parent", "Branch.parent", "name the node above it")


def _by_id(branches: Iterable[Branch]) -> tuple[Branch, ...]:
    nodes = tuple(branches)
    require_each(nodes, Branch, "BranchTree.branches")
    return tuple(sorted(nodes, key=lambda branch: branch.id))


@attrs.frozen(repr=False)
class BranchTree:
    """All the branches of a bank under one root, however many levels deep.

    A level may be left out or repeat on the way down, but never rises. Iterating gives the
    branches by id.

    Args:
        branches: The nodes, in any order.

    Raises:
        InvalidValueError: No node, an id twice, a parent that isn't there, two roots, a cycle, or
            a node of a higher level than its parent. The message names the ids.
    """

    branches: tuple[Branch, ...] = attrs.field(converter=_by_id)
    _nodes: Mapping[str, Branch] = attrs.field(init=False, eq=False)
    _below: Mapping[str, tuple[str, ...]] = attrs.field(init=False, eq=False)
    root: Branch = attrs.field(init=False, eq=False)

    def __attrs_post_init__(self) -> None:
        nodes = {branch.id: branch for branch in self.branches}
        if len(nodes) != len(self.branches):
            counts = Counter(branch.id for branch in self.branches)
            _refuse_ids("ids given twice", (id_ for id_, n in counts.items() if n > 1), "keep one")
        below: dict[str, list[str]] = {id_: [] for id_ in nodes}
        roots, orphans = [], []
        for branch in self.branches:
            if branch.parent is None:
                roots.append(branch.id)
            elif branch.parent not in nodes:
                orphans.append(branch.id)
            else:
                below[branch.parent].append(branch.id)
        if orphans:
            _refuse_ids("the parent isn't there", orphans, "add it, or name another")
        if len(roots) > 1:
            _refuse_ids("more than one root", roots, "only head office has no parent")
        object.__setattr__(self, "_nodes", nodes)
        object.__setattr__(self, "_below", {id_: tuple(ids) for id_, ids in below.items()})
        self._check_cycles(roots)
        self._check_levels()
        object.__setattr__(self, "root", nodes[roots[0]])

    def _check_cycles(self, roots: list[str]) -> None:
        if not self.branches:
            refuse("the tree is empty", "BranchTree.branches", "give at least head office")
        reached = {*roots, *(id_ for root in roots for id_ in self.descendants(root))}
        lost = next((branch.id for branch in self.branches if branch.id not in reached), None)
        if lost is not None:
            trail: dict[str, None] = {}
            step: str | None = lost
            while step is not None and step not in trail:
                trail[step] = None
                step = self._nodes[step].parent
            ring = list(trail)
            _refuse_ids("a cycle", ring[ring.index(str(step)) :], "give one a parent outside it")

    def _check_levels(self) -> None:
        risen = [
            branch.id
            for branch in self.branches
            if branch.parent is not None
            and _DEPTHS[branch.level] < _DEPTHS[self._nodes[branch.parent].level]
        ]
        if risen:
            _refuse_ids("of a higher level than the parent", risen, "check level and parent")

    def __repr__(self) -> str:
        return f"BranchTree(root={self.root.id!r}, branches={len(self)})"

    def __len__(self) -> int:
        return len(self.branches)

    def __iter__(self) -> Iterator[Branch]:
        return iter(self.branches)

    def __contains__(self, branch_id: object) -> bool:
        return branch_id in self._nodes

    def __getitem__(self, branch_id: str) -> Branch:
        return self._nodes[self._known(branch_id)]

    def path(self, branch_id: str) -> tuple[str, ...]:
        """Return the ids from below the root down to a branch; the root's own path is ().

        Raises:
            InvalidValueError: The id is of no branch in the tree.
        """
        climb: list[str] = []
        branch = self._nodes[self._known(branch_id)]
        while branch.parent is not None:
            climb.append(branch.id)
            branch = self._nodes[branch.parent]
        return tuple(reversed(climb))

    def children(self, branch_id: str) -> tuple[str, ...]:
        """Return the ids right below a branch, ascending.

        Raises:
            InvalidValueError: The id is of no branch in the tree.
        """
        return self._below[self._known(branch_id)]

    def descendants(self, branch_id: str) -> tuple[str, ...]:
        """Return all ids below a branch, each right before those below it, siblings ascending.

        Raises:
            InvalidValueError: The id is of no branch in the tree.
        """
        found: list[str] = []
        waiting = list(reversed(self.children(branch_id)))
        while waiting:
            found.append(waiting.pop())
            waiting.extend(reversed(self._below[found[-1]]))
        return tuple(found)

    def _known(self, branch_id: str) -> str:
        if branch_id not in self._nodes:
            refuse(f"no branch {branch_id!r} in the tree", "BranchTree", "check the id")
        return branch_id


def _refuse_ids(what: str, ids: Iterable[str], mend: str) -> NoReturn:
    refuse(f"{what}: {', '.join(ids)}", "BranchTree.branches", mend)

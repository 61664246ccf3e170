"""The bank's own tree: head office, provinces, cities, branches, outlets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum

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


class BranchTree:
    """All the branches of a bank under one root; levels may be left out, or repeat downwards.

    Args:
        branches: The nodes, in any order.

    Raises:
        InvalidValueError: No root or two, a parent that isn't there, a cycle, an id twice, or a
            node of a higher level than its parent. The message names the ids.
    """

    __slots__ = ("_branches", "_children", "_root")

    def __init__(self, branches: Iterable[Branch]) -> None:
        nodes = tuple(branches)
        require_each(nodes, Branch, "BranchTree.branches")
        self._branches = {node.id: node for node in nodes}
        if len(self._branches) != len(nodes):
            seen: set[str] = set()
            twice = sorted({n.id for n in nodes if n.id in seen or seen.add(n.id)})  # type: ignore[func-returns-value]
            refuse(f"ids given twice: {', '.join(twice)}", "BranchTree", "give each branch once")

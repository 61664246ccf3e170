"""How deep an expression may nest: deeper than people write, shallower than Python's own stack."""

from __future__ import annotations

from relationship_core.errors import RuleError
from relationship_core.rules.expression import Expression

DEEPEST = 250


def require_shallow(expression: Expression, where: str) -> None:
    """Check that an expression nests few enough levels to be read wherever Python's stack stands.

    Raises:
        RuleError: It nests more than 250.
    """
    level = {id(expression): expression}
    for _ in range(DEEPEST):
        level = {id(child): child for each in level.values() for child in each.children()}
        if not level:
            return
    raise RuleError(
        f"its expression nests more than {DEEPEST} levels",
        where=where,
        mend="name a part of it: a fact of its own, derived by that part",
    )

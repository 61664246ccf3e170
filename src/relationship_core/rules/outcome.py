"""What a rule set answers: the rules that fired, and those that can't be told."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from relationship_core.errors import RuleError


class HitPolicy(StrEnum):
    """Which of the rules that fire decide (terms of OMG DMN 1.3, section 8.2.10)."""

    FIRST = "first"
    UNIQUE = "unique"
    COLLECT = "collect"


class Outcome(NamedTuple):
    """The answer of a rule set, as places in its `rules`.

    `fired`: the rules that decide; at most one under the policies first and unique.
    `unknown`: the rules whose answer missing facts leave open and that could have decided instead.
    """

    fired: tuple[int, ...]
    unknown: tuple[int, ...]

    @property
    def is_undetermined(self) -> bool:
        """Whether another answer is possible once the missing facts are known."""
        return bool(self.unknown)


NOTHING_FIRED = Outcome((), ())


def several_fired(rule_ids: Sequence[str]) -> RuleError:
    """The error for a set that promised a unique rule and has several."""
    return RuleError(
        f"several rules fire at once: {', '.join(rule_ids)}",
        mend="make their conditions exclude each other, or use another hit policy",
    )

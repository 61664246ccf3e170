"""What a rule set answers: the rules that fired, and those that can't be told."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, NamedTuple, Protocol

from relationship_core.errors import RuleError


class HitPolicy(StrEnum):
    """Which of the rules that fire decide (terms of OMG DMN 1.3, section 8.2.10)."""

    FIRST = "first"
    UNIQUE = "unique"
    ANY = "any"
    COLLECT = "collect"


class Outcome(NamedTuple):
    """The answer of a rule set, as places in its `rules`.

    `fired`: the rules that decide; at most one, except under the policy collect.
    `unknown`: the rules whose answer missing facts leave open and that could have decided instead.
    """

    fired: tuple[int, ...]
    unknown: tuple[int, ...]

    @property
    def is_undetermined(self) -> bool:
        """Whether another answer is possible once the missing facts are known."""
        return bool(self.unknown)


NOTHING_FIRED = Outcome((), ())


def several_fired(rule_ids: Sequence[str], leading_to: str = "") -> RuleError:
    """The error for a set that promised a unique rule, or a unique outcome, and has several."""
    to = f" and lead to {leading_to}" if leading_to else ""
    return RuleError(
        f"several rules fire at once{to}: {', '.join(rule_ids)}",
        mend="make their conditions exclude each other, or use another hit policy",
    )


class Leading(Protocol):
    """A rule, so far as it matters here: what it is called and what it leads to."""

    @property
    def id(self) -> str:
        """Its name."""

    @property
    def then(self) -> Any:
        """Its outcome."""


def agreed(rules: Sequence[Leading], fired: Sequence[int], unknown: Sequence[int]) -> Outcome:
    """The answer of a set whose rules may fire together as long as they lead to the same.

    Raises:
        RuleError: Two that fire lead to different outcomes.
    """
    if not fired:
        return Outcome((), tuple(unknown)) if unknown else NOTHING_FIRED
    then = rules[fired[0]].then
    if any(rules[place].then != then for place in fired):
        raise several_fired([rules[place].id for place in fired], "different outcomes")
    return Outcome((fired[0],), tuple(place for place in unknown if rules[place].then != then))
